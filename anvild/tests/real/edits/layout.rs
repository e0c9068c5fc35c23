//! A struct held in the container changes: never a misread value, always a new container and a finding at the field.

use anvild_protocol::{BuildKind, Diagnostic, Severity, Source};

use super::{live_by, place, place_of};
use crate::harness::{Daemon, Project};

const LIBRARY: &str = r#"use anvilforge::prelude::*;

mod limits;
use limits::Limits;

#[derive(Debug, Layout)]
pub struct Stats {
    name: String,
    value: u64,
    limits: Limits,
}

impl Stats {
    fn new() -> Self {
        Self { name: "stats".to_owned(), value: 7, limits: Limits::new() }
    }

    fn show(&self) -> String {
        format!("{self:?}")
    }
}

#[anvilforge::boot]
pub async fn boot(c: &mut ContainerBuilder) -> Result<()> {
    c.insert(Stats::new());
    Ok(())
}

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", show);
}

async fn show(stats: Inject<Stats>) -> String {
    stats.show()
}
"#;

const LIMITS: &str = r#"use anvilforge::prelude::*;

#[derive(Debug, Layout)]
pub struct Limits {
    most: u32,
}

impl Limits {
    pub fn new() -> Self {
        Self { most: 9 }
    }
}
"#;

#[tokio::test]
async fn a_changed_value_of_the_container_is_never_misread() {
    let project = Project::new("fx-layout");
    project.write("src/lib.rs", LIBRARY);
    project.write("src/limits.rs", LIMITS);
    let (daemon, _) = Daemon::hot(&project).await;
    assert_eq!(daemon.get("/").await.body, r#"Stats { name: "stats", value: 7, limits: Limits { most: 9 } }"#);
    methods_are_code(&project, &daemon).await;
    another_type_of_the_same_size(&project, &daemon).await;
    a_nested_struct(&project, &daemon).await;
    another_size(&project, &daemon).await;
    the_next_edit_is_a_swap(&project, &daemon).await;
}

async fn methods_are_code(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "format!(\"{self:?}\")", "format!(\"<{self:?}>\")");
    live_by(daemon, BuildKind::Swap).await;
    assert!(daemon.get("/").await.body.starts_with("<Stats {"));
    assert_eq!(daemon.status().await.diagnostics, []);
}

/// `TypeId`, size and offsets stay the same: only the fingerprint tells.
async fn another_type_of_the_same_size(project: &Project, daemon: &Daemon) {
    for (old, new, was, is, shown) in [("u64", "i64", "7,", "-7,", "-7"), ("i64", "f64", "-7,", "0.5,", "0.5")] {
        let text = project.read("src/lib.rs").replace(&format!("value: {old}"), &format!("value: {new}"));
        project.write("src/lib.rs", &text.replace(&format!("value: {was}"), &format!("value: {is}")));
        let found = changed(daemon, "`Stats` changed layout").await;
        assert_eq!(found.message, format!("`Stats` changed layout: field `value` was `{old}`, is `{new}`"));
        assert_eq!(place_of(&found), place(project, "src/lib.rs", &format!("value: {new}")));
        assert!(daemon.get("/").await.body.contains(&format!("value: {shown},")));
    }
}

async fn a_nested_struct(project: &Project, daemon: &Daemon) {
    let text = project.read("src/limits.rs").replace("most: u32", "most: f32").replace("most: 9", "most: 1.5");
    project.write("src/limits.rs", &text);
    let found = changed(daemon, "`Limits` and 1 more changed layout").await;
    assert_eq!(found.message, "`Limits` changed layout: field `most` was `u32`, is `f32`");
    assert_eq!(place_of(&found), place(project, "src/limits.rs", "most: f32"));
    assert!(daemon.get("/").await.body.contains("Limits { most: 1.5 }"));
}

async fn another_size(project: &Project, daemon: &Daemon) {
    let text = project.read("src/limits.rs").replace("    most: f32,\n", "    most: f32,\n    least: [u64; 3],\n");
    project.write("src/limits.rs", &text.replace("most: 1.5", "most: 1.5, least: [1, 2, 3]"));
    let found = changed(daemon, "`Limits` and 1 more changed layout").await;
    assert_eq!(found.message, "`Limits` changed layout: field `least: [u64; 3]` is new");
    assert_eq!(place_of(&found), place(project, "src/limits.rs", "least: [u64; 3]"));
    let sizes = found.labels.iter().map(|label| label.message.as_str()).collect::<Vec<_>>().join("\n");
    assert!(sizes.contains("was 4 bytes, is 32 bytes"), "{sizes}");
    assert!(daemon.get("/").await.body.contains("least: [1, 2, 3]"));
}

async fn the_next_edit_is_a_swap(project: &Project, daemon: &Daemon) {
    project.edit("src/lib.rs", "\"<{self:?}>\"", "\"[{self:?}]\"");
    live_by(daemon, BuildKind::Swap).await;
    assert!(daemon.get("/").await.body.starts_with("[Stats {"));
    assert_eq!(daemon.status().await.diagnostics, [], "the finding was about the edit before");
}

/// The edit is live in another host, and the first finding, about the edited type, says why.
async fn changed(daemon: &Daemon, reason: &str) -> Diagnostic {
    let before = daemon.status().await.app.pid;
    let entry = live_by(daemon, BuildKind::Handover).await;
    assert_eq!(entry.reason, reason);
    let status = daemon.running().await;
    assert_ne!(status.app.pid, before);
    let found = status.diagnostics.into_iter().next().expect("a finding");
    assert_eq!((found.code.as_str(), found.severity, found.source), ("ANV0301", Severity::Warning, Source::Abi));
    found
}
