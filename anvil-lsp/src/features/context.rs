//! What stands at an offset of a template: every question of an editor about a place begins here. Reads the tree, and where text
//! is half-typed and therefore no part of it yet, the text before the cursor. Decides nothing about what names mean.

pub(crate) mod code;
mod half_typed;
mod names;
mod walk;

use std::borrow::Cow;

use forge_codegen::{
    Options, Span, Template,
    tree::{Attribute, Block, Component, Directive, Tag},
};

use crate::snapshot::Cursor;

pub(crate) use code::{Code, CodeSite};
pub(crate) use names::NameKind;

/// A place of a template.
#[derive(Debug)]
pub(crate) struct Context<'t> {
    pub(crate) site: Site<'t>,
    /// What is around it, outermost first.
    pub(crate) around: Vec<Around<'t>>,
}

#[derive(Debug)]
pub(crate) enum Site<'t> {
    /// HTML, printed as it stands.
    Text,
    Comment,
    /// `@verbatim`, `@php`; the code of `@rust` is [`Site::Code`].
    Raw,
    /// `@@if`, `@{{ … }}`.
    Escape,
    /// `@fore`, whether or not there is such a directive.
    DirectiveName {
        /// With the `@`.
        name: Span,
        /// None where the tree has only text.
        directive: Option<&'t Directive>,
        /// The component tag it stands in.
        tag: Option<&'t Tag>,
    },
    /// `<x-card`, `</x-card`.
    TagName {
        /// What stands behind `<x-` or `</x-`.
        name: Span,
        /// From the `<` on.
        opening: Span,
        /// None where the tree has only text, and for ends.
        tag: Option<&'t Tag>,
        is_closing: bool,
    },
    /// `<x-slot:title`, `<x-slot name="title">`.
    SlotName {
        name: Span,
    },
    /// Also where one could begin.
    AttributeName {
        tag: &'t Tag,
        /// As written, with the `:` or `::` before it.
        name: Span,
        attribute: Option<&'t Attribute>,
    },
    /// The literal text of an attribute.
    AttributeValue {
        tag: &'t Tag,
        name: Span,
        /// Between the quotes, if there are any.
        value: Span,
    },
    Code(Code<'t>),
}

/// What is around a place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Around<'t> {
    Block {
        block: &'t Block,
        /// Which branch, or the last where the place is the block's end.
        branch: usize,
    },
    Component(&'t Component),
    Slot,
}

impl<'t> Context<'t> {
    /// What is being typed: a name counts up to and with its end.
    #[must_use]
    pub(crate) fn before(template: &'t Template, offset: u32) -> Self {
        walk::context(template, offset.min(template.source().len() as u32))
    }

    /// What the cursor is on: a name counts from its start on, and at its end where nothing else begins there.
    #[must_use]
    pub(crate) fn on(template: &'t Template, offset: u32) -> Self {
        let source = template.source();
        let offset = (offset as usize).min(source.len());
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        let next = source[offset..].chars().next();
        let is_behind_word = source[..offset].chars().next_back().is_some_and(is_word);
        let steps = match next {
            Some(next) if is_word(next) || matches!(next, '@' | '<') => next.len_utf8(),
            Some(next) if !is_behind_word && !next.is_whitespace() => next.len_utf8(),
            _ => 0,
        };
        walk::context(template, (offset + steps) as u32)
    }

    /// The innermost component around the place.
    #[must_use]
    pub(crate) fn component(&self) -> Option<&'t Component> {
        self.around.iter().rev().find_map(|around| match around {
            Around::Component(component) => Some(*component),
            Around::Block { .. } | Around::Slot => None,
        })
    }

    /// The blocks around the place, innermost first, with the branch.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (&'t Block, usize)> {
        self.around.iter().rev().filter_map(|around| match around {
            Around::Block { block, branch } => Some((*block, *branch)),
            Around::Component(_) | Around::Slot => None,
        })
    }
}

/// The tree of the document that a cursor is in, as of its current text.
#[must_use]
pub(crate) fn template<'s>(cursor: &Cursor<'s>) -> Cow<'s, Template> {
    match cursor.view.and_then(|view| view.package.set.template(view.name)) {
        Some(template) => Cow::Borrowed(template),
        None => Cow::Owned(forge_codegen::parse(cursor.document.text.as_str(), &Options::default())),
    }
}

#[cfg(test)]
mod tests;
