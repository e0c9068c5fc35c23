//! Names and where they stand: definition, references, highlights and renames are all questions about these.
//!
//! Names are read from what templates mean, not from their letters; what is half-typed has none yet. Those of Rust files come from
//! the index. A name counts within the package whose templates it is in.

mod bindings;
mod ends;
mod families;
mod rust;
mod walk;

use std::{collections::BTreeMap, path::PathBuf};

use forge_codegen::Span;
use tower_lsp::ls_types::{Location, Position, Uri};

use crate::{
    document::{DocumentId, Language},
    index::{Index, Package, View},
    snapshot::Snapshot,
    text::Text,
};

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Symbol {
    /// A template, by its dotted name; components are `components.…`.
    View(String),
    /// A section of a view and of what it shares a page with.
    Section {
        view: String,
        name: String,
    },
    Stack {
        view: String,
        name: String,
    },
    /// A slot of a component, as its variable is called.
    Slot {
        component: String,
        name: String,
    },
    /// A prop of a component, as its variable is called.
    Prop {
        component: String,
        name: String,
    },
    /// A variable that a template binds at this place.
    Local {
        view: String,
        at: u32,
        name: String,
    },
    /// A variable that a view is given.
    Given {
        view: String,
        name: String,
    },
    Route(String),
    Config(String),
    Translation(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Definition,
    Use,
}

/// How the name is spelled, and so what a new one becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As it is.
    Plain,
    /// A view, with `.` or `/`.
    View,
    /// What stands behind `<x-` for a component.
    Tag,
    /// `max-width` for `max_width`.
    Attribute,
    /// `:$title`, which is `:title="title"`: of the attribute's name.
    ShortAttribute,
    /// The same: of the variable.
    ShortVariable,
    /// `{ title }`, which is `{ title: title }`: of the variable.
    Shorthand,
    /// The same: of the key.
    ShorthandKey,
    /// The name does not stand here: something binds or gives it.
    Unwritten,
}

/// A place where a symbol is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) span: Span,
    pub(crate) symbol: Symbol,
    pub(crate) role: Role,
    pub(crate) spelling: Spelling,
}

/// A site with its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) site: Site,
}

/// The names of one package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'i> {
    pub(crate) index: &'i Index,
    pub(crate) package: &'i Package,
}

/// A place of a document, with the names that stand there.
#[derive(Debug)]
pub(crate) struct Here<'s> {
    pub(crate) names: Names<'s>,
    pub(crate) path: PathBuf,
    pub(crate) offset: u32,
    /// Of templates.
    pub(crate) view: Option<View<'s>>,
    /// The innermost first.
    pub(crate) sites: Vec<Site>,
}

impl<'s> Here<'s> {
    /// Nothing for documents of no package.
    pub(crate) fn of(
        snapshot: &'s Snapshot,
        uri: &Uri,
        position: Position,
    ) -> tower_lsp::jsonrpc::Result<Option<Self>> {
        let document = snapshot.document(uri)?;
        let Some(path) = DocumentId::of(uri).path().map(PathBuf::from) else { return Ok(None) };
        let offset = document.text.offset(position, snapshot.encoding());
        let (package, view, all) = match document.language {
            Language::Forge => {
                let Some(view) = snapshot.view(uri) else { return Ok(None) };
                let names = Names { index: &snapshot.index, package: view.package };
                (view.package, Some(view), names.of_view(view.name))
            }
            Language::Rust => {
                let Some(package) = snapshot.index.package_of(&path) else { return Ok(None) };
                let names = Names { index: &snapshot.index, package };
                (package, None, names.of_rust(&path))
            }
            Language::Other => return Ok(None),
        };
        let mut sites: Vec<Site> =
            all.into_iter().filter(|site| site.span.start <= offset && offset <= site.span.end).collect();
        // Where one ends and the next begins, the cursor is on the next; a variable goes before the attribute that it gives.
        sites.sort_by_key(|site| {
            (
                site.span.end == offset,
                site.span.len(),
                matches!(site.spelling, Spelling::ShortAttribute | Spelling::ShorthandKey),
            )
        });
        let names = Names { index: &snapshot.index, package };
        Ok(Some(Self { names, path, offset, view, sites }))
    }

    /// The name that is meant.
    pub(crate) fn site(&self) -> Option<&Site> {
        self.sites.first()
    }
}

impl<'i> Names<'i> {
    /// All names of a template, in the order of the text.
    #[must_use]
    pub(crate) fn of_view(&self, view: &str) -> Vec<Site> {
        let (Some(program), Some(template)) = (self.package.set.program(view), self.package.set.template(view)) else {
            return Vec::new();
        };
        let mut sites = walk::sites(*self, view, program, template.source());
        ends::add(*self, template, &mut sites);
        sites.sort_by_key(|site| (site.span, site.role == Role::Use));
        sites.dedup();
        sites
    }

    /// All names of a Rust file that templates know.
    #[must_use]
    pub(crate) fn of_rust(&self, path: &std::path::Path) -> Vec<Site> {
        rust::sites(*self, path, &self.index.rust.whole_routes())
    }

    /// Every place that names the symbol, by file.
    #[must_use]
    pub(crate) fn all(&self, symbol: &Symbol) -> Vec<Found> {
        let mut found = Vec::new();
        for view in self.views_with(symbol) {
            let Some(path) = self.package.views.get(view) else { continue };
            if !self.package.source(view).is_some_and(|source| families::may_name(source, symbol)) {
                continue;
            }
            let sites = self.of_view(view).into_iter().filter(|site| self.is_same(&site.symbol, symbol));
            found.extend(sites.map(|site| Found { path: path.clone(), site }));
        }
        let routes = if matches!(symbol, Symbol::Route(_)) { self.index.rust.whole_routes() } else { Vec::new() };
        for path in self.rust_files() {
            let sites = rust::sites(*self, path, &routes).into_iter().filter(|site| self.is_same(&site.symbol, symbol));
            found.extend(sites.map(|site| Found { path: path.clone(), site }));
        }
        found
    }

    /// The file of a view, whether or not it exists.
    #[must_use]
    pub(crate) fn path_of(&self, view: &str) -> Option<PathBuf> {
        self.package.path_of(view)
    }

    /// The view that a written name means; the name itself where there is none.
    #[must_use]
    pub(crate) fn resolved(&self, candidates: &[String]) -> String {
        let found = self.package.set.resolve(candidates).map(str::to_owned);
        found.or_else(|| candidates.first().cloned()).unwrap_or_default()
    }

    /// Sections and stacks of views that share a page are the same.
    fn is_same(&self, one: &Symbol, other: &Symbol) -> bool {
        match (one, other) {
            (Symbol::Section { name: one, .. }, Symbol::Section { name: other, .. })
            | (Symbol::Stack { name: one, .. }, Symbol::Stack { name: other, .. }) => one == other,
            (one, other) => one == other,
        }
    }

    fn rust_files(&self) -> impl Iterator<Item = &'i PathBuf> {
        let (index, root) = (self.index, self.package.root.as_path());
        let is_ours = move |path: &&PathBuf| path.starts_with(root) || index.package_of(path).is_none();
        self.index.rust.files.keys().filter(is_ours)
    }
}

/// Places as the client takes them. Each file is read once.
pub(crate) fn locations(snapshot: &Snapshot, places: impl IntoIterator<Item = (PathBuf, Span)>) -> Vec<Location> {
    let mut texts: BTreeMap<PathBuf, Option<(Uri, Text)>> = BTreeMap::new();
    let mut locations = Vec::new();
    for (path, span) in places {
        let known = texts.entry(path).or_insert_with_key(|path| Some((snapshot.uri(path)?, snapshot.text(path)?)));
        if let Some((uri, text)) = known {
            locations.push(Location { uri: uri.clone(), range: text.range(span, snapshot.encoding()) });
        }
    }
    locations
}

/// The part of a literal that is its text; nothing where it has escapes.
pub(crate) fn inside(source: &str, literal: Span, text: &str) -> Option<Span> {
    let written = source.get(literal.range())?;
    let at = if written == text { 0 } else { written.find(['"', '\''])? + 1 };
    let start = literal.start + at as u32;
    let span = Span::new(start, start + text.len() as u32);
    (span.end <= literal.end && source.get(span.range()) == Some(text)).then_some(span)
}

/// Whether a template is a component's.
pub(crate) fn is_component(view: &str) -> bool {
    view.starts_with("components.") || view.contains("::components.") || view.contains(".components.")
}

#[cfg(test)]
mod tests;
