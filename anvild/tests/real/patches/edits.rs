//! Edits that patches show.

use anvild_protocol::{BuildKind::Patch, BuildOutcome};

use super::{audited, based, project, restarted};
use crate::{
    edits::{fails_by, live_by, only, place, place_of},
    harness::{Daemon, Project},
};

const FILES: &[(&str, &str)] = &[
    (
        "src/lib.rs",
        r#"use anvilforge::prelude::*;

mod about;
mod greet;
mod posts;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", home);
    r.get("/posts", posts::index);
    r.get("/about", about::show);
    r.get("/greet", greet::v1::show);
}

async fn home() -> &'static str {
    "one"
}

fn shout(text: &str) -> String {
    text.to_uppercase()
}
"#,
    ),
    (
        "src/posts.rs",
        r#"use anvilforge::prelude::*;

pub async fn index() -> String {
    "posts one".to_owned()
}
"#,
    ),
    ("src/about.rs", "pub async fn show() -> &'static str {\n    include_str!(\"../notes/about.txt\")\n}\n"),
    ("notes/about.txt", "about one"),
    (
        "src/greet/mod.rs",
        r#"pub mod v1;

use std::fmt::Display;

fn greeting() -> &'static str {
    "hello"
}
"#,
    ),
    (
        "src/greet/v1.rs",
        r#"use super::{Display, greeting};

fn framed(text: impl Display) -> String {
    format!("<{text}>")
}

pub async fn show() -> String {
    framed(crate::shout(greeting()))
}
"#,
    ),
];

#[tokio::test]
async fn edits_of_modules_are_patches() {
    let project = project("fx-patches", FILES);
    let (daemon, _) = Daemon::hot(&project).await;
    based(&daemon, 1).await;
    let host = daemon.running().await.app.pid;
    body(&project, &daemon).await;
    parameter(&project, &daemon).await;
    routes(&project, &daemon).await;
    module(&project, &daemon).await;
    nested(&project, &daemon).await;
    included(&project, &daemon).await;
    mistake(&project, &daemon).await;
    root(&project, &daemon).await;
    let status = audited(&daemon).await;
    assert_eq!((status.app.pid, status.app.restarts), (host, 0), "all that in one host");
    assert_eq!(status.diagnostics, []);
    a_new_host_starts_from_the_full_build(&daemon).await;
}

/// A patch, and an audit of which nothing is heard.
async fn body(project: &Project, daemon: &Daemon) {
    project.edit("src/posts.rs", "posts one", "posts two");
    let entry = live_by(daemon, Patch).await;
    assert_eq!((entry.reason.as_str(), entry.files.as_slice()), ("1 module", ["src/posts.rs".to_owned()].as_slice()));
    let history = daemon.history().await;
    let answer = daemon.get("/posts").await;
    assert_eq!((answer.body.as_str(), answer.generation()), ("posts two", Some(entry.generation.0)));

    let status = audited(daemon).await;
    let generation = entry.generation;
    assert_eq!(
        (status.generation.saved, status.generation.built, status.generation.live),
        (generation, generation, generation)
    );
    assert_eq!(daemon.history().await, history, "nothing is heard of the audit");
    assert_eq!(daemon.get("/posts").await.generation(), Some(generation.0));
}

async fn parameter(project: &Project, daemon: &Daemon) {
    let text = project.read("src/posts.rs").replace("index() -> String", "index(Query(ask): Query<Ask>) -> String");
    let ask =
        "#[derive(Deserialize)]\n#[serde(crate = \"anvilforge::serde\")]\npub struct Ask {\n    name: String,\n}\n";
    project.write(
        "src/posts.rs",
        &text.replace("\"posts two\".to_owned()", "ask.name").replace("pub async", &format!("{ask}\npub async")),
    );
    live_by(daemon, Patch).await;
    assert_eq!(daemon.get("/posts?name=anna").await.body, "anna");
    assert_eq!(daemon.get("/posts").await.status, 400, "the parameter is missing");
}

async fn routes(project: &Project, daemon: &Daemon) {
    assert_eq!(daemon.get("/new").await.status, 404);
    project.write(
        "src/posts.rs",
        &format!("{}\npub async fn new() -> String {{\n    crate::shout(\"new\")\n}}\n", project.read("src/posts.rs")),
    );
    project.edit("src/lib.rs", "    r.get(\"/about\"", "    r.get(\"/new\", posts::new);\n    r.get(\"/about\"");
    let entry = live_by(daemon, Patch).await;
    assert_eq!(entry.reason, "2 modules", "`shout` has moved by a line, and `greet::v1` calls it");
    assert_eq!(daemon.get("/new").await.body, "NEW", "a new route in a module that was there");
}

async fn module(project: &Project, daemon: &Daemon) {
    project.write("src/contact.rs", "pub async fn show() -> &'static str {\n    \"contact one\"\n}\n");
    project.edit("src/lib.rs", "mod about;\n", "mod about;\nmod contact;\n");
    project.edit("src/lib.rs", "    r.get(\"/about\"", "    r.get(\"/contact\", contact::show);\n    r.get(\"/about\"");
    let entry = live_by(daemon, Patch).await;
    assert_eq!(daemon.get("/contact").await.body, "contact one", "a new module: {entry:?}");
    project.edit("src/contact.rs", "contact one", "contact two");
    let entry = live_by(daemon, Patch).await;
    assert_eq!(entry.files, ["src/contact.rs"]);
    assert_eq!(daemon.get("/contact").await.body, "contact two", "an edit of the new module");
}

/// A private helper and a private import of the module above, and a private helper of the root.
async fn nested(project: &Project, daemon: &Daemon) {
    assert_eq!(daemon.get("/greet").await.body, "<HELLO>");
    project.edit("src/greet/v1.rs", "<{text}>", "[{text}]");
    live_by(daemon, Patch).await;
    assert_eq!(daemon.get("/greet").await.body, "[HELLO]", "the module below");
    project.edit("src/greet/mod.rs", "hello", "welcome");
    live_by(daemon, Patch).await;
    assert_eq!(daemon.get("/greet").await.body, "[WELCOME]", "the module above");
    project.edit("src/lib.rs", "text.to_uppercase()", "text.to_uppercase() + \"!\"");
    live_by(daemon, Patch).await;
    assert_eq!(daemon.get("/greet").await.body, "[WELCOME!]", "the root");
    assert_eq!(daemon.get("/new").await.body, "NEW!", "whoever else calls it");
}

async fn included(project: &Project, daemon: &Daemon) {
    assert_eq!(daemon.get("/about").await.body, "about one");
    project.write("notes/about.txt", "about two");
    let entry = live_by(daemon, Patch).await;
    assert_eq!(entry.files, ["notes/about.txt"]);
    assert_eq!(daemon.get("/about").await.body, "about two");
}

async fn mistake(project: &Project, daemon: &Daemon) {
    project.edit("src/contact.rs", "\"contact two\"", "2_u8");
    let found = fails_by(daemon, BuildOutcome::Failed, "one").await;
    assert_eq!(place_of(only(&found, "E0308")), place(project, "src/contact.rs", "2_u8"));
    assert_eq!(daemon.get("/contact").await.body, "contact two");
    project.edit("src/contact.rs", "2_u8", "\"contact three\"");
    live_by(daemon, Patch).await;
    assert_eq!(daemon.get("/contact").await.body, "contact three");
    assert_eq!(audited(daemon).await.diagnostics, []);
}

async fn root(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "\"one\"", "\"two\"");
    live_by(daemon, Patch).await;
    assert_eq!(daemon.get("/").await.body, "two");
}

async fn a_new_host_starts_from_the_full_build(daemon: &Daemon) {
    let before = daemon.get("/").await;
    restarted(daemon).await;
    for (path, body) in [
        ("/", "two"),
        ("/posts?name=anna", "anna"),
        ("/new", "NEW!"),
        ("/contact", "contact three"),
        ("/greet", "[WELCOME!]"),
        ("/about", "about two"),
    ] {
        let answer = daemon.get(path).await;
        assert_eq!((answer.body.as_str(), answer.generation()), (body, before.generation()), "{path}");
    }
}
