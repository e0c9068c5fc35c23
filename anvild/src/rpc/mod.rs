//! The daemon's socket: accepts clients, checks who they are, and turns their calls into [`RpcCall`]s for the loop.
//!
//! Owns no state of the daemon. Nothing a client does, or fails to do, reaches the loop but well-formed calls; the loop
//! never waits for a client. Never on TCP.
//!
//! ```no_run
//! # async fn example(listener: tokio::net::UnixListener, stop: impl std::future::Future<Output = ()>) {
//! use anvild::rpc::{Identity, Limits, Publisher, RpcServer};
//!
//! let mut publisher = Publisher::new();
//! let (calls, mut received) = tokio::sync::mpsc::channel(64);
//! let identity = Identity::of_this_process("/some/project");
//! let server = RpcServer { identity, calls, events: publisher.source(), limits: Limits::default() };
//! tokio::join!(server.serve(listener, stop), async move {
//!     while let Some(call) = received.recv().await { /* answer it */ }
//! });
//! # }
//! ```

mod call;
mod connection;
mod events;
mod methods;
mod peer;

use std::{future::Future, path::Path, sync::Arc, time::Duration};

use anvild_protocol::{ClientId, MESSAGE_BYTES_MAX};
use jsonrpsee::server::{
    BatchRequestConfig, ServerConfig, ServerHandle, StopHandle, TowerServiceBuilder, stop_channel,
};
use tokio::{
    net::{UnixListener, UnixStream},
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
};
use tower::layer::util::Identity as NoLayer;

pub use call::{Reply, RpcCall, call_error};
pub use events::{EventSource, Publisher};

/// What `daemon/hello` says of this daemon.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Version of the package.
    pub version: String,
    /// Absolute path of the project.
    pub root: String,
    pub pid: u32,
}

impl Identity {
    pub fn of_this_process(root: impl AsRef<Path>) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            root: root.as_ref().display().to_string(),
            pid: std::process::id(),
        }
    }
}

/// Bounds of what clients can take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at a time, greeted or not. One more is answered with 503.
    pub clients: u32,
    /// From the accepted connection to `daemon/hello`.
    pub greeting: Duration,
    /// Bytes of a message, both ways.
    pub message_bytes: u32,
    /// Calls of one connection that are under way.
    pub calls_per_client: u32,
    /// Subscriptions of one connection.
    pub subscriptions_per_client: u32,
    /// Messages waiting to be written to one connection.
    pub messages_per_client: u32,
    /// How long a subscriber may leave a full queue unread before its connection is closed.
    pub drain: Duration,
    /// For subscribers to be told everything, and then for calls under way to end, when the server stops.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clients: 64,
            greeting: Duration::from_secs(5),
            message_bytes: MESSAGE_BYTES_MAX,
            calls_per_client: 256,
            subscriptions_per_client: 8,
            messages_per_client: 256,
            drain: Duration::from_secs(5),
            stop: Duration::from_secs(2),
        }
    }
}

/// Everything a server needs besides its socket.
#[derive(Debug)]
pub struct RpcServer {
    pub identity: Identity,
    /// To the daemon's loop. Give it a bound: callers wait while it is full.
    pub calls: mpsc::Sender<RpcCall>,
    pub events: EventSource,
    pub limits: Limits,
}

impl RpcServer {
    /// Serves until `stop` resolves, then forwards the events published until then, lets calls under way end (each
    /// within `limits.stop`), and closes every connection.
    /// All connections are gone when this returns.
    pub async fn serve(self, listener: UnixListener, stop: impl Future<Output = ()>) {
        let (stop_handle, server_handle) = stop_channel();
        let shared = Arc::new(Shared {
            service: service_builder(&self.limits),
            stop: stop_handle,
            own_uid: rustix::process::geteuid().as_raw(),
            seats: Arc::new(Semaphore::new(self.limits.clients as usize)),
            turned_away: Arc::new(Semaphore::new(TURNED_AWAY_MAX)),
            identity: self.identity,
            calls: self.calls,
            events: self.events,
            ending: watch::Sender::new(false),
            limits: self.limits,
        });
        let mut connections = JoinSet::new();
        accept_until(&listener, stop, &shared, &mut connections).await;
        // Nobody can connect any more; those in the backlog get a reset.
        drop(listener);
        end_connections(&server_handle, shared, connections).await;
    }
}

/// Connections over the limit that are being told so; further ones are closed without a word.
const TURNED_AWAY_MAX: usize = 16;
/// Before the next attempt when the process is out of file descriptors: `accept` would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

struct Shared {
    identity: Identity,
    calls: mpsc::Sender<RpcCall>,
    events: EventSource,
    ending: watch::Sender<bool>,
    limits: Limits,
    service: TowerServiceBuilder<NoLayer, NoLayer>,
    stop: StopHandle,
    own_uid: u32,
    seats: Arc<Semaphore>,
    turned_away: Arc<Semaphore>,
}

fn service_builder(limits: &Limits) -> TowerServiceBuilder<NoLayer, NoLayer> {
    let config = ServerConfig::builder()
        .ws_only()
        .max_request_body_size(limits.message_bytes)
        .max_response_body_size(limits.message_bytes)
        // Ours count from the accepted connection; this one counts from the upgrade and must not be the tighter one.
        .max_connections(limits.clients)
        .max_subscriptions_per_connection(limits.subscriptions_per_client)
        .set_message_buffer_capacity(limits.messages_per_client)
        .set_batch_request_config(BatchRequestConfig::Disabled)
        // The end of a peer is always seen on a Unix socket; a ping would only cut off a suspended terminal.
        .disable_ws_ping()
        .build();
    jsonrpsee::server::Server::builder().set_config(config).to_service_builder()
}

async fn accept_until(
    listener: &UnixListener,
    stop: impl Future<Output = ()>,
    shared: &Arc<Shared>,
    connections: &mut JoinSet<()>,
) {
    tokio::pin!(stop);
    let mut next = 0;
    loop {
        tokio::select! {
            () = &mut stop => return,
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection's task ended unexpectedly");
                }
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    next += 1;
                    admit(stream, ClientId(next), shared, connections);
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a client");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
}

fn admit(stream: UnixStream, client: ClientId, shared: &Arc<Shared>, connections: &mut JoinSet<()>) {
    if let Err(refused) = peer::check(&stream, shared.own_uid) {
        tracing::warn!(%refused, "a connection was refused");
        return;
    }
    if let Ok(seat) = Arc::clone(&shared.seats).try_acquire_owned() {
        let shared = Arc::clone(shared);
        connections.spawn(async move {
            connection::run(stream, client, &shared).await;
            drop(seat);
        });
    } else if let Ok(permit) = Arc::clone(&shared.turned_away).try_acquire_owned() {
        connections.spawn(async move {
            connection::turn_away(stream).await;
            drop(permit);
        });
    }
}

async fn end_connections(server: &ServerHandle, shared: Arc<Shared>, mut connections: JoinSet<()>) {
    let limit = shared.limits.stop;
    // First the subscribers, who are cut off without a chance to catch up once the server is told.
    shared.ending.send_replace(true);
    let _ = tokio::time::timeout(limit, shared.ending.closed()).await;
    drop(shared);
    // An error says that no connection is left to be stopped.
    let _ = server.stop();
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limit, all_ended).await.is_err() {
        connections.shutdown().await;
    }
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
