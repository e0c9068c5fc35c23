//! A template cut into what a formatter moves, and the white space between.

use forge_codegen::Span;

#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub span: Span,
    pub kind: PieceKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// White space between what is printed. May be empty, at the end of a text.
    Gap(Gap),
    /// Text, an echo, a directive that stands alone: anything that says nothing of nesting.
    Ink,
    /// A directive with arguments in several lines.
    Arguments,
    /// What follows is within something, up to its [`Self::Close`].
    Open {
        is_inline: bool,
        closes: bool,
    },
    Close {
        closes: bool,
    },
    /// `@else` and the like.
    Branch,
    TagOpen(usize),
    TagGap {
        tag: usize,
        place: GapPlace,
        gap: Gap,
    },
    TagEnd(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gap {
    /// The newline at its start is not printed, since a directive is directly before.
    pub drops: bool,
    /// Whether it prints something or nothing makes no difference: for what stands before it, and for what follows.
    pub soft_before: bool,
    pub soft_behind: bool,
}

/// Which neighbour of white space may excuse that it appears or goes. One at a time, since two that excuse each other could go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    Behind,
}

impl Gap {
    pub(super) fn is_soft(self, side: Side) -> bool {
        match side {
            Side::Before => self.soft_before,
            Side::Behind => self.soft_behind,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GapPlace {
    BeforeAttribute,
    BeforeEnd,
}

/// An opening tag, of HTML or of a component.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TagShape {
    /// Its attributes stand in several lines.
    pub has_lines: bool,
    /// Blocks stand among its attributes, so that these cannot be told apart.
    pub has_blocks: bool,
}

#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub list: Vec<Piece>,
    pub tags: Vec<TagShape>,
    /// White space within echoes and around arguments, with what stands there instead.
    pub spacing: Vec<(Span, &'static str)>,
    /// Whether white space may be added at the end of the text.
    pub may_end: bool,
}
