//! Each crate has patches of its own.

use anvild_protocol::{
    AnvilDaemonClient as _,
    BuildKind::{Patch, Swap},
    OverlayOutcome, OverlaySet,
};

use super::{body, both, shop};
use crate::{
    edits::live_by,
    harness::{Daemon, Project},
    patches::{audited, based, pad_crate},
};

const POSTS: &str = "crates/posts-handlers/src/lib.rs";
const USERS: &str = "crates/users-handlers/src/lib.rs";

#[tokio::test]
async fn patches_of_several_crates_are_live_together() {
    let project = shop("patched");
    project.write("config/anvil.toml", "[dev]\npatches = true\n");
    for name in ["posts-handlers", "users-handlers"] {
        pad_crate(&project, &format!("crates/{name}/src"));
    }
    let (daemon, _) = Daemon::hot(&project).await;
    based(&daemon, 2).await;
    let host = daemon.running().await.app.pid;

    project.edit(POSTS, "posts one", "posts two");
    let entry = live_by(&daemon, Patch).await;
    assert_eq!(both(&daemon, &entry).await, ("posts two, one".to_owned(), "users one, one".to_owned()));
    assert_eq!(audited(&daemon).await.app.libraries_loaded, 3);
    for expected in ["1", "2"] {
        assert_eq!(body(&daemon, "/posts/seen").await, expected);
        assert_eq!(body(&daemon, "/users/seen").await, expected);
    }
    assert_eq!(body(&daemon, "/posts/calls").await, "1");

    // Typed first, and then saved.
    let text = project.read(USERS).replace("users one", "users two");
    let request = OverlaySet { file: USERS.to_owned(), text: text.clone() };
    let reply = daemon.connection.rpc().overlay_set(request).await.expect("the app runs");
    assert_eq!((reply.outcome, reply.why), (OverlayOutcome::Ready, None));
    project.write(USERS, &text);
    let entry = live_by(&daemon, Patch).await;
    assert_eq!(entry.reason, "1 module, built ahead");
    assert_eq!(both(&daemon, &entry).await, ("posts two, one".to_owned(), "users two, one".to_owned()));
    let status = audited(&daemon).await;
    assert_eq!((status.app.pid, status.app.libraries_loaded), (host, 4), "one library for each patch");
    assert_eq!(body(&daemon, "/posts/seen").await, "3", "the patch of before stays");
    assert_eq!(body(&daemon, "/users/seen").await, "1", "this one is new");
    assert_eq!(body(&daemon, "/users/calls").await, "2", "what is shared exists once for patches too");

    what_is_shared(&project, &daemon).await;
    assert_eq!(daemon.status().await.app.pid, host);
}

async fn what_is_shared(project: &Project, daemon: &Daemon) {
    project.edit("crates/models/src/lib.rs", "\"one\"", "\"two\"");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.reason, "full: `fx-patched-models` changed");
    assert_eq!(both(daemon, &entry).await, ("posts two, two".to_owned(), "users two, two".to_owned()));
    assert_eq!(body(daemon, "/posts/calls").await, "1");
    assert_eq!(body(daemon, "/users/calls").await, "2");
}
