//! Edits that patches cannot show: the full way, and why.

use anvild_protocol::{
    BuildKind::{Handover, Patch, Swap},
    Generation,
};

use super::{audited, based, project};
use crate::{
    edits::{live_by, place, place_of},
    harness::{Daemon, Project, shared_target},
};

const LIBRARY: &str = r#"use anvilforge::prelude::*;

mod cart;
mod posts;
mod stats;

#[anvilforge::boot]
pub async fn boot(c: &mut ContainerBuilder) -> Result<()> {
    c.insert(stats::Stats::new());
    Ok(())
}

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", posts::index);
    r.get("/stats", stats::show);
    r.get("/cart", cart::show);
}
"#;

const STATS: &str = r#"use anvilforge::prelude::*;

#[derive(Debug, Layout)]
pub struct Stats {
    value: u32,
}

impl Stats {
    pub fn new() -> Self {
        Self { value: 7 }
    }
}

pub async fn show(Inject(stats): Inject<Stats>) -> String {
    format!("{} of {:?}", fx_full_word::word(), *stats)
}
"#;

const POSTS: &str = r#"trait Total {
    fn total(&self) -> u64;
}

impl Total for [u64; 2] {
    fn total(&self) -> u64 {
        self[0] + self[1]
    }
}

pub async fn index() -> String {
    let sum = [1_u64, 2].total();
    format!("one 1 {}", crate::cart::Cart::of(sum).lines.len())
}
"#;

/// `Cart::total` is private, and `total` is called where that might hide the one of a trait: it stays private in a base. A patch
/// that needs it does not compile.
const CART: &str = r#"mod lines;

pub struct Cart {
    pub lines: Vec<u64>,
}

impl Cart {
    pub fn of(sum: u64) -> Self {
        Self { lines: lines::all(sum) }
    }

    fn total(&self) -> u64 {
        self.lines.iter().copied().fold(0, |sum, line| sum + line)
    }
}

pub async fn show() -> String {
    format!("cart {}", Cart::of(3).total())
}
"#;

const LINES: &str = "pub fn all(sum: u64) -> Vec<u64> {\n    vec![sum, 1]\n}\n";

#[tokio::test]
async fn what_no_patch_can_show_is_built_in_full_and_says_why() {
    let files = [
        ("src/lib.rs", LIBRARY),
        ("src/posts.rs", POSTS),
        ("src/stats.rs", STATS),
        ("src/cart.rs", CART),
        ("src/cart/lines.rs", LINES),
        ("word/src/lib.rs", "pub fn word() -> &'static str {\n    \"word one\"\n}\n"),
        ("word/Cargo.toml", "[package]\nname = \"fx-full-word\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
    ];
    let project = project("fx-full", &files);
    let manifest = project.manifest("fx-full-word = { path = \"word\" }\n");
    project.write("Cargo.toml", &manifest.replace("[workspace]", "[workspace]\nmembers = [\"word\"]"));
    let (daemon, _) = Daemon::hot(&project).await;
    based(&daemon, 1).await;
    let host = daemon.running().await.app.pid;
    assert_eq!(daemon.get("/stats").await.body, "word one of Stats { value: 7 }");

    // Code beside a type that the container holds: a copy of the type would be another one.
    project.edit("src/stats.rs", "{} of {:?}", "{} has {:?}");
    let entry = live_by(&daemon, Swap).await;
    assert_eq!(entry.reason, "full: `Stats` is held in the container");
    assert_eq!(daemon.get("/stats").await.body, "word one has Stats { value: 7 }");
    assert_eq!(daemon.status().await.app.pid, host);
    another_base(&project, &daemon, 2).await;

    // A crate beside the app.
    project.edit("word/src/lib.rs", "word one", "word two");
    let entry = live_by(&daemon, Swap).await;
    assert_eq!(entry.reason, "full: `fx-full-word` changed");
    assert_eq!(daemon.get("/stats").await.body, "word two has Stats { value: 7 }");
    another_base(&project, &daemon, 3).await;
    assert_eq!(daemon.get("/stats").await.body, "word two has Stats { value: 7 }");
    assert_eq!(daemon.status().await.app.pid, host);

    // A patch that does not compile where the full build does.
    project.edit("src/cart.rs", "\"cart {}\"", "\"the cart {}\"");
    let entry = live_by(&daemon, Swap).await;
    assert_eq!(entry.reason, "full: the patch does not compile: E0624 method `total` is private");
    assert_eq!(daemon.get("/cart").await.body, "the cart 4");
    assert_eq!(daemon.status().await.diagnostics, [], "what the patch's compiler said is nobody's business");
    let files = ["patch/src/cart.rs", "base/src/cart.rs", "rustc.json"];
    recorded(&daemon, "fx-full", entry.generation, &files, "E0624");
    another_base(&project, &daemon, 4).await;
    assert_eq!(daemon.status().await.app.pid, host);

    // The held type itself: a new host, with the finding at the field.
    project.edit("src/stats.rs", "value: u32", "value: i64");
    let entry = live_by(&daemon, Handover).await;
    assert_eq!(entry.reason, "`Stats` changed layout");
    let found = daemon.running().await.diagnostics;
    assert_eq!(place_of(&found[0]), place(&project, "src/stats.rs", "value: i64"));
    assert_ne!(daemon.status().await.app.pid, host);
    another_base(&project, &daemon, 5).await;

    // Switched off while the app runs.
    audited(&daemon).await;
    project.write("config/anvil.toml", "[dev]\npatches = false\n");
    assert_eq!(live_by(&daemon, Swap).await.reason, "configuration");
    project.edit("src/posts.rs", "one 5", "one 6");
    assert_eq!(live_by(&daemon, Swap).await.reason, "replayed fx-full");
    assert_eq!(daemon.get("/").await.body, "one 6 2");
    project.write("config/anvil.toml", "[dev]\npatches = true\n");
    assert_eq!(live_by(&daemon, Swap).await.reason, "configuration");
    project.edit("src/posts.rs", "one 6", "one 7");
    assert_eq!(live_by(&daemon, Patch).await.reason, "1 module");
    assert_eq!(daemon.get("/").await.body, "one 7 2");
}

/// From the new base on, edits are patches again.
async fn another_base(project: &Project, daemon: &Daemon, number: usize) {
    based(daemon, number).await;
    let (old, new) = (format!("one {}", number - 1), format!("one {number}"));
    project.edit("src/posts.rs", &old, &new);
    live_by(daemon, Patch).await;
    assert!(daemon.get("/").await.body.starts_with(&new));
}

/// The disagreement about this generation is kept with these files, and its result has this text.
#[track_caller]
pub(super) fn recorded(daemon: &Daemon, app: &str, generation: Generation, files: &[&str], result: &str) {
    let case = format!("anvil/hot/{app}/disagreements/{}-{generation}", daemon.pid());
    let case = shared_target().join(case);
    let text = std::fs::read_to_string(case.join("result.txt")).expect("the disagreement is recorded");
    assert!(text.contains(result), "{text}");
    for file in files {
        assert!(case.join(file).is_file(), "no {file} in {}", case.display());
    }
}
