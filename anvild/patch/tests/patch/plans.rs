//! Each rule of the decision.

use anvild_patch::{Decision, Limits};

use crate::app::{App, blog};

#[test]
fn nothing_changed_is_an_empty_patch() {
    assert_eq!(blog().patched(&blog()), "");
}

#[test]
fn only_the_changed_module_is_source() {
    assert_eq!(blog().patched(&blog().edited("about.rs", "\"about\"", "\"me\"")), "about");
}

#[test]
fn who_names_a_changed_module_is_source_too() {
    assert_eq!(blog().patched(&blog().edited("post.rs", "id", "key")), "post posts");
    let chain = App::new(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\nmod d;\n"),
        ("a.rs", "pub fn f() {}"),
        ("b.rs", "pub fn f() { super::a::f() }"),
        ("c.rs", "use crate::{b as other};\npub fn f() { other::f() }"),
        ("d.rs", "pub fn f(a: u8, b: u8) { let c = a; }"),
    ]);
    assert_eq!(chain.patched(&chain.edited("a.rs", "{}", "{ }")), "a b c", "variables of `d` are no modules");
}

#[test]
fn macros_and_strings_of_attributes_count_as_names() {
    let app = App::new(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("a.rs", "pub fn f() {}"),
        ("b.rs", "pub fn f() { call!(a, f) }"),
        ("c.rs", "#[derive(Serialize)]\nstruct S { #[serde(with = \"crate::a\")] at: u8 }"),
    ]);
    assert_eq!(app.patched(&app.edited("a.rs", "{}", "{ }")), "a b c");
}

#[test]
fn names_of_the_root_are_told_apart() {
    let app = blog().with("about.rs", "use crate::State;\npub fn show(s: &State) {}\n").edited(
        "posts.rs",
        "use crate::post::Post;",
        "use crate::post::Post;\nuse framework::State as Other;",
    );
    // The state stays where it is, in the base: nobody else is touched.
    assert_eq!(app.patched(&app.edited("post.rs", "id", "key")), "post posts");
    // It changes: who names it comes along, who has a name like it does not.
    assert_eq!(app.patched(&app.edited("lib.rs", "hits: u32", "hits: u64")), "about");
    assert_eq!(app.patched(&app.edited("lib.rs", "fn hit(&mut self) {}", "fn hit(&mut self) { }")), "about");
}

#[test]
fn an_item_of_the_root_that_refers_to_a_change_is_copied_with_its_users() {
    let app = blog()
        .edited("lib.rs", "hits: u32", "last: post::Post")
        .with("about.rs", "pub fn show(s: &super::State) -> &'static str { \"about\" }\n");
    assert_eq!(app.patched(&app.edited("post.rs", "id", "key")), "about post posts");
    assert_eq!(app.patched(&app.edited("about.rs", "\"about\"", "\"me\"")), "about");
}

#[test]
fn code_that_moved_is_source() {
    let app = blog().with("about.rs", "pub fn show() { super::shared() }\n");
    let app = app.edited("lib.rs", "#[anvilforge::routes]", "pub fn shared() {}\n#[anvilforge::routes]");
    let moved = app.edited("lib.rs", "use framework::*;", "\nuse framework::*;");
    assert_eq!(app.patched(&moved), "about", "a panic in `shared` would name the wrong line");
}

#[test]
fn re_exports_are_followed() {
    let app = App::new(&[
        ("lib.rs", "mod model;\nmod page;\nmod other;\npub use model::*;\npub use model::user::Name as UserName;\n"),
        ("model.rs", "pub mod post;\npub mod user;\npub use post::*;\n"),
        ("model/post.rs", "pub struct Post;\npub trait Titled { fn title(&self); }\n"),
        ("model/user.rs", "pub struct Name;\n"),
        ("page.rs", "use crate::Post;\npub fn page(p: Post) {}"),
        ("other.rs", "use crate::UserName;\npub fn other(u: UserName) {}"),
    ]);
    assert_eq!(app.patched(&app.edited("model/post.rs", "Post;", "Post { }")), "model model::post page");
    assert_eq!(app.patched(&app.edited("model/user.rs", "Name;", "Name { }")), "model::user other");
}

#[test]
fn items_of_a_divided_module_are_followed_through_globs_and_other_names() {
    let app = App::new(&[
        (
            "lib.rs",
            "mod admin;\nmod by_glob;\nmod by_name;\nmod by_path;\nmod unrelated;\npub use admin::*;\npub use admin as office;\n",
        ),
        ("admin.rs", "mod one;\npub fn page() {}\npub fn other() {}\n"),
        ("admin/one.rs", "use super::other;\n"),
        ("by_glob.rs", "fn f() { crate::page() }"),
        ("by_name.rs", "fn f() { crate::office::page() }"),
        ("by_path.rs", "fn f() { use super::{admin::page}; page() }"),
        ("unrelated.rs", "fn page() { crate::admin::other() }"),
    ]);
    assert_eq!(app.patched(&app.edited("admin.rs", "page() {}", "page() { }")), "admin by_glob by_name by_path");
}

#[test]
fn a_name_of_the_root_is_told_from_one_in_another_module() {
    let app = App::new(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\nuse a::Page;\npub fn show() -> Page { a::show() }\n"),
        ("a.rs", "pub struct Page;\npub fn show() -> Page { Page }\n"),
        ("b.rs", "use crate::c::show;\nfn f() { show() }"),
        ("c.rs", "pub fn show() {}"),
    ]);
    assert_eq!(app.patched(&app.edited("a.rs", "{ Page }", "{  Page }")), "a");
}

#[test]
fn a_glob_brings_traits_without_naming_them() {
    let app = App::new(&[
        ("lib.rs", "mod ext;\nmod pages;\n"),
        ("ext.rs", "pub trait Titled { fn title(&self) {} }\nimpl<T> Titled for T {}\n"),
        ("pages.rs", "mod one;\nmod two;\nuse crate::ext::Titled as _;\nuse std::fmt;\n"),
        ("pages/one.rs", "use super::*;\npub fn page() { 1.title() }"),
        ("pages/two.rs", "use super::fmt;\npub fn page() { }"),
    ]);
    assert_eq!(app.patched(&app.edited("ext.rs", "title(&self) {}", "title(&self) { }")), "ext pages pages::one");
}

#[test]
fn derived_names_count() {
    let app = App::new(&[
        ("lib.rs", "mod a;\nmod post;\n#[derive(Builder)]\npub struct Draft { of: post::Post }\n"),
        ("post.rs", "pub struct Post;\n"),
        ("a.rs", "use crate::DraftBuilder;\n"),
    ]);
    assert_eq!(app.patched(&app.edited("post.rs", "Post;", "Post { }")), "a post");
}

#[test]
fn new_and_removed_modules_need_no_full_build() {
    let added = blog().edited("lib.rs", "mod about;", "mod about; mod contact;").with("contact.rs", "pub fn show() {}");
    assert_eq!(blog().patched(&added), "contact");
    assert_eq!(added.patched(&blog()), "");
    let user = added.with("about.rs", "pub fn show() { crate::contact::show() }");
    let renamed =
        user.edited("lib.rs", "mod contact;", "mod touch;").without("contact.rs").with("touch.rs", "pub fn show() {}");
    assert_eq!(user.patched(&renamed), "about touch", "`about` names what is gone");
    let moved = blog().without("about.rs").with("about/mod.rs", blog().text("about.rs"));
    assert_eq!(blog().patched(&moved), "about");
}

#[test]
fn embedded_files_count() {
    let app = App::new(&[
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("a.rs", "const TEXT: &str = include_str!(\"../a.txt\");"),
        ("../a.txt", ""),
        ("b.rs", "include!(\"b.inc\");"),
        ("b.inc", "fn f() { crate::c::f() }"),
        ("c.rs", "pub fn f() {}"),
    ]);
    // The app's files are looked up by their normal path.
    let app = app.without("../a.txt").with("a.txt", "one").edited("a.rs", "../", "");
    assert_eq!(app.patched(&app.with("a.txt", "two")), "a");
    assert_eq!(app.patched(&app.edited("c.rs", "{}", "{ }")), "b c");
    assert_eq!(app.patched(&app.edited("b.inc", "{ crate", "{  crate")), "b");
    let unknown = app.with("b.rs", "include!(concat!(env!(\"OUT_DIR\"), \"/b.rs\"));");
    assert_eq!(unknown.full(&unknown.edited("c.rs", "{}", "{ }")), "included source implements something");
}

#[test]
fn templates_are_read() {
    let app = App::new(&[
        ("lib.rs", "mod a;\nmod dates;\n"),
        ("a.rs", "#[derive(Template)]\n#[template(path = \"a.html\")]\nstruct A { at: u8 }"),
        ("templates/a.html", "{% include \"b.html\" %}"),
        ("templates/b.html", "<p>{{ crate::dates::iso(at) }}</p>"),
        ("dates.rs", "pub fn iso(at: u8) {}"),
    ]);
    assert_eq!(app.patched(&app.edited("dates.rs", "{}", "{ }")), "a dates");
    assert_eq!(app.patched(&app.edited("templates/b.html", "<p>", "<b>")), "a");
}

#[test]
fn macros_bring_their_definitions() {
    let app = App::new(&[
        ("lib.rs", "#[macro_use]\nmod macros;\nmod a;\nmod b;\nmod c;\n"),
        ("macros.rs", "macro_rules! page { ($a:expr) => { $crate::c::show($a) } }\n"),
        ("a.rs", "pub fn f() { page!(1) }"),
        ("b.rs", "pub fn f() { page!(2) }"),
        ("c.rs", "pub fn show(n: u8) {}"),
    ]);
    assert_eq!(app.patched(&app.edited("a.rs", "1", "2")), "a macros", "`b` keeps what it has");
    assert_eq!(app.patched(&app.edited("macros.rs", "$crate", " $crate")), "a b macros");
    assert_eq!(app.patched(&app.edited("c.rs", "{}", "{ }")), "a b c macros", "through the macro's body");
    let with_type = app.edited("macros.rs", "macro_rules", "pub struct Page;\nmacro_rules");
    assert_eq!(with_type.patched(&with_type.edited("a.rs", "1", "2")), "a b macros", "its type must stay one");
}

#[test]
fn a_macro_joins_its_words_with_those_of_its_caller() {
    let app = App::new(&[
        ("lib.rs", "#[macro_use]\nmod macros;\nmod a;\nmod b;\nmod c;\npub fn page() {}\npub fn other() {}\n"),
        (
            "macros.rs",
            "macro_rules! at_root { ($f:ident) => { inner!($f) } }\nmacro_rules! inner { ($f:ident) => { $crate::$f() } }\n",
        ),
        ("a.rs", "fn f() { at_root!(page) }"),
        ("b.rs", "fn f() { at_root!(other) }"),
        ("c.rs", "fn page() {}"),
    ]);
    assert_eq!(app.patched(&app.edited("lib.rs", "page() {}", "page() { }")), "a macros");
}

#[test]
fn a_macro_of_a_well_known_name_is_not_guessed() {
    let app = blog().with("about.rs", "macro_rules! format { () => {} }\n");
    assert_eq!(app.full(&app.edited("post.rs", "id", "key")), "the app has a macro `format` of its own");
}

#[test]
fn a_macro_that_is_defined_twice_is_not_guessed() {
    let app = App::new(&[("lib.rs", "mod a;\nmod b;\n"), ("a.rs", "macro_rules! m { () => {} }"), ("b.rs", "")]);
    assert_eq!(
        app.full(&app.with("b.rs", "macro_rules! m { () => { 1 } }")),
        "the macro `m` is defined more than once"
    );
}

#[test]
fn held_types_are_not_copied() {
    let held = "`Post` is held in the container";
    let derived = blog().with("post.rs", "#[derive(Debug, anvilforge::Layout)]\npub struct Post {\n    id: u32,\n}\n");
    assert_eq!(derived.full(&derived.edited("post.rs", "id", "key")), held);
    assert_eq!(derived.patched(&derived.edited("about.rs", "\"about\"", "\"me\"")), "about");
    let by_hand = blog().edited("post.rs", "pub struct", "unsafe impl Layout for Post {}\npub struct");
    assert_eq!(by_hand.full(&by_hand.edited("post.rs", "id", "key")), held);
    let known = blog().decide_with(&blog().edited("post.rs", "id", "key"), &["Post"], &Limits::default());
    assert_eq!(known, Decision::Full { reason: held.to_owned() });
    // Pulled in by what changed, and gone since.
    let pulled = derived.edited("post.rs", "id: u32", "id: crate::about::Id");
    assert_eq!(pulled.full(&pulled.edited("about.rs", "\"about\"", "\"me\"")), held);
    assert_eq!(derived.full(&derived.with("post.rs", "")), held);
}

#[test]
fn a_held_type_of_the_root_stays_in_the_base() {
    let app = blog().edited("lib.rs", "pub struct State", "#[derive(Layout)]\npub struct State");
    assert_eq!(app.patched(&app.edited("about.rs", "\"about\"", "\"me\"")), "about");
    assert_eq!(app.full(&app.edited("lib.rs", "hits", "visits")), "`State` is held in the container");
}

#[test]
fn foreign_implementations_are_not_copied() {
    let app = blog().edited("posts.rs", "pub fn", "impl std::fmt::Display for Post {}\npub fn");
    let reason = "`impl Display for Post` in a changed module";
    assert_eq!(app.full(&app.edited("posts.rs", "find(1)", "find(2)")), reason);
    assert_eq!(app.full(&blog()), reason, "the base would keep it");
    // With its type it may come along.
    assert_eq!(app.patched(&app.edited("post.rs", "id", "key")), "post posts");
    let inherent = blog().edited("posts.rs", "pub fn", "impl Post { fn title(&self) {} }\npub fn");
    assert_eq!(inherent.full(&inherent.edited("posts.rs", "find(1)", "find(2)")), "`impl Post` in a changed module");
    let own = blog().edited("posts.rs", "pub fn", "struct Page;\nimpl From<Page> for Vec<u8> {}\nimpl Page {}\npub fn");
    assert_eq!(own.patched(&own.edited("posts.rs", "find(1)", "find(2)")), "posts");
    let nested = blog().edited("posts.rs", "Post::find(1)", "impl Drop for Post {}\n    Post::find(1)");
    assert_eq!(
        nested.full(&nested.edited("posts.rs", "find(1)", "find(2)")),
        "`impl Drop for Post` in a changed module"
    );
}

#[test]
fn an_implementation_in_the_root_for_another_module() {
    let app = blog().edited("lib.rs", "#[anvilforge::routes]", "impl Default for post::Post {}\n#[anvilforge::routes]");
    assert_eq!(app.patched(&app.edited("about.rs", "\"about\"", "\"me\"")), "about");
    assert_eq!(app.patched(&app.edited("post.rs", "id", "key")), "post posts");
    let reason = "`impl Default for Post` in a changed module";
    assert_eq!(app.full(&app.edited("lib.rs", "post::Post {}", "post::Post { }")), reason);
}

#[test]
fn unknown_macros_may_define_anything() {
    let app = blog().edited("lib.rs", "use framework::*;", "generate!(\"x\");\nuse framework::*;");
    assert_eq!(
        app.patched(&app.edited("about.rs", "\"about\"", "\"me\"")),
        "about post posts".replace("post ", ""),
        "who says `crate`"
    );
    let state =
        blog().edited("lib.rs", "use framework::*;", "thread_local! { static COUNT: u8 = 1; }\nuse framework::*;");
    assert_eq!(state.patched(&state.edited("about.rs", "\"about\"", "\"me\"")), "about");
    assert_eq!(app.full(&blog()), "the call `generate!` changed");
}

#[test]
fn entries_elsewhere_are_always_source() {
    let app = blog()
        .edited("lib.rs", "mod posts;", "mod posts; mod web;")
        .with("web.rs", "#[anvilforge::boot]\npub async fn boot(c: &mut ContainerBuilder) -> Result<()> { Ok(()) }\n");
    assert_eq!(app.patched(&app.edited("about.rs", "\"about\"", "\"me\"")), "about web");
}

#[test]
fn attributes_of_the_crate_are_no_matter_of_a_patch() {
    let app = blog().edited("lib.rs", "//! Blog.", "#![recursion_limit = \"256\"]");
    assert_eq!(app.full(&app.edited("lib.rs", "256", "512")), "attributes of the crate changed");
    let app = blog().edited("lib.rs", "mod about;", "extern crate std as a; mod about;");
    assert_eq!(app.full(&blog()), "an `extern crate` changed");
}

#[test]
fn conditions_of_modules_count() {
    let app = blog().edited("lib.rs", "mod about;", "#[cfg(unix)] mod about;");
    assert_eq!(blog().patched(&app), "about");
}

#[test]
fn tests_are_not_compiled() {
    let app = blog().edited("about.rs", "pub fn", "#[cfg(test)]\nmod tests { use crate::posts; }\npub fn");
    assert_eq!(app.patched(&app.edited("posts.rs", "find(1)", "find(2)")), "posts");
}

#[test]
fn a_crate_of_one_file_is_divided() {
    let app = App::new(&[(
        "lib.rs",
        "#[derive(Layout)]\nstruct State;\nfn one() {}\nfn two() { one() }\n#[routes]\npub fn routes(r: &mut R) { two() }\n",
    )]);
    assert_eq!(app.patched(&app.edited("lib.rs", "fn one() {}", "fn one() { }")), "");
    assert_eq!(app.full(&app.edited("lib.rs", "State;", "State { }")), "`State` is held in the container");
}

#[test]
fn a_patch_has_limits() {
    let limits = Limits { share: 0.6, always_bytes: 0, divided_bytes: usize::MAX };
    let edit = blog().edited("post.rs", "id", "key");
    assert!(matches!(blog().decide_with(&edit, &[], &limits), Decision::Patch(_)));
    let tight = Limits { share: 0.1, always_bytes: 0, divided_bytes: usize::MAX };
    assert!(
        matches!(blog().decide_with(&edit, &[], &tight), Decision::Full { reason } if reason.contains("% of the app"))
    );
    let small = Limits { share: 0.1, always_bytes: 10_000, divided_bytes: usize::MAX };
    assert!(matches!(blog().decide_with(&edit, &[], &small), Decision::Patch(_)));
}
