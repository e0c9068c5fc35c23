//! What is wrong in one crate leaves all of them as they are, and is said at its place. One of the shared crates uses the other
//! here.

use anvild_protocol::BuildKind::{Handover, Swap};

use super::{body, shop};
use crate::{
    edits::{live_by, only, place, place_of},
    harness::{Daemon, Project},
};

const POSTS: &str = "crates/posts-handlers/src/lib.rs";
const USERS: &str = "crates/users-handlers/src/lib.rs";

#[tokio::test]
async fn a_mistake_in_one_crate_leaves_all_as_they_are() {
    let project = shop("mistakes");
    chain(&project);
    let (daemon, _) = Daemon::hot(&project).await;
    let host = daemon.running().await.app.pid;
    what_a_shared_crate_uses(&project, &daemon).await;
    does_not_compile(&project, &daemon).await;
    does_not_fit_what_is_shared(&project, &daemon).await;
    same_route(&project, &daemon).await;
    panic_while_registering(&project, &daemon).await;
    assert_eq!(daemon.status().await.app.pid, host, "none of it needed another host");
    another_boot_function(&project, &daemon).await;
    assert_ne!(daemon.running().await.app.pid, host);
}

/// The crates with routes use `models` alone, and that uses `words`.
fn chain(project: &Project) {
    let words = "fx-mistakes-words = { path = \"../words\" }\n";
    for (name, source) in [("posts-handlers", POSTS), ("users-handlers", USERS)] {
        project.edit(&format!("crates/{name}/Cargo.toml"), words, "");
        project.edit(source, "fx_mistakes_words::", "fx_mistakes_models::words::");
    }
    project.write("crates/models/Cargo.toml", &format!("{}\n{words}", project.read("crates/models/Cargo.toml")));
    let models = project.read("crates/models/src/lib.rs");
    project.write("crates/models/src/lib.rs", &format!("{models}\npub use fx_mistakes_words as words;\n"));
}

async fn what_a_shared_crate_uses(project: &Project, daemon: &Daemon) {
    assert_eq!(body(daemon, "/posts/loud").await, "POSTS");
    assert_eq!(body(daemon, "/users/times").await, "1");
    let source = "crates/words/src/lib.rs";
    project.edit(source, "text.to_uppercase()", "text.to_uppercase() + \"!\"");
    let entry = live_by(daemon, Swap).await;
    let packages = ["words", "models", "posts-handlers", "users-handlers"].map(|name| format!("fx-mistakes-{name}"));
    assert_eq!(entry.reason, format!("replayed {}", packages.join(", ")));
    assert_eq!(body(daemon, "/posts/loud").await, "POSTS!");
    assert_eq!(body(daemon, "/users/times").await, "1", "one new static for both");
}

async fn unchanged(daemon: &Daemon) {
    assert_eq!(body(daemon, "/posts").await, "posts one, one");
    assert_eq!(body(daemon, "/users").await, "users one, one");
}

async fn does_not_compile(project: &Project, daemon: &Daemon) {
    project.edit(USERS, "format!(\"users one, {}\", fx_mistakes_models::word())", "1_u8");
    let found = daemon.failed().await;
    assert_eq!(place_of(only(&found, "E0308")), place(project, USERS, "1_u8"));
    unchanged(daemon).await;
    // Saved beside it, and right: both wait for the other.
    project.edit(POSTS, "posts one", "posts two");
    let found = daemon.failed().await;
    assert_eq!(place_of(only(&found, "E0308")), place(project, USERS, "1_u8"));
    unchanged(daemon).await;
    project.edit(POSTS, "posts two", "posts one");
    project.edit(USERS, "1_u8", "format!(\"users one, {}\", fx_mistakes_models::word())");
    live_by(daemon, Swap).await;
    unchanged(daemon).await;
}

/// The shared crate compiles; what uses it does not.
async fn does_not_fit_what_is_shared(project: &Project, daemon: &Daemon) {
    let models = "crates/models/src/lib.rs";
    project.edit(models, "pub fn word()", "pub fn term()");
    let found = daemon.failed().await;
    assert_eq!(place_of(only(&found, "E0425")).0, project.root().join(POSTS).to_string_lossy());
    unchanged(daemon).await;
    project.edit(models, "pub fn term()", "pub fn word()");
    live_by(daemon, Swap).await;
    unchanged(daemon).await;
}

async fn same_route(project: &Project, daemon: &Daemon) {
    project.edit(
        USERS,
        "    r.get(\"/users/seen\", seen);",
        "    r.get(\"/users/seen\", seen);\n    r.get(\"/posts\", index);",
    );
    let found = daemon.failed().await;
    let twice = only(&found, "ANV0203");
    assert_eq!(place_of(twice), place(project, USERS, "get(\"/posts\""));
    let first = twice.labels.first().map(|label| (label.file.clone(), label.line, label.column));
    assert_eq!(first, Some(place(project, POSTS, "get(\"/posts\"")));
    unchanged(daemon).await;
    project.edit(USERS, "\n    r.get(\"/posts\", index);", "");
    live_by(daemon, Swap).await;
}

async fn panic_while_registering(project: &Project, daemon: &Daemon) {
    project.edit(USERS, "r.get(\"/users/times\", times);", "panic!(\"not today\");");
    let found = daemon.failed().await;
    let panicked = only(&found, "ANV0202");
    assert_eq!(panicked.message, "`fx-mistakes-users-handlers` panicked while loading: not today");
    assert_eq!(place_of(panicked), place(project, USERS, "panic!"));
    unchanged(daemon).await;
    project.edit(USERS, "panic!(\"not today\");", "r.get(\"/users/times\", times);");
    live_by(daemon, Swap).await;
}

async fn another_boot_function(project: &Project, daemon: &Daemon) {
    project.edit(POSTS, "Stock::new(7)", "Stock::new(8)");
    let entry = live_by(daemon, Handover).await;
    assert_eq!(entry.reason, "the boot function of `fx-mistakes-posts-handlers` changed");
    assert_eq!(body(daemon, "/users/stock").await, "Stock { items: 8 }");
    unchanged(daemon).await;
}
