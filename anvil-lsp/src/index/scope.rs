//! What a name means at a place of a template.
//!
//! A view sees what Rust gives to it and what the templates see that include it or that it is the layout of; a component sees its props
//! and slots. What the template binds itself comes on top. The tree is walked rather than the program, so that a half-typed
//! directive does not take the names around it away.

mod component;
mod expression;
mod given;
mod members;
mod walk;
mod walk_ops;

use std::path::PathBuf;

use forge_codegen::Span;

use super::{Index, resolve::Resolver, rust::apart, types::Type};
use crate::index::View;

pub use members::members;

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
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
    apart(|| Scope::new(index, view).at(offset).into_list()).unwrap_or_default()
}

/// The type of an expression that stands at `offset`, as far as declarations tell: `post.author.name`.
#[must_use]
pub fn type_of(index: &Index, view: View<'_>, offset: u32, expression: &str) -> Option<Type> {
    apart(|| {
        let scope = Scope::new(index, view).at(offset);
        let parsed =
            forge_codegen::fragments::expression(expression, Span::new(0, u32::try_from(expression.len()).ok()?))?;
        scope.type_of(&parsed, expression)
    })?
}

/// The names of a place while they are being collected, the outermost first.
struct Scope<'i> {
    index: &'i Index,
    view: View<'i>,
    names: Vec<ScopeVariable>,
    /// Templates within templates that pass variables on, around this one.
    around: Vec<String>,
}

impl<'i> Scope<'i> {
    fn new(index: &'i Index, view: View<'i>) -> Self {
        Self { index, view, names: Vec::new(), around: Vec::new() }
    }

    /// With everything that can be seen at a place.
    fn at(mut self, offset: u32) -> Self {
        self.outer();
        if let Some(template) = self.view.package.set.template(self.view.name) {
            self.nodes(template, template.nodes(), offset);
        }
        self
    }

    /// What is there before the template begins.
    fn outer(&mut self) {
        self.bind("errors", Some(Type::named("ErrorBags")), Origin::BuiltIn, Vec::new());
        if is_component(self.view.name) {
            self.component();
            // It may be included like any other view as well.
            self.passed();
        } else {
            self.given();
        }
    }

    fn resolver(&self) -> Resolver<'i> {
        Resolver { rust: &self.index.rust, from: None }
    }

    fn bind(&mut self, name: &str, ty: Option<Type>, origin: Origin, definitions: Vec<Place>) {
        let ty = ty.map(|ty| self.resolver().unaliased(&ty)).filter(|ty| !ty.is_unknown());
        self.names.push(ScopeVariable { name: name.to_owned(), ty, origin, definitions });
    }

    fn find(&self, name: &str) -> Option<&ScopeVariable> {
        self.names.iter().rev().find(|known| known.name == name)
    }

    /// A place in this template.
    fn place(&self, span: Span) -> Vec<Place> {
        let path = self.view.package.views.get(self.view.name);
        path.map(|path| Place { path: path.clone(), span }).into_iter().collect()
    }

    /// Innermost first, each name once.
    fn into_list(self) -> Vec<ScopeVariable> {
        let mut seen = std::collections::HashSet::new();
        self.names.into_iter().rev().filter(|variable| seen.insert(variable.name.clone())).collect()
    }
}

/// Whether a view is used as `<x-…>`.
fn is_component(view: &str) -> bool {
    view.split_once("::").map_or(view, |(_, path)| path).split('.').rev().skip(1).any(|part| part == "components")
}
