//! Each directive: a template, and what it prints.

use super::{render, render_among};

const DATA: &str = r#"{"n": 5, "name": "Ada", "html": "<b>", "nothing": null, "none": [], "list": ["a", "b", "c"],
    "map": {"x": 1, "y": 2}, "pairs": [["a", 1], ["b", 2]], "yes": true, "no": false, "view": "part", "tag": "box"}"#;

const OTHERS: &[(&str, &str)] = &[
    ("part", "[{{ name }}]"),
    ("with", "({{ a }}|{{ isset_b }})"),
    ("isolated", "@isset(name)seen @else unseen @endisset{{ a }}"),
    ("item", "<{{ key }}:{{ it }}>"),
    ("nobody", "nobody"),
    ("self", "@include(view_name)"),
    ("broken", "line\n{{ 1 / zero }}"),
    ("calls", "@include('broken', { zero: 0 })"),
    ("layout", "<main>@yield('body')</main>@yield('side', 'none')@stack('js')"),
    ("sections", "@section('body')layout @show"),
    (
        "components.box",
        "@props(['type' => 'info', 'size'])\n<div {{ attributes.merge({ class: 'box' }) }}>{{ type }} {{ size }}: {{ slot }}</div>",
    ),
    ("components.card", "<h1>{{ title }}</h1>{{ slot }}<i {{ title.attributes }}></i>"),
    ("components.bare", "<p {{ attributes }}>{{ slot }}</p>"),
    ("components.outer", "@props(['color' => 'red'])\n<o>{{ slot }}</o>"),
    ("components.inner", "@aware(['color' => 'gray'])\n{{ color }}"),
    ("components.folder.index", "folder"),
    ("components.closed", "@isset(name)open @else closed @endisset"),
];

fn check(rows: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (template, expected) in rows {
        let shown = render_among(OTHERS, template, DATA).unwrap_or_else(|error| format!("error: {error}"));
        if shown != *expected {
            wrong.push_str(&format!("{template}\n  expected: {expected:?}\n  shown:    {shown:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn text_and_conditions() {
    check(
        &[
            ("a {{ n }} b", "a 5 b"),
            ("{{ html }}{!! html !!}", "&#60;b&#62;<b>"),
            ("x{{-- no --}}y", "xy"),
            ("@if (n > 4)\na\n@else\nb\n@endif\n", "a\n"),
            ("@if (n > 9) a @elseif (n > 4) b @else c @endif", " b "),
            ("@if (let Some(a) = list.first()) {{ a }} @endif", " a "),
            ("@if (n > 1 && let Some(a) = list.get(1)) {{ a }} @endif", " b "),
            ("@unless (n > 9) a @endunless", " a "),
            ("@isset(name)a @else b @endisset", "a "),
            ("@isset(nothing)a @else b @endisset", " b "),
            ("@isset(missing)a @else b @endisset", " b "),
            ("@isset(name, missing)a @else b @endisset", " b "),
            ("@empty(none)a @else b @endempty", "a "),
            ("@empty(missing)a @endempty", "a "),
            ("@switch (n) @case(4) a @break @case(5) b @break @default c @endswitch", " b "),
            ("@switch (n) @case(4) @case(5) b @break @endswitch", " b "),
            ("@switch (name) @case('Bob') a @break @default c @endswitch", " c "),
            ("@auth a @else b @endauth @guest c @endguest", " b   c "),
            ("@production p @endproduction @env('local') l @endenv", " p  "),
            ("@can('edit', n) a @else b @endcan", " b "),
            ("@error('f') {{ message }} @else fine @enderror", " fine "),
            ("@session('k') {{ value }} @else none @endsession", " none "),
            ("{{ errors.any() }}", "false"),
        ]
        .map(|(template, expected)| (template, expected.trim_start())),
    );
}

#[test]
fn loops() {
    check(&[
        ("@foreach (list as a){{ a }},@endforeach", "a,b,c,"),
        ("@foreach (a in list){{ a }}@endforeach", "abc"),
        ("@foreach (list as i => a){{ i }}{{ a }} @endforeach", "0a 1b 2c "),
        ("@foreach (map as k => v){{ k }}{{ v }} @endforeach", "x1 y2 "),
        ("@foreach ((a, b) in pairs){{ a }}{{ b }}@endforeach", "a1b2"),
        ("@for (i in 1..=3){{ i }}@endfor", "123"),
        (
            "@foreach (list as a){{ loop.index }}{{ loop.iteration }}{{ loop.remaining }}{{ loop.first }}{{ loop.last }};@endforeach",
            "012truefalse;121falsefalse;230falsetrue;",
        ),
        (
            "@foreach (list as a){{ loop.even }} {{ loop.odd }} {{ loop.depth }} {{ loop.count }};@endforeach",
            "false true 1 3;true false 1 3;false true 1 3;",
        ),
        (
            "@foreach (list as a)@foreach (1..3 as b){{ loop.parent.index }}{{ loop.index }}{{ loop.depth }} @endforeach @endforeach",
            "002 012  102 112  202 212  ",
        ),
        (
            "@foreach (list as a){{ list.iter().map(|b| format!('{b}{}', loop.index)).collect::<String>() }} @endforeach",
            "a0b0c0 a1b1c1 a2b2c2 ",
        ),
        ("@forelse (none as a) x @empty nobody @endforelse", "nobody "),
        ("@forelse (list as a){{ a }}@empty nobody @endforelse", "abc"),
        ("@foreach (list as a)@continue(a == 'b'){{ a }}@endforeach", "ac"),
        ("@foreach (list as a)@break(a == 'b'){{ a }}@endforeach", "a"),
        ("@foreach (list as a)@foreach (list as b)@break(2){{ b }}@endforeach x @endforeach y", "y"),
        ("@foreach (list as a)@foreach (list as b)@continue(2){{ b }}@endforeach x @endforeach y", "y"),
        ("@foreach (list as a)@switch (a) @case('b') @continue @default {{ a }} @endswitch @endforeach", "a     c  "),
        ("@rust(let mut i = 0)@while (i < 3){{ i }}@rust(i += 1)@endwhile", "012"),
        ("@rust let a = 1; let b = a + 1; @endrust{{ a }}{{ b }}", "12"),
        ("@foreach (list as name){{ name }}@endforeach{{ name }}", "abcAda"),
        ("{{ name }}@unset(name)@isset(name) a @else b @endisset", "Ada b "),
        (
            "@foreach (n as a) x @endforeach",
            "error: `unsigned integer` is not an iterator; loop over a list, a map or a range (in template, line 1, column 11)",
        ),
    ]);
}

#[test]
fn other_templates() {
    check(&[
        ("@include('part')", "[Ada]"),
        ("@include('part', { name: 'Bob' })", "[Bob]"),
        ("@include(view)", "[Ada]"),
        ("@foreach (list as name)@include('part')@endforeach", "[a][b][c]"),
        ("@include('missing')", "error: there is no template `missing` (in template, line 1, column 1)"),
        ("@includeIf('missing')a", "a"),
        ("@includeWhen(n > 4, 'part')@includeWhen(n > 9, 'part')", "[Ada]"),
        ("@includeUnless(n > 9, 'part')", "[Ada]"),
        ("@includeFirst(['missing', 'part'])", "[Ada]"),
        ("@includeIsolated('isolated', { a: 1 })", " unseen 1".trim_start()),
        ("@each('item', list, 'it')", "<0:a><1:b><2:c>"),
        ("@each('item', map, 'it')", "<x:1><y:2>"),
        ("@each('item', none, 'it', 'nobody')", "nobody"),
        ("@each('item', none, 'it', 'raw|no items')", "no items"),
        (
            "@include('calls')",
            "error: attempt to divide by zero; ask for `!= 0` first, or use `checked_div` (in broken, line 2, column 4; from calls, line 1; from template, line 1)",
        ),
        (
            "@extends('layout')@section('body')hello {{ name }}@endsection @push('js')<script>@endpush",
            "<main>hello Ada</main>none<script>",
        ),
        ("@extends('layout')@section('body', html)@section('side')s @endsection", "<main>&#60;b&#62;</main>s "),
        ("@extends('sections')@section('body')child @parent @endsection", "child layout  "),
        (
            "@extends('layout')@push('js')1 @endpush @prepend('js')0 @endprepend @pushOnce('js', 'k')2 @endPushOnce @pushOnce('js', 'k')2 @endPushOnce",
            "<main></main>none0 1 2 ",
        ),
        ("@section('a')x @endsection @hasSection('a')has @endif @sectionMissing('b')missing @endif", "has  missing "),
        ("@once a @endonce @once('k')b @endonce @once('k')c @endonce", "a  b  "),
        ("@fragment('f')part @endfragment", "part "),
    ]);
}

#[test]
fn components() {
    check(&[
        (
            "<x-box size=\"2\" class=\"mb\" id=\"{{ name }}\">in {{ name }}</x-box>",
            "<div class=\"box mb\" id=\"Ada\">info 2: in Ada</div>",
        ),
        ("<x-box :size=\"n\" type='warn' disabled />", "<div class=\"box\" disabled=\"disabled\">warn 5: </div>"),
        (
            "<x-box />",
            "error: component `box` needs `size`; pass it, or give it a default in @props (in components.box, line 1, column 1; from template, line 1)",
        ),
        ("<x-card><x-slot:title class=\"t\"> T </x-slot> body </x-card>", "<h1>T</h1>body<i class=\"t\"></i>"),
        ("<x-bare :n=\"n\" :$name a='1' b>x</x-bare>", "<p n=\"5\" name=\"Ada\" a=\"1\" b=\"b\">x</p>"),
        (
            "<x-bare ::class=\"x\" @class(['a', 'b' => yes, 'c' => no]) @style(['x: y' => yes]) @checked(yes) @disabled(no) />",
            "<p :class=\"x\" class=\"a b\" style=\"x: y;\" checked=\"checked\"></p>",
        ),
        (
            "<x-outer color=\"blue\"><x-inner /></x-outer> <x-outer><x-inner /></x-outer> <x-inner />",
            "<o>blue</o> <o>gray</o> gray",
        ),
        ("<x-folder />", "folder"),
        ("<x-closed />", "closed "),
        (
            "<x-dynamic-component :component=\"tag\" size=\"1\">y</x-dynamic-component>",
            "<div class=\"box\">info 1: y</div>",
        ),
        (
            "@foreach (list as a)<x-bare :a=\"a\">{{ loop.index }}</x-bare>@endforeach",
            "<p a=\"a\">0</p><p a=\"b\">1</p><p a=\"c\">2</p>",
        ),
        ("@component('components.card') @slot('title') T @endslot b @endcomponent", "<h1>T</h1>b<i ></i>"),
        (
            "<x-missing />",
            "error: none of the templates `components.missing`, `components.missing.index`, `components.missing.missing` exists (in template, line 1, column 1)",
        ),
    ]);
}

#[test]
fn attributes_and_services() {
    check(&[
        ("<p @class(['a', 'b' => yes, 'c' => no])>", "<p class=\"a b\">"),
        ("<p @style(['a: 1', 'b: 2' => no])>", "<p style=\"a: 1;\">"),
        (
            "@checked(yes)@checked(no) @selected(yes) @disabled(yes) @readonly(yes) @required(yes)",
            "checked selected disabled readonly required",
        ),
        ("@bool(n > 4) @bool(no)", "true false"),
        ("@method('PUT')", "<input type=\"hidden\" name=\"_method\" value=\"PUT\">"),
        ("@json(map)", "{\"x\":1,\"y\":2}"),
        ("@json(html)", "\"\\u003Cb\\u003E\""),
        ("@js(name)", "'Ada'"),
        ("@lang('hello :name', { name: name })", "hello Ada"),
        ("{{ trans('hello :name', { name: name }) }} {{ url('/a') }}", "hello Ada /a"),
        (
            "@csrf",
            "error: @csrf needs a session; give the app its session layer, or leave out the token where there is none (in template, line 1, column 1)",
        ),
        (
            "{{ data('k') }}",
            "error: there is no data `k`; add it with `.with(\"k\", …)`, in a composer, or with `share` (in template, line 1, column 4)",
        ),
        ("{{ old('f', 'x') }}{{ old('f') }}", "x"),
        ("{{ config('app.name') }}{{ session('k').is_none() }}", "true"),
    ]);
}

#[test]
fn recursion_ends() {
    let error =
        render_among(OTHERS, "@include(view_name)", r#"{"view_name": "self"}"#).expect_err("no end").to_string();
    assert!(error.contains("does a template include itself?") || error.contains("contain itself?"), "{error}");
}

/// A component that is a struct: its fields are the props.
#[test]
fn struct_components() {
    struct Alert {
        kind: String,
        dismissible: bool,
    }
    impl forge::Component for Alert {
        const NAME: &'static str = "alert";

        fn from_attributes(attributes: &mut forge::AttributeBag) -> forge::Result<Self> {
            let Some(kind) = attributes.take_prop("kind") else { return Err("missing field `kind`".into()) };
            let dismissible = attributes.take_prop("dismissible").and_then(|value| value.as_bool());
            Ok(Self { kind: kind.parse()?, dismissible: dismissible.unwrap_or_default() })
        }

        fn variables(&self) -> forge::Map {
            forge::Map::new().entry("kind", self.kind.as_str()).entry("dismissible", self.dismissible)
        }

        fn should_render(&self) -> bool {
            self.kind != "none"
        }
    }
    let loader = forge::engine::EmbeddedLoader::new(&[(
        "components.alert",
        "<p {{ attributes }}>{{ kind }} {{ dismissible }} {{ component.kind }} {{ slot }}</p>",
    )]);
    let interpreter = forge::engine::Interpreter::new(loader).component::<Alert>("alert");
    let forge = forge::Forge::new().engine(std::sync::Arc::new(interpreter));
    let of = |template: &str| forge.render_str(template, forge::Map::new());
    assert_eq!(
        of("<x-alert kind=\"bad\" dismissible id=\"1\">x</x-alert>").expect("a page"),
        "<p id=\"1\">bad true bad x</p>"
    );
    assert_eq!(of("a<x-alert kind=\"none\">{{ missing }}</x-alert>").expect("a page"), "a");
    assert!(of("<x-alert />").expect_err("no kind").to_string().contains("missing field `kind`"));
}

#[test]
fn dumps_stop() {
    let error = render("a @dd(name) b", DATA).expect_err("it stops");
    assert!(matches!(error.kind(), forge::ErrorKind::Stopped), "{error}");
    assert!(render("@dump(name)", DATA).expect("a page").contains("Ada"));
}
