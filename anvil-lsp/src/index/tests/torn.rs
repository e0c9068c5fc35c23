//! Files that do not parse, and files that nobody would write.

use proptest::prelude::*;

use forge_codegen::{Options, Set};

use crate::index::{
    Index, Package, RustFile, RustIndex, TemplateFolder, View, build_script::BuildScript, scope, types::Type,
};

#[test]
fn a_broken_function_hides_nothing_else() {
    let text = r#"
        pub struct Post { pub title: String }
        fn broken() { let x = ; view!("torn", a = 1) }
        impl Post { pub fn title(&self) -> &str { "" } }
        fn whole(post: Post) { view!("whole", post) }
    "#;
    assert_eq!(RustFile::read(text), None);
    let file = RustFile::read_partly(text);
    assert!(file.is_partial);
    let views: Vec<(&str, usize)> =
        file.views.iter().map(|shown| (shown.view.as_str(), shown.variables.len())).collect();
    assert_eq!(views, [("whole", 1), ("torn", 1)]);
    assert_eq!(file.types[0].fields[0].ty, Some(Type::named("String")));
    let mut functions: Vec<&str> = file.functions.iter().map(|function| function.name.as_str()).collect();
    functions.sort_unstable();
    assert_eq!(functions, ["broken", "title", "whole"]);
}

#[test]
fn brackets_that_do_not_fit_leave_the_names() {
    let text = "struct Post { title: String\nfn show(id: u32) {\n    view!(\"posts.show\", a // view!(\"comment\")\n}\nenum Ä {}\n";
    let file = RustFile::read_partly(text);
    assert!(file.is_partial);
    assert_eq!(file.views.iter().map(|shown| &text[shown.span.range()]).collect::<Vec<_>>(), ["posts.show"]);
    assert_eq!(file.types.iter().map(|found| &text[found.span.range()]).collect::<Vec<_>>(), ["Post", "Ä"]);
    assert_eq!(file.functions.iter().map(|found| found.name.as_str()).collect::<Vec<_>>(), ["show"]);
}

#[test]
fn what_is_nested_beyond_all_measure_is_left_out() {
    let deep = |open: &str, close: &str, count: usize| {
        format!("fn f() {{ let x = {}1{}; view!(\"deep\") }}", open.repeat(count), close.repeat(count))
    };
    for text in [
        deep("(", ")", 100_000),
        deep("[", "]", 5_000),
        deep("!", "", 200_000),
        deep("&", "", 200_000),
        deep("|| ", "", 100_000),
        deep("1 + ", "", 100_000),
        deep("", ".a()", 100_000),
        deep("if a {} else ", "", 100_000),
        deep("Vec::<", ">", 50_000),
        format!("type A = {}u8{};", "Vec<".repeat(20_000), ">".repeat(20_000)),
        format!("fn f() {{ {} }}", "match a { b => ".repeat(5_000)),
    ] {
        assert_eq!(RustFile::read(&text), None, "{}", &text[..60.min(text.len())]);
        assert!(RustFile::read_partly(&text).is_partial);
    }
    // What people write is read.
    for text in [deep("(", ")", 60), deep("1 + ", "", 1_500), deep("", ".a()", 500)] {
        assert_eq!(RustFile::read(&text).map(|file| file.views.len()), Some(1), "{}", &text[..60]);
    }
    let many: String = (0..5_000).map(|at| format!("fn f{at}() {{ g() }}\n")).collect();
    assert_eq!(RustFile::read(&many).map(|file| file.functions.len()), Some(5_000));
}

const SOURCES: &[&str] = &[
    include_str!("../../../../examples/blog/src/posts.rs"),
    include_str!("../../../../examples/blog/src/post.rs"),
    include_str!("../../../../examples/blog/src/lib.rs"),
    include_str!("../../../../examples/blog/build.rs"),
];

const TEMPLATES: &[&str] = &[
    include_str!("../../../../examples/blog/templates/posts/show.forge.html"),
    include_str!("../../../../examples/blog/templates/posts/index.forge.html"),
    "@props(['a', 'b' => 3])\n@foreach (a as (k, v))@if (let Some(x) = v.y && x)@rust let q = x?.z; @endrust{{ q }}@endif@endforeach",
    "@include('t', { a: 1 })@each('t', [1, 2], 'n')@extends('t', { b: 'ä' })<x-t :a=\"b\">@error('e'){{ message }}@enderror</x-t>",
];

/// Cuts, doubles or overwrites parts of a real file, at any character.
fn mutilated(files: &'static [&'static str]) -> impl Strategy<Value = String> {
    let cut = (any::<proptest::sample::Index>(), any::<proptest::sample::Index>(), 0_u8..4, "[\\PC\n]{0,6}");
    let file = proptest::sample::select(files).prop_map(str::to_owned);
    (file, proptest::collection::vec(cut, 1..4)).prop_map(|(mut text, cuts)| {
        for (from, to, how, with) in cuts {
            let at = |index: &proptest::sample::Index, text: &str| {
                let mut at = index.index(text.len() + 1);
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let (one, other) = (at(&from, &text), at(&to, &text));
            let (start, end) = (one.min(other), one.max(other));
            match how {
                0 => text.truncate(end),
                1 => text.replace_range(start..end, ""),
                2 => text.insert_str(start, &with),
                _ => {
                    let doubled = text[start..end].to_owned();
                    text.insert_str(end, &doubled);
                }
            }
        }
        text
    })
}

/// Every place lies on the boundaries of characters of the text.
fn check_places(text: &str, file: &RustFile) {
    let spans = file
        .views
        .iter()
        .flat_map(|shown| std::iter::once(shown.span).chain(shown.variables.iter().map(|given| given.span)))
        .chain(file.types.iter().map(|found| found.span))
        .chain(file.functions.iter().flat_map(|found| [found.span, found.whole]))
        .chain(file.routes.iter().map(|found| found.span))
        .chain(file.keys.iter().map(|found| found.span));
    for span in spans {
        assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
    }
}

fn check(text: &str) {
    if let Some(file) = RustFile::read(text) {
        check_places(text, &file);
    }
    let partly = RustFile::read_partly(text);
    assert!(partly.is_partial || RustFile::read(text).is_some(), "{text:?}");
    check_places(text, &partly);
    let _ = BuildScript::read(text);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn pieces_of_rust_are_read(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "fn f(", "a: Vec<u8>", ")", "{", "}", "view!(", "\"a.b\"", ",", "=", "let x", ";", "r.get(\"/\", h)", ".name(\"n\")", "struct S",
        "|r|", "#[view(\"x\")]", "#[derive(View)]", "match x", "=>", "ä", "'", "r#\"", "/*", "//", "\n", "impl T for S", "Some(y)", "..", "&", "<",
    ]), 0..40)) {
        check(&pieces.join(" "));
    }

    #[test]
    fn mutilated_files_are_read(text in mutilated(SOURCES)) {
        check(&text);
    }

    #[test]
    fn any_place_of_a_template_sees_something(text in mutilated(TEMPLATES), at in any::<proptest::sample::Index>(), expression in "\\PC{0,20}") {
        let index = blog_with(&text);
        let view = View { package: &index.packages[0], name: "t" };
        let offset = at.index(text.len() + 3) as u32;
        let names = scope::variables(&index, view, offset);
        prop_assert!(names.iter().any(|known| known.name == "errors"));
        for name in names {
            for place in name.definitions.iter().filter(|place| place.path.ends_with("t.forge.html")) {
                prop_assert!(text.get(place.span.range()).is_some(), "{place:?}");
            }
            if let Some(ty) = name.ty {
                let _ = scope::members(&index, &ty);
            }
        }
        let _ = scope::type_of(&index, view, offset, &expression);
    }
}

/// The blog's sources with a template that also includes and calls itself.
fn blog_with(text: &str) -> Index {
    let mut set = Set::new(Options::default());
    set.set_all([("t", text), ("components.t", text), ("posts.show", TEMPLATES[0])]);
    let files = SOURCES
        .iter()
        .enumerate()
        .map(|(at, source)| (format!("/p/src/{at}.rs").into(), RustFile::read_partly(source).into()));
    let views = set
        .names()
        .map(|name| (name.to_owned(), format!("/p/templates/{}.forge.html", name.replace('.', "/")).into()))
        .collect();
    let package = Package {
        name: "p".to_owned(),
        root: "/p".into(),
        folders: vec![TemplateFolder { path: "/p/templates".into(), namespace: String::new() }],
        set: set.into(),
        views: std::sync::Arc::new(views),
        directives: Options::default(),
        components: Vec::new(),
    };
    Index {
        packages: vec![package.into()],
        rust: RustIndex::new(files.collect()),
        is_complete: true,
        ..Index::default()
    }
}
