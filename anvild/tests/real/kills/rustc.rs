//! A compiler dies: it is tried again, or the build is reported as failed; the app stays, and the next save works.

use super::Held;
use crate::harness::{
    Daemon, Project,
    processes::{all_gone, descendants, signal},
};

#[tokio::test]
async fn a_killed_compiler_costs_at_most_one_build() {
    let held = Held::new("fx-rustc-kills");
    let daemon = Daemon::start_with(&held.project, &held.environment()).await;
    daemon.app(true).await.expect("the app starts");
    daemon.live().await;
    let host = daemon.status().await.app.pid;

    // Started by the daemon itself: cargo is asked, and its compiler lives.
    held.compiler.close();
    held.answer("one", "two");
    let compiler = held.compiler.reached().await;
    has_inherited_no_socket(compiler, &daemon);
    signal(compiler, "KILL");
    held.compiler.open();
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "two");
    assert_eq!(daemon.status().await.app.pid, host);
    let reason = daemon.last().await.reason;
    assert!(reason.starts_with("cargo: the compiler stopped"), "{reason}");

    // Started by cargo: the build has failed.
    held.compiler.close();
    held.project.write("Cargo.toml", &held.project.manifest("\n[features]\nmore = []\n"));
    held.answer("two", "three");
    signal(held.compiler.reached().await, "KILL");
    let diagnostics = daemon.failed().await;
    assert!(diagnostics[0].message.contains("could not compile"), "{diagnostics:#?}");
    assert_eq!(daemon.get("/").await.body, "two");
    assert_eq!(daemon.status().await.app.pid, host);
    held.compiler.open();
    held.answer("three", "four");
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "four");

    // Started by the daemon for the deps library: that says nothing about the dependencies, which fit together as before.
    let more = Project::bare("fx-rustc-kills-more");
    let manifest =
        "[package]\nname = \"fx-rustc-kills-more\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n";
    more.write("Cargo.toml", manifest);
    more.write("src/lib.rs", "");
    held.compiler.compiler("anvil_deps_*");
    held.compiler.close();
    let dependency = format!("fx-rustc-kills-more = {{ path = \"{}\" }}\n", more.root().display());
    held.project.write("Cargo.toml", &held.project.manifest(&dependency));
    signal(held.compiler.reached().await, "KILL");
    let diagnostics = daemon.failed().await;
    assert!(diagnostics[0].message.contains("the deps library failed"), "{diagnostics:#?}");
    assert_eq!(daemon.get("/").await.body, "four");
    held.compiler.open();
    held.compiler.compiler("fx_rustc_kills");
    held.project.edit("src/lib.rs", "\"four\"", "\"four \"");
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "four ");
    let reason = daemon.last().await.reason;
    assert!(reason.starts_with("cargo: "), "{reason}");

    // A newer save cancels it: it is gone with all that it started.
    held.compiler.close();
    held.answer("four ", "five");
    held.compiler.reached().await;
    let mut builds = descendants(daemon.pid());
    let host = daemon.status().await.app.pid;
    builds.retain(|process| Some(process.pid) != host);
    assert!(!builds.is_empty());
    held.compiler.open();
    held.answer("five", "six");
    daemon.live().await;
    assert_eq!(daemon.get("/").await.body, "six");
    let nowhere = std::path::Path::new("/does/not/exist");
    all_gone(&builds, nowhere).await;
}

/// Neither the app's port, nor the daemon's own socket, lock or log.
fn has_inherited_no_socket(pid: u32, daemon: &Daemon) {
    let entries = std::fs::read_dir(format!("/proc/{pid}/fd")).expect("it waits").flatten();
    let files: Vec<_> = entries.filter_map(|entry| std::fs::read_link(entry.path()).ok()).collect();
    let directory = daemon.paths().directory().to_owned();
    let foreign =
        files.iter().find(|file| file.to_string_lossy().starts_with("socket:") || file.starts_with(&directory));
    assert_eq!(foreign, None, "{files:?}");
}
