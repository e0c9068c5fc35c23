//! From names to what they mean, and to everything that means the same.

use tower_lsp::ls_types::{
    DocumentHighlightKind, DocumentHighlightParams, GotoDefinitionParams, GotoDefinitionResponse, Location,
    ReferenceContext, ReferenceParams,
};

use super::definition;
use crate::features::{fixture::Project, references};

const PAGES: &str = "\
//- /templates/layouts/app.forge.html
<title>@yield('title', 'Blog')</title>
@stack('head')
<main>@yield('content')</main>
@include('partials.foot')
//- /templates/partials/foot.forge.html
@yield('foot')
//- /templates/home.forge.html
@extends('layouts/app')
@section('title', 'ä𝄞')
@push('head')
<link>
@endpush
@section('content')
<x-card title=\"a\" :$kind max-width=\"2\">
<x-slot:footer>x</x-slot:footer>
</x-card>
@endsection
@section('foot')
@endsection
//- /templates/about.forge.html
@extends('layouts.app')
@section('content')
@foreach (posts as key => post)
{{ post.title }} {{ key }} @include('partials.foot', { post })
@endforeach
{{ post }} {{ route('home') }}
@endsection
//- /templates/components/card.forge.html
@props(['title', 'kind' => 'x', 'max-width' => 1])
<div>{{ title }} {{ max_width }} {{ footer }} {{ slot }}</div>
";

/// `PAGES` with a cursor before the only place, or the given one, of some text.
fn at(file: &str, needle: &str, nth: usize) -> Project {
    let start = PAGES.find(&format!("//- /templates/{file}.forge.html")).expect("the file exists");
    let place = PAGES[start..].match_indices(needle).nth(nth).expect("the text is there").0 + start;
    Project::new(&format!("{}$0{}", &PAGES[..place], &PAGES[place..]))
}

fn shown(project: &Project, locations: Vec<Location>) -> Vec<String> {
    locations.into_iter().map(|location| project.shown(&location.uri, location.range)).collect()
}

fn defined(project: &Project) -> Vec<String> {
    let params = GotoDefinitionParams {
        text_document_position_params: project.at(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    let locations = match definition(&project.snapshot, &params).expect("the document is open") {
        None => Vec::new(),
        Some(GotoDefinitionResponse::Scalar(location)) => vec![location],
        Some(GotoDefinitionResponse::Array(locations)) => locations,
        Some(GotoDefinitionResponse::Link(_)) => panic!("links are not used"),
    };
    shown(project, locations)
}

fn referred(project: &Project, include_declaration: bool) -> Vec<String> {
    let params = ReferenceParams {
        text_document_position: project.at(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
        context: ReferenceContext { include_declaration },
    };
    shown(
        project,
        references::references(&project.snapshot, &params).expect("the document is open").unwrap_or_default(),
    )
}

fn highlighted(project: &Project) -> Vec<String> {
    let params = DocumentHighlightParams {
        text_document_position_params: project.at(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    let highlights =
        references::highlight(&project.snapshot, &params).expect("the document is open").unwrap_or_default();
    let shown = |kind| if kind == Some(DocumentHighlightKind::WRITE) { "write" } else { "read" };
    highlights
        .into_iter()
        .map(|found| format!("{} {}", project.shown(&project.uri, found.range), shown(found.kind)))
        .collect()
}

#[track_caller]
fn check(file: &str, needle: &str, nth: usize, expected: &[&str]) {
    assert_eq!(defined(&at(file, needle, nth)), expected);
}

#[test]
fn names_of_views_lead_to_their_files() {
    check("home", "layouts/app", 0, &["/templates/layouts/app.forge.html 1:1"]);
    check("layouts/app", "partials.foot", 0, &["/templates/partials/foot.forge.html 1:1"]);
    check("home", "card title", 0, &["/templates/components/card.forge.html 1:1"]);
    check("home", "card>", 0, &["/templates/components/card.forge.html 1:1"]);
}

#[test]
fn sections_and_stacks_lead_to_where_they_are_shown_and_back() {
    check("home", "title', 'ä", 0, &["/templates/layouts/app.forge.html 1:16 title"]);
    check("home", "foot')", 0, &["/templates/partials/foot.forge.html 1:9 foot"]);
    check("home", "head')", 0, &["/templates/layouts/app.forge.html 2:9 head"]);
    check("layouts/app", "head')", 0, &["/templates/home.forge.html 3:8 head"]);
    check(
        "layouts/app",
        "content')",
        0,
        &["/templates/about.forge.html 2:11 content", "/templates/home.forge.html 6:11 content"],
    );
}

#[test]
fn props_and_slots_lead_to_their_components_and_back() {
    check("home", "title=\"a", 0, &["/templates/components/card.forge.html 1:10 title"]);
    check("home", "max-width", 0, &["/templates/components/card.forge.html 1:34 max-width"]);
    check("components/card", "max_width", 0, &["/templates/components/card.forge.html 1:34 max-width"]);
    check("home", "footer>x", 0, &["/templates/components/card.forge.html 2:37 footer"]);
    check(
        "components/card",
        "footer }}",
        0,
        &["/templates/home.forge.html 8:9 footer", "/templates/home.forge.html 8:26 footer"],
    );
}

#[test]
fn variables_lead_to_where_they_are_bound() {
    check("about", "post.title", 0, &["/templates/about.forge.html 3:27 post"]);
    check("about", "key }}", 0, &["/templates/about.forge.html 3:20 key"]);
    check("about", "post })", 0, &["/templates/about.forge.html 3:27 post"]);
}

#[test]
fn references_are_everything_that_means_the_same() {
    assert_eq!(
        referred(&at("home", "card title", 0), true),
        ["/templates/home.forge.html 7:4 card", "/templates/home.forge.html 9:5 card"]
    );
    assert_eq!(
        referred(&at("about", "post.title", 0), true),
        [
            "/templates/about.forge.html 3:27 post",
            "/templates/about.forge.html 4:4 post",
            "/templates/about.forge.html 4:56 post"
        ]
    );
    assert_eq!(referred(&at("about", "post.title", 0), false).len(), 2);
    assert_eq!(
        referred(&at("layouts/app", "content", 0), false),
        [
            "/templates/about.forge.html 2:11 content",
            "/templates/home.forge.html 6:11 content",
            "/templates/layouts/app.forge.html 3:15 content"
        ]
    );
    assert_eq!(
        referred(&at("components/card", "kind'", 0), true),
        ["/templates/components/card.forge.html 1:19 kind", "/templates/home.forge.html 7:21 kind"]
    );
}

#[test]
fn the_start_of_a_template_stands_for_it() {
    let project = Project::new("//- /templates/a.forge.html\n$0<p>x</p>\n//- /templates/b.forge.html\n@include('a')\n");
    assert_eq!(referred(&project, true), ["/templates/b.forge.html 1:11 a"]);
}

#[test]
fn highlights_are_those_of_this_document() {
    assert_eq!(
        highlighted(&at("about", "posts as", 0)),
        ["/templates/about.forge.html 3:11 posts read"],
        "`posts` is not `post`"
    );
    assert_eq!(
        highlighted(&at("about", "post)", 0)),
        [
            "/templates/about.forge.html 3:27 post write",
            "/templates/about.forge.html 4:4 post read",
            "/templates/about.forge.html 4:56 post read"
        ]
    );
    assert_eq!(
        highlighted(&at("home", "footer>x", 0)),
        ["/templates/home.forge.html 8:9 footer write", "/templates/home.forge.html 8:26 footer write"]
    );
}

#[test]
fn half_typed_text_keeps_its_names() {
    let project = Project::new(
        "//- /templates/a.forge.html\n@if (\n{{ x. }}\r\n@include('$0b')\n<x-card \n@foreach (\n//- /templates/b.forge.html\nx\n",
    );
    assert_eq!(defined(&project), ["/templates/b.forge.html 1:1"]);
    let project = Project::new("//- /templates/a.forge.html\n@include('b$0\n//- /templates/b.forge.html\nx\n");
    assert_eq!(defined(&project), ["/templates/b.forge.html 1:1"]);
}

#[test]
fn keys_lead_to_the_files_that_hold_them() {
    let config = "//- /config/app.toml\n[app]\nname = \"x\"\n//- /lang/en/mail.toml\nhello = \"Hello\"\n//- /lang/de.json\n{ \"mail.hello\": \"Hallo\" }\n";
    let project = Project::new(&format!("{config}//- /templates/a.forge.html\n{{{{ config('ap$0p.name') }}}}\n"));
    assert_eq!(defined(&project), ["/config/app.toml 2:1 name"]);
    let project = Project::new(&format!("{config}//- /templates/a.forge.html\n{{{{ trans('mail$0.hello') }}}}\n"));
    assert_eq!(defined(&project), ["/lang/en/mail.toml 1:1 hello", "/lang/de.json 1:4 mail.hello"]);
}

const APP: &str = "\
//- /src/lib.rs
pub struct Post { pub title: String, pub author: User }
pub struct User { pub name: String }
impl Post { pub fn excerpt(&self, words: usize) -> String { String::new() } }
async fn index(posts: Vec<Post>) -> Result<View> { Ok(view!(\"posts.index\", posts, heading = \"x\")) }
#[derive(View)]
#[view(\"posts.show\")]
pub struct Show { post: Post }
//- /templates/posts/index.forge.html
<h1>{{ heading }}</h1>
@foreach (posts as post)
{{ post.title }} {{ post.author.name }} {{ post.excerpt(3) }}
@endforeach
//- /templates/posts/show.forge.html
{{ post.title }}
@include('posts.index')
";

fn in_app(needle: &str, nth: usize) -> Project {
    let place = APP.match_indices(needle).nth(nth).expect("the text is there").0;
    Project::new(&format!("{}$0{}", &APP[..place], &APP[place..]))
}

#[test]
fn rust_leads_to_templates_and_templates_to_rust() {
    assert_eq!(defined(&in_app("posts.index", 0)), ["/templates/posts/index.forge.html 1:1"]);
    assert_eq!(defined(&in_app("posts.show", 0)), ["/templates/posts/show.forge.html 1:1"]);
    assert_eq!(defined(&in_app("heading }}", 0)), ["/src/lib.rs 4:83 heading"]);
    assert_eq!(defined(&in_app("post.title }}", 1)), ["/src/lib.rs 7:19 post"]);
    assert_eq!(defined(&in_app("title }}", 0)), ["/src/lib.rs 1:23 title"]);
    assert_eq!(defined(&in_app("name }}", 0)), ["/src/lib.rs 2:23 name"]);
    assert_eq!(defined(&in_app("excerpt(3)", 0)), ["/src/lib.rs 3:20 excerpt"]);
}

#[test]
fn references_of_a_view_are_in_rust_too() {
    let all = ["/src/lib.rs 4:62 posts.index", "/templates/posts/show.forge.html 2:11 posts.index"];
    assert_eq!(referred(&in_app("posts.index')", 0), true), all);
    assert_eq!(referred(&in_app("posts.index", 0), true), all);
    assert_eq!(
        referred(&in_app("heading = ", 0), true),
        ["/src/lib.rs 4:83 heading", "/templates/posts/index.forge.html 1:8 heading"]
    );
}

#[test]
fn components_of_structs_lead_to_their_fields_and_back() {
    let app = "\
//- /build.rs
fn main() { forge_codegen::Builder::new().folder(\"templates\").component(\"alert\", \"crate::Alert\").compile(); }
//- /src/lib.rs
#[derive(Component)]
#[component(\"alert\")]
pub struct Alert { kind: String, #[prop(default)] level: u8 }
//- /templates/components/alert.forge.html
{{ kind }}
//- /templates/a.forge.html
<x-alert kind=\"b\" />
";
    let at = |needle: &str| {
        let place = app.rfind(needle).expect("the text is there");
        Project::new(&format!("{}$0{}", &app[..place], &app[place..]))
    };
    assert_eq!(defined(&at("kind=")), ["/src/lib.rs 3:20 kind"]);
    assert_eq!(defined(&at("kind }}")), ["/src/lib.rs 3:20 kind"]);
    assert_eq!(defined(&at("alert kind")), ["/templates/components/alert.forge.html 1:1", "/src/lib.rs 3:12 Alert"]);
    assert_eq!(
        referred(&at("kind: String"), true),
        [
            "/src/lib.rs 3:20 kind",
            "/templates/a.forge.html 1:10 kind",
            "/templates/components/alert.forge.html 1:4 kind"
        ]
    );
}

#[test]
fn routes_lead_to_their_registration_and_back() {
    let app = "\
//- /src/lib.rs
#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get(\"/posts\", index).name(\"posts.index\");
}
//- /templates/a.forge.html
{{ route('posts.index') }} {{ route('posts.index') }}
";
    let at = |needle: &str| {
        let place = app.find(needle).expect("the text is there");
        Project::new(&format!("{}$0{}", &app[..place], &app[place..]))
    };
    assert_eq!(defined(&at("posts.index')")), ["/src/lib.rs 3:34 posts.index"]);
    assert_eq!(
        defined(&at("posts.index\"")),
        ["/templates/a.forge.html 1:11 posts.index", "/templates/a.forge.html 1:38 posts.index"]
    );
}
