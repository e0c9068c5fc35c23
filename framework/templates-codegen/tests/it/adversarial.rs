//! Texts that would take hours if anything were read again and again. They only have to end.

use forge_codegen::Options;

use crate::soundness::{meaningful, sound};

fn understood(text: &str) {
    meaningful(&sound(text, &Options::default()), &Options::default());
}

/// An expression of one kind of operator, as long as a template can be.
fn check_expression(head: &str, piece: &str, last: &str, tail: &str) {
    for count in [100, 250, 100_000] {
        let echo = format!("{{{{ {head}{}{last}{} }}}}", piece.repeat(count), tail.repeat(count));
        understood(&echo);
        understood(&format!("@if ({head}{}{last}{}) a @endif", piece.repeat(count), tail.repeat(count)));
        understood(&format!("@rust {head}{}{last}{} @endrust", piece.repeat(count), tail.repeat(count)));
    }
}

#[test]
fn deep_expressions() {
    for (head, piece, last, tail) in [
        ("", "!", "a", ""),
        ("", "- ", "a", ""),
        ("", "&", "a", ""),
        ("a", " + a", "", ""),
        ("a", ".b", "", ""),
        ("a", ".b()", "", ""),
        ("a", "?", "", ""),
        ("a", "[0]", "", ""),
        ("a", " as u8", "", ""),
        ("a", " | upper", "", ""),
        ("a", " == a", "", ""),
        ("", "(", "a", ")"),
        ("", "[", "a", "]"),
        ("", "f(", "a", ")"),
        ("", "{ ", "a", " }"),
        ("", "[\"a\" => ", "a", "]"),
        ("f(", "{ a: ", "a", "}"),
        ("", "if a { b } else ", "{ c }", ""),
        ("", "if a { ", "b", " }"),
        ("", "match a { _ => ", "b", " }"),
        ("", "|a| ", "b", ""),
        ("", "return ", "b", ""),
        ("", "let a = ", "b", ""),
        ("", "a && let Some(", "b", ")"),
        ("let ", "&", "a = b", ""),
        ("let ", "(", "a", ")"),
        ("a::<", "A<", "u8", ">"),
        ("a as ", "&", "u8", ""),
        ("a as ", "Vec<", "u8", ">"),
        ("", "a = ", "b", ""),
        ("", "a..", "b", ""),
        ("", "a < ", "b", ""),
        ("", "a::", "b", ""),
        ("", "'a: loop { ", "b", " }"),
        ("a!(", "(", "b", "))"),
        ("", "async move { ", "b", " }"),
        ("", "a, ", "b", ""),
        ("", "#[a] ", "b", ""),
        ("", "*", "b", ""),
        ("", "let Some(a) = b else { ", "c", " };"),
        ("a as ", "fn(", "u8", ")"),
        ("a as ", "dyn Fn() -> ", "u8", ""),
        ("match a { ", "b | ", "c => d }", ""),
        ("match a { ", "b => c, ", "d => e }", ""),
        ("", "\"a\", ", "b", ""),
    ] {
        check_expression(head, piece, last, tail);
    }
}

#[test]
fn many_expressions() {
    for piece in [
        "{{ a.b(c) | upper }}",
        "@class(['a' => b])",
        "<x-a :b=\"c\" d=\"{{ e }}\" />",
        "@include('a', { b })",
        "@use('a::b')",
    ] {
        understood(&piece.repeat(200_000 / piece.len()));
    }
}

/// Something unfinished, over and over, up to a megabyte.
fn check(piece: &str) {
    let text = piece.repeat(1_000_000 / piece.len());
    understood(&text);
    // The same with an end that only the first could have.
    for end in ["}}", ")", "\"", "'", "--}}", "@endverbatim", "@endif", "</x-a>", "\n"] {
        let text = format!("{}{end}", piece.repeat(20_000 / piece.len()));
        understood(&text);
    }
}

macro_rules! repeated {
    ($($name:ident: [$($piece:literal),* $(,)?];)*) => {
        $(#[test]
        fn $name() {
            for piece in [$($piece),*] {
                check(piece);
            }
        })*
    };
}

repeated! {
    echoes: ["{{", "{{ ", "{!! ", "{{{ ", "@{{ ", "{{ a", "{{ a\n", "{{ (", "{{ }", "{{ \"", "{{ '", "{{ a;"];
    strings: ["{{ r#\"", "{{ r###\"#\"##", "{{ b'", "{{ 'a b\n", "{{ /*", "{{ /* */ //", "@if (\"", "@if (r#\"", "@if ('"];
    arguments: ["@if (", "@if (\n", "@if (a", "@if ((", "@foreach (a as ", "@include('a', [", "@if (a @if", "@lang("];
    blocks: ["@if (a) ", "@if (a)\n", "@endif ", "@else ", "@if (a) @endforeach ", "@foreach (a in b) @else ", "@case(1) "];
    crossed: ["@if (a) <x-a> @endif ", "<x-a> @if (a) </x-a> ", "<x-a></x-b>", "@section('a') @push('b') @show "];
    tags: ["<x-a ", "<x-a\n", "<x-a>", "</x-a>", "</x-a", "<x-a b=\"", "<x-a b='", "<x-a b=", "<x-a :b=\"", "<x-a :b=\"(\""];
    slots: ["<x-slot>", "<x-slot:a>", "<x-a><x-slot name=\"b\">", "@slot('a') ", "</x-slot>"];
    raw: ["@verbatim ", "@rust ", "@php ", "{{--", "{{-- ", "@verbatim{{--", "@endverbatim "];
    names: ["@", "@@", "@a", "@abcd (", "@includee(", "@endfi ", "@x::", "@click=", "@if=\"", "a@", "<", "<x", "{"];
    spaces: ["@if  \t", "<x-a  \t\n", " \n", "@media (a) ", "{{  \n"];
}

#[test]
fn many_branches() {
    for (opener, branch) in [("@if (a)", " @elseif (b)"), ("@if (a)", " @else"), ("@switch(a)", " @case(b)")] {
        understood(&format!("{opener}{}", branch.repeat(1_000_000 / branch.len())));
    }
}

#[test]
fn many_different_names() {
    let tags: String = (0..60_000).map(|number| format!("<x-a{number}></x-b{number}>")).collect();
    understood(&tags);
    let directives: String = (0..60_000).map(|number| format!("@a{number}(b) ")).collect();
    understood(&directives);
}

#[test]
fn one_long_line_of_everything() {
    let piece = "<p>{{ a }} @if (b) <x-a :c=\"d\">é</x-a> @endif a@b.com @media (x) {!! f(\"}}\") !!}</p>";
    let template = sound(&piece.repeat(1_000_000 / piece.len()), &Options::default());
    assert!(template.problems().is_empty());
    assert!(meaningful(&template, &Options::default()).problems.is_empty());
}
