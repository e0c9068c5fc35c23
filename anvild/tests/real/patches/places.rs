//! What names a place names the user's own file, with the right line and column, whatever was compiled from which copy.

use anvild_protocol::{BuildKind::Patch, BuildOutcome, Status};

use super::{audited, based, project};
use crate::{
    edits::{fails_by, live_by, only, place, place_of},
    harness::{Daemon, Project, request},
};

const EDITS: u32 = 20;

/// Both modules have private things that are lifted in a base, in front of what must keep its place.
const LIBRARY: &str = r#"use anvilforge::prelude::*;

mod edited;
mod untouched;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", edited::home);
    r.get("/edited/panic", edited::panics);
    r.get("/edited/where", edited::whereabouts);
    r.get("/untouched/panic", untouched::panics);
    r.get("/untouched/where", untouched::whereabouts);
}

fn split(text: &str) -> usize { text.parse().expect("a number for the root") }
"#;

const EDITED: &str = r#"pub(crate) mod below;

struct Edited { text: &'static str }

impl Edited { fn length(&self) -> usize { self.text.parse().expect("a number for the edited") } }

pub(crate) async fn home() -> &'static str {
    "one"
}

pub(crate) async fn panics() -> String {
    below::double(Edited { text: "edited" }.length()).to_string()
}

pub(crate) async fn whereabouts() -> String {
    format!("{}:{}:{}", file!(), line!(), /* a remark */ column!())
}
"#;

const BELOW: &str = "pub(super) fn double(n: usize) -> usize {\n    n * 2\n}\n";

const UNTOUCHED: &str = r#"struct Untouched { text: &'static str }

impl Untouched { fn length(&self) -> usize { crate::split(self.text) } }

pub(crate) async fn panics() -> String {
    Untouched { text: "untouched" }.length().to_string()
}

pub(crate) async fn whereabouts() -> String {
    format!("{}:{}:{}", file!(), line!(), /* a remark */ column!())
}
"#;

#[tokio::test]
async fn places_are_the_users_own() {
    let files = [
        ("src/lib.rs", LIBRARY),
        ("src/edited.rs", EDITED),
        ("src/edited/below.rs", BELOW),
        ("src/untouched.rs", UNTOUCHED),
    ];
    let project = project("fx-places", &files);
    let (daemon, _) = Daemon::hot(&project).await;
    based(&daemon, 1).await;
    for edit in 1..=EDITS {
        // Everything below moves, in what the compiler reads as well.
        project.edit("src/edited.rs", "struct Edited", &format!("// Line {edit}.\nstruct Edited"));
        live_by(&daemon, Patch).await;
        said(&project, &daemon).await;
    }
    panicked(&project, &daemon, "/edited/panic", "src/edited.rs", "expect(\"a number for the edited").await;
    panicked(&project, &daemon, "/untouched/panic", "src/lib.rs", "expect(\"a number for the root").await;
    mistaken(&project, &daemon).await;
}

/// `file!()`, `line!()` and `column!()`.
async fn said(project: &Project, daemon: &Daemon) {
    for name in ["edited", "untouched"] {
        let file = format!("src/{name}.rs");
        let (_, line, column) = place(project, &file, "column!()");
        let answer = daemon.get(&format!("/{name}/where")).await;
        assert_eq!(answer.body, format!("{file}:{line}:{column}"));
    }
}

/// The diagnostic and the page of a panic.
async fn panicked(project: &Project, daemon: &Daemon, path: &str, file: &str, text: &str) {
    let expected = place(project, file, text);
    let addr = daemon.addr().await;
    let answer = request(addr, "GET", path, "accept: text/html\r\n", "").await.expect("an answer");
    assert_eq!(answer.status, 500);
    let shown = format!("{file}:{}", expected.1);
    assert!(answer.body.contains(&shown), "no {shown} in:\n{}", answer.body);
    assert!(!answer.body.contains("target/"), "a copy of the source in:\n{}", answer.body);
    let told = |status: &Status| status.diagnostics.iter().any(|found| is_of(found, file));
    let status = daemon.until("told of the panic", told).await;
    let found = status.diagnostics.iter().find(|found| is_of(found, file)).expect("just seen");
    assert_eq!(place_of(found), expected);
}

fn is_of(found: &anvild_protocol::Diagnostic, file: &str) -> bool {
    found.code == "ANV0502" && found.file.as_ref().is_some_and(|found| found.ends_with(file))
}

/// Errors of the compiler, in what is source in the patch and below it, and warnings.
async fn mistaken(project: &Project, daemon: &Daemon) {
    project.edit("src/edited.rs", "\"one\"", "1_u8");
    let found = fails_by(daemon, BuildOutcome::Failed, "one").await;
    assert_eq!(place_of(only(&found, "E0308")), place(project, "src/edited.rs", "1_u8"));
    project.edit("src/edited.rs", "1_u8", "\"two\"");
    project.edit("src/edited/below.rs", "    n * 2", "    let unused = 1;\n    n * 2");
    live_by(daemon, Patch).await;
    assert_eq!(daemon.get("/").await.body, "two");
    let status = audited(daemon).await;
    assert_eq!(
        place_of(only(&status.diagnostics, "unused_variables")),
        place(project, "src/edited/below.rs", "unused")
    );
}
