//! Edits of the app's own code, and of files that are compiled into it: all of them swaps, in the host that was there.

use anvild_protocol::BuildKind::Swap;

use super::live_by;
use crate::harness::{Daemon, Project};

const LIBRARY: &str = r#"use anvilforge::prelude::*;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", hello);
    r.get("/old", hello);
    r.get("/page", page);
    r.get("/text", text);
}

async fn hello() -> String {
    "one".to_owned()
}

#[derive(Template)]
#[template(askama = anvilforge::askama, path = "page.html")]
struct Page<'a> {
    title: &'a str,
}

async fn page() -> Result<Html<String>> {
    Ok(Html(Page { title: "a & b" }.render()?))
}

async fn text() -> &'static str {
    include_str!("../notes/text.txt")
}
"#;

fn project(name: &str) -> Project {
    let project = Project::new(name);
    project.write("src/lib.rs", LIBRARY);
    project.write("templates/page.html", "<p>{{ title }}</p>");
    project.write("notes/text.txt", "text one");
    project
}

#[tokio::test]
async fn code_is_swapped_in_the_same_host() {
    let project = project("fx-code");
    let (daemon, _) = Daemon::hot(&project).await;
    let host = daemon.running().await.app.pid;
    body(&project, &daemon).await;
    routes(&project, &daemon).await;
    parameter(&project, &daemon).await;
    request_struct(&project, &daemon).await;
    module(&project, &daemon).await;
    compiled_in(&project, &daemon).await;
    revert(&project, &daemon).await;
    let status = daemon.status().await;
    assert_eq!((status.app.pid, status.app.restarts), (host, 0));
    assert_eq!(status.diagnostics, []);
}

async fn body(project: &Project, daemon: &Daemon) {
    assert_eq!(daemon.get("/").await.body, "one");
    project.edit("src/lib.rs", "\"one\"", "\"two\"");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(
        (entry.reason.as_str(), entry.files.as_slice()),
        ("replayed fx-code", ["src/lib.rs".to_owned()].as_slice())
    );
    let answer = daemon.get("/").await;
    assert_eq!((answer.body.as_str(), answer.generation()), ("two", Some(2)));
}

async fn routes(project: &Project, daemon: &Daemon) {
    assert_eq!(daemon.get("/new").await.status, 404);
    project.edit("src/lib.rs", "r.get(\"/page\", page);", "r.get(\"/page\", page);\n    r.get(\"/new\", hello);");
    live_by(daemon, Swap).await;
    assert_eq!((daemon.get("/new").await.status, daemon.get("/new").await.body.as_str()), (200, "two"), "a new route");

    assert_eq!(daemon.get("/old").await.status, 200);
    project.edit("src/lib.rs", "    r.get(\"/old\", hello);\n", "");
    live_by(daemon, Swap).await;
    assert_eq!(daemon.get("/old").await.status, 404, "a removed route");
    assert_eq!(daemon.get("/new").await.body, "two");
}

/// The handler takes something out of the request that no handler took before.
async fn parameter(project: &Project, daemon: &Daemon) {
    let text = project.read("src/lib.rs").replace(
        "async fn hello() -> String {\n    \"two\".to_owned()",
        "#[derive(Deserialize)]\n#[serde(crate = \"anvilforge::serde\")]\nstruct Ask {\n    name: String,\n}\n\n\
         async fn hello(Query(ask): Query<Ask>) -> String {\n    ask.name",
    );
    project.write("src/lib.rs", &text);
    live_by(daemon, Swap).await;
    assert_eq!(daemon.get("/?name=anna").await.body, "anna");
    assert_eq!(daemon.get("/").await.status, 400, "the parameter is missing");
}

/// A struct that lives no longer than a request may change in any way.
async fn request_struct(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "    name: String,", "    times: u8,\n    name: String,");
    project.edit("src/lib.rs", "    ask.name", "    ask.name.repeat(ask.times.into())");
    live_by(daemon, Swap).await;
    assert_eq!(daemon.get("/?name=ab&times=3").await.body, "ababab");
}

async fn module(project: &Project, daemon: &Daemon) {
    project.write("src/posts.rs", "pub(crate) async fn index() -> &'static str {\n    \"posts one\"\n}\n");
    project.edit("src/lib.rs", "use anvilforge::prelude::*;\n", "use anvilforge::prelude::*;\n\nmod posts;\n");
    project.edit(
        "src/lib.rs",
        "r.get(\"/page\", page);",
        "r.get(\"/page\", page);\n    r.get(\"/posts\", posts::index);",
    );
    live_by(daemon, Swap).await;
    assert_eq!(daemon.get("/posts").await.body, "posts one", "a new module");

    project.edit("src/posts.rs", "posts one", "posts two");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.files, ["src/posts.rs"]);
    assert_eq!(daemon.get("/posts").await.body, "posts two", "an edit of the new module");
}

async fn compiled_in(project: &Project, daemon: &Daemon) {
    assert!(daemon.get("/page").await.body.starts_with("<p>a &#38; b</p>"));
    project.edit("templates/page.html", "<p>{{ title }}</p>", "<h1>{{ title }}</h1>");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.files, ["templates/page.html"]);
    assert!(daemon.get("/page").await.body.starts_with("<h1>a &#38; b</h1>"), "a template");

    assert_eq!(daemon.get("/text").await.body, "text one");
    project.write("notes/text.txt", "text two");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.files, ["notes/text.txt"]);
    assert_eq!(daemon.get("/text").await.body, "text two", "an included file");
}

/// What was saved before comes back as a generation of its own; the same content again is no edit at all.
async fn revert(project: &Project, daemon: &Daemon) {
    let before = daemon.status().await.generation;
    project.write("src/lib.rs", LIBRARY);
    let entry = live_by(daemon, Swap).await;
    assert!(entry.generation > before.live);
    assert_eq!(daemon.get("/").await.body, "one");
    assert_eq!((daemon.get("/old").await.status, daemon.get("/posts").await.status), (200, 404));

    for file in ["src/lib.rs", "templates/page.html", "notes/text.txt", "Cargo.toml"] {
        project.write(file, &project.read(file));
    }
    let reply = daemon.live().await;
    assert_eq!((reply.generation, reply.live), (entry.generation, entry.generation), "a save without a change");
    assert_eq!(daemon.last().await, entry);
}
