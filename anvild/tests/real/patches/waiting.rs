//! The compiler that waits for the next patch: there is one while patches are possible, and nothing goes wrong without it.

use anvild_protocol::BuildKind;

use super::{audited, based, project};
use crate::{
    edits::live_by,
    harness::{
        Daemon,
        processes::{Process, all_gone, descendants, signal},
    },
};

const LIBRARY: &str = "use anvilforge::prelude::*;\n\nmod posts;\n\n#[anvilforge::routes]\npub fn routes(r: &mut RouteSink) {\n    r.get(\"/\", posts::index);\n}\n";
const POSTS: &str = "pub async fn index() -> String {\n    format!(\"one {}\", line!())\n}\n";

/// Compilers of patches: each with its guard.
fn compilers(daemon: &Daemon) -> Vec<Process> {
    let is_compiler = |process: &Process| {
        let line = std::fs::read(format!("/proc/{}/cmdline", process.pid)).unwrap_or_default();
        String::from_utf8_lossy(&line).contains("extra-filename=-patch")
    };
    descendants(daemon.pid()).into_iter().filter(is_compiler).collect()
}

#[tokio::test]
async fn a_compiler_waits_and_is_not_missed() {
    let project = project("fx-waiting", &[("src/lib.rs", LIBRARY), ("src/posts.rs", POSTS)]);
    let mut daemon = Daemon::start(&project).await;
    daemon.app(true).await.expect("the app starts");
    daemon.live().await;
    based(&daemon, 1).await;
    audited(&daemon).await;

    daemon.until("waited for", |_| compilers(&daemon).len() == 2).await;
    let first = compilers(&daemon);
    project.edit("src/posts.rs", "one", "two");
    assert_eq!(live_by(&daemon, BuildKind::Patch).await.reason, "1 module");
    assert_eq!(daemon.get("/").await.body, "two 2");
    audited(&daemon).await;
    let nowhere = std::path::Path::new("/does/not/exist");
    all_gone(&first, nowhere).await;
    daemon.until("waited for again", |_| compilers(&daemon).len() == 2).await;

    // Without it, a patch is compiled as any other crate.
    let second = compilers(&daemon);
    second.iter().for_each(|compiler| signal(compiler.pid, "KILL"));
    all_gone(&second, nowhere).await;
    project.edit("src/posts.rs", "two", "three");
    assert_eq!(live_by(&daemon, BuildKind::Patch).await.reason, "1 module");
    assert_eq!(daemon.get("/").await.body, "three 2");
    audited(&daemon).await;

    // Who wants no patches has no compiler of them either.
    daemon.until("waited for", |_| compilers(&daemon).len() == 2).await;
    project.write("config/anvil.toml", "[dev]\npatches = false\n");
    project.edit("src/posts.rs", "three", "four");
    live_by(&daemon, BuildKind::Swap).await;
    daemon.until("given up", |_| compilers(&daemon).is_empty()).await;
    project.write("config/anvil.toml", "[dev]\npatches = true\n");
    project.edit("src/posts.rs", "four", "five");
    daemon.live().await;
    daemon.until("waited for", |_| compilers(&daemon).len() == 2).await;

    let family = descendants(daemon.pid());
    daemon.kill();
    all_gone(&family, &project.root()).await;
}
