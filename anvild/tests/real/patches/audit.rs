//! The full build behind a patch has the last word: it may refuse what the patch has made live.

use anvild_protocol::{BuildKind, BuildOutcome, BuildState, Severity, WaitOutcome};

use super::{audited, based, full::recorded, project};
use crate::{
    edits::{live_by, only, place, place_of},
    harness::{Daemon, Gate},
};

/// Whether something is used is a property of the whole crate.
const LIBRARY: &str = r#"#![deny(dead_code)]

use anvilforge::prelude::*;

mod posts;
mod words;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", posts::index);
}
"#;

const POSTS: &str = r#"pub(crate) async fn index() -> String {
    crate::words::word("one")
}
"#;

const WORDS: &str = "pub(crate) fn word(word: &str) -> String {\n    word.to_owned()\n}\n";

#[tokio::test]
async fn a_patch_that_the_full_build_refuses_is_taken_back() {
    let project = project("fx-audit", &[("src/lib.rs", LIBRARY), ("src/posts.rs", POSTS), ("src/words.rs", WORDS)]);
    let gate = Gate::new();
    let compiler = gate.compiler_of_the_whole("fx_audit");
    let daemon = Daemon::start_with(&project, &[("RUSTC", compiler.to_str().expect("UTF-8"))]).await;
    daemon.app(true).await.expect("the app starts");
    daemon.live().await;
    based(&daemon, 1).await;
    let good = audited(&daemon).await;

    gate.close();
    project.edit("src/posts.rs", "crate::words::word(\"one\")", "\"two\".to_owned()");
    let entry = live_by(&daemon, BuildKind::Patch).await;
    assert_eq!(entry.reason, "1 module");
    gate.reached().await;
    let answer = daemon.get("/").await;
    assert_eq!((answer.body.as_str(), answer.generation()), ("two", Some(entry.generation.0)));
    assert_eq!(daemon.status().await.build.state, BuildState::Building, "the audit");

    gate.open();
    let status = audited(&daemon).await;
    let found = daemon.failed().await;
    let unused = only(&found, "dead_code");
    assert_eq!((unused.severity, unused.message.as_str()), (Severity::Error, "function `word` is never used"));
    assert_eq!(place_of(unused), place(&project, "src/words.rs", "word(word"));
    let status = daemon.until("back", |now| now.generation.live < status.generation.saved).await;
    assert_eq!((status.generation.live, status.app.pid), (good.generation.live, good.app.pid), "in the same host");
    let answer = daemon.get("/").await;
    assert_eq!((answer.body.as_str(), answer.generation()), ("one", Some(good.generation.live.0)));
    assert_eq!(daemon.wait().await.outcome, WaitOutcome::Failed, "whenever somebody asks");
    let history = daemon.history().await;
    let ends: Vec<_> = history.iter().take(3).map(|entry| (entry.generation, entry.kind, entry.outcome)).collect();
    let expected = [
        (good.generation.live, BuildKind::Swap, BuildOutcome::Live),
        (entry.generation, BuildKind::Patch, BuildOutcome::Failed),
        (entry.generation, BuildKind::Patch, BuildOutcome::Live),
    ];
    assert_eq!(ends, expected, "{history:#?}");
    assert_eq!(history[0].reason, "rolled back: the full build failed");
    let files = ["patch/src/posts.rs", "base/src/posts.rs", "base/src/words.rs", "rustc.json"];
    recorded(&daemon, "fx-audit", entry.generation, &files, "function `word` is never used");

    project.edit("src/posts.rs", "\"two\".to_owned()", "crate::words::word(\"three\")");
    live_by(&daemon, BuildKind::Patch).await;
    assert_eq!(daemon.get("/").await.body, "three");
    assert_eq!(audited(&daemon).await.diagnostics, []);
    assert_eq!(daemon.status().await.app.pid, good.app.pid);
}
