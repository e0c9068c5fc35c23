//! Conditions and loops in words.

use forge_codegen::Kind as K;

use super::{Documented, row};

const C: &str = "conditions";
const L: &str = "loops";

const IF: &str = "@if (posts.is_empty())\n    <p>Nothing yet.</p>\n@elseif (let Some(post) = first)\n    {{ post.title }}\n@else\n    {{ posts.len() }}\n@endif";
const UNLESS: &str = "@unless (post.is_public)\n    <em>draft</em>\n@endunless";
const ISSET: &str = "@isset(problem)\n    <p>{{ problem }}</p>\n@endisset";
const EMPTY: &str = "@empty(posts)\n    <p>Nothing yet.</p>\n@endempty";
const SWITCH: &str =
    "@switch (kind)\n    @case('info')\n        Note\n        @break\n    @default\n        Other\n@endswitch";
const AUTH: &str = "@auth('admin')\n    Welcome back\n@elseauth('web')\n    Hello\n@endauth";
const GUEST: &str = "@guest\n    <a href=\"/login\">Log in</a>\n@elseguest('admin')\n    Not an admin\n@endguest";
const CAN: &str = "@can('update', post)\n    <a>Edit</a>\n@elsecan('view', post)\n    Read only\n@endcan";
const CANNOT: &str = "@cannot('update', post)\n    Read only\n@elsecannot('delete', post)\n    Kept\n@endcannot";
const CAN_ANY: &str =
    "@canany(['update', 'delete'], post)\n    <a>Manage</a>\n@elsecanany(['view'], post)\n    Read only\n@endcanany";
const ENV: &str = "@env(['local', 'staging'])\n    <p>Not the real thing</p>\n@endenv";
const PRODUCTION: &str = "@production\n    <script src=\"/statistics.js\"></script>\n@endproduction";
const HAS_SECTION: &str = "@hasSection('sidebar')\n    <aside>@yield('sidebar')</aside>\n@endif";
const SECTION_MISSING: &str = "@sectionMissing('sidebar')\n    <p>No sidebar</p>\n@endif";
const HAS_STACK: &str = "@hasStack('scripts')\n    @stack('scripts')\n@endif";
const SESSION: &str = "@session('status')\n    <p>{{ value }}</p>\n@endsession";
const CONTEXT: &str = "@context('tenant')\n    <p>{{ value }}</p>\n@endcontext";
const ERROR: &str = "@error('title')\n    <p class=\"problem\">{{ message }}</p>\n@enderror";
const ONCE: &str = "@once\n    <script src=\"/chart.js\"></script>\n@endonce";
const FOREACH: &str = "@foreach (posts as post)\n    <li>{{ loop.iteration }}. {{ post.title }}</li>\n@endforeach";
const FOR: &str = "@for (i in 1..=10)\n    {{ i }}\n@endfor";
const FORELSE: &str =
    "@forelse (posts as post)\n    <li>{{ post.title }}</li>\n@empty\n    <p>Nothing yet.</p>\n@endforelse";
const WHILE: &str = "@while (left > 0)\n    @rust(left -= 1)\n@endwhile";
const BREAK: &str = "@foreach (posts as post)\n    @continue(post.is_draft)\n    {{ post.title }}\n    @break(loop.iteration == 5)\n@endforeach";

pub(super) const ROWS: &[Documented] = &[
    row(
        K::If,
        &["condition"],
        "What stands here is printed if the condition is true: a `bool`, `let pattern = value`, or both joined with `&&`.",
        IF,
        C,
        " (${1:condition})\n\t$0\n@endif",
    ),
    row(
        K::ElseIf,
        &["condition"],
        "Asks another condition where those before are false.",
        IF,
        C,
        " (${1:condition})\n\t$0",
    ),
    row(K::Else, &[], "Printed where all conditions before are false.", IF, C, "\n\t$0"),
    row(K::EndIf, &[], "Ends `@if`, `@hasSection`, `@sectionMissing` and `@hasStack`.", IF, C, ""),
    row(
        K::Unless,
        &["condition"],
        "Printed unless the condition is true.",
        UNLESS,
        C,
        " (${1:condition})\n\t$0\n@endunless",
    ),
    row(K::EndUnless, &[], "Ends `@unless`.", UNLESS, C, ""),
    row(
        K::Isset,
        &["value", "…"],
        "Printed if the variables exist and none of them is `None`.",
        ISSET,
        C,
        "(${1:value})\n\t$0\n@endisset",
    ),
    row(K::EndIsset, &[], "Ends `@isset`.", ISSET, C, ""),
    row(
        K::Empty,
        &["value?"],
        "Printed if the variable does not exist, or is `None`, `false`, `0`, `\"\"`, or has no items. Without a parenthesis it is the branch of `@forelse` for no items.",
        EMPTY,
        C,
        "(${1:value})\n\t$0\n@endempty",
    ),
    row(K::EndEmpty, &[], "Ends `@empty(…)`.", EMPTY, C, ""),
    row(
        K::Switch,
        &["value"],
        "Prints the case that equals the value.",
        SWITCH,
        C,
        " (${1:value})\n@case(${2:1})\n\t$0\n\t@break\n@endswitch",
    ),
    row(
        K::Case,
        &["value"],
        "A case of `@switch`. It ends where the next one begins; cases with nothing between them share a body.",
        SWITCH,
        C,
        "(${1:value})\n\t$0",
    ),
    row(K::Default, &[], "Printed where no case of the `@switch` equals its value.", SWITCH, C, "\n\t$0"),
    row(K::EndSwitch, &[], "Ends `@switch`.", SWITCH, C, ""),
    row(K::Auth, &["guard?"], "Printed if somebody is logged in.", AUTH, C, "\n\t$0\n@endauth"),
    row(
        K::ElseAuth,
        &["guard?"],
        "Otherwise, if somebody is logged in, with another guard.",
        AUTH,
        C,
        "(${1:'guard'})\n\t$0",
    ),
    row(K::EndAuth, &[], "Ends `@auth`.", AUTH, C, ""),
    row(K::Guest, &["guard?"], "Printed if nobody is logged in.", GUEST, C, "\n\t$0\n@endguest"),
    row(
        K::ElseGuest,
        &["guard?"],
        "Otherwise, if nobody is logged in, with another guard.",
        GUEST,
        C,
        "(${1:'guard'})\n\t$0",
    ),
    row(K::EndGuest, &[], "Ends `@guest`.", GUEST, C, ""),
    row(
        K::Can,
        &["ability", "argument", "…"],
        "Printed if the user may do this.",
        CAN,
        C,
        "(${1:'ability'})\n\t$0\n@endcan",
    ),
    row(
        K::ElseCan,
        &["ability", "argument", "…"],
        "Otherwise, if the user may do that.",
        CAN,
        C,
        "(${1:'ability'})\n\t$0",
    ),
    row(K::EndCan, &[], "Ends `@can`.", CAN, C, ""),
    row(
        K::Cannot,
        &["ability", "argument", "…"],
        "Printed if the user may not do this.",
        CANNOT,
        C,
        "(${1:'ability'})\n\t$0\n@endcannot",
    ),
    row(
        K::ElseCannot,
        &["ability", "argument", "…"],
        "Otherwise, if the user may not do that.",
        CANNOT,
        C,
        "(${1:'ability'})\n\t$0",
    ),
    row(K::EndCannot, &[], "Ends `@cannot`.", CANNOT, C, ""),
    row(
        K::CanAny,
        &["abilities", "argument", "…"],
        "Printed if the user may do any of these.",
        CAN_ANY,
        C,
        "([${1:'ability'}])\n\t$0\n@endcanany",
    ),
    row(
        K::ElseCanAny,
        &["abilities", "argument", "…"],
        "Otherwise, if the user may do any of those.",
        CAN_ANY,
        C,
        "([${1:'ability'}])\n\t$0",
    ),
    row(K::EndCanAny, &[], "Ends `@canany`.", CAN_ANY, C, ""),
    row(
        K::Env,
        &["environments"],
        "Printed in this environment, or in one of a list.",
        ENV,
        C,
        "(${1:'local'})\n\t$0\n@endenv",
    ),
    row(K::EndEnv, &[], "Ends `@env`.", ENV, C, ""),
    row(K::Production, &[], "Printed in production.", PRODUCTION, C, "\n\t$0\n@endproduction"),
    row(K::EndProduction, &[], "Ends `@production`.", PRODUCTION, C, ""),
    row(
        K::HasSection,
        &["section"],
        "Printed if the section has content. Ended by `@endif`.",
        HAS_SECTION,
        C,
        "('$1')\n\t$0\n@endif",
    ),
    row(
        K::SectionMissing,
        &["section"],
        "Printed if the section has no content. Ended by `@endif`.",
        SECTION_MISSING,
        C,
        "('$1')\n\t$0\n@endif",
    ),
    row(
        K::HasStack,
        &["stack"],
        "Printed if something was pushed to the stack. Ended by `@endif`.",
        HAS_STACK,
        C,
        "('$1')\n\t$0\n@endif",
    ),
    row(
        K::Session,
        &["key"],
        "Printed if the session has the key; `value` is what it has.",
        SESSION,
        C,
        "('$1')\n\t$0\n@endsession",
    ),
    row(K::EndSession, &[], "Ends `@session`.", SESSION, C, ""),
    row(
        K::Context,
        &["key"],
        "Printed if the context has the key; `value` is what it has.",
        CONTEXT,
        C,
        "('$1')\n\t$0\n@endcontext",
    ),
    row(K::EndContext, &[], "Ends `@context`.", CONTEXT, C, ""),
    row(
        K::Error,
        &["field", "bag?"],
        "Printed if something is wrong with the field; `message` says what.",
        ERROR,
        C,
        "('$1')\n\t{{ message }}$0\n@enderror",
    ),
    row(K::EndError, &[], "Ends `@error`.", ERROR, C, ""),
    row(
        K::Once,
        &["key?"],
        "Printed once in a page, however often the template is.",
        ONCE,
        "layouts",
        "\n\t$0\n@endonce",
    ),
    row(K::EndOnce, &[], "Ends `@once`.", ONCE, "layouts", ""),
    row(
        K::For,
        &["head"],
        "A loop, like `@foreach`: `item in items`, `items as item`.",
        FOR,
        L,
        " (${1:i} in ${2:1..=10})\n\t$0\n@endfor",
    ),
    row(K::EndFor, &[], "Ends `@for`.", FOR, L, ""),
    row(
        K::ForEach,
        &["head"],
        "A loop: `items as item`, `items as key => item`, `item in items`. In it, `loop` says which turn this is.",
        FOREACH,
        L,
        " (${1:items} as ${2:item})\n\t$0\n@endforeach",
    ),
    row(K::EndForEach, &[], "Ends `@foreach`.", FOREACH, L, ""),
    row(
        K::ForElse,
        &["head"],
        "A loop with a branch, `@empty`, for when there are no items.",
        FORELSE,
        L,
        " (${1:items} as ${2:item})\n\t$0\n@empty\n\t$3\n@endforelse",
    ),
    row(K::EndForElse, &[], "Ends `@forelse`.", FORELSE, L, ""),
    row(
        K::While,
        &["condition"],
        "A loop for as long as the condition is true.",
        WHILE,
        L,
        " (${1:condition})\n\t$0\n@endwhile",
    ),
    row(K::EndWhile, &[], "Ends `@while`.", WHILE, L, ""),
    row(
        K::Continue,
        &["when?"],
        "Goes on with the next item: always, under a condition, or of as many loops as a number says.",
        BREAK,
        L,
        "",
    ),
    row(
        K::Break,
        &["when?"],
        "Leaves the loop or the case: always, under a condition, or as many loops as a number says.",
        BREAK,
        L,
        "",
    ),
];
