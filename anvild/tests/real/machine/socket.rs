//! Whatever comes in at the daemon's socket, the daemon stays, and so do its other clients.

use std::time::Duration;

use anvild_protocol::MESSAGE_BYTES_MAX;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
};
use tokio_tungstenite::{client_async, tungstenite::Message};

use crate::harness::{Daemon, Project};

/// For the daemon to cut somebody off.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn garbage_too_much_and_too_slow_only_end_their_own_connections() {
    let project = Project::bare("fx-socket");
    let daemon = Daemon::start(&project).await;
    let pid = daemon.pid();
    let connect = async || UnixStream::connect(daemon.paths().socket()).await.expect("the daemon listens");

    // Slow: half a request, and never the rest. Held until the end of the test.
    let mut slow = connect().await;
    slow.write_all(b"GET / HTTP/1.1\r\nhost: anv").await.expect("it is taken");

    // Garbage, with and without line ends.
    for garbage in [&b"\x00\xff\xfe\r\n\r\n"[..], b"GET /etc/passwd HTTP/1.1\r\n\r\n", b"{\"jsonrpc\":\"2.0\"}\n"] {
        let mut stream = connect().await;
        stream.write_all(garbage).await.expect("it is taken");
        stream.shutdown().await.expect("it was open");
        let mut answer = Vec::new();
        let end = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
        assert!(end.is_ok(), "{garbage:?} is not left open");
        assert_eq!(daemon.status().await.daemon.pid, pid);
    }

    // Garbage in the right wrapping, and more of it than a message may have.
    let over = MESSAGE_BYTES_MAX as usize + 1;
    for text in ["not json".to_owned(), "[[[[".repeat(10_000), format!("\"{}\"", "x".repeat(over))] {
        let (mut socket, _) = client_async("ws://anvild/", connect().await).await.expect("an upgrade");
        // The daemon may hang up in the middle of it.
        let _ = socket.send(Message::text(text)).await;
        let answer = tokio::time::timeout(PATIENCE, socket.next()).await;
        assert!(answer.is_ok(), "there is an answer, or an end");
        assert_eq!(daemon.status().await.daemon.pid, pid);
    }

    // All at once, and more than there are seats.
    let crowd = futures_util::future::join_all((0..100).map(|_| connect())).await;
    assert_eq!(daemon.status().await.daemon.pid, pid, "who is connected stays connected");
    drop(crowd);
    let mut rest = Vec::new();
    let cut = tokio::time::timeout(PATIENCE, slow.read_to_end(&mut rest)).await;
    assert!(cut.is_ok(), "who never says hello is cut off");
    assert_eq!(daemon.status().await.daemon.pid, pid);
}
