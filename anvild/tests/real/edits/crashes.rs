//! Edits that compile and then take the host down, or try to: a loop without end, an abort, a stack overflow, a panic.

use std::path::Path;

use anvild_protocol::{AppState, BuildKind, BuildOutcome, Source, Status};

use super::{fails_by, live_by, only, place, place_of};
use crate::harness::{Daemon, Project, get};

const LIBRARY: &str = r#"use std::hint::black_box;

use anvilforge::prelude::*;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", one);
    r.get("/abort", abort_all);
    r.get("/overflow", overflow);
    r.get("/panic", panics);
}

async fn one() -> &'static str {
    "one"
}

async fn abort_all() -> &'static str {
    std::process::abort()
}

async fn overflow() -> String {
    deep(0).to_string()
}

fn deep(level: u64) -> u64 {
    let frame = black_box([level; 64]);
    if level == u64::MAX { 0 } else { deep(level + 1) + frame[0] }
}

async fn panics() -> &'static str {
    panic!("a handler's own")
}
"#;

#[tokio::test]
async fn a_handler_that_crashes_takes_nothing_else_with_it() {
    let project = Project::new("fx-crash");
    project.write("src/lib.rs", LIBRARY);
    let (daemon, _) = Daemon::hot(&project).await;
    a_panic_is_one_answer(&project, &daemon).await;
    a_dead_host_is_started_again(&daemon, "/abort", "the host died with signal 6 (SIGABRT)").await;
    a_dead_host_is_started_again(&daemon, "/overflow", "the host died with signal 6 (SIGABRT)").await;
    the_next_edit_is_live_and_clears_what_was_said(&project, &daemon).await;
}

async fn a_panic_is_one_answer(project: &Project, daemon: &Daemon) {
    let host = daemon.running().await.app.pid;
    let answer = daemon.get("/panic").await;
    assert_eq!((answer.status, answer.generation()), (500, Some(1)));
    let told = |status: &Status| status.diagnostics.iter().any(|found| found.code == "ANV0502");
    let status = daemon.until("told of the panic", told).await;
    let found = only(&status.diagnostics, "ANV0502");
    assert_eq!(found.message, "a handler panicked: a handler's own");
    assert_eq!(found.source, Source::Runtime);
    assert_eq!(place_of(found), place(project, "src/lib.rs", "panic!"));
    assert_eq!(daemon.get("/").await.body, "one");
    assert_eq!((status.app.pid, status.app.restarts), (host, 0), "the host lives");
}

async fn a_dead_host_is_started_again(daemon: &Daemon, path: &str, message: &str) {
    let before = daemon.running().await.app;
    let answer = get(daemon.addr().await, path).await;
    assert!(answer.is_err(), "the host was to die: {answer:?}");
    let another = |status: &Status| status.app.state == AppState::Running && status.app.pid != before.pid;
    let status = daemon.until("restarted", another).await;
    assert_eq!(status.app.restarts, before.restarts + 1);
    let told = status.diagnostics.iter().rfind(|found| found.code == "ANV0501").expect("the death");
    assert_eq!((told.message.as_str(), told.source), (message, Source::Runtime));

    let last = daemon.last().await;
    assert_eq!(
        (last.generation, last.kind, last.outcome),
        (status.generation.live, BuildKind::Restart, BuildOutcome::Live)
    );
    let answer = daemon.get("/").await;
    assert_eq!((answer.body.as_str(), answer.generation()), ("one", Some(1)), "the last good generation");
}

async fn the_next_edit_is_live_and_clears_what_was_said(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "\"one\"", "\"two\"");
    live_by(daemon, BuildKind::Swap).await;
    assert_eq!(daemon.get("/").await.body, "two");
    let status = daemon.status().await;
    assert_eq!((status.diagnostics.as_slice(), status.app.restarts), ([].as_slice(), 0));
}

#[tokio::test]
async fn registering_without_end_costs_one_host_and_no_request() {
    let project = Project::new("fx-endless");
    project.write("src/lib.rs", LIBRARY);
    project.write("config/anvil.toml", "[dev]\npatches = false\nload_deadline_s = 2\n");
    let (daemon, _) = Daemon::hot(&project).await;
    let spinning = daemon.running().await.app.pid.expect("a host");
    project.edit("src/lib.rs", "    r.get(\"/\", one);", "    while black_box(true) {}\n    r.get(\"/\", one);");
    let found = fails_by(&daemon, BuildOutcome::Refused, "one").await;
    let hung = only(&found, "ANV0207");
    assert_eq!((hung.message.as_str(), hung.source), ("registering the routes did not end within 2 s", Source::Reload));

    let status = daemon.running().await;
    assert_ne!(status.app.pid, Some(spinning), "a thread that spins cannot be ended, its process can");
    daemon.until("without the spinning host", |_| !Path::new(&format!("/proc/{spinning}")).exists()).await;
    assert_eq!(daemon.get("/").await.body, "one");

    project.write("src/lib.rs", &LIBRARY.replace("\"one\"", "\"two\""));
    live_by(&daemon, BuildKind::Swap).await;
    assert_eq!(daemon.get("/").await.body, "two");
    assert_eq!(daemon.status().await.diagnostics, []);
}
