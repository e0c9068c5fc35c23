//! What only the running blog knows: layouts that change, panics, and the commands that steer it.

use serde_json::json;

use super::{POSTS, snapshot};
use crate::{
    client::{Blog, PATIENCE},
    screen,
    session::Session,
};

const STATS: &str = "//! How often the list was shown, since the host started.

use std::sync::atomic::AtomicU64;

use anvilforge::prelude::*;

#[derive(Debug, Default, Layout)]
pub(crate) struct Stats {
    shown: AtomicU64,
}
";

/// A struct in the container.
fn with_stats(blog: &Blog) {
    blog.write("src/stats.rs", STATS);
    let library = blog.read("src/lib.rs");
    let library = library.replace("mod schema;\n", "mod schema;\nmod stats;\n");
    let library =
        library.replace("    schema::create(", "    container.insert(stats::Stats::default());\n    schema::create(");
    blog.write("src/lib.rs", &library);
}

#[test]
fn a_struct_in_the_container_changes() {
    let mut session = Session::of("fx-lsp-layout", with_stats);
    let s = &mut session;
    let file = "src/stats.rs";
    s.open(file);
    snapshot!("running_a_struct_in_the_container_gets_a_field", {
        s.replace_and_save(file, "    shown: AtomicU64,\n", "    shown: AtomicU64,\n    liked: AtomicU64,\n");
        let screen = s.until_shown(file, "anvil(abi)", "liked");
        format!("{}\n\n{screen}", s.until_live())
    });
    let report = s.ask("anvil/abiReport", &json!({}));
    let text = report["text"].as_str().expect("Markdown");
    assert!(text.contains("Stats") && text.contains("liked") && text.contains("AtomicU64"), "{text}");
    snapshot!("running_the_next_edit_clears_the_layout", {
        s.replace_and_save(file, "since the host started.", "since its host started.");
        s.until_clean(file);
        s.until_live()
    });
}

#[test]
fn requests_fail() {
    let mut session = Session::live("fx-lsp-requests");
    let s = &mut session;
    s.open(POSTS);
    snapshot!("running_a_handler_panics", {
        s.replace_and_save(
            POSTS,
            "    let pages = ",
            "    assert!(query.page != Some(13), \"no page 13\");\n    let pages = ",
        );
        s.until_live();
        assert_eq!(s.get("/?page=13").0, 500);
        s.until_shown(POSTS, "anvil(runtime)", "no page 13")
    });
    snapshot!("running_the_mended_handler", {
        s.replace_and_save(POSTS, "    assert!(query.page != Some(13), \"no page 13\");\n", "");
        s.until_clean(POSTS);
        s.until_live()
    });
    assert_eq!(s.get("/").0, 200);
}

#[test]
fn commands_steer_the_blog() {
    let mut session = Session::live("fx-lsp-commands");
    let s = &mut session;
    s.open(POSTS);
    snapshot!("running_restarted", {
        let said = s.command("anvil.restartApp");
        format!("{said}\n{}", s.until_live())
    });
    snapshot!("running_rolled_back", {
        s.replace_and_save(POSTS, "\"New post\"", "\"Another post\"");
        s.until_live();
        let said = s.command("anvil.rollback");
        let status = s.until_status("rolled back", |status| status["state"] == "rolledBack");
        format!("{said}\n{}", screen::without_numbers(status["message"].as_str().expect("a message")))
    });
    // The generation before.
    s.until_served("/posts/new", "<h1>New post</h1>");
    snapshot!("running_the_next_save_after_a_rollback", {
        s.replace_and_save(POSTS, "\"Another post\"", "\"A new post\"");
        s.until_live()
    });
    s.until_served("/posts/new", "<h1>A new post</h1>");
    snapshot!("running_stopped", {
        let said = s.command("anvil.stopApp");
        let status = s.until_status("stopped", |status| status["state"] == "stopped");
        format!("{said}\n{}", screen::without_numbers(status["message"].as_str().expect("a message")))
    });
    snapshot!("running_started_again", {
        let said = s.command("anvil.startApp");
        format!("{said}\n{}", s.until_live())
    });
    let checks = s.ask("workspace/executeCommand", &json!({ "command": "anvil.doctor", "arguments": [] }));
    assert!(checks["checks"].as_array().is_some_and(|checks| !checks.is_empty()), "{checks}");
}

#[test]
fn what_was_asked_of_a_handler_stands_above_it() {
    let mut session = Session::live("fx-lsp-lenses");
    let s = &mut session;
    s.open(POSTS);
    assert_eq!(s.get("/").0, 200);
    assert_eq!(s.get("/posts/99999").0, 404);
    let document = json!({ "textDocument": { "uri": s.blog.uri(POSTS) } });
    // The daemon's word on requests comes in its own time.
    let deadline = std::time::Instant::now() + PATIENCE;
    let titles = loop {
        let lenses = s.ask("textDocument/codeLens", &document);
        let title = |lens: &serde_json::Value| lens["command"]["title"].as_str().map(str::to_owned);
        let titles: Vec<String> = lenses.as_array().into_iter().flatten().filter_map(title).collect();
        if titles.iter().any(|title| title.contains("404")) {
            break titles;
        }
        assert!(std::time::Instant::now() < deadline, "{titles:?}");
    };
    assert!(titles.iter().any(|title| title.contains("200")), "{titles:?}");
    assert!(titles.iter().any(|title| title.contains("live 1") || title.contains("generation 1")), "{titles:?}");
}
