//! The tree of a template. Everything is a place in the text: nothing is copied, nothing is left out.

use crate::span::Span;
use crate::table::Kind;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Printed as it stands.
    Text(Span),
    Comment(Comment),
    /// `@verbatim … @endverbatim`, `@rust … @endrust`.
    Raw(Raw),
    Echo(Echo),
    Escape(Escape),
    /// A directive that stands alone.
    Directive(Directive),
    Block(Block),
    Component(Component),
    Slot(Slot),
    /// A directive or tag that has no place in the structure. There is a problem that says why.
    Stray(Stray),
}

/// `{{-- … --}}`. Without its end, the opening alone is the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    pub span: Span,
    /// Between the delimiters.
    pub body: Span,
    pub is_closed: bool,
}

/// Text that is not read as template. Without its end, the opening alone is kept as [`Stray`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw {
    /// `@verbatim`, `@rust` or `@php`.
    pub opener: Directive,
    pub body: Span,
    pub close: Span,
}

/// `{{ e }}`, `{!! e !!}` or `{{{ e }}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Echo {
    pub kind: EchoKind,
    pub open: Span,
    /// Between the delimiters.
    pub body: Span,
    /// The body without surrounding whitespace and without a final `;`.
    pub expression: Span,
    /// Missing where the echo is not closed. The body then ends where the expression surely does not go on.
    pub close: Option<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EchoKind {
    /// `{{ e }}`
    Escaped,
    /// `{!! e !!}`
    Raw,
    /// `{{{ e }}}`: escaped too, an older spelling.
    Triple,
}

/// `@{{ … }}`, `@{!! … !!}`, `@@name`: printed without the first `@`, and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Escape {
    pub span: Span,
    /// What is printed.
    pub shown: Span,
}

/// `@name` or `@name(…)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    pub kind: Kind,
    /// With the `@`.
    pub name: Span,
    pub arguments: Option<Arguments>,
    pub detail: Detail,
}

/// The parenthesis of a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arguments {
    /// With the parentheses. Spaces and tabs may stand between the name and this.
    pub span: Span,
    /// Each without surrounding whitespace. A final comma adds none.
    pub list: Vec<Span>,
    pub is_closed: bool,
}

/// What the arguments of some directives mean, where that is a matter of syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    None,
    /// Of `@for`, `@foreach` and `@forelse`.
    Loop(LoopHead),
    /// Of `@break` and `@continue`: how many loops, at least 1.
    Level(u32),
    /// Of `@break` and `@continue`: only if this is true.
    Condition(Span),
}

/// `pattern in values`, `values as pattern`, `values as key => pattern`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoopHead {
    pub values: Span,
    pub key: Option<Span>,
    pub pattern: Span,
}

/// A directive with everything up to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// At least one. The first begins with the directive that opened the block.
    pub branches: Vec<Branch>,
    /// Missing where nothing closes the block. It then ends with its last child.
    pub close: Option<Directive>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    pub head: Directive,
    pub children: Vec<Node>,
}

/// `<x-name …> … </x-name>` or `<x-name … />`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    pub tag: Tag,
    pub children: Vec<Node>,
    /// Missing where the tag closes itself, or nothing closes it.
    pub close: Option<Span>,
}

/// `<x-slot:name …> … </x-slot>` or `<x-slot name="…">`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub tag: Tag,
    /// The name as text. Missing for the default slot, and where the name is an expression.
    pub name: Option<Span>,
    pub children: Vec<Node>,
    pub close: Option<Span>,
}

/// An opening tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub span: Span,
    /// Behind `<x-`: `alert`, `forms.input`, `mail::message`, `dynamic-component`, `slot:title`.
    pub name: Span,
    pub attributes: Vec<Attribute>,
    pub end: TagEnd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagEnd {
    /// `>`
    Open,
    /// `/>`
    SelfClosing,
    /// The tag stops where something else begins.
    Missing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub span: Span,
    pub kind: AttributeKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeKind {
    /// `name`, `name="text {{ echo }}"`, and `::name="…"`, which is the attribute `:name`.
    Plain {
        name: Span,
        value: Option<Value>,
    },
    /// `:name="expression"`.
    Bound {
        name: Span,
        value: BoundValue,
    },
    /// `:$name`: the variable of that name.
    Short {
        name: Span,
    },
    /// `{{ attributes }}`.
    Echo(Echo),
    /// `@class(…)` and the like.
    Directive(Directive),
    Comment(Comment),
    /// Something that is no attribute.
    Stray,
}

/// Literal text with echoes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// With the quotes, if any.
    pub span: Span,
    pub parts: Vec<Part>,
    pub is_closed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(Span),
    Echo(Echo),
    Escape(Escape),
    Comment(Comment),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundValue {
    /// With the quotes, if any.
    pub span: Span,
    /// Without surrounding whitespace.
    pub expression: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stray {
    /// Perhaps an unknown name; then the kind is that of the directive that it is taken for.
    Directive(Directive),
    Tag(Tag),
    ClosingTag(Span),
}

impl Node {
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Text(span) => *span,
            Self::Comment(comment) => comment.span,
            Self::Raw(raw) => raw.opener.span().to(raw.close),
            Self::Echo(echo) => echo.span(),
            Self::Escape(escape) => escape.span,
            Self::Directive(directive) => directive.span(),
            Self::Block(block) => block.span(),
            Self::Component(component) => enclosed(component.tag.span, &component.children, component.close),
            Self::Slot(slot) => enclosed(slot.tag.span, &slot.children, slot.close),
            Self::Stray(stray) => stray.span(),
        }
    }
}

impl Echo {
    #[must_use]
    pub fn span(&self) -> Span {
        self.open.to(self.close.unwrap_or(self.body))
    }
}

impl Directive {
    /// Name and arguments.
    #[must_use]
    pub fn span(&self) -> Span {
        self.name.to(self.arguments.as_ref().map_or(self.name, |arguments| arguments.span))
    }

    /// The arguments, without the question whether there is a parenthesis.
    #[must_use]
    pub fn list(&self) -> &[Span] {
        self.arguments.as_ref().map_or(&[], |arguments| &arguments.list)
    }
}

impl Block {
    #[must_use]
    pub fn span(&self) -> Span {
        let opener = self.opener().span();
        let last = self.branches.last().map_or(opener, |branch| enclosed(branch.head.span(), &branch.children, None));
        opener.to(self.close.as_ref().map_or(last, Directive::span))
    }

    /// The directive that opened the block.
    #[must_use]
    pub fn opener(&self) -> &Directive {
        &self.branches[0].head
    }
}

impl Component {
    /// The slots that are direct children. Those within a condition are found by walking the children.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.children.iter().filter_map(|child| match child {
            Node::Slot(slot) => Some(slot),
            _ => None,
        })
    }
}

impl TagEnd {
    /// Bytes.
    pub(crate) fn len(self) -> u32 {
        match self {
            Self::Open => 1,
            Self::SelfClosing => 2,
            Self::Missing => 0,
        }
    }
}

impl Part {
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Text(span) => *span,
            Self::Echo(echo) => echo.span(),
            Self::Escape(escape) => escape.span,
            Self::Comment(comment) => comment.span,
        }
    }
}

impl Stray {
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Directive(directive) => directive.span(),
            Self::ClosingTag(span) => *span,
            Self::Tag(tag) => tag.span,
        }
    }
}

fn enclosed(open: Span, children: &[Node], close: Option<Span>) -> Span {
    let last = children.last().map_or(open, Node::span);
    open.to(close.unwrap_or(last))
}
