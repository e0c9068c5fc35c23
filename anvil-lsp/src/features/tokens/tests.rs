//! Tokens of templates as text.

use forge_codegen::{Options, parse};

use super::*;

/// Each token as `kind text`, read back from what is sent.
fn check(text: &str, expected: &[&str]) {
    for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
        let template = parse(text, &Options::default());
        let text = Text::new(text);
        let (mut line, mut start) = (0, 0);
        let encoded = encode(&text, &found(&template), encoding);
        let shown: Vec<String> = encoded
            .iter()
            .map(|token| {
                start = if token.delta_line == 0 { start + token.delta_start } else { token.delta_start };
                line += token.delta_line;
                let at = |character| text.offset(Position { line, character }, encoding) as usize;
                let (kind, _) = TYPES[token.token_type as usize];
                let builtin = if token.token_modifiers_bitset == DEFAULT_LIBRARY { "!" } else { "" };
                format!("{kind:?}{builtin} {}", &text.as_str()[at(start)..at(start + token.length)])
            })
            .collect();
        assert_eq!(shown, expected, "{encoding:?}: {}", text.as_str());
    }
}

#[test]
fn directives_and_their_arguments() {
    check(
        "<p>@if (post.is_new())\r\nä @endif",
        &["Keyword @if", "Variable post", "Operator .", "Method is_new", "Keyword @endif"],
    );
    check("@foreach (ä as b)", &["Keyword @foreach", "Variable ä", "Keyword as", "Variable b"]);
    check("@section('ä')", &["Keyword @section", "Text 'ä'"]);
    check("@csrf", &["Keyword @csrf"]);
    check(
        "@include('a', { b: 1 })",
        &["Keyword @include", "Text 'a'", "Operator ,", "Property b", "Operator :", "Number 1"],
    );
}

#[test]
fn echoes_hold_rust() {
    check(
        "𝄞{{ post.title | upper }}",
        &["Variable post", "Operator .", "Property title", "Operator |", "Function! upper"],
    );
    check(
        "{{ route('a') }} {!! own(Some(1)) !!}",
        &["Function! route", "Text 'a'", "Function own", "Function Some", "Number 1"],
    );
    check("{{ a || null }}", &["Variable a", "Operator |", "Operator |", "Keyword null"]);
    check("{{ Color::Red }}", &["Type Color", "Operator :", "Operator :", "Type Red"]);
    check("{{ post.", &["Variable post", "Operator ."]);
}

#[test]
fn tags_have_names_props_and_slots() {
    check(
        "<x-card title=\"ä {{ b }}\" :is-new=\"c\"><x-slot:footer>d</x-slot></x-card>",
        &[
            "Class x-card",
            "Property title",
            "Variable b",
            "Property :is-new",
            "Variable c",
            "Class x-slot",
            "Property footer",
            "Class x-slot",
            "Class x-card",
        ],
    );
    check("<p class=\"a\"><b>", &[]);
}

#[test]
fn a_token_ends_with_its_line() {
    check("{{-- ä\r\n𝄞\n\n b --}}", &["Comment {{-- ä", "Comment 𝄞", "Comment  b --}}"]);
    check("{{ \"a\nb\" }}", &["Text \"a", "Text b\""]);
    check(
        "@rust\nlet a = 1;\n@endrust",
        &["Keyword @rust", "Keyword let", "Variable a", "Operator =", "Number 1", "Operator ;", "Keyword @endrust"],
    );
    check("@verbatim {{ a }} @endverbatim", &["Keyword @verbatim", "Keyword @endverbatim"]);
}
