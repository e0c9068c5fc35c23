//! Attributes, forms, scripts, services and text that is not read, in words.

use forge_codegen::Kind as K;

use super::{Documented, row};

const A: &str = "attributes-forms-scripts";
const R: &str = "rust";
const E: &str = "expressions";

const LANG: &str = "@lang('posts.title')\n\n@lang(['name' => 'Ada'])\n    posts.greeting\n@endlang";
const VERBATIM: &str = "@verbatim\n    {{ printed as it stands }}\n@endverbatim";
const RUST: &str = "@rust\n    let total = a + b;\n@endrust";
const PHP: &str = "@rust\n    let total = a + b;\n@endrust";

pub(super) const ROWS: &[Documented] = &[
    row(
        K::Class,
        &["classes"],
        "A `class` attribute of the classes whose condition is true.",
        "<p @class(['post', 'is-new' => post.is_new])>",
        A,
        "(['$1'])",
    ),
    row(
        K::Style,
        &["styles"],
        "A `style` attribute of the styles whose condition is true.",
        "<p @style(['color: red' => is_wrong])>",
        A,
        "(['$1'])",
    ),
    row(
        K::Checked,
        &["condition"],
        "`checked`, if the condition is true.",
        "<input type=\"checkbox\" @checked(post.is_public)>",
        A,
        "(${1:condition})",
    ),
    row(
        K::Selected,
        &["condition"],
        "`selected`, if the condition is true.",
        "<option @selected(size == 'M')>M</option>",
        A,
        "(${1:condition})",
    ),
    row(
        K::Disabled,
        &["condition"],
        "`disabled`, if the condition is true.",
        "<button @disabled(!form.is_valid)>Save</button>",
        A,
        "(${1:condition})",
    ),
    row(
        K::ReadOnly,
        &["condition"],
        "`readonly`, if the condition is true.",
        "<input @readonly(is_locked)>",
        A,
        "(${1:condition})",
    ),
    row(
        K::RequiredIf,
        &["condition"],
        "`required`, if the condition is true.",
        "<input @required(is_new)>",
        A,
        "(${1:condition})",
    ),
    row(K::Bool, &["condition"], "`true` or `false`.", "<p aria-hidden=\"@bool(is_hidden)\">", A, "(${1:condition})"),
    row(
        K::Csrf,
        &[],
        "A hidden field with the token that protects forms.",
        "<form method=\"post\">\n    @csrf\n</form>",
        A,
        "",
    ),
    row(
        K::Method,
        &["method"],
        "A hidden field with the method of the request, for those that forms do not have.",
        "<form method=\"post\">\n    @method('PUT')\n</form>",
        A,
        "('${1:PUT}')",
    ),
    row(
        K::Json,
        &["value"],
        "The value as JSON; safe in scripts and in attributes in single quotes.",
        "<script>const posts = @json(posts);</script>",
        A,
        "(${1:value})",
    ),
    row(
        K::Js,
        &["value"],
        "The value as an expression of JavaScript; safe in scripts and in all attributes.",
        "<div x-data=\"@js(state)\"></div>",
        A,
        "(${1:value})",
    ),
    row(
        K::Inject,
        &["variable", "type"],
        "A variable for a service of the app.",
        "@inject('metrics', 'crate::Metrics')\n{{ metrics.visits() }}",
        R,
        "('${1:name}', '${2:crate::Type}')",
    ),
    row(
        K::Use,
        &["path", "name?"],
        "Brings items of Rust into the template.",
        "@use('crate::models::Post', 'P')",
        R,
        "('${1:crate::Type}')",
    ),
    row(K::Unset, &["variable"], "From here on there is no such variable.", "@unset(total)", R, "(${1:variable})"),
    row(
        K::Lang,
        &["key?", "replace?"],
        "A translation, not escaped. As a block, its text is the key.",
        LANG,
        E,
        "('$1')",
    ),
    row(K::EndLang, &[], "Ends `@lang`.", LANG, E, ""),
    row(
        K::Choice,
        &["key", "count", "replace?"],
        "The form of a translation that fits the count.",
        "@choice('posts.count', posts.len())",
        E,
        "('$1', ${2:count})",
    ),
    row(
        K::Vite,
        &["entries?", "directory?"],
        "The tags for scripts and styles that Vite makes.",
        "@vite('resources/app.js')",
        A,
        "('${1:resources/app.js}')",
    ),
    row(
        K::ViteReactRefresh,
        &[],
        "What React needs to refresh itself under Vite. Stands before `@vite`.",
        "@viteReactRefresh\n@vite('resources/app.jsx')",
        A,
        "",
    ),
    row(K::Fonts, &["families?", "…"], "The tags for fonts that Vite makes.", "@fonts", A, ""),
    row(K::Dd, &["value?", "…"], "Shows the values, and nothing else of the page.", "@dd(post)", R, "(${1:value})"),
    row(K::Dump, &["value?", "…"], "Shows the values.", "@dump(post)", R, "(${1:value})"),
    row(K::Verbatim, &[], "What stands here is printed and not read.", VERBATIM, "whitespace", "\n\t$0\n@endverbatim"),
    row(K::EndVerbatim, &[], "Ends `@verbatim`.", VERBATIM, "whitespace", ""),
    row(
        K::Rust,
        &["statement?"],
        "Statements of Rust. What they declare are variables up to the end of the block around.",
        RUST,
        R,
        "\n\t$0\n@endrust",
    ),
    row(K::EndRust, &[], "Ends `@rust`.", RUST, R, ""),
    row(K::Php, &["statement?"], "Templates are written in Rust: write `@rust`.", PHP, R, "\n\t$0\n@endphp"),
    row(K::EndPhp, &[], "Templates are written in Rust: write `@endrust`.", PHP, R, ""),
];
