//! Large files without files below them: a patch holds the items that changed.

use anvild_patch::{Decision, Limits, PatchSource, patch};

use crate::app::{App, GENEROUS};

const SMALL: Limits = Limits { divided_bytes: 0, ..GENEROUS };

const POSTS: &str = r#"//! Posts.
use crate::shared::Json;

#[derive(Serialize, Layout)]
pub struct Post {
    id: u32,
}

impl Post {
    fn title(&self) -> String { String::new() }
}

const LIMIT: u32 = 3;

fn all() -> Vec<Post> {
    vec![Post { id: LIMIT }]
}

pub fn index() -> Json {
    Json(all())
}

pub fn show() -> Json {
    Json("show")
}
"#;

fn app(posts: &str) -> App {
    let root = "mod posts;\nmod shared;\n#[anvilforge::routes]\npub fn routes(r: &mut RouteSink) {\n    r.get(\"/\", posts::index);\n    r.get(\"/show\", posts::show);\n}\n";
    App::new(&[("lib.rs", root), ("posts.rs", posts), ("shared.rs", "pub struct Json;\n")])
}

fn source(base: &App, now: &App) -> Result<PatchSource, String> {
    match base.decide_with(now, &[], &SMALL) {
        Decision::Patch(plan) => Ok(patch(&now.graph(), &plan)),
        Decision::Full { reason } => Err(reason),
    }
}

/// The lines of `posts.rs` that are not empty; `None` if it is compiled where it is.
fn posts(base: &App, now: &App) -> Option<Vec<String>> {
    let source = source(base, now).expect("a patch");
    let (_, text) = source.files.iter().find(|(file, _)| file.ends_with("posts.rs"))?;
    assert_eq!(text.lines().count(), now.text("posts.rs").lines().count(), "lines stay");
    Some(text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

#[test]
fn what_did_not_change_is_imported() {
    let base = app(POSTS);
    let now = base.edited("posts.rs", "\"show\"", "\"one\"");
    let expected = [
        "//! Posts.",
        "use crate::shared::Json;",
        "pub use ::__base::posts::Post;",
        "use ::__base::posts::LIMIT;",
        "use ::__base::posts::all;",
        "pub use ::__base::posts::index;",
        "pub fn show() -> Json {",
        "    Json(\"one\")",
        "}",
    ];
    assert_eq!(posts(&base, &now).expect("it is divided"), expected);
    let root = source(&base, &now).expect("a patch").root;
    assert!(root.contains("{ r.stand_in(::__base::posts::show, posts::show); ::__base::routes(r) }"), "{root}");
}

#[test]
fn what_depends_on_a_change_is_source() {
    let base = app(POSTS);
    let lines = posts(&base, &base.edited("posts.rs", "= 3", "= 4")).expect("it is divided");
    assert!(
        lines.contains(&"const LIMIT: u32 = 4;".to_owned()) && lines.contains(&"fn all() -> Vec<Post> {".to_owned())
    );
    assert!(
        lines.contains(&"pub fn index() -> Json {".to_owned())
            && lines.contains(&"pub use ::__base::posts::show;".to_owned())
    );
    // On another line than before.
    let lines = posts(&base, &base.edited("posts.rs", "    Json(all())", "    // All.\n    Json(all())"))
        .expect("it is divided");
    assert!(lines.contains(&"pub fn show() -> Json {".to_owned()), "{lines:?}");
    assert!(lines.contains(&"use ::__base::posts::all;".to_owned()), "{lines:?}");
}

#[test]
fn a_type_that_the_container_holds_may_stand_beside_what_changed() {
    let base = app(POSTS);
    assert_eq!(
        source(&base, &base.edited("posts.rs", "id: u32", "id: u64")),
        Err("`Post` is held in the container".to_owned())
    );
    assert_eq!(base.full(&base.edited("posts.rs", "\"show\"", "\"one\"")), "`Post` is held in the container");
}

#[test]
fn a_file_that_defines_what_cannot_be_seen_is_not_divided() {
    let plain = POSTS.replace(", Layout", "");
    for more in [
        "thread_local! { static N: u8 = 0; }\n",
        "macro_rules! m { () => {} }\n",
        "#[derive(Builder)]\npub struct Draft;\nfn draft() -> DraftBuilder { loop {} }\n",
    ] {
        let base = app(&format!("{plain}{more}"));
        assert_eq!(posts(&base, &base.edited("posts.rs", "\"show\"", "\"one\"")), None, "{more}");
    }
    let base = app(&format!(
        "{plain}#[derive(Builder)]\npub struct Draft;\npub struct DraftForm;\nfn form() -> DraftForm {{ loop {{}} }}\n"
    ));
    assert!(posts(&base, &base.edited("posts.rs", "\"show\"", "\"one\"")).is_some(), "all types are in sight");
}
