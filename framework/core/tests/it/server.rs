//! Real sockets: keep-alive, upgrades, the graceful end and its deadline, handing over the listener.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anvil_core::server::Shutdown;
use anvil_core::{HttpApp, RouteSink, Server};
use axum::extract::ConnectInfo;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::project::Project;

const LONG: Duration = Duration::from_secs(60);

fn server(routes: impl FnOnce(&mut RouteSink)) -> Server {
    let mut sink = RouteSink::new();
    routes(&mut sink);
    let app = HttpApp::build(sink, Project::new().container()).unwrap();
    Server::new(move |request, _| {
        let app = app.clone();
        async move { app.call(request).await }
    })
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    (listener, addr)
}

async fn send(stream: &mut TcpStream, path: &str) {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n").as_bytes()).await.unwrap();
}

/// Reads until the text ends so.
async fn read_to(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut buffer = [0; 1024];
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "closed after: {text}");
        text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
    }
    text
}

#[tokio::test]
async fn one_connection_serves_many_requests_and_knows_its_peer() {
    let server = server(|r| {
        r.get("/peer", |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { format!("peer {peer}.") });
    });
    let (listener, addr) = listener().await;
    let accepting = server.accept(listener);
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let own = stream.local_addr().unwrap();
    for _ in 0..3 {
        send(&mut stream, "/peer").await;
        read_to(&mut stream, &format!("peer {own}.")).await;
    }
    assert_eq!(server.connections(), 1);
    accepting.stop().await.unwrap();
    assert_eq!(server.shutdown(LONG).await, Shutdown::Clean);
}

#[tokio::test]
async fn a_request_in_flight_is_finished_before_the_end() {
    let (entered, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (entered_too, go_too) = (entered.clone(), go.clone());
    let server = server(|r| {
        r.get("/slow", move || {
            let (entered, go) = (entered_too.clone(), go_too.clone());
            async move {
                entered.notify_one();
                go.notified().await;
                "slow answer"
            }
        });
    });
    let (listener, addr) = listener().await;
    let accepting = server.accept(listener);
    let mut stream = TcpStream::connect(addr).await.unwrap();
    send(&mut stream, "/slow").await;
    entered.notified().await;
    assert_eq!(server.in_flight(), 1);
    drop(accepting.stop().await.unwrap());
    assert!(TcpStream::connect(addr).await.is_err(), "nobody listens");
    let (ended, text) = tokio::join!(server.shutdown(LONG), async {
        go.notify_one();
        read_to(&mut stream, "slow answer").await
    });
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert_eq!(ended, Shutdown::Clean);
    assert_eq!((server.in_flight(), server.connections()), (0, 0));
}

#[tokio::test]
async fn after_the_grace_a_connection_is_cut() {
    let entered = Arc::new(Notify::new());
    let entered_too = entered.clone();
    let server = server(|r| {
        r.get("/stuck", move || {
            let entered = entered_too.clone();
            async move {
                entered.notify_one();
                std::future::pending::<()>().await;
            }
        });
    });
    let (listener, addr) = listener().await;
    let accepting = server.accept(listener);
    let mut stream = TcpStream::connect(addr).await.unwrap();
    send(&mut stream, "/stuck").await;
    entered.notified().await;
    accepting.stop().await.unwrap();
    assert_eq!(server.shutdown(Duration::from_millis(10)).await, Shutdown::Cut { connections: 1 });
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn a_listener_moves_on_while_open_connections_stay() {
    let first = server(|r| {
        r.get("/", || async { "first." });
    });
    let second = server(|r| {
        r.get("/", || async { "second." });
    });
    let (listener, addr) = listener().await;
    let accepting = first.accept(listener);
    let mut old = TcpStream::connect(addr).await.unwrap();
    send(&mut old, "/").await;
    read_to(&mut old, "first.").await;
    let listener = accepting.stop().await.unwrap();
    let accepting = second.accept(listener);
    let mut new = TcpStream::connect(addr).await.unwrap();
    send(&mut new, "/").await;
    read_to(&mut new, "second.").await;
    send(&mut old, "/").await;
    read_to(&mut old, "first.").await;
    first.idle().await;
    assert_eq!(first.shutdown(LONG).await, Shutdown::Clean, "an idle connection is closed at once");
    accepting.stop().await.unwrap();
    second.shutdown(LONG).await;
}

#[tokio::test]
async fn a_websocket_is_upgraded_and_echoes() {
    async fn echo(upgrade: WebSocketUpgrade) -> Response {
        upgrade.on_upgrade(async |mut socket: WebSocket| {
            while let Some(Ok(Message::Text(text))) = socket.recv().await {
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
        })
    }
    let server = server(|r| {
        r.get("/ws", echo);
    });
    let (listener, addr) = listener().await;
    let accepting = server.accept(listener);
    let (mut socket, _) = tokio_tungstenite::connect_async(format!("ws://{addr}/ws")).await.unwrap();
    for text in ["one", "two"] {
        socket.send(text.into()).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap().into_text().unwrap().as_str(), text);
    }
    accepting.stop().await.unwrap();
}

#[tokio::test]
async fn garbage_ends_its_connection_only() {
    let server = server(|r| {
        r.get("/", || async { "fine." });
    });
    let (listener, addr) = listener().await;
    let accepting = server.accept(listener);
    let mut bad = TcpStream::connect(addr).await.unwrap();
    bad.write_all(b"\x16\x03\x01 not http\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = bad.read_to_end(&mut rest).await;
    let mut good = TcpStream::connect(addr).await.unwrap();
    send(&mut good, "/").await;
    read_to(&mut good, "fine.").await;
    accepting.stop().await.unwrap();
    server.shutdown(LONG).await;
}

#[tokio::test]
async fn serve_ends_when_told() {
    let (listener, addr) = listener().await;
    let stop = Arc::new(Notify::new());
    let told = stop.clone();
    let answer = |_, _| async { Response::new("hello".into()) };
    let (ended, ()) =
        tokio::join!(anvil_core::serve(listener, answer, async move { told.notified().await }, LONG), async {
            let mut stream = TcpStream::connect(addr).await.unwrap();
            send(&mut stream, "/").await;
            read_to(&mut stream, "hello").await;
            stop.notify_one();
        });
    assert_eq!(ended.unwrap(), Shutdown::Clean);
}
