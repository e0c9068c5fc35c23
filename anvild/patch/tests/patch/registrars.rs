//! Functions that register routes: when the base's runs in their place, and with which handlers.

use anvild_patch::patch;

use crate::app::App;

const HANDLERS: &str = "pub fn index() {}\npub fn show() {}\n";

/// An app of three modules whose routes function has this body.
fn app(body: &str) -> App {
    let root = format!(
        "mod posts;\nmod users;\nmod tags;\nuse tags::show;\n#[anvilforge::routes]\nfn routes(r: &mut RouteSink) {{\n{body}\n}}\n"
    );
    App::new(&[("lib.rs", &root), ("posts.rs", HANDLERS), ("users.rs", HANDLERS), ("tags.rs", HANDLERS)])
}

/// What stands for the body after an edit of one file; the lines are those of the original.
fn body_after(app: &App, edited: &str) -> String {
    let now = app.edited(edited, "{}", "{ }");
    body(app, &now)
}

fn body(app: &App, now: &App) -> String {
    let plan = app.plan(now);
    let root = patch(&now.graph(), &plan).root;
    assert_eq!(root.lines().count(), now.text("lib.rs").lines().count(), "lines stay");
    let (_, body) = root.split_once("RouteSink) ").expect("the function is there");
    body.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// The text of the app's own body, as the test wrote it.
fn own(body: &str) -> String {
    format!("{{ {body} }}")
}

#[test]
fn copied_handlers_stand_in_for_those_of_the_base() {
    let app = app(
        "r.get(\"/\", posts::index).name(\"home\");\nr.group(\"/users\", |users| { users.route(\"GET|POST\", \"/\", crate::users::index); });\nr.fallback(self::show);",
    );
    for (edited, stand_in) in [
        ("posts.rs", "r.stand_in(::__base::posts::index, posts::index);"),
        ("users.rs", "r.stand_in(::__base::users::index, crate::users::index);"),
        ("tags.rs", "r.stand_in(::__base::show, self::show);"),
    ] {
        assert_eq!(body_after(&app, edited), format!("{{ {stand_in} ::__base::routes(r) }}"), "{edited}");
    }
}

#[test]
fn what_is_no_handler_keeps_the_function() {
    for line in [
        "r.get(\"/\", posts::index).middleware(posts::show);",
        "r.get(\"/\", || posts::index());",
        "r.get(posts::PATH, users::index);",
        "posts::routes(r);",
        "r.get(\"/\", posts::index::<u8>);",
        "other.get(\"/\", posts::index);",
        "mount!(r, posts);",
        "r.merge(posts::index);",
    ] {
        assert_eq!(body_after(&app(line), "posts.rs"), own(line));
        let with = format!("r.get(\"/x\", users::index); {line}");
        assert!(body_after(&app(&with), "users.rs").contains("::__base::routes(r)"), "{line}");
    }
}

#[test]
fn a_body_that_changes_the_meaning_of_names_keeps_the_function() {
    for line in [
        "let show = 1; r.get(\"/\", show);",
        "let r = other(r); r.get(\"/\", tags::index);",
        "use posts as tags; r.get(\"/\", tags::index);",
        "#[cfg(unix)] r.get(\"/\", tags::index);",
        "if let Some(show) = one() { r.get(\"/\", show); }",
    ] {
        assert_eq!(body_after(&app(line), "tags.rs"), own(line));
    }
}

#[test]
fn a_changed_or_exported_function_is_source() {
    let before = app("r.get(\"/\", posts::index);");
    let now = before.edited("lib.rs", "\"/\"", "\"/posts\"");
    assert_eq!(body(&before, &now), own("r.get(\"/posts\", posts::index);"));
    let now = before.edited("lib.rs", "mod posts;", "mod posts; ").edited("posts.rs", "{}", "{ }");
    assert!(body(&before, &now).contains("stand_in"), "what it says is the same");
    let now = before.edited("lib.rs", "#[anv", "\n#[anv").edited("posts.rs", "{}", "{ }");
    assert_eq!(body(&before, &now), own("r.get(\"/\", posts::index);"), "on another line");
    let exported = before.edited("lib.rs", "#[anvilforge::routes]", "#[anvilforge::routes] #[unsafe(no_mangle)]");
    assert_eq!(body_after(&exported, "posts.rs"), own("r.get(\"/\", posts::index);"));
}

#[test]
fn a_long_function_that_changed_asks_for_a_newer_base() {
    let long = "r.get(\"/long\", users::index);\n".repeat(200);
    let before = app(&format!("tags::show();{long}"));
    let asks = |now: &App| before.plan(now).registers_anew();
    assert!(asks(&before.edited("lib.rs", "/long", "/other")));
    assert!(!asks(&before.edited("users.rs", "{}", "{ }")), "it is left to the base");
    assert!(!asks(&before.edited("tags.rs", "{}", "{ }")), "a newer base would change nothing");
}
