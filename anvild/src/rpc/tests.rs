//! Good, bad and slow clients over real sockets.

use std::{path::Path, time::Duration};

use anvild_client::{ConnectOptions, Connection, Error, ProjectPaths, connect};
use anvild_protocol::{
    AnvilDaemonClient, Diagnostic, EventKind, LogLine, LogStream, LogsRequest, PROTOCOL, Source, WaitRequest,
    error_code,
};
use futures_util::{SinkExt, StreamExt};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use super::*;
use crate::state_dir::{Ownership, StateDir};

/// For what must happen; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server on a socket of its own; the test is its loop.
pub(super) struct Server {
    paths: ProjectPaths,
    pub(super) calls: mpsc::Receiver<RpcCall>,
    publisher: Publisher,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    _runtime: TempDir,
}

impl Server {
    pub(super) fn start(limits: Limits) -> Self {
        Self::with_events(limits, Publisher::new())
    }

    fn with_events(limits: Limits, publisher: Publisher) -> Self {
        let runtime = TempDir::new().unwrap();
        let paths = ProjectPaths::with_runtime(Path::new("/some/project"), Some(runtime.path()));
        let Ownership::Owned(state) = StateDir::at(paths.clone()).unwrap().acquire_lock().unwrap() else {
            panic!("the lock of a fresh directory is free")
        };
        let (sender, calls) = mpsc::channel(16);
        let (stop, stopped) = oneshot::channel::<()>();
        let server = RpcServer {
            identity: Identity::of_this_process("/some/project"),
            calls: sender,
            events: publisher.source(),
            limits,
        };
        let serving = tokio::spawn(async move {
            let listener = state.bind().unwrap();
            server.serve(listener, async { drop(stopped.await) }).await;
            drop(state);
        });
        Self { paths, calls, publisher, stop, serving, _runtime: runtime }
    }

    pub(super) async fn socket(&self) -> UnixStream {
        // The socket appears when the spawned task has run.
        within("the socket", async {
            loop {
                match UnixStream::connect(self.paths.socket()).await {
                    Ok(stream) => return stream,
                    Err(_) => tokio::task::yield_now().await,
                }
            }
        })
        .await
    }

    pub(super) async fn client(&self) -> Connection {
        drop(self.socket().await);
        connect(&self.paths, &ConnectOptions::new("test")).await.unwrap()
    }

    pub(super) async fn web_socket(&self) -> WebSocketStream<UnixStream> {
        client_async("ws://anvild/", self.socket().await).await.unwrap().0
    }

    async fn call(&mut self) -> RpcCall {
        within("a call", self.calls.recv()).await.expect("the server runs")
    }

    /// Skips the notices of other clients.
    async fn call_of_interest(&mut self) -> RpcCall {
        loop {
            match self.call().await {
                RpcCall::Connected { .. } | RpcCall::Gone { .. } => {}
                call => return call,
            }
        }
    }

    /// One call there and back on a new connection: the server is well.
    async fn check(&mut self) {
        let client = self.client().await;
        let asked = tokio::spawn(async move { client.rpc().diagnostics().await });
        match self.call_of_interest().await {
            RpcCall::Diagnostics { reply } => reply.send(Ok(vec![diagnostic()])).unwrap(),
            other => panic!("{other:?}"),
        }
        assert_eq!(asked.await.unwrap().unwrap(), [diagnostic()]);
    }
}

pub(super) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("no {what}"))
}

pub(super) fn diagnostic() -> Diagnostic {
    Diagnostic::error(Source::Build, "E0308", "mismatched types").at("/some/project/src/lib.rs", 3, 7)
}

fn log(bytes: usize) -> EventKind {
    EventKind::Log(LogLine { at_ms: 0, stream: LogStream::Stdout, text: "x".repeat(bytes) })
}

pub(super) fn request(id: u32, method: &str, params: &serde_json::Value) -> Message {
    let request = serde_json::json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
    Message::text(request.to_string())
}

pub(super) fn hello(protocol: u32) -> serde_json::Value {
    serde_json::json!([{"protocol": protocol, "version": "0.1.0", "client": "test", "pid": 1}])
}

pub(super) async fn answer(socket: &mut WebSocketStream<UnixStream>) -> serde_json::Value {
    let message = within("answer", socket.next()).await.unwrap().unwrap();
    serde_json::from_str(message.to_text().unwrap()).unwrap()
}

/// Reads whatever comes until the other side ends it.
pub(super) async fn end_of(stream: &mut UnixStream) {
    let mut rest = Vec::new();
    // A reset is an end as well.
    let _ = within("end of the connection", stream.read_to_end(&mut rest)).await;
}

#[tokio::test]
async fn nothing_is_answered_before_a_fitting_hello() {
    let mut server = Server::start(Limits::default());
    let mut socket = server.web_socket().await;
    let none = serde_json::json!([]);
    for (id, method, params) in
        [(1, "daemon/status", &none), (2, "event/subscribe", &none), (3, "daemon/hello", &hello(PROTOCOL + 1))]
    {
        socket.send(request(id, method, params)).await.unwrap();
        let answer = answer(&mut socket).await;
        assert_eq!(answer["error"]["code"], error_code::VERSION, "{method}: {answer}");
    }
    socket.send(request(4, "daemon/hello", &hello(PROTOCOL))).await.unwrap();
    let answer = answer(&mut socket).await;
    assert_eq!(answer["result"]["root"], "/some/project");
    let RpcCall::Connected { client, hello } = server.call().await else { panic!("no notice") };
    assert_eq!(hello.client, "test");
    drop(socket);
    let RpcCall::Gone { client: gone } = server.call().await else { panic!("no notice") };
    assert_eq!(client, gone);
}

#[tokio::test]
async fn garbage_only_ends_its_own_connection() {
    let mut server = Server::start(Limits { greeting: Duration::from_millis(200), ..Limits::default() });
    let garbage: [&[u8]; 4] = [
        b"\x00\xff\xfe garbage \r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        &[0x41; 70_000],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    for bytes in garbage {
        let mut stream = server.socket().await;
        let _ = stream.write_all(bytes).await;
        end_of(&mut stream).await;
    }
    server.check().await;
}

#[tokio::test]
async fn text_that_is_no_call_is_an_error_and_a_frame_that_lies_about_its_length_is_harmless() {
    let mut server = Server::start(Limits { greeting: Duration::from_millis(500), ..Limits::default() });
    let mut socket = server.web_socket().await;
    for text in ["", "null", "{}", "[]", "{\"jsonrpc\":\"2.0\"", "no JSON at all"] {
        socket.send(Message::text(text)).await.unwrap();
        let answer = answer(&mut socket).await;
        assert!(answer["error"]["code"].is_number(), "{text}: {answer}");
    }
    // A masked text frame that claims 2^62 bytes.
    let mut stream = server.web_socket().await.into_inner();
    stream.write_all(&[0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, b'x']).await.unwrap();
    end_of(&mut stream).await;
    server.check().await;
}

#[tokio::test]
async fn a_message_over_the_limit_is_not_read() {
    let mut server = Server::start(Limits { message_bytes: 64 * 1024, ..Limits::default() });
    let mut socket = server.web_socket().await;
    socket.send(request(1, "daemon/hello", &serde_json::json!(["x".repeat(100_000)]))).await.unwrap();
    match within("answer", socket.next()).await {
        Some(Ok(Message::Text(text))) => assert!(text.contains("error"), "{text}"),
        Some(Ok(Message::Close(_)) | Err(_)) | None => {}
        Some(Ok(other)) => panic!("{other:?}"),
    }
    server.check().await;
}

#[tokio::test]
async fn a_client_that_does_not_greet_in_time_is_cut_off() {
    let mut server = Server::start(Limits { greeting: Duration::from_millis(50), ..Limits::default() });
    let mut silent = server.socket().await;
    end_of(&mut silent).await;
    let mut half = server.socket().await;
    half.write_all(b"GET / HTTP/1.1\r\nhost: anv").await.unwrap();
    end_of(&mut half).await;
    let mut upgraded = server.web_socket().await.into_inner();
    end_of(&mut upgraded).await;
    server.calls.try_recv().unwrap_err();
    server.stop.send(()).unwrap();
    within("end of the server", server.serving).await.unwrap();
}

#[tokio::test]
async fn one_client_too_many_is_told_so_and_a_seat_is_free_again_after_a_client_went() {
    let mut server = Server::start(Limits::default());
    let mut clients = Vec::new();
    let first = server.socket().await;
    for _ in 1..64 {
        clients.push(connect(&server.paths, &ConnectOptions::new("test")).await.unwrap());
        assert!(matches!(server.call().await, RpcCall::Connected { .. }));
    }
    for _ in 0..36 {
        match connect(&server.paths, &ConnectOptions::new("test")).await {
            Err(Error::Busy) => {}
            other => panic!("{other:?}"),
        }
    }
    drop((first, clients.pop()));
    while !matches!(server.call().await, RpcCall::Gone { .. }) {}
    within("free seat", async {
        while connect(&server.paths, &ConnectOptions::new("test")).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_subscriber_that_is_behind_sees_a_gap() {
    let limits = Limits { messages_per_client: 1, drain: PATIENCE, ..Limits::default() };
    let mut server = Server::with_events(limits, Publisher::with_capacity(4));
    let mut socket = server.web_socket().await;
    socket.send(request(1, "daemon/hello", &hello(PROTOCOL))).await.unwrap();
    answer(&mut socket).await;
    socket.send(request(2, "event/subscribe", &serde_json::json!([]))).await.unwrap();
    answer(&mut socket).await;
    let mut last = 0;
    for _ in 0..200 {
        last = server.publisher.publish(log(100_000));
        tokio::task::yield_now().await;
    }
    let mut seen = Vec::new();
    while seen.last() != Some(&last) {
        seen.push(answer(&mut socket).await["params"]["result"]["seq"].as_u64().unwrap());
    }
    assert!(seen.is_sorted() && seen.len() < 200, "{seen:?}");
}

#[tokio::test]
async fn a_subscriber_that_does_not_read_is_cut_off_and_nobody_waits_for_it() {
    let limits = Limits { messages_per_client: 1, drain: Duration::from_millis(50), ..Limits::default() };
    let mut server = Server::start(limits);
    let mut socket = server.web_socket().await;
    socket.send(request(1, "daemon/hello", &hello(PROTOCOL))).await.unwrap();
    answer(&mut socket).await;
    socket.send(request(2, "event/subscribe", &serde_json::json!([]))).await.unwrap();
    answer(&mut socket).await;
    assert!(matches!(server.call().await, RpcCall::Connected { .. }));
    for _ in 0..100 {
        server.publisher.publish(log(100_000));
    }
    assert!(matches!(server.call().await, RpcCall::Gone { .. }));
    server.check().await;
}

#[tokio::test]
async fn events_reach_a_typed_subscriber_in_order() {
    let mut server = Server::start(Limits::default());
    let client = server.client().await;
    let mut events = client.rpc().events().await.unwrap();
    for _ in 0..3 {
        server.publisher.publish(log(3));
    }
    for expected in 1..=3 {
        let event = within("event", events.next()).await.unwrap().unwrap();
        assert_eq!((event.seq, event.kind), (expected, log(3)));
    }
}

#[tokio::test]
async fn a_call_whose_client_went_is_void_and_extreme_numbers_are_bounded() {
    let mut server = Server::start(Limits::default());
    let client = server.client().await;
    let waiting = {
        let client = client.clone();
        tokio::spawn(async move { client.rpc().wait(WaitRequest { timeout_ms: u64::MAX }).await })
    };
    let RpcCall::Wait { request, mut reply, .. } = server.call_of_interest().await else { panic!("no wait") };
    assert_eq!(request.timeout_ms, 24 * 60 * 60 * 1000);
    let asking = {
        let client = client.clone();
        tokio::spawn(async move { client.rpc().logs(LogsRequest { tail: u32::MAX }).await })
    };
    let RpcCall::Logs { request, reply: logs } = server.call_of_interest().await else { panic!("no call") };
    assert_eq!(request.tail, 10_000);
    drop(logs);
    let error = asking.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("shutting down"), "{error}");
    waiting.abort();
    let _ = waiting.await;
    drop(client);
    within("closed reply", reply.closed()).await;
}

#[tokio::test]
async fn calls_beyond_a_clients_share_are_refused() {
    let mut server = Server::start(Limits { calls_per_client: 1, ..Limits::default() });
    let client = server.client().await;
    let first = {
        let client = client.clone();
        tokio::spawn(async move { client.rpc().wait(WaitRequest { timeout_ms: 1 }).await })
    };
    let RpcCall::Wait { reply, .. } = server.call_of_interest().await else { panic!("no wait") };
    match client.rpc().status().await {
        Err(jsonrpsee::core::ClientError::Call(error)) => assert_eq!(error.code(), error_code::LIMIT),
        other => panic!("{other:?}"),
    }
    drop(reply);
    first.await.unwrap().unwrap_err();
}

#[tokio::test]
async fn the_server_ends_although_a_call_is_parked() {
    let mut server = Server::start(Limits { stop: Duration::from_millis(50), ..Limits::default() });
    let client = server.client().await;
    let waiting = {
        let client = client.clone();
        tokio::spawn(async move { client.rpc().wait(WaitRequest { timeout_ms: 60_000 }).await })
    };
    let call = server.call_of_interest().await;
    server.stop.send(()).unwrap();
    within("end of the server", server.serving).await.unwrap();
    within("end of the connection", client.closed()).await;
    within("end of the call", waiting).await.unwrap().unwrap_err();
    drop(call);
}

#[test]
fn another_users_process_is_refused() {
    assert!(peer::check_uid(1000, 1000).is_ok());
    for (peer, own) in [(1001, 1000), (0, 1000), (1000, 0)] {
        let refused = peer::check_uid(peer, own).unwrap_err();
        assert!(refused.to_string().contains(&format!("user {peer}")), "{refused}");
    }
}

#[tokio::test]
async fn everything_published_before_the_end_reaches_the_subscribers() {
    let mut server = Server::start(Limits::default());
    let client = server.client().await;
    let mut events = client.rpc().events().await.unwrap();
    for _ in 0..500 {
        server.publisher.publish(log(3));
    }
    let last_word = EventKind::Stopping { reason: "it was asked to end".to_owned() };
    server.publisher.publish(last_word.clone());
    server.stop.send(()).unwrap();
    let mut last = None;
    while let Some(event) = within("event", events.next()).await {
        last = Some(event.unwrap());
    }
    assert_eq!(last.map(|event| (event.seq, event.kind)), Some((501, last_word)));
}
