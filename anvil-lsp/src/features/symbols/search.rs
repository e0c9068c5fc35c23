//! Searches the project for views, components, sections and routes: the letters of the query in their order.

use std::path::PathBuf;

use forge_codegen::Span;
use tower_lsp::ls_types::SymbolKind;

use crate::{
    features::sites::{Names, Role, Symbol, is_component},
    index::{Index, Package},
};

/// Answers to one query.
const HITS_MAX: usize = 200;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    pub(super) name: String,
    pub(super) kind: SymbolKind,
    pub(super) container: Option<String>,
    pub(super) path: PathBuf,
    pub(super) span: Span,
}

/// The best first.
pub(super) fn search(index: &Index, query: &str) -> Vec<Hit> {
    let query: Vec<char> = query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let mut hits: Vec<(u32, Hit)> = Vec::new();
    let mut take = |hit: Hit| hits.extend(score(&query, &hit.name).map(|score| (score, hit)));
    for package in &index.packages {
        of_package(index, package, &mut take);
    }
    for (path, route) in index.rust.whole_routes() {
        let container = Some(format!("{} {}", route.method, route.path));
        let name = route.name.unwrap_or(route.path);
        take(Hit { name, kind: SymbolKind::EVENT, container, path: path.clone(), span: route.span });
    }
    hits.sort_by(|(one, a), (other, b)| {
        (one, a.name.len(), &a.name, &a.path, a.span).cmp(&(other, b.name.len(), &b.name, &b.path, b.span))
    });
    hits.truncate(HITS_MAX);
    hits.into_iter().map(|(_, hit)| hit).collect()
}

fn of_package(index: &Index, package: &Package, take: &mut dyn FnMut(Hit)) {
    let names = Names { index, package };
    for (view, path) in package.views.iter() {
        let start = Span::new(0, 0);
        let (name, kind) = match view.strip_prefix("components.") {
            Some(name) => (format!("x-{name}"), SymbolKind::CLASS),
            None if is_component(view) => (view.clone(), SymbolKind::CLASS),
            None => (view.clone(), SymbolKind::FILE),
        };
        take(Hit { name, kind, container: Some(package.name.clone()), path: path.clone(), span: start });
        for site in names.of_view(view) {
            if let (Symbol::Section { name, .. }, Role::Definition) = (&site.symbol, site.role) {
                let container = Some(view.clone());
                take(Hit {
                    name: name.clone(),
                    kind: SymbolKind::MODULE,
                    container,
                    path: path.clone(),
                    span: site.span,
                });
            }
        }
    }
}

/// How well the name fits, the less the better; nothing if the letters are not in it. Gaps cost, but at the start of words.
fn score(query: &[char], name: &str) -> Option<u32> {
    let mut wanted = query.iter().peekable();
    let (mut cost, mut gap, mut begins_word) = (0, 0, true);
    for c in name.chars() {
        let lower = c.to_lowercase().next().unwrap_or(c);
        if wanted.peek() == Some(&&lower) {
            wanted.next();
            cost += if begins_word { gap.min(1) } else { gap };
            gap = 0;
        } else if wanted.peek().is_some() {
            gap += 1;
        }
        begins_word = !c.is_alphanumeric();
    }
    wanted.peek().is_none().then_some(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(query: &str, name: &str) -> Option<u32> {
        score(&query.chars().collect::<Vec<_>>(), name)
    }

    #[test]
    fn letters_fit_in_their_order() {
        assert_eq!(fits("pi", "posts.index"), Some(1));
        assert_eq!(fits("", "posts.index"), Some(0));
        assert_eq!(fits("ip", "posts.index"), None);
        assert!(fits("posts", "posts.index") < fits("posts", "p.o.s.t.s") || fits("posts", "posts.index") == Some(0));
        assert!(fits("index", "posts.index") < fits("index", "pinsdrexx"));
        assert_eq!(fits("äb", "ÄxB"), Some(1));
    }
}
