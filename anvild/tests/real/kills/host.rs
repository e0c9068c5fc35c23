//! A host dies: another takes its place with the last code that worked.

use anvild_protocol::{AnvilDaemonClient as _, AppState};

use super::Held;
use crate::harness::{Daemon, processes::signal};

#[tokio::test]
async fn killed_at_any_stage_a_host_is_replaced_and_the_app_answers_again() {
    let held = Held::new("fx-host-kills");
    let daemon = Daemon::start_with(&held.project, &held.environment()).await;
    daemon.app(true).await.expect("the app starts");
    daemon.live().await;

    // While it serves.
    let first = serving(&daemon).await;
    signal(first, "KILL");
    let second = replaced(&daemon, first).await;
    assert_eq!(daemon.get("/").await.body, "one");

    // While it loads an edit: the edit is what killed it, as far as anybody can tell.
    held.routes.close();
    held.answer("one", "two");
    assert_eq!(held.routes.reached().await, second);
    signal(second, "KILL");
    held.routes.open();
    let diagnostics = daemon.failed().await;
    assert!(diagnostics.iter().any(|found| found.code == "ANV0209"), "{diagnostics:#?}");
    let third = replaced(&daemon, second).await;
    assert_eq!(daemon.get("/").await.body, "one");
    held.answer("two", "three");
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "three");

    // While it is about to take over: the old one goes on.
    held.routes.close();
    daemon.connection.rpc().app_restart().await.expect("the app runs");
    let newcomer = held.routes.reached().await;
    assert_ne!(newcomer, third);
    signal(newcomer, "KILL");
    assert_eq!(daemon.get("/").await.body, "three");
    held.routes.open();
    daemon.running().await;
    assert_eq!(daemon.get("/").await.body, "three");

    // The old one, while the new one is about to take over.
    let old = serving(&daemon).await;
    held.routes.close();
    daemon.connection.rpc().app_restart().await.expect("the app runs");
    assert_ne!(held.routes.reached().await, old);
    signal(old, "KILL");
    held.routes.open();
    replaced(&daemon, old).await;
    assert_eq!(daemon.get("/").await.body, "three");
    held.answer("three", "four");
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "four");
}

async fn serving(daemon: &Daemon) -> u32 {
    daemon.running().await.app.pid.expect("a host serves")
}

/// The host that serves in the place of `old`.
async fn replaced(daemon: &Daemon, old: u32) -> u32 {
    let is_new = |pid: u32| pid != old;
    let status = daemon
        .until("replaced", |status| status.app.state == AppState::Running && status.app.pid.is_some_and(is_new))
        .await;
    status.app.pid.expect("checked above")
}
