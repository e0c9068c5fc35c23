//! The directives, as one table. What a name means to the parser is here and nowhere else.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::options::CustomId;

/// Whether a directive reads the parenthesis behind its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Takes {
    /// It must be there, with something in it.
    Required,
    /// It may be there. Spaces and tabs before it are allowed, as in Blade.
    Optional,
    /// A parenthesis behind the name is text.
    Nothing,
}

/// What a directive does to the structure of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing: it stands alone.
    Alone,
    /// Opens a block, perhaps depending on its arguments.
    Block(&'static Block),
    /// The text up to its end, the string given, is not read. With arguments it stands alone.
    Raw(&'static str),
    /// Continues a block.
    Branch,
    /// Ends a block.
    Closer,
}

/// How a block goes on and ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    pub when: When,
    /// What ends it. The first is the one that messages propose.
    pub closers: &'static [Kind],
    pub branches: &'static [Kind],
}

/// When a directive that can open a block opens one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Always,
    /// With a single argument; a second one is the content, and then it stands alone.
    OneArgument,
    /// With arguments; without, it is a branch.
    AnyArgument,
    /// Without arguments or with only a list, `[…]`; else it stands alone.
    NoKey,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub kind: Kind,
    /// As people write it. Letter case does not matter, as in Blade.
    pub name: &'static str,
    pub takes: Takes,
    pub shape: Shape,
}

impl Entry {
    /// Every directive that exists without registration, in no particular order.
    pub const ALL: &'static [Self] = TABLE;

    /// The entry for a name without `@`, in any letter case.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        static BY_NAME: LazyLock<HashMap<String, &'static Entry>> =
            LazyLock::new(|| TABLE.iter().map(|entry| (entry.name.to_ascii_lowercase(), entry)).collect());
        // No name is longer; what is need not be copied.
        if name.len() > 24 {
            return None;
        }
        BY_NAME.get(&name.to_ascii_lowercase()).copied()
    }
}

macro_rules! directives {
    ($($kind:ident $name:literal $takes:ident $shape:expr;)*) => {
        /// A directive by its meaning. Closed, so that whoever gives them meaning is told of a missing one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = concat!("`@", $name, "`")] $kind,)*
            /// Registered through [`Options`](crate::Options).
            Custom(CustomId),
        }

        impl Kind {
            /// As in the table; nothing for custom directives.
            pub(crate) fn shape(self) -> Option<Shape> {
                match self {
                    $(Self::$kind => Some($shape),)*
                    Self::Custom(_) => None,
                }
            }

            /// As in the table, without `@`; nothing for custom directives.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$kind => Some($name),)*
                    Self::Custom(_) => None,
                }
            }
        }

        const TABLE: &[Entry] = &[$(Entry { kind: Kind::$kind, name: $name, takes: Takes::$takes, shape: $shape },)*];
    };
}

use Kind as K;
use Shape::{Alone, Branch, Closer, Raw};

/// Branches of everything that is a condition. Blade compiles them all to `elseif`, so that any fits any.
pub(crate) const CONDITIONS: &[Kind] =
    &[K::Else, K::ElseIf, K::ElseAuth, K::ElseGuest, K::ElseCan, K::ElseCannot, K::ElseCanAny];

const fn block(when: When, closers: &'static [Kind], branches: &'static [Kind]) -> Block {
    Block { when, closers, branches }
}

const SECTION: &Block = &block(When::OneArgument, &[K::EndSection, K::Stop, K::Show, K::Append, K::Overwrite], &[]);

/// A block that is always one.
macro_rules! opens {
    ($closer:ident) => {
        opens!($closer, &[])
    };
    ($closer:ident, $branches:expr) => {
        opens!(Always, $closer, $branches)
    };
    ($when:ident, $closer:ident, $branches:expr) => {
        Shape::Block(const { &block(When::$when, &[K::$closer], $branches) })
    };
}

directives! {
    // conditions
    If "if" Required opens!(EndIf, CONDITIONS);
    ElseIf "elseif" Required Branch;
    Else "else" Nothing Branch;
    EndIf "endif" Nothing Closer;
    Unless "unless" Required opens!(EndUnless, CONDITIONS);
    EndUnless "endunless" Nothing Closer;
    Isset "isset" Required opens!(EndIsset, CONDITIONS);
    EndIsset "endisset" Nothing Closer;
    Empty "empty" Optional opens!(AnyArgument, EndEmpty, CONDITIONS);
    EndEmpty "endempty" Nothing Closer;
    Switch "switch" Required opens!(EndSwitch, &[K::Case, K::Default]);
    Case "case" Required Branch;
    Default "default" Nothing Branch;
    EndSwitch "endswitch" Nothing Closer;
    Auth "auth" Optional opens!(EndAuth, CONDITIONS);
    ElseAuth "elseauth" Optional Branch;
    EndAuth "endauth" Nothing Closer;
    Guest "guest" Optional opens!(EndGuest, CONDITIONS);
    ElseGuest "elseguest" Optional Branch;
    EndGuest "endguest" Nothing Closer;
    Can "can" Required opens!(EndCan, CONDITIONS);
    ElseCan "elsecan" Required Branch;
    EndCan "endcan" Nothing Closer;
    Cannot "cannot" Required opens!(EndCannot, CONDITIONS);
    ElseCannot "elsecannot" Required Branch;
    EndCannot "endcannot" Nothing Closer;
    CanAny "canany" Required opens!(EndCanAny, CONDITIONS);
    ElseCanAny "elsecanany" Required Branch;
    EndCanAny "endcanany" Nothing Closer;
    Env "env" Required opens!(EndEnv, CONDITIONS);
    EndEnv "endenv" Nothing Closer;
    Production "production" Nothing opens!(EndProduction, CONDITIONS);
    EndProduction "endproduction" Nothing Closer;
    HasSection "hasSection" Required opens!(EndIf, CONDITIONS);
    SectionMissing "sectionMissing" Required opens!(EndIf, CONDITIONS);
    HasStack "hasStack" Required opens!(EndIf, CONDITIONS);
    Session "session" Required opens!(EndSession, CONDITIONS);
    EndSession "endsession" Nothing Closer;
    Context "context" Required opens!(EndContext, CONDITIONS);
    EndContext "endcontext" Nothing Closer;
    Error "error" Required opens!(EndError, CONDITIONS);
    EndError "enderror" Nothing Closer;
    Once "once" Optional opens!(EndOnce);
    EndOnce "endonce" Nothing Closer;

    // loops
    For "for" Required opens!(EndFor);
    EndFor "endfor" Nothing Closer;
    ForEach "foreach" Required opens!(EndForEach);
    EndForEach "endforeach" Nothing Closer;
    ForElse "forelse" Required opens!(EndForElse, &[K::Empty]);
    EndForElse "endforelse" Nothing Closer;
    While "while" Required opens!(EndWhile);
    EndWhile "endwhile" Nothing Closer;
    Continue "continue" Optional Alone;
    Break "break" Optional Alone;

    // attributes
    Class "class" Required Alone;
    Style "style" Required Alone;
    Checked "checked" Required Alone;
    Selected "selected" Required Alone;
    Disabled "disabled" Required Alone;
    ReadOnly "readonly" Required Alone;
    RequiredIf "required" Required Alone;
    Bool "bool" Required Alone;

    // includes
    Include "include" Required Alone;
    IncludeIf "includeIf" Required Alone;
    IncludeWhen "includeWhen" Required Alone;
    IncludeUnless "includeUnless" Required Alone;
    IncludeFirst "includeFirst" Required Alone;
    IncludeIsolated "includeIsolated" Required Alone;
    Each "each" Required Alone;

    // layouts, sections, stacks, fragments
    Extends "extends" Required Alone;
    ExtendsFirst "extendsFirst" Required Alone;
    Section "section" Required Shape::Block(SECTION);
    EndSection "endsection" Nothing Closer;
    Stop "stop" Nothing Closer;
    Show "show" Nothing Closer;
    Append "append" Nothing Closer;
    Overwrite "overwrite" Nothing Closer;
    Parent "parent" Nothing Alone;
    Yield "yield" Required Alone;
    Stack "stack" Required Alone;
    Push "push" Required opens!(OneArgument, EndPush, &[]);
    EndPush "endpush" Nothing Closer;
    PushIf "pushIf" Required opens!(EndPushIf, &[K::ElsePush, K::ElsePushIf]);
    ElsePushIf "elsePushIf" Required Branch;
    ElsePush "elsePush" Required Branch;
    EndPushIf "endPushIf" Nothing Closer;
    PushOnce "pushOnce" Required opens!(EndPushOnce);
    EndPushOnce "endPushOnce" Nothing Closer;
    Prepend "prepend" Required opens!(OneArgument, EndPrepend, &[]);
    EndPrepend "endprepend" Nothing Closer;
    PrependOnce "prependOnce" Required opens!(EndPrependOnce);
    EndPrependOnce "endPrependOnce" Nothing Closer;
    Fragment "fragment" Required opens!(EndFragment);
    EndFragment "endfragment" Nothing Closer;

    // components
    Component "component" Required opens!(EndComponent);
    EndComponent "endcomponent" Nothing Closer;
    ComponentFirst "componentFirst" Required opens!(EndComponentFirst);
    EndComponentFirst "endComponentFirst" Nothing Closer;
    Slot "slot" Required opens!(OneArgument, EndSlot, &[]);
    EndSlot "endslot" Nothing Closer;
    Props "props" Required Alone;
    Aware "aware" Required Alone;

    // forms, scripts, services
    Csrf "csrf" Nothing Alone;
    Method "method" Required Alone;
    Json "json" Required Alone;
    Js "js" Required Alone;
    Inject "inject" Required Alone;
    Use "use" Required Alone;
    Unset "unset" Required Alone;
    Lang "lang" Optional opens!(NoKey, EndLang, &[]);
    EndLang "endlang" Nothing Closer;
    Choice "choice" Required Alone;
    Vite "vite" Optional Alone;
    ViteReactRefresh "viteReactRefresh" Nothing Alone;
    Fonts "fonts" Optional Alone;
    Dd "dd" Optional Alone;
    Dump "dump" Optional Alone;

    // text that is not read
    Verbatim "verbatim" Nothing Raw("@endverbatim");
    EndVerbatim "endverbatim" Nothing Closer;
    Rust "rust" Optional Raw("@endrust");
    EndRust "endrust" Nothing Closer;
    Php "php" Optional Raw("@endphp");
    EndPhp "endphp" Nothing Closer;
}
