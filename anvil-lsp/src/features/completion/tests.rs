//! Completion at places of templates and Rust: `$0` is the cursor.

use tower_lsp::ls_types::{CompletionItem, CompletionParams, CompletionResponse, CompletionTextEdit, Position, Range};

use super::completion;
use crate::{
    features::{
        blog::{BLOG, blog, project},
        fixture::{Project, full_client},
    },
    settings::Client,
    text::{Encoding, Text},
};

fn ask(fixture: &Project) -> Vec<CompletionItem> {
    let params = CompletionParams {
        text_document_position: fixture.at(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
        context: None,
    };
    match completion(&fixture.snapshot, &params).expect("an answer") {
        Some(CompletionResponse::Array(mut items)) => {
            items.sort_by(|one, other| (&one.sort_text, &one.label).cmp(&(&other.sort_text, &other.label)));
            items
        }
        Some(CompletionResponse::List(_)) => panic!("a plain list is expected"),
        None => Vec::new(),
    }
}

fn labels(fixture: &Project) -> Vec<String> {
    ask(fixture).into_iter().map(|item| item.label).collect()
}

/// What is offered in `posts.index`, in order.
fn check(template: &str, expected: &[&str]) {
    assert_eq!(labels(&blog(template)), expected, "{template}");
}

/// What is offered first.
fn check_first(template: &str, expected: &[&str]) {
    let labels = labels(&blog(template));
    assert_eq!(labels.iter().take(expected.len()).collect::<Vec<_>>(), expected, "{template}");
}

fn check_absent(template: &str, absent: &[&str]) {
    let labels = labels(&blog(template));
    for absent in absent {
        assert!(!labels.iter().any(|label| label == absent), "{absent} is offered in {template}");
    }
    assert!(!labels.is_empty(), "nothing is offered in {template}");
}

/// The text after an item was taken.
fn taken(fixture: &Project, label: &str) -> String {
    let items = ask(fixture);
    let item = items.iter().find(|item| item.label == label);
    let item = item.unwrap_or_else(|| {
        panic!("{label} is not among {:?}", items.iter().map(|item| &item.label).collect::<Vec<_>>())
    });
    let Some(CompletionTextEdit::Edit(edit)) = &item.text_edit else { panic!("{label} has no edit") };
    assert_eq!(edit.range.end, fixture.position(), "the edit ends at the cursor");
    let text = &fixture.snapshot.document(&fixture.uri).expect("an open document").text;
    text.replaced(text.span(edit.range, fixture.snapshot.encoding()), &edit.new_text).as_str().to_owned()
}

fn check_taken(template: &str, label: &str, expected: &str) {
    assert_eq!(taken(&blog(template), label), expected, "{template}");
}

#[test]
fn html_is_left_alone() {
    for template in
        ["<p>$0</p>", "<p class=\"$0\">", "text $0", "a@b$0", "{{-- @$0 --}}", "@verbatim @$0 @endverbatim", "<d$0"]
    {
        check(template, &[]);
    }
}

#[test]
fn ends_and_branches_of_what_is_open_come_first() {
    check_first("@if (a)\n  @$0\n", &["@endif", "@else", "@elseauth", "@elsecan"]);
    check_first("@if (a)\n  @unless (b)\n  @$0\n", &["@endunless", "@else"]);
    check_first("@foreach (a as b)\n@$0", &["@endforeach"]);
    check_first("@forelse (a as b)\n@$0", &["@endforelse", "@empty"]);
    check_first("@switch (a)\n@case(1)\n@$0", &["@endswitch", "@case", "@default"]);
    check_first("@section('a')\r\n@$0", &["@endsection", "@append", "@overwrite", "@show", "@stop"]);
    check_absent("@if (a) x @else @$0 @endif", &["@else", "@elseif"]);
}

#[test]
fn only_directives_with_a_place_are_offered() {
    check_absent(
        "@$0",
        &["@else", "@endif", "@case", "@break", "@continue", "@parent", "@slot", "@php", "@endverbatim", "@props"],
    );
    check_absent("@extends('layouts.app')\n@$0", &["@extends", "@extendsFirst"]);
    assert!(labels(&blog("@foreach (a as b) @$0 @endforeach")).contains(&"@continue".to_owned()));
    assert!(labels(&blog("@section('sidebar') @$0 @endsection")).contains(&"@parent".to_owned()));
    check(
        "<x-card @$0 />",
        &["@bool", "@checked", "@class", "@disabled", "@readonly", "@required", "@selected", "@style"],
    );
    check_first("<input @$0>", &["@bool", "@checked", "@class"]);
}

#[test]
fn a_directive_comes_with_its_end() {
    check_taken("ä @fo$0", "@foreach", "ä @foreach (${1:items} as ${2:item})\n\t$0\n@endforeach");
    check_taken(
        "𝄞 @fore$0\r\n",
        "@forelse",
        "𝄞 @forelse (${1:items} as ${2:item})\n\t$0\n@empty\n\t$3\n@endforelse\r\n",
    );
    check_taken("@i$0 (a)", "@if", "@if (a)");
    check_taken("@if (a) @end$0", "@endif", "@if (a) @endif");
    let client = full_client();
    let plain = Project::with(&format!("{BLOG}//- /templates/a.forge.html\n@fo$0"), client);
    assert_eq!(taken(&plain, "@foreach"), "@foreach (items as item)\n\t\n@endforeach");
}

#[test]
fn positions_count_in_the_units_of_the_client() {
    for (encoding, start) in [(Encoding::Utf8, 6), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
        let client = Client { encoding, ..full_client() };
        let fixture = Project::with(&format!("{BLOG}//- /templates/a.forge.html\n𝄞ä@i$0"), client);
        let items = ask(&fixture);
        let Some(CompletionTextEdit::Edit(edit)) = &items[0].text_edit else { panic!("an edit") };
        // `𝄞ä` is six bytes, three units of UTF-16, two characters.
        let start = start - u32::from(encoding != Encoding::Utf8);
        assert_eq!(edit.range.start.character, start, "{encoding:?}");
        assert_eq!(edit.range.end.character, start + 2, "{encoding:?}");
    }
}

#[test]
fn components_are_offered_with_their_required_props() {
    check_first("<x-$0", &["x-card", "x-forms.input", "x-panel"]);
    check_taken("ä <x-ca$0", "x-card", "ä <x-card title=\"$1\">$0</x-card>");
    check_taken("<$0", "x-forms.input", "<x-forms.input name=\"$1\" />$0");
    check_taken("<x-f$0 name=\"a\" />", "x-forms.input", "<x-forms.input name=\"a\" />");
    check_taken("<x-ca$0>", "x-card", "<x-card>");
    check_taken("<x-ca$0\n  title=\"a\"\n/>", "x-card", "<x-card\n  title=\"a\"\n/>");
    check_taken("<x-p$0 some text</p>", "x-panel", "<x-panel>$0</x-panel> some text</p>");
    check_taken("<x-p$0\r\n<p>", "x-panel", "<x-panel>$0</x-panel>\r\n<p>");
}

#[test]
fn what_is_open_can_be_closed() {
    check("<x-card><x-panel></$0", &["/x-panel", "/x-card"]);
    check_taken("<x-card><x-panel></x-$0", "/x-panel", "<x-card><x-panel></x-panel>");
    check_taken("<x-card></x-c$0>", "/x-card", "<x-card></x-card>");
}

#[test]
fn props_are_offered_until_they_are_given() {
    check("<x-card $0 />", &["title", ":title", "is-wide", "max-width", ":is-wide", ":max-width"]);
    check("<x-card title=\"a\" $0>", &["is-wide", "max-width", ":is-wide", ":max-width"]);
    check("<x-card :ti$0 />", &[":title", ":is-wide", ":max-width"]);
    check("<x-card $0", &["title", ":title", "is-wide", "max-width", ":is-wide", ":max-width"]);
    check_taken("<x-card ti$0 />", "title", "<x-card title=\"$1\" />");
    check_taken("<x-card is$0 />", "is-wide", "<x-card is-wide />");
    check_taken("<x-card :ti$0=\"a\" />", ":title", "<x-card :title=\"a\" />");
    check("<x-card class=\"$0\" />", &[]);
    check("<x-nothing $0 />", &[]);
}

#[test]
fn slots_are_offered_until_they_are_filled() {
    check("<x-card title=\"a\"><x-slot:$0</x-card>", &["footer"]);
    check(
        "<x-card title=\"a\"><x-$0</x-card>",
        &["x-slot:footer", "x-card", "x-forms.input", "x-panel", "x-dynamic-component"],
    );
    check_taken("<x-card title=\"a\"><x-s$0", "x-slot:footer", "<x-card title=\"a\"><x-slot:footer>$0</x-slot>");
    check("<x-card title=\"a\"><x-slot:fo$0></x-slot></x-card>", &["footer"]);
    check("<x-card title=\"a\"><x-slot name=\"$0\"></x-slot></x-card>", &["footer"]);
    check("<x-card><x-slot:footer></x-slot><x-slot:f$0></x-slot></x-card>", &[]);
    check_taken("<x-card><x-slot:f$0></x-slot></x-card>", "footer", "<x-card><x-slot:footer></x-slot></x-card>");
}

#[test]
fn sections_of_the_layout_are_offered_until_they_are_filled() {
    check("@extends('layouts.app')\n@section('$0')", &["content", "sidebar", "title"]);
    check("@extends('layouts.app')\n@section('title', 'a')\n@section('co$0", &["content", "sidebar"]);
    check("@extends('layouts.app')\n@push('$0')", &["head"]);
    check("@section('$0')", &[]);
}

#[test]
fn views_are_offered_by_what_they_are() {
    check(
        "@include('$0')",
        &["posts.row", "components.card", "components.forms.input", "components.panel.index", "layouts.app"],
    );
    check_first("@extends('$0", &["layouts.app"]);
    check_first("@each('po$0', posts, 'post')", &["posts.row"]);
    check_taken("ä @include('posts.r$0')", "posts.row", "ä @include('posts.row')");
}

#[test]
fn names_in_expressions_are_those_in_scope() {
    let labels = labels(&blog("@foreach (posts as entry) {{ en$0 }} @endforeach"));
    assert_eq!(labels[0], "entry".to_owned(), "{labels:?}");
    for name in ["posts", "post", "title", "loop", "errors", "route", "old"] {
        assert!(labels.contains(&name.to_owned()), "{name} is missing: {labels:?}");
    }
    check_absent("{{ $0 }}", &["entry", "loop", "slot"]);
    check_absent("{{ po$0 }}", &["po"]);
    check("@foreach (posts as $0)", &[]);
}

#[test]
fn members_are_fields_then_methods() {
    check_first("{{ post.$0 }}", &["id", "title", "author", "excerpt", "is_new"]);
    check_first("@foreach (posts as entry) {{ entry.author.$0 }} @endforeach", &["name"]);
    check_first("@if (post.$0", &["id", "title", "author"]);
    check_first("@foreach (posts as entry) {{ loop.$0 }} @endforeach", &["index", "iteration"]);
    check_first("<x-card :title=\"post.ti$0\" />", &["id", "title"]);
    check_taken("{{ post.ex$0 }}", "excerpt", "{{ post.excerpt($1) }}");
    check_taken("{{ 'ä' }}{{ post.is$0 }}", "is_new", "{{ 'ä' }}{{ post.is_new()$0 }}");
}

#[test]
fn filters_stand_behind_a_bar() {
    check_first("{{ post.title | $0 }}", &["abs", "capitalize", "date"]);
    check_taken("{{ post.title | tr$0 }}", "truncate", "{{ post.title | truncate(${1:length}) }}");
}

#[test]
fn routes_and_their_parameters_are_offered() {
    check("{{ route('$0') }}", &["posts.index", "posts.show"]);
    check("{{ route('posts.show', { $0 }) }}", &["id"]);
    check_taken("{{ route('posts.s$0", "posts.show", "{{ route('posts.show");
    check("{{ config('$0') }}", &["values.limit"]);
    check("@method('$0')", &["PUT", "PATCH", "DELETE"]);
}

#[test]
fn data_is_offered_that_the_view_uses() {
    check("@include('posts.row', { $0 })", &["item", "note"]);
    check_taken("@include('posts.row', { no$0 })", "note", "@include('posts.row', { note: $1 })");
}

#[test]
fn views_are_offered_in_rust() {
    let fixture = project("//- /src/other.rs\nfn a() { let ä = 1; view!(\"po$0\") }");
    assert!(labels(&fixture).contains(&"posts.row".to_owned()));
    assert_eq!(taken(&fixture, "posts.row"), "fn a() { let ä = 1; view!(\"posts.row\") }");
    let fixture = project("//- /src/other.rs\nfn a() { println!(\"po$0\") }");
    assert_eq!(labels(&fixture), Vec::<String>::new());
}

#[test]
fn nothing_panics_wherever_the_cursor_is() {
    let template = "@extends('layouts.app')\r\n@section('content')\n𝄞<x-card :title=\"post.title | upper\" @class(['a' => b])>{{ a.b(\"ä\") | \
                    }}<x-slot name='footer'>@if (let Some(x) = y)\n{!! x !!}@endif</x-slot></x-card>{{ @foreach (a as";
    let mut place = blog(template);
    let text = Text::new(template);
    for line in 0..text.lines() {
        for character in 0..=text.line(line).len() as u32 {
            let offset = text.offset(Position { line, character }, Encoding::Utf16);
            place.selection.start = text.position(offset, Encoding::Utf16);
            for item in ask(&place) {
                let Some(CompletionTextEdit::Edit(edit)) = item.text_edit else { panic!("an edit") };
                assert_one_line(edit.range);
            }
        }
    }
}

fn assert_one_line(range: Range) {
    assert_eq!(range.start.line, range.end.line);
    assert!(range.start <= range.end);
}
