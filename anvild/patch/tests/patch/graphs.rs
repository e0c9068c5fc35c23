//! Following modules.

use std::path::Path;

use crate::app::{App, blog};

/// Module paths with files, one a line.
fn mounted(app: &App) -> Vec<String> {
    let graph = app.graph();
    graph
        .units()
        .values()
        .map(|unit| format!("{}={}", unit.path().segments().join("::"), unit.file().display()))
        .collect()
}

#[test]
fn modules_are_found_where_rustc_looks() {
    let app = App::new(&[
        (
            "lib.rs",
            "mod a;\nmod b;\n#[path = \"odd/name.rs\"]\nmod c;\nmod inline { pub mod d; }\n#[cfg(test)]\nmod tests;\n",
        ),
        ("a.rs", "mod deep;\n"),
        ("a/deep.rs", ""),
        ("b/mod.rs", "mod deep;\n"),
        ("b/deep.rs", ""),
        ("odd/name.rs", "mod beside;\nmod inner { #[path = \"x.rs\"] mod given; }"),
        ("odd/beside.rs", ""),
        ("odd/inner/x.rs", ""),
        ("inline/d.rs", ""),
    ]);
    assert_eq!(
        mounted(&app),
        [
            "=/app/src/lib.rs",
            "a=/app/src/a.rs",
            "a::deep=/app/src/a/deep.rs",
            "b=/app/src/b/mod.rs",
            "b::deep=/app/src/b/deep.rs",
            "c=/app/src/odd/name.rs",
            "c::beside=/app/src/odd/beside.rs",
            "c::inner::given=/app/src/odd/inner/x.rs",
            "inline::d=/app/src/inline/d.rs",
        ]
    );
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let refused = |files: &[(&str, &str)]| App::new(files).try_graph().expect_err("it is refused").reason;
    assert_eq!(refused(&[("lib.rs", "mod a;")]), "`a` has no file");
    assert!(refused(&[("lib.rs", "fn {")]).starts_with("`src/lib.rs` is not Rust"));
    assert!(refused(&[("lib.rs", "\u{feff}fn a() {}")]).contains("byte order mark"));
    assert_eq!(
        refused(&[("lib.rs", "mod a;\n#[path = \"a.rs\"]\nmod b;"), ("a.rs", "")]),
        "`src/a.rs` is mounted as `a` and as `b`"
    );
    let twice = "#[cfg(unix)]\nmod a;\n#[cfg(windows)]\n#[path = \"b.rs\"]\nmod a;";
    assert_eq!(refused(&[("lib.rs", twice), ("a.rs", ""), ("b.rs", "")]), "`a` is declared twice");
    assert!(
        refused(&[("lib.rs", "cfg_if! { if #[cfg(unix)] { mod a; } }"), ("a.rs", "")]).contains("inside of a macro")
    );
    assert!(refused(&[("lib.rs", "#[cfg_attr(unix, path = \"b.rs\")]\nmod a;"), ("a.rs", "")]).contains("conditional"));
    assert!(refused(&[("lib.rs", "#[cfg(unix)]\nmod i { mod a; }"), ("i/a.rs", "")]).contains("has attributes"));
    assert!(App::new(&[("main.rs", "")]).try_graph().is_err(), "the root is missing");
}

#[test]
fn a_module_that_a_condition_leaves_out_may_have_no_file() {
    assert_eq!(mounted(&App::new(&[("lib.rs", "#[cfg(windows)]\nmod a;")])), ["=/app/src/lib.rs"]);
}

#[test]
fn an_update_reads_what_was_announced() {
    let mut graph = blog().graph();
    let now = blog().edited("about.rs", "\"about\"", "\"me\"");
    let mut asked = Vec::new();
    graph
        .update(["/app/src/about.rs"], |path| {
            asked.push(path.to_owned());
            now.read(path)
        })
        .expect("it updates");
    assert_eq!(asked, [Path::new("/app/src/about.rs")]);
    let about = graph.units().values().find(|unit| unit.file().ends_with("about.rs")).expect("it is there");
    assert_eq!(about.text(), now.text("about.rs"));
    assert!(graph.covers(Path::new("/app/src/../src/post.rs")) && !graph.covers(Path::new("/app/src/other.rs")));
}

#[test]
fn after_a_failed_update_the_next_one_reads_the_same_files() {
    let mut graph = blog().graph();
    let broken = blog().edited("about.rs", "{", "(");
    graph.update(["/app/src/about.rs"], |path| broken.read(path)).expect_err("it does not parse");
    assert_eq!(graph.units().len(), 4, "the last good state stays");
    let now = blog().edited("about.rs", "\"about\"", "\"me\"").edited("post.rs", "id", "key");
    graph.update(["/app/src/post.rs"], |path| now.read(path)).expect("both are read");
    let texts: Vec<&str> = graph.units().values().map(|unit| unit.text()).collect();
    assert!(texts.contains(&now.text("about.rs")) && texts.contains(&now.text("post.rs")));
}

#[test]
fn an_update_finds_new_and_lost_modules() {
    let mut graph = blog().graph();
    let now = blog().edited("lib.rs", "mod about;", "mod contact;").without("about.rs").with("contact.rs", "");
    graph.update(["/app/src/lib.rs", "/app/src/about.rs"], |path| now.read(path)).expect("it updates");
    let names: Vec<String> = graph.units().keys().map(|path| path.segments().join("::")).collect();
    assert_eq!(names, ["", "contact", "post", "posts"]);
    assert!(!graph.covers(Path::new("/app/src/about.rs")));
}

#[test]
fn an_update_is_what_reading_anew_would_be() {
    let first = App::new(&[
        ("lib.rs", "mod a;\nmod b;\npub const TEXT: &str = include_str!(\"text.txt\");\n"),
        ("a.rs", "mod deep;\npub fn a() {}\n"),
        ("a/deep.rs", "include!(\"../shared.rs\");\n"),
        ("b.rs", "pub fn b() -> u8 { 1 }\n"),
        ("shared.rs", "pub fn shared() {}\n"),
        ("text.txt", "text"),
    ]);
    // Files with their new texts; those without one are removed.
    let steps: [&[(&str, Option<&str>)]; 9] = [
        &[("b.rs", Some("pub fn b() -> u8 { 2 }\n"))],
        &[("a.rs", Some("pub fn before() {}\nmod deep;\npub fn a() {}\n")), ("b.rs", Some("pub struct B;\n"))],
        &[("text.txt", Some("other"))],
        &[("shared.rs", Some("pub fn also() {}\n"))],
        &[("a/deep.rs", Some("pub const NEW: &str = include_str!(\"new.txt\");\n")), ("a/new.txt", Some("new"))],
        &[("a.rs", Some("#[cfg(windows)]\nmod gone;\npub mod deep;\n"))],
        &[("a.rs", Some("#[path = \"deep.rs\"]\nmod other;\n")), ("a/deep.rs", None), ("deep.rs", Some(""))],
        &[("lib.rs", Some("mod a;\nmod b;\nmod shared;\n"))],
        &[("shared.rs", Some("mod b2;\n")), ("shared/b2.rs", Some("pub fn b2() {}\n"))],
    ];
    let mut graph = first.graph();
    let mut now = first;
    for step in steps {
        now = step.iter().fold(now, |app, (path, text)| match text {
            Some(text) => app.with(path, text),
            None => app.without(path),
        });
        let files = step.iter().map(|(path, _)| format!("/app/src/{path}"));
        graph.update(files, |path| now.read(path)).expect("it updates");
        let anew = now.graph();
        assert_eq!(format!("{:#?}", graph.units()), format!("{:#?}", anew.units()), "{step:?}");
        for path in ["lib.rs", "text.txt", "shared.rs", "a/new.txt", "a/deep.rs", "deep.rs"] {
            let file = Path::new("/app/src").join(path);
            assert!(graph.covers(&file) || !anew.covers(&file), "{path} after {step:?}");
        }
    }
}
