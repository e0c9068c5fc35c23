//! Which variables a template uses and does not bind itself, and which are bound where other templates are named.

mod ops;

use std::collections::{HashMap, HashSet};

use crate::expr::{Condition, Expr, ExprKind, Pattern};
use crate::expr_walk;
use crate::ir::Program;
use crate::parse_expr;
use crate::span::Span;

/// Names that are there without being given.
const RESERVED: &[&str] = &["loop", "attributes", "slot", "component", "errors"];

/// A name that the template uses without binding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// Not within code that only the compiler understands: there it may be something else.
    pub(crate) is_certain: bool,
}

/// Another template that is named, as far as variables go.
#[derive(Debug, Clone)]
pub(crate) struct Inner {
    /// The first that exists is meant.
    pub(crate) names: Vec<String>,
    /// What it is given.
    pub(crate) given: HashSet<String>,
    /// Whether it sees what is bound at its place.
    pub(crate) inherits: bool,
    at: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Variables {
    /// In the order of the text, each name once; with one that is certain, if there is any.
    pub(crate) used: Vec<Used>,
    /// Names whose existence is asked for: they may be missing.
    pub(crate) asked: HashSet<String>,
    pub(crate) inner: Vec<Inner>,
    /// For each name how many scopes bind it from when on: the walk counts its steps.
    bound: HashMap<String, Vec<(u32, usize)>>,
}

impl Variables {
    pub(crate) fn of(program: &Program, source: &str) -> Self {
        let mut walk = Walk {
            source,
            found: Self::default(),
            places: HashMap::new(),
            scope: Vec::new(),
            now: 0,
            imported: imported(program),
        };
        for prop in program.props.iter().flatten().chain(&program.aware) {
            prop.default.iter().for_each(|default| walk.expr(default));
            walk.bind(&prop.name.text);
        }
        walk.ops(&program.body);
        if let Some(extends) = &program.extends {
            walk.views(&extends.names, &extends.with, true);
        }
        walk.leave(0);
        walk.found
    }

    /// Whether the template itself binds the name where `inner` stands.
    pub(crate) fn is_bound_at(&self, inner: &Inner, name: &str) -> bool {
        let Some(times) = self.bound.get(name) else { return false };
        let behind = times.partition_point(|(from, _)| *from <= inner.at);
        behind.checked_sub(1).is_some_and(|last| times[last].1 > 0)
    }
}

struct Walk<'p> {
    source: &'p str,
    found: Variables,
    /// Where in `used` a name is.
    places: HashMap<String, usize>,
    /// The names that are bound, the innermost last.
    scope: Vec<String>,
    now: u32,
    /// What `@use` brings.
    imported: HashSet<String>,
}

impl Walk<'_> {
    fn bind(&mut self, name: &str) {
        self.now += 1;
        let times = self.found.bound.entry(name.to_owned()).or_default();
        let count = times.last().map_or(0, |(_, count)| *count);
        times.push((self.now, count + 1));
        self.scope.push(name.to_owned());
    }

    /// Ends what was bound since the scope was `mark` long.
    fn leave(&mut self, mark: usize) {
        self.now += 1;
        for name in self.scope.split_off(mark) {
            let times = self.found.bound.entry(name).or_default();
            let count = times.last().map_or(0, |(_, count)| *count);
            times.push((self.now, count.saturating_sub(1)));
        }
    }

    fn is_bound(&self, name: &str) -> bool {
        let times = self.found.bound.get(name);
        times.and_then(|times| times.last()).is_some_and(|(_, count)| *count > 0)
    }

    fn scoped(&mut self, work: impl FnOnce(&mut Self)) {
        let mark = self.scope.len();
        work(self);
        self.leave(mark);
    }

    fn use_name(&mut self, name: &str, span: Span, is_certain: bool) {
        let is_known = RESERVED.contains(&name)
            || name.starts_with(char::is_uppercase)
            || self.is_bound(name)
            || self.imported.contains(name);
        if is_known {
            return;
        }
        let used = Used { name: name.to_owned(), span, is_certain };
        match self.places.get(name) {
            Some(place) if is_certain && !self.found.used[*place].is_certain => self.found.used[*place] = used,
            Some(_) => {}
            None => {
                self.places.insert(name.to_owned(), self.found.used.len());
                self.found.used.push(used);
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Var(name) => self.use_name(name, expr.span, true),
            ExprKind::Rust(text) => text.names.iter().for_each(|name| self.use_name(&name.text, name.span, false)),
            ExprKind::Format { format, .. } => {
                if let ExprKind::Str(text) = &format.kind {
                    for name in parse_expr::inline_arguments(text, 0) {
                        self.use_name(&name.text, format.span, true);
                    }
                }
                self.children(expr);
            }
            ExprKind::Closure { parameters, body, .. } => self.scoped(|walk| {
                parameters.iter().for_each(|pattern| walk.pattern(pattern));
                walk.expr(body);
            }),
            ExprKind::If { condition, then, otherwise } => {
                self.scoped(|walk| {
                    walk.condition(condition);
                    walk.expr(then);
                });
                otherwise.iter().for_each(|otherwise| self.expr(otherwise));
            }
            ExprKind::Match { value, arms } => {
                self.expr(value);
                for arm in arms {
                    self.scoped(|walk| {
                        walk.pattern(&arm.pattern);
                        arm.guard.iter().for_each(|guard| walk.expr(guard));
                        walk.expr(&arm.value);
                    });
                }
            }
            _ => self.children(expr),
        }
    }

    fn children(&mut self, expr: &Expr) {
        expr_walk::children(expr, &mut |child| self.expr(child));
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn pattern(&mut self, pattern: &Pattern) {
        expr_walk::binds(pattern, &mut |name| self.bind(name));
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Expr(expr) => self.expr(expr),
            Condition::Let(pattern, expr) => {
                self.expr(expr);
                self.pattern(pattern);
            }
            Condition::All(all) => all.iter().for_each(|condition| self.condition(condition)),
        }
    }
}

/// The names that `@use` brings, and the words of their paths: none of them is a variable's.
fn imported(program: &Program) -> HashSet<String> {
    let words =
        |path: &str| path.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_owned).collect::<Vec<_>>();
    program.uses.iter().flat_map(|item| words(&item.path)).filter(|word| !word.is_empty()).collect()
}
