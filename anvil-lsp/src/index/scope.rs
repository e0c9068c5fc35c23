//! What a name means at a place of a template.

use std::path::PathBuf;

use forge_codegen::Span;

use super::{Index, types::Type};
use crate::index::View;

/// A name that an expression can use.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeVariable {
    pub name: String,
    /// As far as declarations tell.
    pub ty: Option<Type>,
    pub origin: Origin,
    /// Where it comes from.
    pub definitions: Vec<Place>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub path: PathBuf,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Given by Rust: `view!`, `#[derive(View)]`.
    View,
    /// Bound in the template: a loop, `@let`, `if let`.
    Local,
    Prop,
    Slot,
    /// Always there: `loop`, `errors`, `attributes`.
    BuiltIn,
}

/// A field or method of a type.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub name: String,
    pub ty: Option<Type>,
    /// `author: User`, `fn excerpt(&self, words: usize) -> String`.
    pub signature: String,
    pub docs: String,
    pub is_method: bool,
    /// None for what the standard library defines.
    pub definition: Option<Place>,
}

/// The names that can be used at `offset` of a view, innermost first.
#[must_use]
pub fn variables(index: &Index, view: View<'_>, offset: u32) -> Vec<ScopeVariable> {
    let _ = (index, view, offset);
    Vec::new()
}

/// The type of an expression that stands at `offset`, as far as declarations tell: `post.author.name`.
#[must_use]
pub fn type_of(index: &Index, view: View<'_>, offset: u32, expression: &str) -> Option<Type> {
    let _ = (index, view, offset, expression);
    None
}

/// Fields and methods of a type of the project, and of what templates use most of the standard library.
#[must_use]
pub fn members(index: &Index, ty: &Type) -> Vec<Member> {
    let _ = (index, ty);
    Vec::new()
}
