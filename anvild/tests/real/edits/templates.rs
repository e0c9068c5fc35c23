//! Edits of templates show at the next request, before any compiler has seen them; what only the compiler can show is waited for;
//! what is wrong is said at its place in the template.

use anvild_protocol::{BuildOutcome, Severity, Source, Status};

use super::{fails_by, only, place, place_of};
use crate::harness::{Answer, Daemon, Project, checkout};

const LIBRARY: &str = r#"use anvilforge::prelude::*;

#[derive(Debug, Clone, Serialize)]
pub struct Post {
    pub title: String,
    pub likes: u32,
}

impl Post {
    pub fn rank(&self) -> &'static str {
        if self.likes > 2 { "high" } else { "low" }
    }
}

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", plain);
    r.get("/posts", index);
}

async fn plain() -> &'static str {
    "one"
}

async fn index() -> View {
    let posts = vec![Post { title: "A <b>".to_owned(), likes: 3 }, Post { title: "C".to_owned(), likes: 1 }];
    view!("posts", posts, name = "Ada")
}
"#;

const LAYOUT: &str = "<title>@yield('title', 'none')</title>\n@yield('content')\n";

const PAGE: &str = "@extends('layout')

@section('title', name)

@section('content')
<h1>Posts</h1>
@foreach (posts as post)
<x-item :post=\"post\" class=\"a\">{{ post.likes }}</x-item>
@endforeach
@endsection
";

const ITEM: &str = "@props(['post'])\n<li {{ attributes }}>{{ post.title }}: {{ slot }}</li>\n";

pub(crate) const FILE: &str = "templates/posts.forge.html";

/// A page `/posts` of three templates.
pub(crate) fn app(name: &str) -> Project {
    let project = Project::new(name);
    let codegen = checkout().join("framework/templates-codegen");
    let more = format!(
        "serde = {{ version = \"1\", features = [\"derive\"] }}\n\n[build-dependencies]\nanvilforge-templates-codegen = {{ path = \"{}\" }}\n",
        codegen.display()
    );
    project.write("Cargo.toml", &project.manifest(&more));
    project.write("build.rs", "fn main() {\n    forge_codegen::compile(\"templates\");\n}\n");
    project.write("src/lib.rs", LIBRARY);
    project.write("templates/layout.forge.html", LAYOUT);
    project.write(FILE, PAGE);
    project.write("templates/components/item.forge.html", ITEM);
    project
}

/// The page as it is now, before the daemon need have noticed anything, and again when everything is compiled.
async fn shows(daemon: &Daemon, expected: &str) {
    let at_once = page(daemon).await;
    assert!(at_once.body.contains(expected), "no {expected:?} at once: {}", at_once.body);
    daemon.live().await;
    let compiled = page(daemon).await;
    assert_eq!(without_client(&compiled.body), without_client(&at_once.body), "both engines say the same");
}

async fn page(daemon: &Daemon) -> Answer {
    daemon.get("/posts").await
}

/// Without the script that follows reloads, which names the generation.
fn without_client(body: &str) -> &str {
    body.split("<script src=\"/__anvil/").next().unwrap_or(body)
}

#[tokio::test]
async fn edits_of_templates_show_at_once() {
    let project = app("fx-templates");
    let (daemon, _) = Daemon::hot(&project).await;
    let host = daemon.running().await.app.pid;
    shows(&daemon, "<title>Ada</title>\n<h1>Posts</h1>\n<li class=\"a\">A &#60;b&#62;: 3</li>").await;

    project.edit(FILE, "<h1>Posts", "<h1>All posts");
    shows(&daemon, "<h1>All posts</h1>").await;
    project.edit(FILE, "<h1>All posts</h1>", "<h1>{{ posts.len() }} posts of {{ name | upper }}</h1>");
    shows(&daemon, "<h1>2 posts of ADA</h1>").await;
    project.edit(FILE, "@endforeach\n", "@endforeach\n@foreach (1..=3 as n)\n<i>{{ n * n }}</i>\n@endforeach\n");
    shows(&daemon, "<i>1</i>\n<i>4</i>\n<i>9</i>").await;
    // Another template of the same page, and a section that gets another name in both.
    project.edit("templates/components/item.forge.html", "<li", "<li id=\"x\"");
    shows(&daemon, "<li id=\"x\" class=\"a\">").await;
    project.edit("templates/layout.forge.html", "@yield('content')", "@yield('main')");
    project.edit(FILE, "@section('content')", "@section('main')");
    shows(&daemon, "<h1>2 posts").await;

    let status = daemon.status().await;
    assert_eq!((status.app.pid, status.app.restarts), (host, 0), "none of it needed another host");
}

#[tokio::test]
async fn a_page_that_only_rust_can_make_is_waited_for() {
    let project = app("fx-templates-rust");
    let (daemon, _) = Daemon::hot(&project).await;
    project.edit(FILE, "{{ post.likes }}", "{{ post.rank() }}");
    // One request, sent at once: it is answered when the new code is live.
    let answer = page(&daemon).await;
    assert!(answer.body.contains("A &#60;b&#62;: high"), "{}\n{}", answer.body, daemon.log());
    // The same expression in a template that changes around it.
    project.edit(FILE, "<h1>Posts", "<h1>Ranked");
    let answer = page(&daemon).await;
    assert!(answer.body.contains("<h1>Ranked") && answer.body.contains("C: low"), "{}", answer.body);
}

#[tokio::test]
async fn mistakes_in_templates_are_said_at_their_place() {
    let project = app("fx-templates-wrong");
    let (daemon, _) = Daemon::hot(&project).await;

    project.edit(FILE, "@endforeach", "@endforelse");
    let broken = page(&daemon).await;
    assert_eq!(broken.status, 500);
    assert!(broken.body.contains("@endforelse"), "the page says it, too: {}", broken.body);
    let found = fails_by(&daemon, BuildOutcome::Failed, "one").await;
    let wrong = only(&found, "FRG0015");
    assert_eq!((wrong.severity, wrong.source), (Severity::Error, Source::Forge));
    assert_eq!(place_of(wrong), place(&project, FILE, "@endforelse"));
    assert!(wrong.help.as_ref().is_some_and(|help| help.contains("@endforeach")), "{wrong:?}");

    project.edit(FILE, "@endforelse", "@endforeach");
    shows(&daemon, "<h1>Posts</h1>").await;

    project.edit(FILE, "post.likes", "post.like");
    let found = fails_by(&daemon, BuildOutcome::Failed, "one").await;
    let wrong = only(&found, "E0609");
    assert_eq!(place_of(wrong), place(&project, FILE, "like }}"));
    assert!(wrong.message.contains("no field `like`"), "{wrong:?}");
    assert!(wrong.help.as_ref().is_some_and(|help| help.contains("similar name")), "{wrong:?}");

    // While the crate does not compile for another reason, templates still follow.
    project.edit(FILE, "post.like ", "post.likes ");
    daemon.live().await;
    project.edit("src/lib.rs", "    \"one\"", "    let x = ;\n    \"one\"");
    fails_by(&daemon, BuildOutcome::Failed, "one").await;
    project.edit(FILE, "<h1>Posts", "<h1>Still");
    assert!(page(&daemon).await.body.contains("<h1>Still"), "no compiler is needed");
}

#[tokio::test]
async fn a_panic_in_a_template_is_one_of_its_line() {
    let project = app("fx-templates-panic");
    let (daemon, _) = Daemon::hot(&project).await;
    // No interpreter knows this method, so it is compiled code that panics.
    project.edit(FILE, "{{ post.likes }}", "{{ post.rank().parse::<u8>().unwrap() }}");
    let answer = page(&daemon).await;
    assert_eq!(answer.status, 500);
    let line = place(&project, FILE, "unwrap");
    let shown = format!("{FILE}:{}", line.1);
    assert!(answer.body.contains(&shown), "no {shown:?} in: {}", answer.body);
    assert!(!answer.body.contains("/out/forge/"), "nobody wrote that: {}", answer.body);
    let told = |status: &Status| status.diagnostics.iter().any(|found| found.code == "ANV0502");
    let status = daemon.until("told of the panic", told).await;
    assert_eq!(place_of(only(&status.diagnostics, "ANV0502")), line);

    project.edit(FILE, "post.rank().parse::<u8>().unwrap()", "post.rank().len()");
    shows(&daemon, "C: 3").await;
}

#[tokio::test]
async fn rust_beside_templates_needs_no_cargo() {
    let project = app("fx-templates-beside");
    let (daemon, _) = Daemon::hot(&project).await;
    project.edit("src/lib.rs", "    \"one\"", "    \"two\"");
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "two");
    let reason = daemon.last().await.reason;
    // The build script said that it reads the templates, and nothing of `src`.
    assert!(!reason.starts_with("cargo"), "{reason}");

    project.write("templates/more.forge.html", "x\n");
    daemon.live().await;
    assert!(daemon.last().await.reason.starts_with("cargo"), "a template that is new is cargo's");
}
