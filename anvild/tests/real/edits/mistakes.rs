//! Edits that must not go live: each is said at its place, the generation before goes on answering, and mending the edit is
//! enough.

use anvild_protocol::{BuildKind, BuildOutcome, Diagnostic, Severity, Source};

use super::{fails_by, live_by, only, place, place_of};
use crate::harness::{Daemon, Project};

/// The bare form of the entry.
const LIBRARY: &str = r#"use anvilforge::prelude::*;

#[unsafe(no_mangle)]
pub extern "Rust" fn anvil_register_routes(r: &mut RouteSink) {
    r.get("/", one);
    r.get("/two", two);
}

async fn one() -> &'static str {
    "one"
}

async fn two() -> &'static str {
    "two"
}
"#;

#[tokio::test]
async fn a_mistake_is_said_at_its_place_and_the_last_good_code_goes_on() {
    let project = Project::new("fx-mistakes");
    project.write("src/lib.rs", LIBRARY);
    let (daemon, _) = Daemon::hot(&project).await;
    let host = daemon.running().await.app.pid;
    syntax_error(&project, &daemon).await;
    type_error(&project, &daemon).await;
    entry_missing(&project, &daemon).await;
    entry_with_a_wrong_signature(&project, &daemon).await;
    two_handlers_on_one_route(&project, &daemon).await;
    panic_while_registering(&project, &daemon).await;
    let status = daemon.status().await;
    assert_eq!((status.app.pid, status.app.restarts), (host, 0), "none of it needed another host");
}

async fn syntax_error(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "    \"one\"", "    let x = ;\n    \"one\"");
    let found = fails_by(daemon, BuildOutcome::Failed, "one").await;
    let wrong = only(&found, "rustc");
    assert_eq!((wrong.severity, wrong.source), (Severity::Error, Source::Build));
    assert_eq!(wrong.message, "expected expression, found `;`");
    assert_eq!(place_of(wrong), place(project, "src/lib.rs", ";\n    \"one\""));
    assert!(wrong.rendered.as_ref().is_some_and(|text| text.contains("let x = ;")), "the compiler's own text");
    mended(project, daemon, "fixed").await;
}

async fn type_error(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "    \"two\"", "    2_u8");
    let found = fails_by(daemon, BuildOutcome::Failed, "one").await;
    assert_eq!(place_of(only(&found, "E0308")), place(project, "src/lib.rs", "2_u8"));
    assert_eq!(daemon.get("/two").await.body, "two");
    mended(project, daemon, "typed").await;
}

async fn entry_missing(project: &Project, daemon: &Daemon) {
    let before = LIBRARY.find("#[unsafe").expect("the entry");
    let after = LIBRARY.find("async fn one").expect("a handler");
    project.write("src/lib.rs", &format!("{}{}", &LIBRARY[..before], &LIBRARY[after..]));
    let found = fails_by(daemon, BuildOutcome::Failed, "one").await;
    let wrong = only(&found, "ANV0201");
    assert_eq!(place_of(wrong), place(project, "src/lib.rs", "use anvilforge"));
    assert!(wrong.help.as_ref().is_some_and(|help| help.contains("#[anvilforge::routes]")), "{wrong:?}");
    mended(project, daemon, "there").await;
}

/// It would compile, link and load; called with the right argument it would be undefined.
async fn entry_with_a_wrong_signature(project: &Project, daemon: &Daemon) {
    for (signature, at) in [
        ("anvil_register_routes(r: &mut Vec<u8>)", "r: &mut Vec<u8>"),
        ("anvil_register_routes(r: &RouteSink, more: u8)", "r: &RouteSink"),
        ("anvil_register_routes()", "anvil_register_routes()"),
    ] {
        let body = &LIBRARY[LIBRARY.find("async fn one").expect("a handler")..];
        let entry = format!("#[unsafe(no_mangle)]\npub extern \"Rust\" fn {signature} {{}}\n\n");
        project.write("src/lib.rs", &format!("use anvilforge::prelude::*;\n\n{entry}{body}"));
        let found = fails_by(daemon, BuildOutcome::Failed, "one").await;
        let wrong = only(&found, "ANV0104");
        assert_eq!(wrong.message, "`anvil_register_routes` takes exactly one argument, `&mut RouteSink`");
        assert_eq!(place_of(wrong), place(project, "src/lib.rs", at));
    }
    mended(project, daemon, "signed").await;
}

async fn two_handlers_on_one_route(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "    r.get(\"/two\", two);", "    r.get(\"/two\", two);\n    r.get(\"/two\", one);");
    let found = fails_by(daemon, BuildOutcome::Refused, "one").await;
    let wrong = only(&found, "ANV0203");
    assert_eq!(wrong.source, Source::Reload);
    assert!(wrong.message.contains("GET /two"), "{}", wrong.message);
    assert_eq!(place_of(wrong), place(project, "src/lib.rs", "get(\"/two\", one)"));
    let first = &wrong.labels[0];
    assert_eq!((first.file.clone(), first.line, first.column), place(project, "src/lib.rs", "get(\"/two\", two)"));
    mended(project, daemon, "single").await;
}

async fn panic_while_registering(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "    r.get(\"/two\", two);", "    panic!(\"not today\");");
    let found = fails_by(daemon, BuildOutcome::Refused, "one").await;
    let wrong = errors(&found).into_iter().find(|found| found.code == "ANV0202").expect("the panic");
    assert_eq!(wrong.message, "the app panicked while loading: not today");
    assert_eq!(place_of(wrong), place(project, "src/lib.rs", "panic!"));
    mended(project, daemon, "calm").await;
}

fn errors(found: &[Diagnostic]) -> Vec<&Diagnostic> {
    found.iter().filter(|found| found.severity == Severity::Error).collect()
}

/// Without the mistake and with another answer it is live, and nothing is left of what was said. Then the first answer is
/// put back.
async fn mended(project: &Project, daemon: &Daemon, answer: &str) {
    for text in [answer, "one"] {
        project.write("src/lib.rs", &LIBRARY.replace("\"one\"", &format!("\"{text}\"")));
        live_by(daemon, BuildKind::Swap).await;
        assert_eq!(daemon.get("/").await.body, text);
        assert_eq!(daemon.status().await.diagnostics, []);
    }
}
