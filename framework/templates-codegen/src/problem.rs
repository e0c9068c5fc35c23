//! What can be wrong with a template, as values. Rendering them is the business of those who show them.

use std::fmt;

use crate::span::Span;

/// One finding. Every problem is an error: what is merely unusual stays text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: Code,
    /// What to underline.
    pub span: Span,
    /// A lowercase fragment without a final stop.
    pub message: String,
    /// What to do next, in the same form.
    pub help: Option<String>,
    /// Other places that belong to it, each with what it is.
    pub related: Vec<(Span, String)>,
}

impl Problem {
    pub(crate) fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, message: message.into(), help: None, related: Vec::new() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn related(mut self, span: Span, what: impl Into<String>) -> Self {
        self.related.push((span, what.into()));
        self
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal,)*) => {
        /// The stable name of a kind of problem. A code never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: ")] $(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// `FRG` and four digits.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

codes! {
    /// the text is longer than [`SOURCE_BYTES_MAX`](crate::SOURCE_BYTES_MAX) and was not read.
    TooLarge "FRG0001",
    /// blocks, components or brackets within each other beyond [`NESTING_MAX`](crate::NESTING_MAX).
    TooDeep "FRG0002",
    /// `{{--` without `--}}`.
    UnclosedComment "FRG0003",
    /// `@verbatim` or `@rust` without its end.
    UnclosedRaw "FRG0004",
    /// `{{`, `{!!` or `{{{` without its end.
    UnclosedEcho "FRG0005",
    /// an echo of nothing.
    EmptyEcho "FRG0006",
    /// the `(` behind a directive is never closed.
    UnclosedArguments "FRG0007",
    /// a string, comment or bracket inside of an expression does not end, or ends something else.
    MalformedExpression "FRG0008",
    /// a directive that nobody registered and that looks like one that exists.
    UnknownDirective "FRG0009",
    /// a directive that needs arguments has none.
    MissingArguments "FRG0010",
    /// the head of a loop says neither `pattern in values` nor `values as pattern`.
    MalformedLoop "FRG0011",
    /// a block, component or slot that nothing closes.
    Unclosed "FRG0012",
    /// a closing directive or tag with nothing to close.
    StrayCloser "FRG0013",
    /// a branch such as `@else` outside of its block.
    StrayBranch "FRG0014",
    /// a block or component is closed by what closes another kind.
    Mismatched "FRG0015",
    /// a branch that can never be reached, behind `@else` or `@default`.
    UnreachableBranch "FRG0016",
    /// something stands between `@switch` and its first `@case`.
    BeforeFirstCase "FRG0017",
    /// a directive of Blade that makes no sense in Rust.
    Foreign "FRG0018",
    /// a component tag without `>`.
    UnclosedTag "FRG0019",
    /// an attribute of a component tag that cannot be read.
    MalformedAttribute "FRG0020",
    /// a block directive among the attributes of a component tag.
    BlockInTag "FRG0021",
    /// an echo among the attributes of a component tag that is not the attribute bag.
    EchoInTag "FRG0022",
    /// a slot outside of every component.
    SlotOutside "FRG0023",
    /// `<x-dynamic-component>` does not say which component.
    DynamicUnnamed "FRG0024",
    /// an expression that is neither Rust nor what Forge adds to it.
    InvalidExpression "FRG0025",
    /// a list with names within code that only the compiler understands.
    KeysInRust "FRG0026",
    /// a directive has too many arguments, too few, or one of the wrong kind.
    WrongArguments "FRG0027",
    /// `@break` or `@continue` with nothing to leave.
    JumpOutside "FRG0028",
    /// `loop` outside of a loop, or `loop.parent` of an outermost one.
    LoopOutside "FRG0029",
    /// a directive that may stand only once in a template stands there twice.
    Repeated "FRG0030",
    /// two props of a component have the same name.
    DuplicateProp "FRG0031",
    /// `@parent` outside of a section.
    ParentOutside "FRG0032",
    /// a filter that does not exist.
    UnknownFilter "FRG0033",
    /// a directive where it has no effect or makes no sense.
    Misplaced "FRG0034",
    /// the same attribute twice on a component.
    DuplicateAttribute "FRG0035",
    /// a view or layout that does not exist.
    UnknownView "FRG0036",
    /// a component that does not exist.
    UnknownComponent "FRG0037",
    /// a component is used without a prop that it requires.
    MissingProp "FRG0038",
    /// a template includes itself, perhaps through others.
    InclusionCycle "FRG0039",
    /// a section that no layout shows.
    UnusedSection "FRG0040",
    /// a variable in a component that is neither a prop nor a slot.
    UnknownVariable "FRG0041",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
