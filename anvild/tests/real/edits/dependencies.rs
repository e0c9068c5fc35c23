//! Edits outside of the app library: in crates next to it, in crates elsewhere, and in the manifest.

use anvild_protocol::BuildKind::{Handover, Swap};

use super::live_by;
use crate::harness::{Daemon, Project};

/// A library `word` with a feature that changes its word.
const WORD: &str = r#"pub fn word() -> &'static str {
    if cfg!(feature = "loud") { "WORD ONE" } else { "word one" }
}
"#;

fn word_manifest(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\nname = \"word\"\n\n[features]\nloud = []\n"
    )
}

/// An app that answers with the word of `crate_name`, which lies in `path`.
fn use_word(project: &Project, crate_name: &str, path: &str) {
    project.write("Cargo.toml", &project.manifest(&format!("{crate_name} = {{ path = \"{path}\" }}\n")));
    project.edit("src/lib.rs", "\"one\"", "word::word()");
}

#[tokio::test]
async fn a_crate_of_the_workspace_is_swapped_with_the_app() {
    let project = Project::new("fx-member");
    use_word(&project, "fx-member-word", "word");
    project.edit("Cargo.toml", "[workspace]", "[workspace]\nmembers = [\"word\"]\n\n[features]\nshout = []");
    project.write("word/Cargo.toml", &word_manifest("fx-member-word"));
    project.write("word/src/lib.rs", WORD);
    let (daemon, _) = Daemon::hot(&project).await;
    let host = daemon.running().await.app.pid;
    assert_eq!(daemon.get("/").await.body, "word one");

    project.edit("word/src/lib.rs", "word one", "word two");
    let entry = live_by(&daemon, Swap).await;
    assert_eq!(entry.reason, "replayed fx-member-word, fx-member");
    assert_eq!(entry.files, ["word/src/lib.rs"]);
    assert_eq!(daemon.get("/").await.body, "word two", "the app is linked with the edited crate");

    project.edit("word/src/lib.rs", "pub fn word() ->", "pub fn word(_: u8) ->");
    let found = daemon.failed().await;
    assert_eq!(found[0].code, "E0061", "the app does not fit any more: {found:?}");
    assert!(found[0].file.as_ref().is_some_and(|file| file.ends_with("src/lib.rs")), "{found:?}");
    assert_eq!(daemon.get("/").await.body, "word two");
    project.edit("src/lib.rs", "word::word()", "word::word(1)");
    live_by(&daemon, Swap).await;
    assert_eq!(daemon.status().await.app.pid, host);

    features(&project, &daemon).await;
}

/// Cargo decides again, and only the crates of the project come out differently: the host can take the result.
async fn features(project: &Project, daemon: &Daemon) {
    project.edit("Cargo.toml", "{ path = \"word\" }", "{ path = \"word\", features = [\"loud\"] }");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.reason, "cargo: Cargo.toml changed");
    assert_eq!(daemon.get("/").await.body, "WORD ONE", "a feature of a dependency");

    project.edit("src/lib.rs", "word::word(1)", "if cfg!(feature = \"shout\") { \"SHOUT\" } else { word::word(1) }");
    live_by(daemon, Swap).await;
    assert_eq!(daemon.get("/").await.body, "WORD ONE");
    project.edit("Cargo.toml", "shout = []", "default = [\"shout\"]\nshout = []");
    let entry = live_by(daemon, Swap).await;
    assert_eq!(entry.reason, "cargo: Cargo.toml changed");
    assert_eq!(daemon.get("/").await.body, "SHOUT", "a feature of the app");
}

#[tokio::test]
async fn a_crate_outside_of_the_workspace_goes_the_way_of_cargo() {
    let outside = Project::bare("fx-outside-word");
    outside.write("Cargo.toml", &word_manifest("fx-outside-word"));
    outside.write("src/lib.rs", WORD);
    let project = Project::new("fx-outside");
    use_word(&project, "fx-outside-word", &outside.root().to_string_lossy());
    let (daemon, _) = Daemon::hot(&project).await;
    let host = daemon.running().await.app.pid;
    assert_eq!(daemon.get("/").await.body, "word one");

    outside.edit("src/lib.rs", "word one", "word two");
    let entry = live_by(&daemon, Handover).await;
    let said = "cargo: `fx-outside-word` changed, which only cargo builds, and with it the deps library";
    assert_eq!(entry.reason, said);
    assert_eq!(daemon.get("/").await.body, "word two");
    assert_ne!(daemon.status().await.app.pid, host);

    project.edit("src/lib.rs", "word::word()", "\"own\"");
    live_by(&daemon, Swap).await;
    assert_eq!(daemon.get("/").await.body, "own");
}

#[tokio::test]
async fn a_dependency_that_is_added_is_there_in_a_new_host() {
    let project = Project::new("fx-added");
    // A crate that this checkout has already: nothing is downloaded.
    let daemon = Daemon::start_with(&project, &[("CARGO_NET_OFFLINE", "true")]).await;
    daemon.app(true).await.expect("the app starts");
    daemon.live().await;
    let host = daemon.running().await.app.pid;

    project.write("Cargo.toml", &project.manifest("anyhow = \"1\"\n"));
    let entry = live_by(&daemon, Handover).await;
    assert_eq!(entry.reason, "cargo: Cargo.toml changed, and with it the deps library");
    assert_eq!(entry.files, ["Cargo.toml"], "cargo's own write of Cargo.lock is no edit");
    let added = daemon.status().await.app.pid;
    assert_ne!(added, host);

    project.edit(
        "src/lib.rs",
        "async fn hello() -> &'static str {\n    \"one\"",
        "async fn hello() -> String {\n    anyhow::anyhow!(\"two\").to_string()",
    );
    live_by(&daemon, Swap).await;
    assert_eq!(daemon.get("/").await.body, "two", "it is used");
    assert_eq!(daemon.status().await.app.pid, added);

    project.write("Cargo.toml", &project.manifest("anyhow = { version = \"1\", default-features = false }\n"));
    let entry = live_by(&daemon, Handover).await;
    let said = "cargo: Cargo.toml changed, and with it the deps library";
    assert_eq!(entry.reason, said, "a feature of a dependency");
    assert_eq!(daemon.get("/").await.body, "two");
}
