//! Apps of several crates that register routes: each is a library of its own, and what they share exists once.

mod mistakes;
mod patches;
mod swaps;

use anvild_protocol::HistoryEntry;

use crate::harness::{Daemon, Project};

const MODELS: &str = r#"use std::sync::atomic::{AtomicU64, Ordering};

use anvilforge::prelude::*;

static CALLS: AtomicU64 = AtomicU64::new(0);

/// How often it was called, by whomever.
pub fn calls() -> u64 {
    CALLS.fetch_add(1, Ordering::Relaxed) + 1
}

pub fn word() -> &'static str {
    "one"
}

#[derive(Debug, Layout)]
pub struct Stock {
    items: u32,
}

impl Stock {
    pub fn new(items: u32) -> Self {
        Self { items }
    }
}
"#;

/// Nothing of the framework.
const WORDS: &str = r#"use std::sync::atomic::{AtomicU64, Ordering};

static LOUD: AtomicU64 = AtomicU64::new(0);

pub fn loud(text: &str) -> String {
    LOUD.fetch_add(1, Ordering::Relaxed);
    text.to_uppercase()
}

pub fn times() -> u64 {
    LOUD.load(Ordering::Relaxed)
}
"#;

const POSTS: &str = r#"use std::sync::atomic::{AtomicU64, Ordering};

use anvilforge::prelude::*;

static SEEN: AtomicU64 = AtomicU64::new(0);

#[anvilforge::boot]
pub async fn boot(c: &mut ContainerBuilder) -> Result<()> {
    c.insert(fx_models::Stock::new(7));
    Ok(())
}

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/posts", index);
    r.get("/posts/seen", seen);
    r.get("/posts/calls", calls);
    r.get("/posts/loud", loud);
}

async fn index() -> String {
    format!("posts one, {}", fx_models::word())
}

async fn seen() -> String {
    (SEEN.fetch_add(1, Ordering::Relaxed) + 1).to_string()
}

async fn calls() -> String {
    fx_models::calls().to_string()
}

async fn loud() -> String {
    fx_words::loud("posts")
}
"#;

const USERS: &str = r#"use std::sync::atomic::{AtomicU64, Ordering};

use anvilforge::prelude::*;

static SEEN: AtomicU64 = AtomicU64::new(0);

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/users", index);
    r.get("/users/seen", seen);
    r.get("/users/calls", calls);
    r.get("/users/stock", stock);
    r.get("/users/times", times);
}

async fn index() -> String {
    format!("users one, {}", fx_models::word())
}

async fn seen() -> String {
    (SEEN.fetch_add(1, Ordering::Relaxed) + 1).to_string()
}

async fn calls() -> String {
    fx_models::calls().to_string()
}

async fn stock(stock: Inject<fx_models::Stock>) -> String {
    format!("{:?}", *stock)
}

async fn times() -> String {
    fx_words::times().to_string()
}
"#;

const MAIN: &str = r#"use anvilforge::prelude::*;

#[tokio::main]
async fn main() -> Result<()> {
    Application::new()
        .boot(fx_posts_handlers::boot)
        .routes(fx_posts_handlers::routes)
        .routes(fx_users_handlers::routes)
        .run()
        .await
}
"#;

/// An app of two crates with routes, which use two others. `mark` keeps the packages of one test from those of others.
pub(crate) fn shop(mark: &str) -> Project {
    let project = Project::bare(&format!("fx-{mark}-shop"));
    let named = |text: &str| text.replace("fx_", &format!("fx_{mark}_")).replace("fx-", &format!("fx-{mark}-"));
    let framework =
        project.manifest("").lines().find(|line| line.starts_with("anvilforge")).expect("a line").to_owned();
    let package = |name: &str, dependencies: &str| {
        named(&format!(
            "[package]\nname = \"fx-{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
        ))
    };
    let shared = "fx-models = { path = \"../models\" }\nfx-words = { path = \"../words\" }\n";
    let users = format!("{framework}\n{shared}");
    let root = "fx-posts-handlers = { path = \"crates/posts-handlers\" }\nfx-users-handlers = { path = \
                \"crates/users-handlers\" }\ntokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
    let workspace = "\n[workspace]\nmembers = [\"crates/*\"]\n";
    project.write("Cargo.toml", &format!("{}{workspace}", package("shop", &format!("{framework}\n{root}"))));
    project.write("src/main.rs", &named(MAIN));
    for (name, dependencies, source) in [
        ("posts-handlers", users.as_str(), POSTS),
        ("users-handlers", users.as_str(), USERS),
        ("models", framework.as_str(), MODELS),
        ("words", "", WORDS),
    ] {
        project.write(&format!("crates/{name}/Cargo.toml"), &package(name, dependencies));
        project.write(&format!("crates/{name}/src/lib.rs"), &named(source));
    }
    project.write("config/anvil.toml", "[dev]\npatches = false\n");
    project
}

/// The answer of `path`.
async fn body(daemon: &Daemon, path: &str) -> String {
    let answer = daemon.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}\n{}", answer.body, daemon.log());
    answer.body
}

/// Both pages, with one generation.
async fn both(daemon: &Daemon, entry: &HistoryEntry) -> (String, String) {
    let (posts, users) = (daemon.get("/posts").await, daemon.get("/users").await);
    assert_eq!((posts.generation(), users.generation()), (Some(entry.generation.0), Some(entry.generation.0)));
    (posts.body, users.body)
}
