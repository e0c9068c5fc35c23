//! Which variables a place of a template sees, as far as the templates say so.

use super::content::LateContent;
use crate::expr::{Pattern, PatternKind};

/// Innermost last.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    names: Vec<Known>,
    /// Others may come from `view!`, which alone knows them.
    pub(super) is_open: bool,
    /// What `slot` is, in a component that has no variable of this name.
    pub(super) content: Option<LateContent>,
    /// What `attributes` prints, in a component that has no variable of this name.
    pub(super) attributes: Option<String>,
}

#[derive(Debug, Clone)]
struct Known {
    name: String,
    binding: Binding,
    /// Its type is known at run time only: it is a `forge::Value`, or an option of one.
    is_value: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    Bound,
    /// There is a variable, and another, `__has_…`, that says whether it counts.
    Maybe,
    Unset,
    /// `view!` must be asked.
    Unknown,
}

impl Scope {
    /// What a component sees: nothing yet.
    pub(super) fn closed() -> Self {
        Self::default()
    }

    /// What a view sees: what it is given.
    pub(super) fn open() -> Self {
        Self { is_open: true, ..Self::default() }
    }

    pub(super) fn mark(&self) -> usize {
        self.names.len()
    }

    pub(super) fn reset(&mut self, mark: usize) {
        self.names.truncate(mark);
    }

    pub(super) fn bind(&mut self, name: &str) {
        self.push(name, Binding::Bound, false);
    }

    /// A variable that is a `forge::Value` if `is_value`, else of whatever type.
    pub(super) fn bind_as(&mut self, name: &str, is_value: bool) {
        self.push(name, Binding::Bound, is_value);
    }

    pub(super) fn is_value(&self, name: &str) -> bool {
        self.names.iter().rev().find(|known| known.name == name).is_some_and(|known| known.is_value)
    }

    fn push(&mut self, name: &str, binding: Binding, is_value: bool) {
        self.names.push(Known { name: name.to_owned(), binding, is_value });
    }

    pub(super) fn bind_maybe(&mut self, name: &str) {
        self.push(name, Binding::Maybe, false);
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.push(name, Binding::Unset, false);
    }

    pub(super) fn binding(&self, name: &str) -> Binding {
        let known = self.names.iter().rev().find(|known| known.name == name).map(|known| known.binding);
        known.unwrap_or(if self.is_open { Binding::Unknown } else { Binding::Unset })
    }

    /// The names that are bound here, each once.
    pub(super) fn bound(&self) -> Vec<String> {
        let mut names: Vec<&str> = Vec::new();
        for (index, Known { name, .. }) in self.names.iter().enumerate() {
            let is_last = !self.names[index + 1..].iter().any(|later| later.name == *name);
            if is_last && matches!(self.binding(name), Binding::Bound | Binding::Maybe) {
                names.push(name);
            }
        }
        names.into_iter().map(str::to_owned).collect()
    }

    pub(super) fn unset_names(&self) -> Vec<String> {
        let unset = self.names.iter().filter(|known| self.binding(&known.name) == Binding::Unset);
        unset.map(|known| known.name.clone()).collect()
    }
}

/// The variables that a pattern binds.
pub(super) fn bindings(pattern: &Pattern) -> Vec<&str> {
    match &pattern.kind {
        PatternKind::Bind(name) => vec![name],
        PatternKind::Reference(inner) | PatternKind::Variant(_, inner) => bindings(inner),
        PatternKind::Tuple(parts) => parts.iter().flat_map(bindings).collect(),
        PatternKind::Or(parts) => parts.first().map(bindings).unwrap_or_default(),
        PatternKind::Rust { binds, .. } => binds.iter().map(String::as_str).collect(),
        PatternKind::Wild | PatternKind::None | PatternKind::Literal(_) | PatternKind::Range(_) => Vec::new(),
    }
}
