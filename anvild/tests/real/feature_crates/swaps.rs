//! What an edit replaces, and what it leaves as it is.

use anvild_protocol::BuildKind::{Handover, Swap};

use super::{body, both, shop};
use crate::{
    edits::{live_by, only, place, place_of},
    harness::{Daemon, Observer, Project},
};

#[tokio::test]
async fn an_edit_replaces_the_libraries_that_it_concerns() {
    let project = shop("swaps");
    let (mut daemon, addr) = Daemon::hot(&project).await;
    let status = daemon.running().await;
    assert_eq!(status.app.libraries_loaded, 2);
    let observer = Observer::start(addr, "/users");
    assert_eq!(status.project.app.as_deref(), Some("fx-swaps-posts-handlers, fx-swaps-users-handlers"));
    one_crate(&project, &daemon).await;
    layout(&project, &daemon).await;
    what_is_shared(&project, &daemon).await;
    let words: Vec<_> = observer.end().await.into_iter().map(|seen| seen.body).collect();
    assert!(words.first().is_some_and(|word| word == "users one, one"), "{words:?}");
    assert!(words.last().is_some_and(|word| word == "users one, two"), "{words:?}");
    another_crate(&project, &daemon).await;
    daemon.kill();
    daemon.restart().await;
    daemon.app_at(true, &addr.to_string()).await.expect("the app starts");
    daemon.live().await;
    assert_eq!(body(&daemon, "/posts").await, "posts two, two");
    assert_eq!(body(&daemon, "/users").await, "users one, two");
    assert_eq!(body(&daemon, "/tags").await, "tags");
    assert_eq!(daemon.running().await.app.libraries_loaded, 3);
}

/// The workspace takes in whatever lies below `crates`.
async fn another_crate(project: &Project, daemon: &Daemon) {
    let name = |text: String| text.replace("swaps-users-handlers", "swaps-tags-handlers");
    let routes = "#[anvilforge::routes]\npub fn routes(r: &mut anvilforge::RouteSink) {\n    r.get(\"/tags\", async || \"tags\");\n}\n";
    project.write("crates/tags-handlers/src/lib.rs", routes);
    project.write("crates/tags-handlers/Cargo.toml", &name(project.read("crates/users-handlers/Cargo.toml")));
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.reason, "cargo: Cargo.toml changed");
    assert_eq!(body(daemon, "/tags").await, "tags");
    assert_eq!(body(daemon, "/users").await, "users one, two");
}

async fn one_crate(project: &Project, daemon: &Daemon) {
    for path in ["/posts/seen", "/users/seen"] {
        assert_eq!(body(daemon, path).await, "1");
        assert_eq!(body(daemon, path).await, "2");
    }
    assert_eq!(body(daemon, "/posts/calls").await, "1");
    assert_eq!(body(daemon, "/users/calls").await, "2", "one static for both");
    assert_eq!(body(daemon, "/posts/loud").await, "POSTS");
    assert_eq!(body(daemon, "/users/times").await, "1", "of a crate without the framework too");
    let host = daemon.status().await.app.pid;

    project.edit("crates/posts-handlers/src/lib.rs", "posts one", "posts two");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.reason, "replayed fx-swaps-posts-handlers");
    assert_eq!(both(daemon, &entry).await, ("posts two, one".to_owned(), "users one, one".to_owned()));
    let status = daemon.status().await;
    assert_eq!((status.app.pid, status.app.libraries_loaded), (host, 3), "one library");
    assert_eq!(body(daemon, "/posts/seen").await, "1", "it is new");
    assert_eq!(body(daemon, "/users/seen").await, "3", "it is the one of before");
    assert_eq!(body(daemon, "/posts/calls").await, "3", "what is shared stays");
    assert_eq!(body(daemon, "/users/times").await, "1");
}

async fn what_is_shared(project: &Project, daemon: &Daemon) {
    let host = daemon.status().await.app.pid;
    assert_eq!(body(daemon, "/posts/calls").await, "1");
    assert_eq!(body(daemon, "/posts/loud").await, "POSTS");
    project.edit("crates/models/src/lib.rs", "\"one\"", "\"two\"");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.reason, "replayed fx-swaps-models, fx-swaps-posts-handlers, fx-swaps-users-handlers");
    assert_eq!(both(daemon, &entry).await, ("posts two, two".to_owned(), "users one, two".to_owned()));
    let status = daemon.status().await;
    assert_eq!((status.app.pid, status.app.libraries_loaded), (host, 4));
    assert_eq!(body(daemon, "/users/calls").await, "1");
    assert_eq!(body(daemon, "/posts/calls").await, "2", "again one static for both");
    assert_eq!(body(daemon, "/users/times").await, "1", "another shared crate stays");
    assert_eq!(body(daemon, "/users/stock").await, "Stock { items: 7, price: 3 }", "the container too");
}

/// The first edit of the crate: what is compared with it was compiled by cargo.
async fn layout(project: &Project, daemon: &Daemon) {
    let host = daemon.status().await.app.pid;
    project.edit("crates/models/src/lib.rs", "    items: u32,", "    items: u32,\n    price: u64,");
    project.edit("crates/models/src/lib.rs", "Self { items }", "Self { items, price: 3 }");
    let entry = live_by(daemon, Handover).await;
    assert_eq!(entry.reason, "`Stock` changed layout");
    let status = daemon.running().await;
    assert_ne!(status.app.pid, host);
    assert_eq!(status.app.libraries_loaded, 2);
    let found = only(&status.diagnostics, "ANV0301");
    assert_eq!(place_of(found), place(project, "crates/models/src/lib.rs", "price: u64"));
    assert_eq!(both(daemon, &entry).await, ("posts two, one".to_owned(), "users one, one".to_owned()));
    assert_eq!(body(daemon, "/users/stock").await, "Stock { items: 7, price: 3 }");
}
