//! The daemon dies: nothing that it started survives, nothing that it held is lost.

use std::net::SocketAddr;

use anvild_protocol::AnvilDaemonClient as _;

use super::Held;
use crate::harness::{
    Daemon,
    processes::{all_gone, descendants, signal},
};

/// Kills the daemon, sees all that it started end, and has a new one start the app on the same port at the first attempt.
async fn die_and_return(held: &Held, daemon: &mut Daemon, addr: SocketAddr) {
    let family = descendants(daemon.pid());
    assert!(!family.is_empty(), "the daemon has something to leave behind");
    daemon.kill();
    all_gone(&family, &held.project.root()).await;
    daemon.restart().await;
    daemon.app_at(true, &addr.to_string()).await.expect("the port is free again");
}

#[tokio::test]
async fn killed_at_any_stage_the_daemon_leaves_no_process_no_lock_and_no_port_taken() {
    let held = Held::new("fx-daemon-kills");

    // While cargo builds: its build script runs.
    held.script.close();
    let mut daemon = Daemon::start_with(&held.project, &held.environment()).await;
    daemon.app(true).await.expect("the app starts");
    let addr = daemon.addr().await;
    held.script.reached().await;
    die_and_return(&held, &mut daemon, addr).await;
    held.script.open();
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "one");

    // While a library is compiled without cargo.
    held.compiler.close();
    held.answer("one", "two");
    held.compiler.reached().await;
    assert_eq!(daemon.get("/").await.body, "one");
    die_and_return(&held, &mut daemon, addr).await;
    held.compiler.open();
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "two");

    // While it serves and has nothing to do.
    die_and_return(&held, &mut daemon, addr).await;
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "two");

    // While the host loads a library.
    held.routes.close();
    held.answer("two", "three");
    let host = held.routes.reached().await;
    assert_eq!(daemon.status().await.app.pid, Some(host));
    die_and_return(&held, &mut daemon, addr).await;
    held.routes.open();
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "three");

    // While a new host is about to take over.
    held.routes.close();
    daemon.connection.rpc().app_restart().await.expect("the app runs");
    let host = held.routes.reached().await;
    assert_ne!(daemon.status().await.app.pid, Some(host), "the old one serves");
    die_and_return(&held, &mut daemon, addr).await;
    held.routes.open();
    daemon.live().await;

    // And politely.
    let family = descendants(daemon.pid());
    let paths = daemon.paths();
    signal(daemon.pid(), "TERM");
    assert!(daemon.ended().success());
    all_gone(&family, &held.project.root()).await;
    assert!(!paths.socket().exists() && !paths.record().exists());
    assert!(std::net::TcpListener::bind(addr).is_ok(), "the port is free");
}
