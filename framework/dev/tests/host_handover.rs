//! Two hosts on one listening socket: what a client sees while the second takes over.

mod support;

use std::time::Duration;

use anvil_control::FromHost;
use anvil_dev::host::HostEnd;
use anvil_dev::{App, RouteSink};
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use support::http::Client;
use support::{PATIENCE, TOKEN, TestHost};
use tokio::sync::Semaphore;

static ENTERED: Semaphore = Semaphore::const_new(0);
static LEAVE: Semaphore = Semaphore::const_new(0);

async fn hello() -> &'static str {
    "hello"
}

async fn slow() -> &'static str {
    ENTERED.add_permits(1);
    LEAVE.acquire().await.unwrap().forget();
    "slow"
}

async fn echo(body: String) -> String {
    body
}

async fn stream() -> Response {
    let events = futures_util::stream::once(async { Ok::<_, std::convert::Infallible>(Event::default().data("one")) });
    let endless = futures_util::StreamExt::chain(events, futures_util::stream::pending());
    Sse::new(endless).into_response()
}

async fn socket(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|mut socket| async move {
        let _ = socket.send(Message::text("hello")).await;
        let _ = socket.recv().await;
    })
}

fn routes(r: &mut RouteSink) {
    r.route("GET", "/", hello);
    r.route("GET", "/slow", slow);
    r.route("POST", "/echo", echo);
    r.route("GET", "/stream", stream);
    r.route("GET", "/ws", socket);
}

const APP: App = App::Linked { routes, boot: None };

/// The first host serves generation 1, the second is loaded with generation 2.
fn two() -> (TestHost, TestHost) {
    let first = TestHost::serving(APP, 1);
    let mut second = first.next(APP);
    second.load(2).unwrap();
    (first, second)
}

fn hand_over(first: &mut TestHost, second: &mut TestHost, within: Duration) -> u64 {
    first.stop_accepting();
    second.accept();
    first.drain(within)
}

#[test]
fn a_kept_connection_meets_the_next_generation_and_is_closed_after_it() {
    let (mut first, mut second) = two();
    let mut client = first.connect();
    assert_eq!(client.get("/").generation(), 1);
    assert_eq!(hand_over(&mut first, &mut second, PATIENCE), 0);

    let reply = client.get("/");
    assert_eq!((reply.status, reply.body.as_str(), reply.generation()), (200, "hello", 2));
    assert_eq!(reply.header("connection"), Some("close"));
    assert!(client.is_closed());
    assert_eq!(first.hear(), FromHost::Drained);
    assert_eq!(first.end(), HostEnd::Drained);
    assert_eq!(second.get("/").generation(), 2);
}

#[test]
fn a_body_is_passed_on() {
    let (mut first, mut second) = two();
    let mut client = first.connect();
    client.get("/");
    hand_over(&mut first, &mut second, PATIENCE);
    client.send("POST", "/echo", &[("content-length", "11"), ("content-type", "text/plain"), ("expect-nothing", "1")]);
    std::io::Write::write_all(client.stream.get_mut(), b"hello world").unwrap();
    let reply = client.read_reply();
    assert_eq!((reply.body.as_str(), reply.generation()), ("hello world", 2));
}

#[test]
fn requests_in_flight_finish_where_they_began() {
    let (mut first, mut second) = two();
    let mut client = first.connect();
    client.send("GET", "/slow", &[]);
    enter();
    assert_eq!(hand_over(&mut first, &mut second, PATIENCE), 1);
    LEAVE.add_permits(1);
    let reply = client.read_reply();
    assert_eq!((reply.body.as_str(), reply.generation()), ("slow", 1));
    assert_eq!(reply.header("connection"), Some("close"));
    assert_eq!(first.hear(), FromHost::Drained);
    assert_eq!(first.end(), HostEnd::Drained);
}

#[test]
fn a_request_between_the_hosts_waits_for_the_decision() {
    let (mut first, mut second) = two();
    let (mut one, mut other) = (first.connect(), first.connect());
    one.get("/");
    other.get("/");

    // The handover is given up: the first host answers.
    first.stop_accepting();
    one.send("GET", "/", &[]);
    first.accept();
    assert_eq!(one.read_reply().generation(), 1);

    // The handover goes on: the second answers, and nobody sees the first again.
    first.stop_accepting();
    other.send("GET", "/", &[]);
    second.accept();
    assert_eq!(second.get("/").generation(), 2);
    first.drain(PATIENCE);
    assert_eq!(other.read_reply().generation(), 2);
}

#[test]
fn an_idle_connection_is_closed_when_the_time_is_over() {
    let (mut first, mut second) = two();
    let mut client = first.connect();
    client.get("/");
    hand_over(&mut first, &mut second, Duration::from_millis(600));
    assert_eq!(first.hear(), FromHost::Drained);
    assert_eq!(first.end(), HostEnd::Drained);
    assert!(client.is_closed());
}

#[test]
fn a_stuck_request_does_not_outlive_the_deadline() {
    async fn forever() {
        std::future::pending::<()>().await;
    }
    fn routes(r: &mut RouteSink) {
        r.route("GET", "/forever", forever);
        r.route("GET", "/", hello);
    }
    let app = App::Linked { routes, boot: None };
    let mut first = TestHost::serving(app, 1);
    let mut second = first.next(app);
    second.load(2).unwrap();
    let mut client = first.connect();
    client.get("/");
    client.send("GET", "/forever", &[]);
    hand_over(&mut first, &mut second, Duration::from_millis(400));
    assert_eq!(first.hear(), FromHost::Drained);
    assert_eq!(first.end(), HostEnd::Drained);
}

#[test]
fn streams_do_not_hold_up_a_drain() {
    let (mut first, mut second) = two();
    let mut stream = first.connect();
    stream.send("GET", "/stream", &[]);
    assert_eq!(stream.read_head().status, 200);
    assert_eq!(stream.read_chunk().unwrap(), b"data: one\n\n");
    let mut socket = websocket(&first);
    expect_hello(&mut socket);

    hand_over(&mut first, &mut second, Duration::from_secs(3600));
    assert_eq!(first.hear(), FromHost::Drained, "long before the deadline");
    assert_eq!(first.end(), HostEnd::Drained);
}

#[test]
fn the_browser_channel_moves_to_the_next_host_at_once() {
    let (mut first, mut second) = two();
    let events = format!("/__anvil/events?token={TOKEN}");
    let mut client = first.connect();
    client.send("GET", &events, &[]);
    assert_eq!(client.read_head().status, 200);
    assert_eq!(client.read_chunk().unwrap(), b"data: {\"state\":\"live\",\"generation\":1}\n\n");
    hand_over(&mut first, &mut second, Duration::from_secs(3600));
    assert_eq!(client.read_chunk(), None, "the stream ends in order");
    assert!(client.is_closed());

    let mut client = second.connect();
    client.send("GET", &events, &[]);
    assert_eq!(client.read_head().status, 200);
    assert_eq!(client.read_chunk().unwrap(), b"data: {\"state\":\"live\",\"generation\":2}\n\n");
    assert_eq!(first.hear(), FromHost::Drained);
}

#[test]
fn a_websocket_can_be_opened_on_a_kept_connection() {
    let (mut first, mut second) = two();
    let mut client = first.connect();
    client.get("/");
    hand_over(&mut first, &mut second, PATIENCE);
    ask_for_websocket(&mut client);
    assert_eq!(client.read_head().status, 101);
    expect_hello(&mut client);
}

#[test]
fn a_drain_without_a_successor_ends_in_time() {
    let mut host = TestHost::serving(APP, 1);
    let mut client = host.connect();
    client.get("/");
    assert_eq!(host.drain(Duration::from_millis(500)), 0);
    // Passed on into a queue that nobody empties.
    client.send("GET", "/", &[]);
    assert_eq!(host.hear(), FromHost::Drained);
    assert_eq!(host.end(), HostEnd::Drained);
}

fn websocket(host: &TestHost) -> Client {
    let mut client = host.connect();
    ask_for_websocket(&mut client);
    assert_eq!(client.read_head().status, 101);
    client
}

fn ask_for_websocket(client: &mut Client) {
    let headers = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    client.send("GET", "/ws", &headers);
}

/// A text frame, as a server sends it.
fn expect_hello(client: &mut Client) {
    let mut frame = [0; 7];
    std::io::Read::read_exact(&mut client.stream, &mut frame).unwrap();
    assert_eq!(&frame, b"\x81\x05hello");
}

fn enter() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, ENTERED.acquire()).await.unwrap().unwrap().forget() });
}
