//! The tree as a sequence: every byte of the text in one leaf. Highlighting reads it, and so does the proof that the
//! tree leaves nothing out.

use crate::span::Span;
use crate::tree::{Attribute, AttributeKind, Comment, Component, Directive, Echo, Node, Part, Raw, Slot, Stray, Tag};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    pub kind: LeafKind,
    /// Never empty.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafKind {
    /// Printed as it stands; also the literal text of an attribute.
    Text,
    Comment,
    /// The body of `@verbatim` or `@rust`.
    RawText,
    /// `{{`, `!!}` and the like.
    EchoDelimiter,
    /// Rust.
    Expression,
    Escape,
    /// `@name`.
    DirectiveName,
    /// The parenthesis behind it.
    Arguments,
    /// `<x-name`, `>`, `/>`, `</x-name>`.
    Tag,
    AttributeName,
    /// `=`, quotes.
    AttributePunctuation,
    /// Whitespace within a tag, or between a directive and its parenthesis.
    Space,
    /// What could not be read.
    Stray,
}

pub(crate) fn leaves(nodes: &[Node]) -> Vec<Leaf> {
    let mut walk = Walk { leaves: Vec::new() };
    walk.nodes(nodes);
    walk.leaves
}

struct Walk {
    leaves: Vec<Leaf>,
}

impl Walk {
    fn leaf(&mut self, kind: LeafKind, span: Span) {
        if !span.is_empty() {
            self.leaves.push(Leaf { kind, span });
        }
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(span) => self.leaf(LeafKind::Text, *span),
                Node::Comment(comment) => self.comment(comment),
                Node::Raw(raw) => self.raw(raw),
                Node::Echo(echo) => self.echo(echo),
                Node::Escape(escape) => self.leaf(LeafKind::Escape, escape.span),
                Node::Directive(directive) => self.directive(directive),
                Node::Block(block) => {
                    for branch in &block.branches {
                        self.directive(&branch.head);
                        self.nodes(&branch.children);
                    }
                    block.close.iter().for_each(|close| self.directive(close));
                }
                Node::Component(Component { tag, children, close }) | Node::Slot(Slot { tag, children, close, .. }) => {
                    self.tag(tag);
                    self.nodes(children);
                    close.iter().for_each(|close| self.leaf(LeafKind::Tag, *close));
                }
                Node::Stray(stray) => self.stray(stray),
            }
        }
    }

    fn comment(&mut self, comment: &Comment) {
        self.leaf(LeafKind::Comment, comment.span);
    }

    fn raw(&mut self, raw: &Raw) {
        self.directive(&raw.opener);
        self.leaf(LeafKind::RawText, raw.body);
        self.leaf(LeafKind::DirectiveName, raw.close);
    }

    fn echo(&mut self, echo: &Echo) {
        self.leaf(LeafKind::EchoDelimiter, echo.open);
        self.leaf(LeafKind::Expression, echo.body);
        echo.close.iter().for_each(|close| self.leaf(LeafKind::EchoDelimiter, *close));
    }

    fn directive(&mut self, directive: &Directive) {
        self.leaf(LeafKind::DirectiveName, directive.name);
        if let Some(arguments) = &directive.arguments {
            self.leaf(LeafKind::Space, Span::new(directive.name.end, arguments.span.start));
            self.leaf(LeafKind::Arguments, arguments.span);
        }
    }

    fn stray(&mut self, stray: &Stray) {
        match stray {
            Stray::Directive(directive) => self.directive(directive),
            Stray::Tag(tag) => self.tag(tag),
            Stray::ClosingTag(span) => self.leaf(LeafKind::Tag, *span),
        }
    }

    fn tag(&mut self, tag: &Tag) {
        self.leaf(LeafKind::Tag, Span::new(tag.span.start, tag.name.end));
        let mut at = tag.name.end;
        for attribute in &tag.attributes {
            self.leaf(LeafKind::Space, Span::new(at, attribute.span.start));
            self.attribute(attribute);
            at = attribute.span.end;
        }
        let end = tag.end.len();
        self.leaf(LeafKind::Space, Span::new(at, tag.span.end - end));
        self.leaf(LeafKind::Tag, Span::new(tag.span.end - end, tag.span.end));
    }

    fn attribute(&mut self, attribute: &Attribute) {
        let Span { start, end } = attribute.span;
        match &attribute.kind {
            AttributeKind::Plain { name, value } => {
                self.leaf(LeafKind::AttributeName, Span::new(start, name.end));
                let mut at = name.end;
                for part in value.iter().flat_map(|value| &value.parts) {
                    self.leaf(LeafKind::AttributePunctuation, Span::new(at, part.span().start));
                    self.part(part);
                    at = part.span().end;
                }
                self.leaf(LeafKind::AttributePunctuation, Span::new(at, end));
            }
            AttributeKind::Bound { name, value } => {
                self.leaf(LeafKind::AttributeName, Span::new(start, name.end));
                self.leaf(LeafKind::AttributePunctuation, Span::new(name.end, value.expression.start));
                self.leaf(LeafKind::Expression, value.expression);
                self.leaf(LeafKind::AttributePunctuation, Span::new(value.expression.end, end));
            }
            AttributeKind::Short { .. } => self.leaf(LeafKind::AttributeName, attribute.span),
            AttributeKind::Echo(echo) => self.echo(echo),
            AttributeKind::Directive(directive) => self.directive(directive),
            AttributeKind::Comment(comment) => self.comment(comment),
            AttributeKind::Stray => self.leaf(LeafKind::Stray, attribute.span),
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Text(span) => self.leaf(LeafKind::Text, *span),
            Part::Echo(echo) => self.echo(echo),
            Part::Escape(escape) => self.leaf(LeafKind::Escape, escape.span),
            Part::Comment(comment) => self.comment(comment),
        }
    }
}
