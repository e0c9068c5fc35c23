//! A template that was read: its text, its tree and what is wrong with it.

use crate::leaves::{Leaf, leaves};
use crate::problem::Problem;
use crate::span::Span;
use crate::tree::Node;

/// The result of [`parse`](crate::parse()).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub(crate) source: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) problems: Vec<Problem>,
}

impl Template {
    /// The text that was read, byte for byte. Empty where it was [too large](crate::SOURCE_BYTES_MAX).
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text of a place in this template; empty for a place of another one that does not exist here.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.source.get(span.range()).unwrap_or_default()
    }

    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// In the order of the text. At most [`PROBLEMS_MAX`](crate::PROBLEMS_MAX).
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The pieces of the text in order, each byte in exactly one of them.
    #[must_use]
    pub fn leaves(&self) -> Vec<Leaf> {
        leaves(&self.nodes)
    }
}
