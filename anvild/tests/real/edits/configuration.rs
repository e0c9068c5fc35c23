//! Edits that need no compiler: `.env`, `config/anvil.toml` and files under `public/`.

use anvild_protocol::{
    BuildKind::{Handover, Swap},
    BuildOutcome, HistoryEntry, Severity, Source,
};

use super::{fails_by, live_by, only, place, place_of};
use crate::harness::{Daemon, Project};

const LIBRARY: &str = r#"use std::sync::Arc;

use anvilforge::prelude::*;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", show);
}

async fn show(config: Arc<Config>) -> Result<String> {
    let greeting: Option<String> = config.value("greeting")?;
    Ok(format!("{} {} {}", config.app.name, greeting.unwrap_or_default(), config.env("FX_WORD").unwrap_or_default()))
}
"#;

const CONFIG: &str = "[app]\nname = \"fixture\"\n\n[dev]\npatches = false\n\n[values]\ngreeting = \"hello\"\n";

fn project(name: &str) -> Project {
    let project = Project::new(name);
    project.write("src/lib.rs", LIBRARY);
    project.write("config/anvil.toml", CONFIG);
    project.write("public/app.css", "p { color: red }");
    project
}

#[tokio::test]
async fn configuration_applies_without_the_compiler() {
    let project = project("fx-config");
    let (daemon, _) = Daemon::hot(&project).await;
    let host = daemon.running().await.app.pid;
    assert_eq!(daemon.get("/").await.body, "fixture hello ");
    values(&project, &daemon).await;
    dot_env(&project, &daemon).await;
    unknown_key(&project, &daemon).await;
    assert_eq!(daemon.status().await.app.pid, host, "all that in one host");
    key_of_a_new_host(&project, &daemon).await;
    assert_ne!(daemon.status().await.app.pid, host);
}

async fn values(project: &Project, daemon: &Daemon) {
    project.edit("config/anvil.toml", "\"hello\"", "\"welcome\"");
    not_compiled(&live_by(daemon, Swap).await, "configuration", "config/anvil.toml");
    let answer = daemon.get("/").await;
    assert_eq!((answer.body.as_str(), answer.generation()), ("fixture welcome ", Some(2)));
}

async fn dot_env(project: &Project, daemon: &Daemon) {
    project.write(".env", "FX_WORD=first\nAPP_NAME=renamed\n");
    not_compiled(&live_by(daemon, Swap).await, "configuration", ".env");
    assert_eq!(daemon.get("/").await.body, "renamed welcome first", "a new file");
    project.write(".env", "FX_WORD=second\n");
    not_compiled(&live_by(daemon, Swap).await, "configuration", ".env");
    assert_eq!(daemon.get("/").await.body, "fixture welcome second", "an edit");
}

/// The old configuration stays, also while code is saved; mending the line makes everything live.
async fn unknown_key(project: &Project, daemon: &Daemon) {
    let good = project.read("config/anvil.toml");
    project.write("config/anvil.toml", &good.replace("name = \"fixture\"", "nmae = \"other\"\nname = \"other\""));
    let found = fails_by(daemon, BuildOutcome::Refused, "fixture welcome second").await;
    let wrong = only(&found, "ANV0401");
    assert_eq!((wrong.severity, wrong.source), (Severity::Error, Source::Config));
    assert_eq!(place_of(wrong), place(project, "config/anvil.toml", "nmae"));
    assert!(wrong.message.contains("`nmae`"), "{}", wrong.message);

    project.write("config/anvil.toml", &good.replace("\"welcome\"", "\"good day\""));
    live_by(daemon, Swap).await;
    assert_eq!(daemon.get("/").await.body, "fixture good day second");
    assert_eq!(daemon.status().await.diagnostics, [], "mended");
}

async fn key_of_a_new_host(project: &Project, daemon: &Daemon) {
    let text = format!("{}\n[database]\nurl = \"sqlite://storage/other.sqlite\"\n", project.read("config/anvil.toml"));
    project.write("config/anvil.toml", &text);
    let entry = live_by(daemon, Handover).await;
    not_compiled(&entry, "`database.url` is read when a host starts", "config/anvil.toml");
    assert_eq!(daemon.get("/").await.body, "fixture good day second");
}

#[tokio::test]
async fn files_under_public_are_served_at_once() {
    let project = project("fx-public");
    let (daemon, _) = Daemon::hot(&project).await;
    let host = daemon.running().await.app.pid;
    assert_eq!(daemon.get("/app.css").await.body, "p { color: red }");

    project.write("public/app.css", "p { color: blue }");
    assert_eq!(daemon.get("/app.css").await.body, "p { color: blue }", "it is read at every request");
    not_compiled(&live_by(&daemon, Swap).await, "static files", "public/app.css");
    let answer = daemon.get("/app.css").await;
    assert_eq!((answer.body.as_str(), answer.generation()), ("p { color: blue }", Some(2)), "open pages learn of it");

    project.write("public/icons/new.svg", "<svg/>");
    not_compiled(&live_by(&daemon, Swap).await, "static files", "public/icons/new.svg");
    assert_eq!(daemon.get("/icons/new.svg").await.body, "<svg/>", "a new file in a new folder");

    std::fs::remove_file(project.path("public/app.css")).expect("the file is there");
    not_compiled(&live_by(&daemon, Swap).await, "static files", "public/app.css");
    assert_eq!(daemon.get("/app.css").await.status, 404, "a removed file");
    assert_eq!(daemon.status().await.app.pid, host);
}

#[track_caller]
fn not_compiled(entry: &HistoryEntry, reason: &str, file: &str) {
    assert_eq!((entry.reason.as_str(), entry.files.as_slice()), (reason, [file.to_owned()].as_slice()));
    assert_eq!(entry.stages.build_ms, 0, "{entry:?}");
}
