//! What stands at a place, in whole and half-typed templates.

use forge_codegen::{Options, Span, Takes, parse};

use super::{Around, Code, CodeSite, Context, Site};

/// `$0` is the cursor. Said are the place, and behind `in` what is around it.
fn check(fixture: &str, expected: &str) {
    assert_eq!(describe(fixture, |template, offset| Context::before(template, offset)), expected, "{fixture}");
}

fn check_on(fixture: &str, expected: &str) {
    assert_eq!(describe(fixture, |template, offset| Context::on(template, offset)), expected, "{fixture}");
}

fn describe(fixture: &str, context: for<'t> fn(&'t forge_codegen::Template, u32) -> Context<'t>) -> String {
    let offset = fixture.find("$0").expect("the fixture has a cursor") as u32;
    let text = fixture.replacen("$0", "", 1);
    let options = Options::default().with_directive("money", Takes::Required);
    let template = parse(&text, &options);
    let context = context(&template, offset);
    let at = |span: Span| format!("`{}`", &text[span.range()]);
    let site = match &context.site {
        Site::Text => "text".to_owned(),
        Site::Comment => "comment".to_owned(),
        Site::Raw => "raw".to_owned(),
        Site::Escape => "escape".to_owned(),
        Site::DirectiveName { name, tag, .. } => {
            format!("directive {}{}", at(*name), if tag.is_some() { " of tag" } else { "" })
        }
        Site::TagName { name, is_closing, .. } => format!("tag {}{}", at(*name), if *is_closing { " end" } else { "" }),
        Site::SlotName { name } => format!("slot {}", at(*name)),
        Site::AttributeName { tag, name, .. } => format!("attribute {} of {}", at(*name), at(tag.name)),
        Site::AttributeValue { tag, name, value, .. } => {
            format!("value {} of {} of {}", at(*value), at(*name), at(tag.name))
        }
        Site::Code(code) => describe_code(code, &text),
    };
    let around = context.around.iter().map(|around| match around {
        Around::Block { block, branch } => format!("{}.{branch}", &text[block.opener().name.range()]),
        Around::Component(component) => format!("<{}>", &text[component.tag.name.range()]),
        Around::Slot => "<slot>".to_owned(),
    });
    let around: Vec<String> = around.collect();
    if around.is_empty() { site } else { format!("{site} in {}", around.join(" ")) }
}

fn describe_code(code: &Code<'_>, text: &str) -> String {
    let at = |span: Span| format!("`{}`", &text[span.range()]);
    let site = match code.site {
        CodeSite::Name { word } => format!("name {}", at(word)),
        CodeSite::Member { receiver, word } => format!("member {} of {}", at(word), at(receiver)),
        CodeSite::Filter { value, word } => format!("filter {} of {}", at(word), at(value)),
        CodeSite::Text { text, names } => match names {
            Some(names) => format!("{names:?} {}", at(text)),
            None => format!("text {}", at(text)),
        },
        CodeSite::Binding { word } => format!("binding {}", at(word)),
        CodeSite::Key { word } => format!("key {}", at(word)),
        CodeSite::Other => "other".to_owned(),
    };
    let argument = code.argument.map(|(directive, index)| format!(" of {} {index}", &text[directive.name.range()]));
    let call = code.call(text).map(|(function, index)| format!(" of {function}() {index}"));
    format!("code {site}{}{}", call.unwrap_or_default(), argument.unwrap_or_default())
}

#[test]
fn html_is_text() {
    check("$0", "text");
    check("<p$0", "text");
    check("<p class=\"a$0\">", "text");
    check("a@b$0.c", "text");
    check("{{ a }}$0", "text");
    check("@if (a)$0", "text in @if.0");
    check("<x-card>$0</x-card>", "text in <card>");
}

#[test]
fn directives_are_names_from_their_sign_on() {
    check("@$0", "directive `@`");
    check("<p>@fo$0</p>", "directive `@fo`");
    check("@fo$0reach (a as b) @endforeach", "directive `@foreach`");
    check("@if$0", "directive `@if`");
    check("@if (a) x @els$0 @endif", "directive `@els` in @if.1");
    check("@if (a) x @e$0 @endif", "directive `@e` in @if.0");
    check("@if (a) x @end$0\r\n@endif", "directive `@end` in @if.0");
    check("@if (a) x @endif$0", "directive `@endif` in @if.0");
    check("@if (a)\n  @unless (b)\n  @$0\n", "directive `@` in @if.0 @unless.0");
    check("<x-card @cla$0>", "directive `@cla` of tag");
    check("<x-card @class$0(['a'])>", "directive `@class` of tag");
    check("@@if$0", "escape");
    check("@mon$0ey(1)", "directive `@money`");
}

#[test]
fn tags_are_names_from_their_bracket_on() {
    check("<$0", "tag ``");
    check("<x$0", "tag ``");
    check("<x-$0", "tag ``");
    check("<x-$0\n<p>", "tag ``");
    check("<x-ca$0", "tag `ca`");
    check("<x-forms.in$0put name=\"a\" />", "tag `forms.input`");
    check("ä <x-mail::mess$0age>", "tag `mail::message`");
    check("<x-card></x-ca$0", "tag `ca` end in <card>");
    check("<x-card></$0", "tag `` end in <card>");
    check("<x-card></x-card$0>", "tag `card` end in <card>");
    check("<x-card><x-slot:ti$0></x-slot></x-card>", "slot `ti` in <card>");
    check("<x-card><x-slot name=\"ti$0\"></x-slot></x-card>", "slot `ti` in <card>");
    check("<x-card><x-slot:title>$0</x-slot></x-card>", "text in <card> <slot>");
}

#[test]
fn attributes_have_names_and_values() {
    check("<x-card $0", "attribute `` of `card`");
    check("<x-card $0 />", "attribute `` of `card`");
    check("<x-card ti$0 />", "attribute `ti` of `card`");
    check("<x-card :ti$0 />", "attribute `:ti` of `card`");
    check("<x-card :ti$0tle=\"a\" />", "attribute `:title` of `card`");
    check("<x-card title=\"a$0b\" />", "value `ab` of `title` of `card`");
    check("<x-card title=\"$0\" />", "value `` of `title` of `card`");
    check("<x-card title=\"a {{ b.$0 }}\" />", "code member `` of `b`");
    check("<x-card title=\"{{$0}}\" />", "code name ``");
    check("<x-card :title=\"post.ti$0\" />", "code member `ti` of `post`");
    check("<x-card :title=\"$0\" />", "code name ``");
    check("<x-card :title=\"post.ti$0", "code member `ti` of `post`");
    check("<x-card :$ti$0 />", "code name `ti`");
    check("<x-card @class(['a' => is_$0]) />", "code name `is_` of @class 0");
    check("<x-card {{ attr$0 }} />", "code name `attr`");
    check("<x-card a=\"b\"$0>", "attribute `` of `card`");
}

#[test]
fn echoes_hold_code() {
    check("{{ $0 }}", "code name ``");
    check("{{$0}}", "code name ``");
    check("{{ $0", "code name ``");
    check("{{ po$0", "code name `po`");
    check("{{ po$0st }}", "code name `post`");
    check("{!! post.$0 !!}", "code member `` of `post`");
    check("ä {{ post.author.na$0me }}", "code member `name` of `post.author`");
    check("{{ post.tags(1, \")\")[0].$0 }}", "code member `` of `post.tags(1, \")\")[0]`");
    check("{{ f(a).b?.c$0 }}", "code member `c` of `f(a).b?`");
    check("{{ 'a'.le$0 }}", "code member `le` of `'a'`");
    check("{{ a + b.c$0 }}", "code member `c` of `b`");
    check("{{ 0..n$0 }}", "code name `n`");
    check("{{ 12$0 }}", "code other");
    check("{{ crate::a$0 }}", "code other");
    check("{{ /* a$0 */ }}", "code other");
    check("{{ post.\n$0", "text");
    check("{{ post. $0", "code member `` of `post`");
    check("<p>{{ post.$0</p>", "code member `` of `post`");
    check("{{ a }}\r\n{{ post.$0\r\n{{ b }}", "code member `` of `post`");
}

#[test]
fn filters_stand_behind_a_bar() {
    check("{{ post.title | $0 }}", "code filter `` of `post.title`");
    check("{{ a | upper | tru$0 }}", "code filter `tru` of `a | upper`");
    check("{{ a || b$0 }}", "code name `b`");
    check("{{ a.map(|x| x$0) }}", "code name `x`");
    check("{{ a | truncate($0) }}", "code name `` of truncate() 0");
}

#[test]
fn arguments_are_counted() {
    check("@if ($0)", "code name `` of @if 0");
    check("@if (post.$0", "code member `` of `post` of @if 0");
    check("@if (post. $0\n<p>\n@endif", "code member `` of `post` of @if 0");
    check("@include('a', $0)", "code name `` of @include 1");
    check("@include('a', { na$0 })", "code key `na` of @include 1");
    check("@include('a', { name: x.$0 })", "code member `` of `x` of @include 1");
    check("@foreach (po$0)", "code name `po` of @foreach 0");
    check("@foreach (posts as po$0st) @endforeach", "code binding `post` of @foreach 0");
    check("@foreach (po$0st in posts) @endforeach", "code binding `post` of @foreach 0");
    check("@foreach (post in posts.$0) @endforeach", "code member `` of `posts` of @foreach 0");
}

#[test]
fn texts_name_things() {
    check("@include('po$0')", "code View `po` of @include 0");
    check("@include('posts.$0", "code View `posts.` of @include 0");
    check("@include(\"ä.$0b\")", "code View `ä.b` of @include 0");
    check("@includeWhen(a, 'b$0')", "code View `b` of @includeWhen 1");
    check("@includeFirst(['a', 'b$0'])", "code View `b` of @includeFirst 0");
    check("@section('$0')", "code Section `` of @section 0");
    check("@section('title', 'a$0')", "code text `a` of @section 1");
    check("@push('s$0') @endpush", "code Stack `s` of @push 0");
    check("@lang('a.$0')", "code Translation `a.` of @lang 0");
    check("{{ route('posts.$0') }}", "code Route `posts.` of route() 0");
    check("{{ route('a', { id: x$0 }) }}", "code name `x` of route() 1");
    check("{{ config('$0", "code Config `` of config() 0");
    check("@if (config('a$0'))", "code Config `a` of config() 0 of @if 0");
    check("{{ a.get('b$0') }}", "code text `b`");
    check("@each('a', b, 'c', 'd$0')", "code View `d` of @each 3");
}

#[test]
fn what_is_not_read_says_so() {
    check("{{-- a$0 --}}", "comment");
    check("{{-- a --}}$0", "text");
    check("@verbatim {{ a$0 }} @endverbatim", "raw");
    check("@rust let a = b.$0; @endrust", "code member `` of `b`");
    check("@rust let a$0 = 1; @endrust", "code binding `a`");
}

#[test]
fn the_cursor_is_on_a_name_from_its_start_on() {
    check_on("$0@if (a) @endif", "directive `@if`");
    check_on("{{ $0post.title }}", "code name `post`");
    check_on("{{ post$0.title }}", "code name `post`");
    check_on("{{ post.$0title }}", "code member `title` of `post`");
    check_on("$0<x-card />", "tag `card`");
    check_on("<x-card $0title=\"a\" />", "attribute `title` of `card`");
    check_on("@include('$0a.b')", "code View `a.b` of @include 0");
}
