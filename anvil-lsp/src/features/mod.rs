//! What the editor can ask about a place or a document: one file each, from a snapshot to an answer.

pub(crate) mod actions;
#[cfg(test)]
mod blog;
pub(crate) mod builtin;
pub(crate) mod completion;
pub(crate) mod context;
pub(crate) mod definition;
pub(crate) mod describe;
pub(crate) mod directives;
mod edits;
#[cfg(test)]
mod everywhere;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod folding;
pub(crate) mod format;
pub(crate) mod generated;
pub(crate) mod hover;
pub(crate) mod known;
pub(crate) mod layouts;
pub(crate) mod lens;
pub(crate) mod links;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod signature;
mod sites;
pub(crate) mod snippet;
pub(crate) mod symbols;
pub(crate) mod tokens;
pub(crate) mod visit;
