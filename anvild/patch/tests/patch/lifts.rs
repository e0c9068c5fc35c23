//! The base's text.

use anvild_patch::lifted;

use crate::app::{App, GENEROUS};

fn lift(app: &App, file: &str) -> String {
    let path = format!("/app/src/{file}");
    let files = lifted(&app.graph(), &GENEROUS);
    let found = files.into_iter().find(|(path_of, _)| path_of.to_str() == Some(&path)).map(|(_, text)| text);
    let text = found.unwrap_or_else(|| app.text(file).to_owned());
    assert_eq!(text.lines().count(), app.text(file).lines().count(), "lines stay");
    text
}

fn leaf(text: &str) -> String {
    lift(&App::new(&[("lib.rs", "mod a;\n"), ("a.rs", text)]), "a.rs")
}

fn root(text: &str) -> String {
    lift(&App::new(&[("lib.rs", text)]), "lib.rs")
}

#[test]
fn restricted_becomes_public_in_its_columns() {
    assert_eq!(leaf("pub(crate) fn f() {}"), "pub        fn f() {}");
    assert_eq!(leaf("pub(super) struct A(pub(in crate) u8, u8);"), "pub        struct A(pub           u8, u8);");
    assert_eq!(
        leaf("impl A {\n    pub(crate) const N: u8 = 1;\n    fn own() {}\n}"),
        "impl A {\n    pub        const N: u8 = 1;\n    fn own() {}\n}"
    );
    assert_eq!(leaf("fn own() {}\nuse std::fmt;"), "fn own() {}\nuse std::fmt;", "a leaf keeps its own");
}

#[test]
fn what_a_macro_writes_becomes_public() {
    assert_eq!(
        leaf(
            "macro_rules! m { ($v:vis $n:ident) => { pub(crate) struct $n { pub(crate) a: u8, pub(super) b: u8 } }; }"
        ),
        "macro_rules! m { ($v:vis $n:ident) => { pub        struct $n { pub        a: u8, pub(super) b: u8 } }; }"
    );
    let text = "macro_rules! m { (pub(crate) $n:ident) => { pub(crate) use $n; }; }";
    assert_eq!(leaf(text), text, "patterns and imports stay");
}

#[test]
fn private_things_above_others_become_public_without_moving() {
    assert_eq!(root("use std::fmt;\n\nfn f() {}\n"), "pub use std::fmt;\npub\nfn f() {}\n");
    assert_eq!(
        root("\nstruct A {\n    one: u8,\n    two: u8,\n}\n"),
        "pub\nstruct A { pub\n    one: u8, pub\n    two: u8,\n}\n"
    );
    assert_eq!(root("\n#[inline]\nfn f() {}\n"), "\n#[inline] pub\nfn f() {}\n");
    assert_eq!(root("\n/// Says.\nfn f() {}\n"), "\npub\nfn f() {}\n", "nothing reads the documentation of a function");
    assert_eq!(root("\n#[derive(Clap)]\n/// Says.\nstruct A;\n"), "\n#[derive(Clap)]\n/// Says.\npub struct A;\n");
    assert_eq!(root("\n// Why.\nfn f() {}\n"), "\npub // Why.\nfn f() {}\n");
    assert_eq!(root("//! Doc.\nfn f() {}\n"), "//! Doc.\npub fn f() {}\n");
    assert_eq!(root("const A: &str = \"http://\";\nfn f() {}\n"), "pub const A: &str = \"http://\";\npub fn f() {}\n");
    assert_eq!(root("\r\nfn f() {}\r\n"), "pub\r\nfn f() {}\r\n");
}

#[test]
fn what_has_no_visibility_stays() {
    let text = "\nconst _: () = ();\n";
    assert_eq!(root(text), text);
    assert_eq!(root("pub enum A { B { c: u8 } }\n"), "pub enum A { B { c: u8 } }\n");
    let text = "pub trait T { fn f(); }\nimpl T for u8 { fn f() { fn inner() {} struct S { a: u8 } } }\n";
    assert_eq!(root(text), text);
    let text = "#[cfg(test)]\nmod tests { pub(crate) fn f() {} }\n";
    assert_eq!(root(text), text);
}

#[test]
fn imports_that_cannot_be_public_stay() {
    let text = "macro_rules! m { () => {} }\npub(crate) use m;\n";
    assert_eq!(root(text), text);
    let app = App::new(&[
        ("lib.rs", "mod ids;\nmod b { mod c; }\nuse ids::PostId;\nuse ids::Known;\n"),
        ("ids.rs", "id!(PostId);\npub(crate) struct Known;\n"),
        ("b/c.rs", ""),
    ]);
    assert_eq!(
        lift(&app, "lib.rs"),
        "pub mod ids; pub\nmod b { pub mod c; }\nuse ids::PostId; pub\nuse ids::Known;\n",
        "a macro says how visible `PostId` is"
    );
}

#[test]
fn a_private_method_is_not_put_before_that_of_a_trait() {
    let app = |other: &str| {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "mod c;\npub struct A;\nimpl A {\n    fn show(&self) {}\n}\n"),
            ("a/c.rs", "fn f(a: super::A) { a.show() }"),
            ("b.rs", other),
        ];
        lift(&App::new(&files), "a.rs")
    };
    assert!(app("fn f() {}").contains("impl A { pub\n    fn show"));
    assert!(app("fn f(a: crate::a::A) { a.show() }").contains("impl A {\n    fn show"));
}

#[test]
fn a_private_method_with_the_name_of_an_iterators_hides_nothing_of_a_type_that_is_none() {
    let app = |at: &str, more: &str| {
        let a = format!("mod c;\n{at} pub struct A;\nimpl A {{\n    fn sum(&self) {{}}\n}}\n");
        let b = format!("use crate::a::A;\nfn f() {{ x.iter().sum() }}\n{more}");
        let files = [("lib.rs", "mod a;\nmod b;\n"), ("a.rs", &*a), ("a/c.rs", ""), ("b.rs", &*b)];
        lift(&App::new(&files), "a.rs").contains("impl A { pub\n    fn sum")
    };
    let derives = "#[derive(Debug, Clone)]";
    for more in [
        "",
        "impl std::fmt::Display for A {}",
        "trait Own { fn own(); }\nimpl Own for A {}",
        "impl<T> Iterator for B<T> {}",
    ] {
        assert!(app(derives, more), "{more}");
    }
    for more in [
        "impl Iterator for A {}",
        "impl rayon::ParallelIterator for &A {}",
        "impl Iterator for [A] {}",
        "trait Own { fn sum(); }",
        "type Alias = A;",
        "iterator!(A);",
    ] {
        assert!(!app(derives, more), "{more}");
    }
    assert!(!app("#[derive(Stream)]", ""));
}

#[test]
fn a_method_is_lifted_if_nobody_else_sees_its_type() {
    let app = |of_type: &str, of_method: &str| {
        let text = format!("{of_type} struct A;\nimpl A {{\n    {of_method} fn show(&self) {{}}\n}}\n");
        let files =
            [("lib.rs", "mod a;\nmod b;\n"), ("a.rs", "mod c;\n"), ("a/c.rs", &*text), ("b.rs", "fn f() { x.show() }")];
        lift(&App::new(&files), "a/c.rs").contains("pub        fn show")
    };
    assert!(app("pub(super)", "pub(super)") && !app("pub(crate)", "pub(super)") && !app("pub", "pub(super)"));
}

#[test]
fn a_constructor_is_hidden_by_nothing_but_its_own_path() {
    let app = |other: &str| {
        let text = "pub struct A(u8);\nimpl A {\n    fn new() -> Self {}\n}\nmod c;\n";
        let files = [("lib.rs", "mod a;\nmod b;\n"), ("a.rs", text), ("a/c.rs", ""), ("b.rs", other)];
        lift(&App::new(&files), "a.rs").contains("{ pub\n    fn new")
    };
    assert!(
        app("fn f() { B::new() }") && !app("fn f() { A::new() }") && !app("type B = crate::a::A; fn f() { B::new() }")
    );
}

#[test]
fn a_private_field_is_not_put_before_that_behind_a_deref() {
    let app = |other: &str| {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "mod c;\npub struct A {\n    id: u8,\n}\n"),
            ("a/c.rs", ""),
            ("b.rs", other),
        ];
        lift(&App::new(&files), "a.rs")
    };
    assert!(app("fn f(a: crate::a::A) { a.id }").contains("{ pub\n    id"));
    assert!(app("impl std::ops::Deref for crate::a::A {}\nfn f(a: crate::a::A) { a.id }").contains("{\n    id"));
}

#[test]
fn a_private_item_does_not_reach_globs_elsewhere() {
    let app = |other: &str| {
        let files = [
            ("lib.rs", "mod a;\nmod b;\n"),
            ("a.rs", "mod c;\n\ntype Result = u8;\n"),
            ("a/c.rs", ""),
            ("b.rs", other),
        ];
        lift(&App::new(&files), "a.rs")
    };
    assert!(app("use crate::a::*;").contains("pub\ntype Result"));
    assert!(app("use crate::a::*;\nfn f() -> Result<u8> {}").contains(";\n\ntype Result"));
}
