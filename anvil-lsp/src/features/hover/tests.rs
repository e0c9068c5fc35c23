//! What is shown of names, and that every directive has something.

use tower_lsp::ls_types::{HoverContents, HoverParams, Range};

use super::hover;
use crate::features::{blog::blog, fixture::Project};

fn ask(project: &Project) -> Option<(String, Range)> {
    let params =
        HoverParams { text_document_position_params: project.at(), work_done_progress_params: Default::default() };
    let hover = hover(&project.snapshot, &params).expect("an answer")?;
    let HoverContents::Markup(content) = hover.contents else { panic!("Markdown is expected") };
    Some((content.value, hover.range.expect("a range")))
}

/// What `posts.index` says at its cursor: over which text, and what must be in it.
fn check(template: &str, over: &str, parts: &[&str]) {
    let project = blog(template);
    let (text, range) = ask(&project).unwrap_or_else(|| panic!("nothing is said in {template}"));
    let document = project.snapshot.document(&project.uri).expect("an open document");
    let span = document.text.span(range, project.snapshot.encoding());
    assert_eq!(&document.text.as_str()[span.range()], over, "{template}");
    for part in parts {
        assert!(text.contains(part), "`{part}` is not said in {template}:\n{text}");
    }
}

fn check_nothing(template: &str) {
    assert_eq!(ask(&blog(template)), None, "{template}");
}

#[test]
fn a_directive_says_what_it_does() {
    check("ä @fore$0ach (a as b) @endforeach", "@foreach", &["@foreach(head)", "A loop", "templates.md#loops"]);
    check("@if (a) $0@endif", "@endif", &["Ends `@if`"]);
    check("<x-card @cl$0ass(['a']) />", "@class", &["`class` attribute"]);
    check("@verbatim a @endver$0batim", "@endverbatim", &["Ends `@verbatim`"]);
}

#[test]
fn a_component_says_its_props_slots_and_file() {
    let parts = &[
        "A box with a title.",
        "`title`, required",
        "`is-wide` = `false`",
        "`max-width` = `3`",
        "- `footer`",
        "components/card.forge.html",
    ];
    check("𝄞<x-ca$0rd />", "card", parts);
    check("<x-card></x-ca$0rd>", "card", &["`title`, required"]);
    check("<x-panel$0 />", "panel", &["components/panel/index.forge.html"]);
    check("<x-card :max$0Width=\"1\" />", ":maxWidth", &["max_width: i32", "default `3`"]);
    check("<x-card><x-slot:foo$0ter></x-slot></x-card>", "footer", &["A slot of `<x-card>`"]);
    check_nothing("<x-noth$0ing />");
}

#[test]
fn a_variable_says_its_type_and_where_it_comes_from() {
    check("{{ po$0st.title }}", "post", &["post: Post", "given by Rust", "src/posts.rs:4"]);
    check("@foreach (posts as entry) {{ ent$0ry }} @endforeach", "entry", &["entry: Post", "bound in this template"]);
    check("@foreach (posts as ent$0ry) {{ entry }} @endforeach", "entry", &["entry: Post"]);
    check("{{ rou$0te('posts.index') }}", "route", &["route(name, parameters?)"]);
    check("{{ noth$0ing }}", "nothing", &["no Rust is known that gives it"]);
}

#[test]
fn a_member_says_its_signature_and_docs() {
    check("ä {{ post.ti$0tle }}", "title", &["title: String", "What stands above it.", "src/post.rs:5"]);
    check("{{ post.author.na$0me }}", "name", &["name: String"]);
    check("{{ post.ex$0cerpt(3) }}", "excerpt", &["excerpt(&self, words: usize) -> String", "The first words."]);
    check("{{ post.title | tru$0ncate(3) }}", "truncate", &["truncate(length)"]);
    check_nothing("{{ post.noth$0ing }}");
}

#[test]
fn names_say_what_they_are() {
    check("@include('posts.$0row')", "posts.row", &["templates/posts/row.forge.html"]);
    check("@extends('layouts.a$0pp')", "layouts.app", &["layouts/app.forge.html", "Used in", "posts.index"]);
    check(
        "@extends('layouts.app')\r\n@section('con$0tent')\r\n@endsection",
        "content",
        &["Shown in", "layouts.app", "Filled in", "posts.index"],
    );
    check("@push('he$0ad') @endpush", "head", &["stack head", "layouts.app"]);
    check("{{ route('posts.sh$0ow', { id: 1 }) }}", "posts.show", &["GET /posts/{id}", "`show`", "src/posts.rs"]);
}

#[test]
fn html_and_what_is_not_read_say_nothing() {
    check_nothing("<p>te$0xt</p>");
    check_nothing("{{-- @i$0f --}}");
    check_nothing("@@i$0f");
}
