//! A short form of `cargo xtask torture`: random edits of an app, and what a patch answers is what the full build answers.

#[path = "../../../../xtask/src/torture/source.rs"]
mod source;

use std::collections::BTreeMap;

use anvild_protocol::{AnvilDaemonClient as _, BuildKind, RouteRow};

use super::{PADDING, audited, based, project, restarted};
use crate::harness::{Daemon, Project, checkout};
pub(super) use source::padding;
use source::{Edit, Source};

const TEMPLATE: &str = include_str!("../../../../xtask/src/torture/apps/shop.txt");
const SEED: u64 = 5;
const EDITS: usize = 12;

/// Everything that can be seen from outside: routes, and status and body by path.
type View = (Vec<RouteRow>, BTreeMap<String, (u16, String)>);

#[tokio::test]
async fn random_edits_answer_as_in_full() {
    let framework = checkout().join("framework/anvilforge");
    let padding = padding(PADDING);
    let framework = framework.to_str().expect("UTF-8");
    let words = [("PACKAGE", "fx-torture"), ("FRAMEWORK", framework), ("PADDING", &padding)];
    let mut source = Source::new(TEMPLATE, &words, SEED);
    let project = project("fx-torture", &[]);
    for (file, text) in source.files() {
        project.write(&file, &text);
    }
    let (daemon, _) = Daemon::hot(&project).await;
    based(&daemon, 1).await;
    let mut patches = 0;
    for number in 1..=EDITS {
        let edit = source.edit();
        save(&project, &edit);
        daemon.live().await;
        let entry = daemon.last().await;
        patches += usize::from(entry.kind == BuildKind::Patch);
        let before = view(&daemon).await;
        let live = audited(&daemon).await.generation.live;
        assert_eq!(live, entry.generation, "the audit is silent");
        restarted(&daemon).await;
        assert_eq!(before, view(&daemon).await, "edit {number}, {}: {entry:#?}", edit.said);
    }
    println!("{patches} of {EDITS} edits were patches");
    assert!(patches > 0, "nothing was compared");
}

fn save(project: &Project, edit: &Edit) {
    assert!(!edit.kind.is_empty() && !edit.changes.is_empty(), "{edit:?}");
    for (file, text) in &edit.changes {
        match text {
            Some(text) => project.write(file, text),
            None => std::fs::remove_file(project.path(file)).expect("it was there"),
        }
    }
}

async fn view(daemon: &Daemon) -> View {
    let routes = daemon.connection.rpc().app_routes().await.expect("the app runs");
    let mut answers = BTreeMap::new();
    for route in routes.iter().filter(|route| route.method == "GET") {
        let answer = daemon.get(&route.path).await;
        answers.insert(route.path.clone(), (answer.status, answer.body));
    }
    (routes, answers)
}
