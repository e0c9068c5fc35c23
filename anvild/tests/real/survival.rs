//! What must survive a swap, by identity: the same connections, entries, values and sockets, not equal ones.

use anvild_protocol::BuildKind;
use futures_util::StreamExt as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use crate::{
    harness::{Daemon, Observer, Project, get},
    patches::{based, pad},
};

const SWAPS: u64 = 20;
const PATCHES: u64 = 25;
/// Without optimisation and with line tables; `cargo xtask bench hot` measures what the product promises.
const RSS_PER_SWAP_MAX: u64 = 8 * 1024 * 1024;

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Everything that a host may hold, each with a way to tell whether it is the same one.
const LIBRARY: &str = r#"use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anvilforge::{
    axum::extract::ws::{Message, WebSocket, WebSocketUpgrade},
    prelude::*,
    sqlx,
    tokio::sync::{Semaphore, watch},
};

const VERSION: u64 = 0;
const HOUR: Duration = Duration::from_secs(3600);
static CALLS: AtomicU64 = AtomicU64::new(0);

#[derive(Layout)]
pub struct Kept {
    hits: Arc<AtomicU64>,
    ticks: watch::Sender<u64>,
    waiting: AtomicU64,
    gate: Semaphore,
}

#[anvilforge::boot]
pub async fn boot(c: &mut ContainerBuilder) -> Result<()> {
    let (hits, waiting) = (Arc::default(), AtomicU64::new(0));
    c.insert(Kept { hits, ticks: watch::Sender::new(0), waiting, gate: Semaphore::new(0) });
    Ok(())
}

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", version);
    r.get("/kept", kept);
    r.get("/connections", connections);
    r.get("/statics", statics);
    r.get("/ticks", ticks);
    r.get("/tick", tick);
    r.get("/slow", slow);
    r.get("/waiting", waiting);
    r.get("/open", open);
}

async fn version() -> String {
    VERSION.to_string()
}

async fn kept(Inject(kept): Inject<Kept>, cache: Cache) -> Result<String> {
    let hits = kept.hits.fetch_add(1, Relaxed) + 1;
    let made_by = cache.remember("made by", HOUR, async || Ok(VERSION)).await?;
    let counted = cache.increment("counted", 1).await?;
    Ok(format!("{:p} {:p} {made_by} {hits} {counted}", Arc::as_ptr(&kept), Arc::as_ptr(&kept.hits)))
}

/// Each connection has a name of its own in a table that ends with it.
async fn connections(Db(db): Db) -> Result<String> {
    let (mut first, mut second) = (db.acquire().await?, db.acquire().await?);
    let mut names = [name(&mut first).await?, name(&mut second).await?];
    names.sort();
    Ok(names.join(" "))
}

async fn name(connection: &mut sqlx::SqliteConnection) -> Result<String> {
    let make = "CREATE TEMP TABLE IF NOT EXISTS own AS SELECT lower(hex(randomblob(8))) AS name";
    sqlx::query(make).execute(&mut *connection).await?;
    Ok(sqlx::query_scalar("SELECT name FROM own").fetch_one(connection).await?)
}

async fn statics() -> String {
    (CALLS.fetch_add(1, Relaxed) + 1).to_string()
}

async fn ticks(Inject(kept): Inject<Kept>, upgrade: WebSocketUpgrade) -> Response {
    let changes = kept.ticks.subscribe();
    upgrade.on_upgrade(move |socket| tell(socket, changes))
}

async fn tell(mut socket: WebSocket, mut changes: watch::Receiver<u64>) {
    loop {
        let tick = *changes.borrow_and_update();
        let text = Message::text(format!("{tick} by {VERSION}"));
        if socket.send(text).await.is_err() || changes.changed().await.is_err() {
            return;
        }
    }
}

async fn tick(Inject(kept): Inject<Kept>) {
    kept.ticks.send_modify(|tick| *tick += 1);
}

async fn slow(Inject(kept): Inject<Kept>) -> String {
    kept.waiting.fetch_add(1, Relaxed);
    let permit = kept.gate.acquire().await;
    format!("{} {VERSION}", if permit.is_ok() { "opened" } else { "closed" })
}

async fn waiting(Inject(kept): Inject<Kept>) -> String {
    kept.waiting.load(Relaxed).to_string()
}

async fn open(Inject(kept): Inject<Kept>) {
    kept.gate.add_permits(1);
}
"#;

fn project(name: &str) -> Project {
    let project = Project::new(name);
    project.write("src/lib.rs", LIBRARY);
    project.write("config/anvil.toml", "[dev]\npatches = false\n\n[database]\nmax_connections = 2\n");
    project
}

#[tokio::test]
async fn twenty_swaps_lose_nothing() {
    let project = project("fx-survival");
    let (daemon, addr) = Daemon::hot(&project).await;
    let observer = Observer::start(addr, "/");
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{addr}/ticks")).await.expect("a WebSocket");
    assert_eq!(text(&mut socket).await, "0 by 0");

    let host = daemon.running().await.app.pid;
    let connections = daemon.get("/connections").await.body;
    let kept = daemon.get("/kept").await.body;
    let same = kept.strip_suffix("0 1 1").expect("the first call of the first version");
    assert_eq!((daemon.get("/statics").await.body, daemon.get("/statics").await.body), ("1".into(), "2".into()));
    let mut grown = Vec::new();
    let mut rss = resident(&daemon, 1).await;

    for swap in 1..=SWAPS {
        project.edit("src/lib.rs", &format!("VERSION: u64 = {};", swap - 1), &format!("VERSION: u64 = {swap};"));
        daemon.live().await;
        let answer = daemon.get("/").await;
        assert_eq!((answer.generation(), answer.body), (Some(swap + 1), swap.to_string()));
        assert_eq!(daemon.last().await.kind, BuildKind::Swap);
        assert_eq!(daemon.status().await.app.pid, host, "the host");

        assert_eq!(daemon.get("/kept").await.body, format!("{same}0 {0} {0}", swap + 1), "container and cache");
        assert_eq!(daemon.get("/connections").await.body, connections, "the pool's connections");
        assert_eq!(daemon.get("/statics").await.body, "1", "statics of the app library start anew");
        daemon.get("/tick").await;
        assert_eq!(text(&mut socket).await, format!("{swap} by 0"), "a task goes on with the code it began with");

        let now = resident(&daemon, swap + 1).await;
        grown.push(now.saturating_sub(rss));
        rss = now;
    }

    let seen = observer.end().await;
    assert!(seen.iter().all(|seen| seen.body == (seen.generation - 1).to_string()), "{seen:?}");
    let average = grown.iter().sum::<u64>() / SWAPS;
    println!("resident memory per swap: {average} bytes on average, in order {grown:?}");
    assert!(average < RSS_PER_SWAP_MAX, "{average} bytes a swap: {grown:?}");
}

/// The same host, and nothing in it is lost. What a patch does not copy goes on as it is.
#[tokio::test]
async fn patches_lose_nothing() {
    let project = project("fx-patches-survival");
    project.write("config/anvil.toml", "[dev]\npatches = true\n\n[database]\nmax_connections = 2\n");
    project.write("src/pages.rs", "pub const PAGES: u64 = 0;\n");
    project.edit("src/lib.rs", "const VERSION", "mod pages;\n\nconst SHOWN: u64 = 0;\nconst VERSION");
    project.edit("src/lib.rs", "VERSION.to_string()", "format!(\"{} {SHOWN}\", pages::PAGES)");
    pad(&project);
    let (daemon, addr) = Daemon::hot(&project).await;
    based(&daemon, 1).await;
    let observer = Observer::start(addr, "/");
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{addr}/ticks")).await.expect("a WebSocket");
    assert_eq!(text(&mut socket).await, "0 by 0");
    let host = daemon.running().await.app.pid;
    let connections = daemon.get("/connections").await.body;
    let kept = daemon.get("/kept").await.body;
    let same = kept.strip_suffix("0 1 1").expect("the first call of the first version");
    assert_eq!(daemon.get("/statics").await.body, "1");

    for patch in 1..=PATCHES {
        // In turns: a module, and an item of the root with whatever depends on it.
        let version = patch / 2;
        if patch % 2 == 0 {
            let (old, new) = (version - 1, version);
            project.edit("src/lib.rs", &format!("SHOWN: u64 = {old};"), &format!("SHOWN: u64 = {new};"));
        } else {
            let old = patch.saturating_sub(2);
            project.edit("src/pages.rs", &format!("PAGES: u64 = {old};"), &format!("PAGES: u64 = {patch};"));
        }
        let reply = daemon.live().await;
        let answer = daemon.get("/").await;
        assert_eq!((answer.generation(), answer.body), (Some(reply.generation.0), shown_after(patch)));
        let last = daemon.last().await;
        assert_eq!(last.kind, BuildKind::Patch, "{last:#?}");
        assert_eq!(daemon.status().await.app.pid, host, "the host");

        assert_eq!(daemon.get("/kept").await.body, format!("{same}0 {0} {0}", patch + 1), "container and cache");
        assert_eq!(daemon.get("/connections").await.body, connections, "the pool's connections");
        assert_eq!(daemon.get("/statics").await.body, patch.to_string(), "a static of the base, which no patch copies");
        daemon.get("/tick").await;
        assert_eq!(text(&mut socket).await, format!("{patch} by 0"), "a task goes on with the code it began with");
    }
    let seen = observer.end().await;
    assert!(seen.iter().all(|seen| seen.body == shown_after(seen.generation - 1)), "{seen:?}");
}

/// What the page says after so many patches, of which the odd ones are of the module.
fn shown_after(patches: u64) -> String {
    format!("{} {}", if patches.is_multiple_of(2) { patches.saturating_sub(1) } else { patches }, patches / 2)
}

#[tokio::test]
async fn a_request_in_flight_finishes_on_old_code() {
    let project = project("fx-in-flight");
    let (daemon, addr) = Daemon::hot(&project).await;
    let slow = tokio::spawn(async move { get(addr, "/slow").await.expect("an answer") });
    while daemon.get("/waiting").await.body != "1" {
        tokio::task::yield_now().await;
    }

    project.edit("src/lib.rs", "VERSION: u64 = 0;", "VERSION: u64 = 1;");
    daemon.live().await;
    let fresh = daemon.get("/").await;
    assert_eq!((fresh.body.as_str(), fresh.generation()), ("1", Some(2)));
    assert!(!slow.is_finished());

    daemon.get("/open").await;
    let old = slow.await.expect("the request ends");
    assert_eq!((old.body.as_str(), old.generation()), ("opened 0", Some(1)));
}

async fn text(socket: &mut Socket) -> String {
    loop {
        match socket.next().await.expect("the socket stays open").expect("a message") {
            Message::Text(text) => return text.to_string(),
            Message::Ping(_) | Message::Pong(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Sampled after a load, so it may come a moment after the generation is live.
async fn resident(daemon: &Daemon, generation: u64) -> u64 {
    let loaded = u32::try_from(generation).expect("few");
    let sampled =
        daemon.until("sampled", |status| status.app.libraries_loaded == loaded && status.app.rss_bytes.is_some());
    sampled.await.app.rss_bytes.expect("just seen")
}
