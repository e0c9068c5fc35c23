//! Texts that would take hours if anything were read again and again. They only have to end.

use forge_codegen::Options;

use crate::soundness::sound;

/// Something unfinished, over and over, up to a megabyte.
fn check(piece: &str) {
    let text = piece.repeat(1_000_000 / piece.len());
    sound(&text, &Options::default());
    // The same with an end that only the first could have.
    for end in ["}}", ")", "\"", "'", "--}}", "@endverbatim", "@endif", "</x-a>", "\n"] {
        let text = format!("{}{end}", piece.repeat(20_000 / piece.len()));
        sound(&text, &Options::default());
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
        sound(&format!("{opener}{}", branch.repeat(1_000_000 / branch.len())), &Options::default());
    }
}

#[test]
fn many_different_names() {
    let tags: String = (0..60_000).map(|number| format!("<x-a{number}></x-b{number}>")).collect();
    sound(&tags, &Options::default());
    let directives: String = (0..60_000).map(|number| format!("@a{number}(b) ")).collect();
    sound(&directives, &Options::default());
}

#[test]
fn one_long_line_of_everything() {
    let piece = "<p>{{ a }} @if (b) <x-a :c=\"d\">é</x-a> @endif a@b.com @media (x) {!! f(\"}}\") !!}</p>";
    let template = sound(&piece.repeat(1_000_000 / piece.len()), &Options::default());
    assert!(template.problems().is_empty());
}
