//! What a text in an expression names, by where it stands.

use forge_codegen::Kind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum NameKind {
    /// `posts.index`
    View,
    Section,
    Stack,
    Slot,
    Fragment,
    Route,
    Config,
    Translation,
    /// `PUT`
    HttpMethod,
}

impl NameKind {
    /// Of a text that is the argument at `index` of a directive, or an item of a list there.
    #[must_use]
    pub(crate) fn of_argument(directive: Kind, index: usize) -> Option<Self> {
        Some(match (directive, index) {
            (
                Kind::Include
                | Kind::IncludeIf
                | Kind::IncludeIsolated
                | Kind::IncludeFirst
                | Kind::Extends
                | Kind::ExtendsFirst
                | Kind::Component
                | Kind::ComponentFirst,
                0,
            )
            | (Kind::IncludeWhen | Kind::IncludeUnless, 1)
            | (Kind::Each, 0 | 3) => Self::View,
            (Kind::Section | Kind::Yield | Kind::HasSection | Kind::SectionMissing, 0) => Self::Section,
            (
                Kind::Stack
                | Kind::HasStack
                | Kind::Push
                | Kind::ElsePush
                | Kind::PushOnce
                | Kind::Prepend
                | Kind::PrependOnce,
                0,
            )
            | (Kind::PushIf | Kind::ElsePushIf, 1) => Self::Stack,
            (Kind::Slot, 0) => Self::Slot,
            (Kind::Fragment, 0) => Self::Fragment,
            (Kind::Lang | Kind::Choice, 0) => Self::Translation,
            (Kind::Method, 0) => Self::HttpMethod,
            _ => return None,
        })
    }

    /// Of a text that is the first argument of a function.
    #[must_use]
    pub(crate) fn of_call(function: &str) -> Option<Self> {
        Some(match function {
            "route" => Self::Route,
            "config" => Self::Config,
            "trans" => Self::Translation,
            _ => return None,
        })
    }
}
