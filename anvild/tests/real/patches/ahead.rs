//! Patches of what is not saved yet: invisible until exactly that is saved.

use anvild_protocol::{AnvilDaemonClient as _, BuildKind, OverlayClear, OverlayOutcome, OverlayReply, OverlaySet};

use super::{audited, based, project};
use crate::{
    edits::live_by,
    harness::{Daemon, Gate},
};

const LIBRARY: &str = r#"use anvilforge::prelude::*;

mod posts;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", posts::index);
}
"#;

const POSTS: &str = "pub async fn index() -> String {\n    format!(\"one {}\", include_str!(\"../text\"))\n}\n";

async fn set(daemon: &Daemon, file: &str, text: &str) -> OverlayReply {
    let request = OverlaySet { file: file.to_owned(), text: text.to_owned() };
    daemon.connection.rpc().overlay_set(request).await.expect("the app runs")
}

#[tokio::test]
async fn what_was_typed_is_live_when_it_is_saved() {
    let project = project("fx-ahead", &[("src/lib.rs", LIBRARY), ("src/posts.rs", POSTS), ("text", "a")]);
    let gate = Gate::new();
    let compiler = gate.compiler("fx_ahead");
    let daemon = Daemon::start_with(&project, &[("RUSTC", compiler.to_str().expect("UTF-8"))]).await;
    daemon.app(true).await.expect("the app starts");
    daemon.live().await;
    based(&daemon, 1).await;
    audited(&daemon).await;

    let (file, two, three) = ("src/posts.rs", POSTS.replace("one", "two"), POSTS.replace("one", "three"));
    let ready = OverlayReply { outcome: OverlayOutcome::Ready, why: None };
    assert_eq!(set(&daemon, file, &two).await, ready);
    let before = daemon.status().await;
    assert_eq!(daemon.get("/").await.body, "one a", "what is not saved is not live");
    assert_eq!(before.generation.saved, before.generation.live);

    // No compiler gets through any more: what goes live was built before.
    gate.close();
    project.write(file, &two);
    let entry = live_by(&daemon, BuildKind::Patch).await;
    assert_eq!(entry.reason, "1 module, built ahead");
    assert_eq!(daemon.get("/").await.body, "two a");
    gate.open();
    assert_eq!(audited(&daemon).await.generation.live, entry.generation);

    // Something else is saved than what was typed.
    assert_eq!(set(&daemon, file, &three).await, ready);
    project.edit(file, "two", "four");
    assert_eq!(live_by(&daemon, BuildKind::Patch).await.reason, "1 module");
    assert_eq!(daemon.get("/").await.body, "four a");
    audited(&daemon).await;

    // The same text, but what it embeds is another one by now.
    assert_eq!(set(&daemon, file, &two).await, ready);
    project.write("text", "b");
    project.write(file, &two);
    live_by(&daemon, BuildKind::Patch).await;
    assert_eq!(daemon.get("/").await.body, "two b");
    audited(&daemon).await;

    // No patch can be made of it.
    let why = |reply: OverlayReply| {
        assert_eq!(reply.outcome, OverlayOutcome::None);
        reply.why.unwrap_or_default()
    };
    assert!(why(set(&daemon, file, "pub async fn index(").await).starts_with("`src/posts.rs` "));
    assert_eq!(why(set(&daemon, "src/other.rs", "").await), "`other.rs` is no module of the app");
    // What is handed over of other files is in nobody's way.
    assert!(
        why(set(&daemon, file, &two.replace("String {", "u8 {")).await).starts_with("the patch does not compile: ")
    );
    assert_eq!(why(set(&daemon, file, &two).await), "it is what was saved");
    assert_eq!(set(&daemon, file, &three).await, ready);
    daemon.connection.rpc().overlay_clear(OverlayClear { file: file.to_owned() }).await.expect("the app runs");
    assert_eq!(daemon.get("/").await.body, "two b");
}
