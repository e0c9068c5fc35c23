//! What formatting does, and that it changes nothing that is seen.

mod printed;

use std::{fs, path::Path};

use proptest::prelude::*;

use super::*;

fn style(text: &str) -> Style {
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Style { unit: "  ".to_owned(), newline, final_newline: false }
}

/// Formats, and makes sure of what formatting promises.
fn format(text: &str) -> Option<String> {
    let options = Options::default();
    let style = style(text);
    let new = formatted(text, &options, None, &style)?;
    assert_eq!(
        formatted(&new, &options, None, &style).as_deref(),
        Some(new.as_str()),
        "formatting again changes nothing:\n{text}"
    );
    printed::assert_same(text, &new);
    let mut edited = text.to_owned();
    for (span, with) in changes(text, &new).iter().rev() {
        assert!(text[span.range()].chars().all(is_space), "an edit replaces white space only: {span:?}");
        edited.replace_range(span.range(), with);
    }
    assert_eq!(edited, new, "the edits make the text");
    Some(new)
}

#[track_caller]
fn check(before: &str, after: &str) {
    assert_eq!(format(before).as_deref(), Some(after));
}

#[track_caller]
fn check_same(text: &str) {
    check(text, text);
}

#[test]
fn blocks_components_and_elements_nest() {
    check(
        "@extends('a')\n@section('b')\n<ul>\n@foreach (posts as post)\n<li>\n<x-card>\n{{post}}\n</x-card>\n</li>\n@endforeach\n</ul>\n@endsection\n",
        "@extends('a')\n@section('b')\n  <ul>\n    @foreach (posts as post)\n      <li>\n        <x-card>\n          {{ post }}\n        </x-card>\n      </li>\n    @endforeach\n  </ul>\n@endsection\n",
    );
}

#[test]
fn branches_stand_with_what_they_belong_to() {
    check(
        "<p>\n@if(a)\nx\n@elseif ( b )\ny\n    @else\nz\n@endif\n</p>\n",
        "<p>\n  @if (a)\n    x\n  @elseif (b)\n    y\n  @else\n    z\n  @endif\n</p>\n",
    );
    check(
        "<p>\n@switch(a)\n@case (1)\nx\n@break\n@default\ny\n@endswitch\n</p>\n",
        "<p>\n  @switch (a)\n    @case(1)\n      x\n      @break\n    @default\n      y\n  @endswitch\n</p>\n",
    );
}

#[test]
fn what_opens_on_one_line_is_one_step() {
    check("<ul><li>\na\n</li></ul>\n", "<ul><li>\n  a\n</li></ul>\n");
    check("<div>\n<p>a</p></div>\n", "<div>\n  <p>a</p></div>\n");
    check("<div>\n<p>\na\n</p></div>\n", "<div>\n  <p>\n    a\n</p></div>\n");
}

#[test]
fn elements_without_an_end_do_not_nest() {
    check("<ul>\n<li>a\n<li>b\n</ul>\n<br>\n<p>x\n", "<ul>\n  <li>a\n  <li>b\n</ul>\n<br>\n<p>x\n");
    check(
        "@if (a)\n<div>\n@endif\nx\n@if (a)\n</div>\n@endif\n",
        "@if (a)\n  <div>\n@endif\nx\n@if (a)\n  </div>\n@endif\n",
    );
}

#[test]
fn what_is_kept_by_html_is_kept() {
    check_same("<pre>\n  a\n{{x}}   \n @if(a)\n y\n @endif\n</pre>\n");
    check_same("<div>\n  <textarea>\n a </textarea>\n</div>\n");
    check(
        "<div>\n<script>\nlet a = {{x}};\n  b\n</script>\n</div>\n",
        "<div>\n  <script>\nlet a = {{x}};\n  b\n</script>\n</div>\n",
    );
    check_same("<style>\na{}\n   b{}\n</style>\n");
}

#[test]
fn comments_verbatim_and_rust_are_left_alone() {
    check_same("{{-- a\n      b --}}\n<!-- a\n  {{x}} -->\n@verbatim\n {{a}}\n  <p>\n@endverbatim\n");
    check_same("<div>\n  @rust\n let a = \"x\n  y\";\n  @endrust\n</div>\n");
}

#[test]
fn text_within_inline_elements_is_the_authors() {
    check(
        "<p>\n<a href=\"x\">\n text\n    <b>y</b>\n</a>\n</p>\n",
        "<p>\n  <a href=\"x\">\n text\n    <b>y</b>\n  </a>\n</p>\n",
    );
}

#[test]
fn white_space_does_not_appear_where_it_would_be_seen() {
    // The newline behind the directive is dropped, so that indentation would part the letters.
    check_same("(@if (x)\nb)@endif\n");
    check("(@if (x)\n b\n@endif\n", "(@if (x)\n  b\n@endif\n");
    check("@section('a')\n(@if (x)\nb\n  @endif\n@endsection\n", "@section('a')\n(@if (x)\nb\n@endif\n@endsection\n");
    check_same("@section('title')\n{{ a }}\n@endsection\n");
    // A tag on its own lines may be indented anywhere.
    check("(@if (x)\n<p>b</p>\n@endif\n", "(@if (x)\n  <p>b</p>\n@endif\n");
    check(
        "@section('content')\n@foreach (a as b)\n@if (b)\n<li>\n@endif\n@endforeach\n@endsection\n",
        "@section('content')\n  @foreach (a as b)\n    @if (b)\n      <li>\n    @endif\n  @endforeach\n@endsection\n",
    );
    check("<i>a</i>@if (x)   \nb\n@endif\n", "<i>a</i>@if (x)\n  b\n@endif\n");
}

#[test]
fn what_is_included_is_looked_into() {
    let mut set = Set::new(Options::default());
    set.set("a", "@props(['x'])\n<p>a</p>\n");
    set.set("icon", "<i></i>");
    set.set("components.card", "@if (a)\n<div></div>\n@endif\n@include('a')");
    let format = |text: &str| formatted(text, &Options::default(), Some(&set), &style(text));
    let text = "<div>\n@include('a')\n@include('a')\n<x-card />\n<x-card>x</x-card>\ny\n</div>\n";
    let expected = "<div>\n  @include('a')\n  @include('a')\n  <x-card />\n  <x-card>x</x-card>\n  y\n</div>\n";
    assert_eq!(format(text).as_deref(), Some(expected));
    assert_eq!(format(expected).as_deref(), Some(expected));
    let text = "<div>\n@include('icon')\n@include('icon')\n@include('gone')\n</div>\n";
    let expected = "<div>\n  @include('icon')\n@include('icon')\n@include('gone')\n</div>\n";
    assert_eq!(format(text).as_deref(), Some(expected));
}

#[test]
fn the_end_is_one_newline() {
    check("<p>a</p>", "<p>a</p>\n");
    check("<p>a</p>\n\n\n", "<p>a</p>\n");
    check(
        "@extends('a')\n@section('b')\n<p>c</p>\n@endsection",
        "@extends('a')\n@section('b')\n  <p>c</p>\n@endsection\n",
    );
    // It would be printed behind an icon.
    check_same("<svg></svg>");
    check_same("");
    check("\n", "");
}

#[test]
fn echoes_and_arguments_have_their_spaces() {
    check(
        "<p class=\"{{a}}\">{{b}} {!!c!!} {{{  d  }}} @include ( 'x' )</p>\n",
        "<p class=\"{{ a }}\">{{ b }} {!! c !!} {{{ d }}} @include('x')</p>\n",
    );
    check("@foreach(a as b)\n{{b}}\n@endforeach\n", "@foreach (a as b)\n  {{ b }}\n@endforeach\n");
    check_same("{{\n   a\n}}\n");
}

#[test]
fn arguments_are_indented_by_their_brackets() {
    check(
        "@props([\n'a' => 1,\n      'b' => [\n1,\n],\n])\n<p>x</p>\n",
        "@props([\n  'a' => 1,\n  'b' => [\n    1,\n  ],\n])\n<p>x</p>\n",
    );
    check("@props([\n'a' => \"x\n y\",\n])\n", "@props([\n  'a' => \"x\n y\",\n])\n");
    check("<div @class([\n'a',\n    'b' => c])>\n</div>\n", "<div @class([\n  'a',\n  'b' => c])>\n</div>\n");
}

#[test]
fn a_tag_in_lines_has_an_attribute_on_each() {
    check(
        "<div>\n<x-card a=\"1\" :b=\"c\"\nd>\nx\n</x-card>\n</div>\n",
        "<div>\n  <x-card\n    a=\"1\"\n    :b=\"c\"\n    d>\n    x\n  </x-card>\n</div>\n",
    );
    check(
        "<div>\n<input type='a' value=\"{{x}}\"\n   @checked(y) b = c\n>\n</div>\n",
        "<div>\n  <input\n    type='a'\n    value=\"{{ x }}\"\n    @checked(y)\n    b = c\n  >\n</div>\n",
    );
    check_same("<input a=\"x\ny\" b=\"c\">\n");
    check("<p a\n@if (x)\nb\n@endif\nc>y</p>\n", "<p a\n  @if (x)\n  b\n  @endif\n  c>y</p>\n");
}

#[test]
fn lines_end_as_they_did() {
    check("<div>\r\n<p>ä 𝄞</p>  \r\n\r\n</div>", "<div>\r\n  <p>ä 𝄞</p>\r\n\r\n</div>\r\n");
    check(
        "<div>\r\n@if(a)\r\n<p>\r\nx\r\n</p>\r\n@endif\r\n</div>\r\n",
        "<div>\r\n  @if (a)\r\n    <p>\r\n      x\r\n    </p>\r\n  @endif\r\n</div>\r\n",
    );
}

#[test]
fn templates_with_mistakes_are_left_alone() {
    for text in
        ["@if (a)\n<p>\n", "<x-card>\n", "{{ a\n<p>x</p>\n", "@endif\n", "<p>\n@if (a)\n<!-- \n@endif\n--></p>\n"]
    {
        assert_eq!(format(text), None, "{text}");
    }
}

#[test]
fn edits_are_as_small_as_they_can_be() {
    let (old, new) = ("<div>\n\n <p>{{a}}</p>\n</div>", "<div>\n\n  <p>{{ a }}</p>\n</div>\n");
    let changes: Vec<_> = changes(old, new).into_iter().map(|(span, with)| (span.start, span.end, with)).collect();
    let text = |text: &str| text.to_owned();
    assert_eq!(changes, [(8, 8, text(" ")), (13, 13, text(" ")), (14, 14, text(" ")), (27, 27, text("\n"))]);
}

#[test]
fn tabs_are_used_where_they_are_wanted() {
    let style = Style { unit: "\t".to_owned(), newline: "\n", final_newline: true };
    let new = formatted("<div>\n<p>\na\n</p>\n</div>x", &Options::default(), None, &style);
    assert_eq!(new.as_deref(), Some("<div>\n\t<p>\n\t\ta\n\t</p>\n</div>x\n"));
}

/// Every template of the blog, and every one of the specification that has no mistakes.
#[test]
fn real_templates_stay_what_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in the workspace");
    let mut count = 0;
    for folder in ["examples/blog/templates", "framework/templates/spec"] {
        for entry in ignore::Walk::new(root.join(folder)).flatten() {
            let name = entry.path().to_string_lossy().into_owned();
            let text = || fs::read_to_string(entry.path()).expect("it is UTF-8");
            if name.ends_with(".forge.html") {
                assert!(format(&text()).is_some(), "{name} has no mistakes");
                count += 1;
            } else if name.ends_with(".md") {
                for text in templates_of(&text()) {
                    count += usize::from(format(&text).is_some());
                    format(&text.replace('\n', "\r\n"));
                }
            }
        }
    }
    assert!(count > 500, "there are more templates than {count}");
}

/// The blocks of a specification that are templates.
fn templates_of(text: &str) -> Vec<String> {
    let mut templates = Vec::new();
    let mut current: Option<String> = None;
    for line in text.lines() {
        match &mut current {
            Some(_) if line == "```" => templates.extend(current.take()),
            Some(template) => {
                template.push_str(line);
                template.push('\n');
            }
            None if line.starts_with("```forge") => current = Some(String::new()),
            None => {}
        }
    }
    templates
}

/// A template of nested pieces, with white space of any kind between them.
fn template() -> impl Strategy<Value = String> {
    let space = prop_oneof![Just(""), Just(" "), Just("\n"), Just("\n  "), Just(" \n\n"), Just("\r\n\t"), Just("  ")];
    let leaf = prop_oneof![
        Just("x"),
        Just("{{a}}"),
        Just("{!! a !!}"),
        Just("<br>"),
        Just("<p>x</p>"),
        Just("<b>y</b>"),
        Just("@include('a')"),
        Just("<x-a b=\"c\" />"),
        Just("<x-a\n :b=\"c\" d/>"),
        Just("{{-- c\n d --}}"),
        Just("<pre> a\n  b</pre>"),
        Just("@csrf"),
        Just("<input @checked(a)\n b=\"{{c}}\" d>"),
        Just("@break"),
        Just("@break(a)"),
        Just("@continue(a)"),
        Just("@continue"),
        Just("@props(['a'])"),
        Just("<img a\n>"),
        Just("ä𝄞"),
        Just("@verbatim\n {{x}}\n@endverbatim"),
        Just("@rust(let a = 1)"),
        Just("<li>z"),
        Just("</div>"),
        Just("<script>\n a\n</script>"),
    ]
    .prop_map(str::to_owned);
    let element = leaf.prop_recursive(4, 40, 5, move |inner| {
        let around = prop_oneof![
            Just(("<div>", "</div>")),
            Just(("<span>", "</span>")),
            Just(("<x-a>", "</x-a>")),
            Just(("@if(a)", "@endif")),
            Just(("@foreach (a as b)", "@endforeach")),
            Just(("@if (a) x @else", "@endif")),
            Just(("@push('a')", "@endpush")),
            Just(("@section('a')", "@endsection")),
            Just(("@section('a')", "@show")),
            Just(("@switch (a) @case(1)", "@endswitch")),
            Just(("<x-a><x-slot:c>", "</x-slot></x-a>")),
            Just(("@once", "@endonce")),
            Just(("<a\n b='c'>", "</a>")),
        ];
        (around, prop::collection::vec((space.clone(), inner), 0..5), space.clone()).prop_map(
            |((open, close), inner, end)| {
                let inner: String = inner.into_iter().flat_map(|(space, inner)| [space.to_owned(), inner]).collect();
                format!("{open}{inner}{end}{close}")
            },
        )
    });
    let spaces = prop_oneof![Just(""), Just("\n"), Just(" \n "), Just("\n\n")];
    prop::collection::vec((spaces.clone(), element), 0..6).prop_flat_map(move |parts| {
        let text: String = parts.into_iter().flat_map(|(space, part)| [space.to_owned(), part]).collect();
        spaces.clone().prop_map(move |end| format!("{text}{end}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(800) })]

    #[test]
    fn any_template_stays_what_it_is(text in template()) {
        format(&text);
    }
}
