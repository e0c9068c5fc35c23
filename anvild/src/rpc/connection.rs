//! One client, from the accepted connection to its end.

use std::{
    net::Shutdown,
    os::{fd::AsFd, unix::net::UnixStream as StdUnixStream},
    sync::Arc,
    time::Duration,
};

use anvild_protocol::{AnvilDaemonServer, ClientId};
use jsonrpsee::server::serve_with_graceful_shutdown;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    sync::{Semaphore, watch},
};

use super::{RpcCall, Shared, methods::Methods};

/// To read a request and to write the refusal.
const TURN_AWAY_LIMIT: Duration = Duration::from_secs(1);
/// An upgrade request is a few hundred bytes.
const REQUEST_BYTES_MAX: usize = 4096;

/// Cuts a connection off, whoever is reading or writing: a second handle on the same socket.
#[derive(Debug, Clone)]
pub(super) struct Cutter(Arc<StdUnixStream>);

impl Cutter {
    fn new(stream: &UnixStream) -> std::io::Result<Self> {
        Ok(Self(Arc::new(StdUnixStream::from(stream.as_fd().try_clone_to_owned()?))))
    }

    pub(super) fn cut(&self) {
        // ENOTCONN: it has ended already.
        let _ = self.0.shutdown(Shutdown::Both);
    }
}

/// Cut when its owner goes, so that no connection survives the task that answers for it.
struct CutOnDrop(Cutter);

impl Drop for CutOnDrop {
    fn drop(&mut self) {
        self.0.cut();
    }
}

pub(super) async fn run(stream: UnixStream, client: ClientId, shared: &Shared) {
    let Ok(cutter) = Cutter::new(&stream) else { return };
    let cut_on_drop = CutOnDrop(cutter.clone());
    let (greeted, mut greeting) = watch::channel(false);
    let methods = Methods {
        client,
        identity: shared.identity.clone(),
        calls: shared.calls.clone(),
        events: shared.events.clone(),
        ending: shared.ending.clone(),
        drain: shared.limits.drain,
        in_flight: Arc::new(Semaphore::new(shared.limits.calls_per_client as usize)),
        greeted,
        cutter: cutter.clone(),
    };
    let mut service = shared.service.clone().build(methods.into_rpc(), shared.stop.clone());
    let session_closed = service.on_session_closed();
    let stopped = shared.stop.clone().shutdown();

    let serving = async {
        // Ends with the upgrade (or without one); the session goes on in jsonrpsee's task until `session_closed`.
        match serve_with_graceful_shutdown(stream, service, stopped).await {
            Ok(()) => session_closed.await,
            Err(error) => tracing::debug!(client = client.0, %error, "a connection broke before its greeting"),
        }
    };
    tokio::pin!(serving);
    let in_time = tokio::select! {
        () = &mut serving => None,
        outcome = tokio::time::timeout(shared.limits.greeting, greeting.wait_for(|greeted| *greeted)) => {
            Some(outcome.is_ok_and(|greeted| greeted.is_ok()))
        }
    };
    if in_time == Some(false) {
        tracing::debug!(client = client.0, "no greeting in time");
        cutter.cut();
    }
    if in_time.is_some() {
        // To the very end even when cut: a greeting that was just being read must not follow the check below.
        serving.await;
    }
    drop(cut_on_drop);
    if *greeting.borrow() {
        // The loop may have ended before its clients.
        let _ = shared.calls.send(RpcCall::Gone { client }).await;
    }
}

/// Says 503 to a connection that there is no room for.
pub(super) async fn turn_away(mut stream: UnixStream) {
    let refuse = async {
        let mut request = [0; REQUEST_BYTES_MAX];
        // Read first: closing a socket with unread bytes would reset it before the client sees the answer.
        let _ = stream.read(&mut request).await?;
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await
    };
    let _ = tokio::time::timeout(TURN_AWAY_LIMIT, refuse).await;
}
