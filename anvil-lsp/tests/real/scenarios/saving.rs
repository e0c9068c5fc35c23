//! What is saved: the status bar, what does not compile, what compiles and does not go live, and each of it mended.

use super::{INDEX, POSTS, snapshot};
use crate::{screen, session::Session};

/// The status bar and a screen.
fn with_status(session: &Session, screen: &str) -> String {
    let status = session.status().expect("a status");
    format!("{}\n\n{screen}", screen::without_numbers(status["message"].as_str().expect("a message")))
}

#[test]
fn templates_and_rust_are_saved() {
    let mut session = Session::live("fx-lsp-saved");
    let s = &mut session;
    s.open(INDEX);
    s.open(POSTS);
    s.until_clean(INDEX);

    snapshot!("saving_an_edit_goes_live", {
        s.replace_and_save(INDEX, "<h1>Posts</h1>", "<h1>All posts</h1>");
        s.until_live()
    });
    assert!(s.get("/").1.contains("<h1>All posts</h1>"));

    snapshot!("saving_a_broken_template", {
        s.replace_and_save(INDEX, "@endforelse\n", "\n");
        let failed = s.until_status("failed", |status| status["state"] == "failed");
        let screen = s.until_shown(INDEX, "forge", "forelse");
        format!("{}\n\n{screen}", screen::without_numbers(failed["message"].as_str().expect("a message")))
    });
    snapshot!("saving_the_mended_template", {
        s.replace_and_save(INDEX, "/>\n@endsection", "/>\n@endsection\n");
        s.replace_and_save(INDEX, "</p>\n\n<x-pagination", "</p>\n@endforelse\n<x-pagination");
        s.until_clean(INDEX);
        s.until_live()
    });

    snapshot!("saving_a_field_that_does_not_exist", {
        s.replace_and_save(INDEX, "{{ post.title }}", "{{ post.titel }}");
        s.until_status("failed", |status| status["state"] == "failed");
        let screen = s.until_shown(INDEX, "forge", "titel");
        with_status(s, &screen)
    });
    snapshot!("saving_the_mended_field", {
        s.replace_and_save(INDEX, "{{ post.titel }}", "{{ post.title }}");
        s.until_clean(INDEX);
        s.until_live()
    });

    snapshot!("saving_rust_that_does_not_compile", {
        s.replace_and_save(POSTS, "unwrap_or(1)", "unwrap_or(\"1\")");
        let screen = s.until_shown(POSTS, "anvil(build)", "mismatched types");
        with_status(s, &screen)
    });
    snapshot!("saving_says_why_it_is_not_live", s.until_shown(POSTS, "anvil(reload)", "not live"));
    snapshot!("saving_the_mended_rust", {
        s.replace_and_save(POSTS, "unwrap_or(\"1\")", "unwrap_or(1)");
        s.until_clean(POSTS);
        s.until_live()
    });
}

#[test]
fn what_rust_analyzer_says_is_not_said_again() {
    let mut session = Session::live("fx-lsp-beside");
    let s = &mut session;
    s.open(POSTS);
    s.editor.notify(
        "workspace/didChangeConfiguration",
        &serde_json::json!({ "settings": { "anvil": { "rustAnalyzerCheck": true } } }),
    );
    snapshot!("saving_beside_rust_analyzer", {
        s.replace_and_save(POSTS, "unwrap_or(1)", "unwrap_or(\"1\")");
        s.until_shown(POSTS, "anvil(reload)", "not live")
    });
    assert!(s.shown(POSTS, &["anvil(build)"]).is_empty());
    // One click, and the daemon's are shown.
    snapshot!("saving_with_the_daemons_diagnostics", {
        s.command("anvil.useDaemonDiagnostics");
        s.until_shown(POSTS, "anvil(build)", "mismatched types")
    });
    s.replace_and_save(POSTS, "unwrap_or(\"1\")", "unwrap_or(1)");
    s.until_clean(POSTS);
}
