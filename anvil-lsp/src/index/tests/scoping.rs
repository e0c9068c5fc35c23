//! What a place of a template sees.

use super::Project;
use crate::index::scope;

const CRATE: &str = r#"
//- /Cargo.toml
[package]
name = "shop"
//- /build.rs
fn main() { forge_codegen::Builder::new().folder("templates").component("alert", "crate::Alert").compile(); }
//- /src/lib.rs
/// A post.
#[derive(Serialize)]
pub struct Post { pub id: u32, pub title: String, pub author: User, pub tags: Vec<Tag>, pub meta: BTreeMap<String, Tag>, pub cover: Option<Image>, pub pairs: Vec<(u8, Tag)> }
pub struct User { pub name: String, boss: Option<Box<User>> }
pub struct Tag { pub name: String }
pub struct Image { pub url: String }
impl Post {
    /// The beginning.
    pub fn excerpt(&self, words: usize) -> String { String::new() }
    pub fn new() -> Self { loop {} }
}
pub trait Linked { fn link(&self) -> String { String::new() } }
impl Linked for Post {}
async fn index(posts: Vec<Post>) -> View { view!("posts.index", posts, title = "All", page = 1u32) }

#[derive(Component)]
#[component("alert")]
pub struct Alert { kind: String, #[prop(default)] dismissible: bool }
impl Alert { pub fn icon(&self) -> &str { "" } }
"#;

fn project(templates: &str) -> Project {
    Project::new(&format!("{CRATE}{templates}"))
}

fn check(templates: &str, expected: &[&str]) {
    assert_eq!(project(templates).shown(), expected, "{templates}");
}

#[test]
fn a_view_sees_what_rust_gives() {
    check(
        "//- /templates/posts/index.forge.html\n<h1>{{ $0 }}</h1>",
        &["page: u32 View", "title: str View", "posts: Vec<Post> View"],
    );
}

#[test]
fn variables_without_a_giver_are_known_by_their_use() {
    check("//- /templates/lonely.forge.html\n<h1>{{ heading }} {{ $0 }}</h1>", &["heading: _ View"]);
}

#[test]
fn loops_bind_their_elements() {
    let given = ["page: u32 View", "title: str View", "posts: Vec<Post> View"];
    let inside = |head: &str, bound: &[&str]| {
        let template = format!("//- /templates/posts/index.forge.html\n@foreach ({head})\n{{{{ $0 }}}}\n@endforeach");
        let expected: Vec<&str> = ["loop: Loop BuiltIn"].iter().chain(bound).chain(&given).copied().collect();
        check(&template, &expected);
    };
    inside("posts as post", &["post: Post Local"]);
    inside("post in posts", &["post: Post Local"]);
    inside("posts as at => post", &["post: Post Local", "at: usize Local"]);
    inside("(at, post) in posts.iter().enumerate()", &["post: Post Local", "at: usize Local"]);
    inside("posts[0].meta as key => tag", &["tag: Tag Local", "key: String Local"]);
    inside("(key, tag) in &posts[0].meta", &["tag: Tag Local", "key: String Local"]);
    inside("(n, tag) in posts[0].pairs", &["tag: Tag Local", "n: u8 Local"]);
    inside("1..=page as n", &["n: u32 Local"]);
    inside("missing as x", &["x: _ Local", "missing: _ View"]);
}

#[test]
fn names_end_with_their_block() {
    check(
        "//- /templates/a.forge.html\n@foreach ([1u8] as n)\n@endforeach\n@if (let Some(x) = y) @endif\n{{ $0 }}",
        &["y: _ View"],
    );
}

#[test]
fn an_inner_name_hides_an_outer_one() {
    check(
        "//- /templates/posts/index.forge.html\n@foreach (posts as page) {{ $0 }} @endforeach",
        &["loop: Loop BuiltIn", "page: Post Local", "title: str View", "posts: Vec<Post> View"],
    );
}

#[test]
fn conditions_bind_what_they_find() {
    let template = "//- /templates/posts/index.forge.html
@foreach (posts as post)
@if (let Some(cover) = post.cover && let Some(boss) = &post.author.boss)
{{ $0 }}
@endif
@endforeach";
    let project = project(template);
    assert_eq!(project.shown()[..2], ["boss: User Local", "cover: Image Local"]);
    assert_eq!(project.type_of("cover.url").as_deref(), Some("String"));
}

#[test]
fn code_binds_for_what_follows() {
    let template = "//- /templates/posts/index.forge.html
@rust let first = &posts[0]; let count = posts.len() + 1; @endrust
@rust(let name = crate::newest()?.title; )
@inject('stats', 'crate::Tag')
{{ $0 }}
@rust let later = 1; @endrust";
    assert_eq!(
        project(template).shown()[..4],
        ["stats: Tag Local", "name: _ Local", "count: usize Local", "first: Post Local"]
    );
}

#[test]
fn an_unclosed_block_still_binds() {
    let template = "//- /templates/posts/index.forge.html\n<ul>\n@foreach (posts as post)\n<li>{{ post.$0";
    let project = project(template);
    assert_eq!(project.shown()[..2], ["loop: Loop BuiltIn", "post: Post Local"]);
    assert_eq!(project.type_of("post.author").as_deref(), Some("User"));
}

#[test]
fn built_in_names_stand_where_they_mean_something() {
    let template = "//- /templates/a.forge.html\n@error('x') @session('y') {{ $0 }} @endsession @enderror";
    check(template, &["value: Value BuiltIn", "message: str BuiltIn"]);
}

#[test]
fn includes_see_what_is_around_them() {
    let template = "//- /templates/posts/index.forge.html
@foreach (posts as post) @include('posts.card', { big: true, who: post.author }) @endforeach
//- /templates/posts/card.forge.html
{{ $0 }}";
    let shown = project(template).shown();
    for expected in [
        "post: Post View",
        "big: bool View",
        "who: User View",
        "posts: Vec<Post> View",
        "title: str View",
        "loop: Loop BuiltIn",
    ] {
        assert!(shown.iter().any(|known| known == expected), "{expected} in {shown:?}");
    }
}

#[test]
fn isolated_includes_see_only_what_they_are_given() {
    let template = "//- /templates/posts/index.forge.html
@includeIsolated('posts.card', { big: true }) @each('posts.row', posts, 'post')
//- /templates/posts/card.forge.html
{{ $0 }}";
    check(template, &["big: bool View"]);
    let template = template.replace("{{ $0 }}", "") + "\n//- /templates/posts/row.forge.html\n{{ $0 }}";
    check(&template, &["key: usize View", "post: Post View"]);
}

#[test]
fn layouts_see_what_their_views_see() {
    let template = "//- /templates/posts/index.forge.html
@extends('layouts.app', { wide: posts.len() > 3 })
@section('content') x @endsection
//- /templates/layouts/app.forge.html
<title>{{ $0 }}</title>@yield('content')";
    let shown = project(template).shown();
    for expected in ["wide: bool View", "title: str View", "posts: Vec<Post> View"] {
        assert!(shown.iter().any(|known| known == expected), "{expected} in {shown:?}");
    }
}

#[test]
fn templates_that_include_each_other_end() {
    let template = "//- /templates/a.forge.html\n@include('b', { x: 1 }) @include('a')\n//- /templates/b.forge.html\n@include('a', { y: 2 }) {{ $0 }}";
    let shown = project(template).shown();
    assert!(shown.iter().any(|known| known == "x: i32 View"), "{shown:?}");
}

#[test]
fn components_see_props_and_slots_alone() {
    let template = "//- /templates/components/card.forge.html
@props(['title', 'level' => 3, 'kind' => 'info', 'post', 'open' => false])
{{ $0 }}
//- /templates/posts/index.forge.html
@foreach (posts as post)
<x-card title=\"a\" :post=\"post\"><x-slot:footer>x</x-slot></x-card>
@endforeach";
    check(
        template,
        &[
            "footer: Slot Slot",
            "open: bool Prop",
            "post: Post Prop",
            "kind: str Prop",
            "level: i32 Prop",
            "title: String Prop",
            "slot: Slot Slot",
            "attributes: AttributeBag BuiltIn",
        ],
    );
}

#[test]
fn a_component_that_is_included_sees_what_is_passed() {
    let template = "//- /templates/components/row.forge.html\n{{ $0 }}\n//- /templates/a.forge.html\n@includeIsolated('components.row', { n: 1u8 })";
    check(template, &["n: u8 View", "slot: Slot Slot", "attributes: AttributeBag BuiltIn"]);
}

#[test]
fn components_with_code_are_their_structs() {
    let template = "//- /templates/components/alert.forge.html\n{{ $0 }}";
    let project = project(template);
    assert_eq!(
        project.shown(),
        [
            "component: Alert BuiltIn",
            "dismissible: bool Prop",
            "kind: String Prop",
            "slot: Slot Slot",
            "attributes: AttributeBag BuiltIn"
        ]
    );
    assert_eq!(project.type_of("component.icon()").as_deref(), Some("str"));
}

#[test]
fn the_struct_of_a_component_can_be_used_in_its_tag() {
    let template = "//- /templates/components/alert.forge.html\nx\n//- /templates/posts/index.forge.html\n<x-alert kind=\"a\">{{ $0 }}</x-alert>";
    assert_eq!(project(template).shown()[0], "component: Alert BuiltIn");
}

#[test]
fn expressions_have_the_types_that_declarations_give_them() {
    let project = project("//- /templates/posts/index.forge.html\n@foreach (posts as post)\n{{ $0 }}\n@endforeach");
    let check = |expression: &str, expected: Option<&str>| {
        assert_eq!(project.type_of(expression).as_deref(), expected, "{expression}")
    };
    check("post", Some("Post"));
    check("post.author.name", Some("String"));
    check("post.excerpt(3)", Some("String"));
    check("post.link()", Some("String"));
    check("post.tags.first()", Some("Option<Tag>"));
    check("post.tags.first().unwrap().name.to_uppercase()", Some("String"));
    check("post.tags[0].name", Some("String"));
    check("post.tags.iter().map(|tag| tag.name).collect::<Vec<_>>()", Some("Vec<String>"));
    check("post.cover.map(|c| c.url)", Some("Option<String>"));
    check("post.meta['a']", Some("Tag"));
    check("post.pairs[0].1", Some("Tag"));
    check("(post.id + 1) as f64", Some("f64"));
    check("post.id == 3", Some("bool"));
    check("post.title | truncate(3)", Some("String"));
    check("post.title | length", Some("usize"));
    check("loop.parent.index", Some("usize"));
    check("if page > 1 { post.author } else { post.author }", Some("User"));
    check("route('x')", Some("String"));
    check("crate::Post::new().title", Some("String"));
    check("format!('{}', 1)", Some("String"));
    check("post.missing", None);
    check("nothing.at.all", None);
    check("post.", None);
    check("", None);
}

#[test]
fn members_are_fields_methods_and_those_of_traits() {
    let project = project("//- /templates/a.forge.html\n$0");
    let members = |ty: &str| scope::members(&project.index, &crate::index::types::Type::parse(ty));
    let post = members("Post");
    let names: Vec<&str> = post.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(names, ["id", "title", "author", "tags", "meta", "cover", "pairs", "excerpt", "link"]);
    assert_eq!(post[2].signature, "author: User");
    assert_eq!(
        (post[7].signature.as_str(), post[7].docs.as_str()),
        ("pub fn excerpt(&self, words: usize) -> String", "The beginning.")
    );
    let place = post[7].definition.as_ref().expect("it is the project's own");
    let text = std::fs::read_to_string(&place.path).expect("the file is there");
    assert_eq!(&text[place.span.range()], "excerpt");
    let has = |ty: &str, name: &str| {
        assert!(members(ty).iter().any(|member| member.name == name && !member.docs.is_empty()), "{ty}.{name}")
    };
    has("String", "trim");
    has("Vec<Post>", "iter");
    has("[Post]", "is_empty");
    has("Option<Post>", "is_some");
    has("HashMap<String, Post>", "keys");
    has("u32", "pow");
    has("f64", "round");
    has("bool", "then_some");
    has("Loop", "index");
    has("AttributeBag", "merge");
    has("ErrorBags", "first");
    has("Slot", "is_not_empty");
    assert_eq!(members("(u8, Post)")[1].signature, "1: Post");
    assert!(members("Unheard").is_empty());
}

#[test]
fn definitions_lead_to_where_names_come_from() {
    let project = project("//- /templates/posts/index.forge.html\n@foreach (posts as post)\n{{ $0 }}\n@endforeach");
    let places: Vec<(String, String, String)> = project
        .variables()
        .iter()
        .flat_map(|variable| {
            variable.definitions.iter().map(|place| {
                let text = std::fs::read_to_string(&place.path).expect("the file is there");
                (variable.name.clone(), project.below(&place.path), text[place.span.range()].to_owned())
            })
        })
        .collect();
    let expected = [
        ("loop", "templates/posts/index.forge.html", "@foreach"),
        ("post", "templates/posts/index.forge.html", "post"),
        ("page", "src/lib.rs", "page"),
        ("title", "src/lib.rs", "title"),
        ("posts", "src/lib.rs", "posts"),
    ];
    assert_eq!(places, expected.map(|(name, path, text)| (name.to_owned(), path.to_owned(), text.to_owned())));
}
