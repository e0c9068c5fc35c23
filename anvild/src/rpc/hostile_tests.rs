//! What no client of ours sends: frames in pieces and frames that lie, texts that are no calls, clients that do not read. Whatever
//! it is, the server goes on, keeps nothing of it, and other clients notice nothing.

use std::{cell::RefCell, time::Duration};

use anvild_protocol::{AnvilDaemonClient as _, MESSAGE_BYTES_MAX, PROTOCOL};
use futures_util::{SinkExt as _, StreamExt as _};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tokio::{io::AsyncWriteExt as _, net::UnixStream};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

use super::{
    Limits, RpcCall,
    tests::{Server, answer, diagnostic, end_of, hello, request, within},
};

/// Key of masked frames; any will do.
const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];

const FINAL: u8 = 0x80;
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const PING: u8 = 0x9;

/// A frame as RFC 6455 has it: `head` are final bit, reserved bits and opcode.
fn frame(head: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![head];
    match payload.len() {
        length @ 0..126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// The head of a frame that claims to be so long.
fn claim(head: u8, length: u64) -> Vec<u8> {
    let mut bytes = vec![head, 0xff];
    bytes.extend(length.to_be_bytes());
    bytes.extend(MASK);
    bytes
}

fn call(id: u32, method: &str, params: &serde_json::Value) -> Vec<u8> {
    frame(FINAL | TEXT, request(id, method, params).to_text().unwrap().as_bytes())
}

/// A server whose loop answers, and a client that was there before.
async fn served(limits: Limits) -> (Server, anvild_client::Connection) {
    let mut server = Server::start(limits);
    let (_, none) = tokio::sync::mpsc::channel(1);
    let mut calls = std::mem::replace(&mut server.calls, none);
    tokio::spawn(async move {
        while let Some(call) = calls.recv().await {
            // Dropped calls are answered with an error.
            if let RpcCall::Diagnostics { reply } = call {
                let _ = reply.send(Ok(vec![diagnostic()]));
            }
        }
    });
    let witness = server.client().await;
    (server, witness)
}

/// Both a client that was there before and one that comes now are answered.
async fn well(server: &Server, witness: &anvild_client::Connection) {
    for client in [witness, &server.client().await] {
        assert_eq!(within("answer", client.rpc().diagnostics()).await.unwrap(), [diagnostic()]);
    }
}

async fn raw(server: &Server) -> UnixStream {
    server.web_socket().await.into_inner()
}

async fn read(stream: UnixStream) -> WebSocketStream<UnixStream> {
    WebSocketStream::from_raw_socket(stream, tokio_tungstenite::tungstenite::protocol::Role::Client, None).await
}

#[tokio::test]
async fn a_call_may_come_in_any_pieces() {
    let (server, witness) = served(Limits::default()).await;
    let text = request(7, "daemon/hello", &hello(PROTOCOL)).to_text().unwrap().to_owned();
    let (first, rest) = text.as_bytes().split_at(20);
    let (second, third) = rest.split_at(1);
    let fragments = [
        frame(TEXT, first),
        frame(CONTINUATION, second),
        // A control frame may stand between them.
        frame(FINAL | PING, b"here"),
        frame(FINAL | CONTINUATION, third),
    ];
    for bytes in [frame(FINAL | TEXT, text.as_bytes()), fragments.concat()] {
        let mut stream = raw(&server).await;
        for byte in bytes {
            stream.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut socket = read(stream).await;
        loop {
            match within("answer", socket.next()).await.unwrap().unwrap() {
                Message::Text(answer) => {
                    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
                    assert_eq!((&answer["id"], &answer["result"]["root"]), (&7.into(), &"/some/project".into()));
                    break;
                }
                Message::Pong(of) => assert_eq!(&of[..], b"here"),
                other => panic!("{other:?}"),
            }
        }
    }
    well(&server, &witness).await;
}

#[tokio::test]
async fn frames_that_break_the_rules_end_their_connection() {
    let limits = Limits { greeting: Duration::from_millis(300), ..Limits::default() };
    let (server, witness) = served(limits).await;
    let huge = u64::from(MESSAGE_BYTES_MAX);
    let broken = [
        ("no UTF-8", frame(FINAL | TEXT, b"{\"jsonrpc\":\"2.0\xff\xfe\"}")),
        ("half a character at the end", frame(FINAL | TEXT, &[b'"', 0xc3])),
        ("2^63 - 1 bytes", claim(FINAL | TEXT, u64::MAX >> 1)),
        ("2^64 - 1 bytes", claim(FINAL | TEXT, u64::MAX)),
        ("a byte too long", claim(FINAL | TEXT, huge + 1)),
        ("fragments that are too long together", [frame(TEXT, b"[1,"), claim(CONTINUATION, huge)].concat()),
        ("a long ping", frame(FINAL | PING, &[b'x'; 200])),
        ("a fragmented ping", frame(PING, b"x")),
        ("a continuation of nothing", frame(FINAL | CONTINUATION, b"{}")),
        ("a text in a text", [frame(TEXT, b"{"), frame(FINAL | TEXT, b"}")].concat()),
        ("reserved bits", frame(FINAL | 0x70 | TEXT, b"{}")),
        ("an unknown opcode", frame(FINAL | 0x3, b"{}")),
        ("no mask", vec![FINAL | TEXT, 2, b'{', b'}']),
        ("half a frame", frame(FINAL | TEXT, b"{\"jsonrpc\":\"2.0\"}")[..9].to_vec()),
        ("half a head", vec![FINAL | TEXT, 0xfe]),
    ];
    for (what, bytes) in broken {
        let mut stream = raw(&server).await;
        // The server may have ended it in the middle.
        let _ = stream.write_all(&bytes).await;
        within(what, end_of(&mut stream)).await;
        well(&server, &witness).await;
    }
}

#[tokio::test]
async fn texts_that_are_no_calls_are_errors() {
    // The greeting comes last.
    let (server, witness) = served(Limits { greeting: Duration::from_secs(120), ..Limits::default() }).await;
    let mut socket = server.web_socket().await;
    let one = request(1, "daemon/status", &serde_json::json!([])).to_text().unwrap().to_owned();
    let deep = |open: &str, close: &str, times: usize| open.repeat(times) + &close.repeat(times);
    let params =
        |params: String| format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"daemon/hello\",\"params\":{params}}}");
    let texts = [
        deep("[", "]", 100_000),
        "[".repeat(1_000_000),
        deep("{\"a\":", "}", 100_000),
        params(deep("[", "]", 100_000)),
        params(deep("{\"a\":", "}", 100_000)),
        params(format!("[{{\"protocol\":{}}}]", "9".repeat(100_000))),
        params("[{\"protocol\":1e999999999}]".to_owned()),
        params("[{\"protocol\":-1,\"version\":\"\",\"client\":\"\",\"pid\":1}]".to_owned()),
        params("[\"\\ud800\"]".to_owned()),
        params("\"text\"".to_owned()),
        format!("[{one}]"),
        format!("[{}]", vec![one.as_str(); 20_000].join(",")),
        "[]".to_owned(),
        format!("{{\"jsonrpc\":\"1.0\",{}", &one[1..]),
        one.replace("daemon/status", &"x".repeat(1_000_000)),
        "\u{0}".to_owned(),
        "\u{feff}{}".to_owned(),
    ];
    for text in texts {
        let start: String = text.chars().take(60).collect();
        socket.send(Message::text(text)).await.unwrap();
        let answer = answer(&mut socket).await;
        assert!(answer["error"]["code"].is_number() && answer["result"].is_null(), "{start}: {answer}");
    }
    // What has no id that can be repeated is taken for a notification, and may go without an answer.
    for id in ["{}", "[1]", "true", "1.5", "1,\"id\":2"] {
        socket.send(Message::text(one.replace("\"id\":1", &format!("\"id\":{id}")))).await.unwrap();
    }
    socket.send(request(3, "daemon/hello", &hello(PROTOCOL))).await.unwrap();
    loop {
        let answer = answer(&mut socket).await;
        if answer["id"] == 3 {
            assert_eq!(answer["result"]["root"], "/some/project", "the connection goes on: {answer}");
            break;
        }
        assert!(answer["error"]["code"].is_number() && answer["result"].is_null(), "{answer}");
    }
    well(&server, &witness).await;
}

#[tokio::test]
async fn who_does_not_read_waits_for_itself() {
    let (server, witness) = served(Limits::default()).await;
    let mut lazy = Vec::new();
    for _ in 0..8 {
        let mut stream = raw(&server).await;
        stream.write_all(&call(1, "daemon/hello", &hello(PROTOCOL))).await.unwrap();
        lazy.push(stream);
    }
    let none = serde_json::json!([]);
    let flood: Vec<u8> = (2..2_000).flat_map(|id| call(id, "build/diagnostics", &none)).collect();
    for stream in &mut lazy {
        // As much as goes into it at once: the server stops reading when its answers are not read.
        loop {
            match stream.try_write(&flood) {
                Ok(_) => tokio::task::yield_now().await,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
            if within("progress", stream.writable()).await.is_err() {
                break;
            }
        }
        well(&server, &witness).await;
    }
    drop(lazy);
    well(&server, &witness).await;
}

/// Bytes of this process that are in memory.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

/// What a hostile client does next.
#[derive(Debug, Clone)]
enum Move {
    Bytes(Vec<u8>),
    Frame(u8, Vec<u8>),
    /// A claim without what it claims.
    Claim(u8, u64),
    Text(String),
    Call(&'static str, String),
    Hello,
}

impl Move {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Frame(head, payload) => frame(*head, payload),
            Self::Claim(head, length) => claim(*head, *length),
            Self::Text(text) => frame(FINAL | TEXT, text.as_bytes()),
            Self::Call(method, params) => {
                let text = format!("{{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"{method}\",\"params\":{params}}}");
                frame(FINAL | TEXT, text.as_bytes())
            }
            Self::Hello => call(1, "daemon/hello", &hello(PROTOCOL)),
        }
    }
}

fn moves() -> impl Strategy<Value = Move> {
    let methods = prop::sample::select(vec![
        "daemon/hello",
        "daemon/logs",
        "app/start",
        "reload/wait",
        "overlay/set",
        "forge/check",
        "forge/lower",
        "build/explain",
        "event/subscribe",
        "event/unsubscribe",
        "no/method",
    ]);
    let params = prop_oneof![
        Just("[]".to_owned()),
        Just("[{\"file\":\"\\u0000\",\"text\":\"\\ud834\\udd1e\"}]".to_owned()),
        Just("[{\"timeout_ms\":18446744073709551615}]".to_owned()),
        "\\PC{0,40}".prop_map(|text| serde_json::json!([text]).to_string()),
        "[\\[\\]{}\",:0-9a-z]{0,40}",
    ];
    prop_oneof![
        1 => vec(any::<u8>(), 0..64).prop_map(Move::Bytes),
        2 => (any::<u8>(), vec(any::<u8>(), 0..300)).prop_map(|(head, payload)| Move::Frame(head, payload)),
        1 => (any::<u8>(), any::<u64>()).prop_map(|(head, length)| Move::Claim(head, length)),
        1 => Just(Move::Frame(FINAL | BINARY, b"{}".to_vec())),
        2 => "\\PC{0,200}".prop_map(Move::Text),
        4 => (methods, params).prop_map(|(method, params)| Move::Call(method, params)),
        3 => Just(Move::Hello),
    ]
}

/// Whatever comes, in whatever pieces: nothing ends but the connection, and nothing of it is kept.
#[test]
fn no_sequence_of_bytes_does_harm() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let limits = Limits { greeting: Duration::from_secs(2), ..Limits::default() };
    let (server, witness) = runtime.block_on(served(limits));
    let settled = RefCell::new(None);
    let cases = 600;
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let seen = RefCell::new(0);
    let session = (vec(moves(), 0..12), 1_usize..700);
    runner
        .run(&session, |(moves, piece)| {
            runtime.block_on(async {
                let mut stream = raw(&server).await;
                let bytes: Vec<u8> = moves.iter().flat_map(Move::bytes).collect();
                for piece in bytes.chunks(piece) {
                    if stream.write_all(piece).await.is_err() {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
                let _ = stream.shutdown().await;
                end_of(&mut stream).await;
                well(&server, &witness).await;
            });
            *seen.borrow_mut() += 1;
            if *seen.borrow() == cases / 2 {
                settled.replace(Some(resident()));
            }
            Ok(())
        })
        .unwrap();
    let (before, after) = (settled.into_inner().unwrap(), resident());
    assert!(after < before + 16 * 1024 * 1024, "grown from {before} to {after} bytes");
}
