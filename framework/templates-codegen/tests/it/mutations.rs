//! Templates as people write them, damaged in every way, and texts that are none.

use forge_codegen::{Options, Takes};
use proptest::prelude::*;

use crate::soundness::{meaningful, sound};

const PAGES: &[&str] = &[
    include_str!("../fixtures/layout.forge.html"),
    include_str!("../fixtures/index.forge.html"),
    include_str!("../fixtures/form.forge.html"),
];

/// What the syntax consists of.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{!!",
    "!!}",
    "{{{",
    "}}}",
    "{{--",
    "--}}",
    "@",
    "@@",
    "@{{",
    "@if",
    "@if (",
    "@else",
    "@endif",
    "@elseif (a)",
    "@foreach (a as b)",
    "@foreach (a in b)",
    "@forelse(",
    "@empty",
    "@endforeach",
    "@endforelse",
    "@section('a')",
    "@section('a', b)",
    "@show",
    "@endsection",
    "@verbatim",
    "@endverbatim",
    "@rust",
    "@endrust",
    "@php",
    "@switch(a)",
    "@case(1)",
    "@default",
    "@break",
    "@endswitch",
    "@class(",
    "@disk",
    "@elsedisk",
    "@enddisk",
    "@cache(a)",
    "@endcache",
    "@foreahc (a)",
    "@edif",
    "<x-a",
    "<x-a>",
    "</x-a>",
    "<x-b.c",
    "<x-slot:d>",
    "<x-slot",
    "</x-slot>",
    "<x-dynamic-component",
    "/>",
    ">",
    "<",
    "</",
    "=",
    "=\"",
    "\"",
    "'",
    "'a",
    "b'",
    "r#\"",
    "\"#",
    ":",
    ":a=\"",
    "::a",
    ":$a",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ",",
    ";",
    "\\",
    "//",
    "/*",
    "*/",
    " ",
    "\n",
    "\r\n",
    "\t",
    "a",
    "é",
    "😀",
    "\u{a0}",
    "\u{2028}",
    "\0",
    "in",
    "as",
    "=>",
    "1",
    "a@b.com",
    "@media",
    "@click.prevent=\"",
    "{{ a | upper }}",
    "@class(['a' => b])",
    "@include('a', { b: c, d })",
    "@props(['a', 'b-c' => 1])",
    "@extends('a')",
    "@parent",
    "@break(2)",
    "loop.parent",
    "type",
    "for",
    "let ",
    "match a { ",
    "..",
    "::<",
    "!",
    "&",
    "-",
    "if ",
    "é'",
];

/// What expressions consist of.
const TOKENS: &[&str] = &[
    "a",
    "b",
    "é",
    "type",
    "for",
    "loop",
    "loop.parent",
    "match",
    "if",
    "else",
    "let",
    "in",
    "as",
    "move",
    "return",
    "break",
    "await",
    "fn",
    "dyn",
    "async",
    "unsafe",
    "static",
    "null",
    "None",
    "Some(",
    "self",
    "_",
    "1",
    "2.5",
    "1..",
    "0x1f",
    "'c'",
    "'d e'",
    "'\\''",
    "\"f\"",
    "r#\"g\"#",
    "b'h'",
    "c\"i\"",
    "'j",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ".",
    "..",
    "..=",
    "::",
    ":",
    "=>",
    "=",
    "==",
    "!=",
    "<",
    ">",
    "<=",
    "->",
    "|",
    "||",
    "&",
    "&&",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "!",
    "?",
    "@",
    "#",
    "$",
    "// k\n",
    "/* l */",
    "m!(",
    "format!(",
    "::<",
    "u8",
    ".n(",
    ".0",
    "\\",
    "~",
    "`",
    "\u{a0}",
    "r#o",
];

/// Where expressions stand, with what is around them.
const PLACES: &[(&str, &str)] = &[
    ("{{ ", " }}"),
    ("{!! ", " !!}"),
    ("@if (", ") x @endif"),
    ("@foreach (a as ", ") x @endforeach"),
    ("@foreach (", " in a) x @endforeach"),
    ("@rust ", " @endrust"),
    ("@class([", "])"),
    ("@include('a', { ", " })"),
    ("<x-a :b=\"", "\" />"),
    ("<x-a c=\"{{ ", " }}\" />"),
    ("@switch (a) @case (", ") @endswitch"),
    ("@props([", "])"),
];

fn options() -> Options {
    Options::default().with_condition("disk").with_block("cache", Takes::Required)
}

fn check(text: &str) {
    let template = sound(text, &options());
    assert_eq!(template, sound(text, &options()), "the same text gives the same tree");
    let analysis = meaningful(&template, &options());
    assert_eq!(analysis, meaningful(&template, &options()), "the same tree means the same");
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[derive(Debug, Clone)]
enum Damage {
    Insert(usize, usize),
    Remove(usize, usize),
    Repeat(usize, usize),
    End(usize),
}

impl Damage {
    fn done_to(&self, mut text: String) -> String {
        let place = |at: usize| floor(&text, at % (text.len() + 1));
        match *self {
            Self::Insert(at, piece) => text.insert_str(place(at), PIECES[piece % PIECES.len()]),
            Self::Remove(at, len) => {
                let start = place(at);
                text.replace_range(start..floor(&text, start + len % 40), "");
            }
            Self::Repeat(at, len) => {
                let start = place(at);
                let part = text[start..floor(&text, start + len % 200)].to_owned();
                text.insert_str(start, &part);
            }
            Self::End(at) => text.truncate(place(at)),
        }
        text
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<usize>;
    prop_oneof![
        6 => (place(), place()).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        6 => (place(), place()).prop_map(|(at, len)| Damage::Remove(at, len)),
        2 => (place(), place()).prop_map(|(at, len)| Damage::Repeat(at, len)),
        1 => place().prop_map(Damage::End),
    ]
}

#[test]
fn pages_have_no_problems() {
    for page in PAGES {
        let template = sound(page, &options());
        let problems = meaningful(&template, &options()).problems;
        assert!(problems.is_empty(), "{problems:#?}");
    }
}

#[test]
fn every_beginning_of_a_page_is_sound() {
    for page in PAGES {
        for (end, _) in page.char_indices() {
            check(&page[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_pages_are_sound(page in 0..PAGES.len(), damages in prop::collection::vec(damage(), 1..8)) {
        check(&damages.iter().fold(PAGES[page].to_owned(), |text, damage| damage.done_to(text)));
    }

    #[test]
    fn shuffled_syntax_is_sound(pieces in prop::collection::vec(0..PIECES.len(), 0..60)) {
        check(&pieces.into_iter().map(|piece| PIECES[piece]).collect::<String>());
    }

    #[test]
    fn shuffled_expressions_are_sound(
        place in 0..PLACES.len(),
        tokens in prop::collection::vec((0..TOKENS.len(), any::<bool>()), 0..14),
    ) {
        let (before, behind) = PLACES[place];
        let expression: String =
            tokens.into_iter().map(|(token, spaced)| format!("{}{}", TOKENS[token], if spaced { " " } else { "" })).collect();
        check(&format!("{before}{expression}{behind}"));
    }

    #[test]
    fn any_bytes_are_sound(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&String::from_utf8_lossy(&bytes));
    }
}
