//! The accept loop: HTTP/1.1 with upgrades, a graceful end with a deadline, and separate control over accepting.
//!
//! One [`Server`] may take connections from a listener, stop, and go on serving the connections that are open; the
//! development host hands traffic over that way.

mod count;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use count::{Count, CountedBody};

/// A client that has not sent its request's head by then is cut off.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Pause after a failed accept (no descriptors left, most often), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

type Service = Arc<dyn Fn(Request, SocketAddr) -> BoxFuture<'static, Response> + Send + Sync>;

/// What connections should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// Finish the request in flight, then close.
    Closing,
    /// Close now.
    Cut,
}

/// Serves connections with one function. Dropping it cuts them.
pub struct Server {
    service: Service,
    phase: watch::Sender<Phase>,
    connections: Count,
    requests: Count,
}

/// A running accept loop.
#[derive(Debug)]
pub struct Accepting {
    stop: watch::Sender<bool>,
    task: JoinHandle<TcpListener>,
}

/// How [`Server::shutdown`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shutdown {
    /// Every connection was finished.
    Clean,
    /// The grace was over; this many connections were cut.
    Cut { connections: u64 },
}

impl Server {
    /// Takes no connections yet. `service` must answer every request; a panic in it ends that connection.
    pub fn new<F, Fut>(service: F) -> Self
    where
        F: Fn(Request, SocketAddr) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Response> + Send + 'static,
    {
        let service: Service = Arc::new(move |request, peer| Box::pin(service(request, peer)));
        Self {
            service,
            phase: watch::Sender::new(Phase::Open),
            connections: Count::default(),
            requests: Count::default(),
        }
    }

    /// Starts taking connections from `listener`.
    pub fn accept(&self, listener: TcpListener) -> Accepting {
        let (stop, stopped) = watch::channel(false);
        let (connection, connections) = (self.connection(), self.connections.clone());
        let task = tokio::spawn(accept_loop(listener, stopped, connections, connection));
        Accepting { stop, task }
    }

    /// Requests whose response is not yet sent to its end.
    pub fn in_flight(&self) -> u64 {
        self.requests.now()
    }

    /// Open connections. One that was upgraded (a WebSocket) is its handler's and does not count.
    pub fn connections(&self) -> u64 {
        self.connections.now()
    }

    /// Follows [`Server::connections`].
    pub fn watch_connections(&self) -> watch::Receiver<u64> {
        self.connections.watch()
    }

    /// Returns when no request is in flight.
    pub async fn idle(&self) {
        self.requests.zero().await;
    }

    /// Asks every connection to close after the request in flight and waits until all are closed; cuts those that are still
    /// open after `grace`. Stop accepting first.
    pub async fn shutdown(&self, grace: Duration) -> Shutdown {
        let deadline = Instant::now() + grace;
        self.phase.send_replace(Phase::Closing);
        if timeout_at(deadline, self.connections.zero()).await.is_ok() {
            return Shutdown::Clean;
        }
        let connections = self.connections.now();
        self.phase.send_replace(Phase::Cut);
        self.connections.zero().await;
        if connections == 0 { Shutdown::Clean } else { Shutdown::Cut { connections } }
    }

    fn connection(&self) -> Connection {
        Connection { service: self.service.clone(), phase: self.phase.subscribe(), requests: self.requests.clone() }
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (connections, in_flight) = (self.connections(), self.in_flight());
        f.debug_struct("Server")
            .field("connections", &connections)
            .field("in_flight", &in_flight)
            .finish_non_exhaustive()
    }
}

impl Accepting {
    /// Takes no further connection and gives the listener back, once the loop has ended. Open connections go on.
    ///
    /// # Errors
    /// The loop's task was cancelled, which happens only while the runtime shuts down.
    pub async fn stop(self) -> std::io::Result<TcpListener> {
        self.stop.send_replace(true);
        self.task.await.map_err(std::io::Error::other)
    }
}

/// Serves `listener` with `service` until `shutdown` is ready, then gives requests in flight `grace` to finish.
///
/// # Errors
/// See [`Accepting::stop`].
pub async fn serve<F, Fut>(
    listener: TcpListener,
    service: F,
    shutdown: impl Future<Output = ()>,
    grace: Duration,
) -> std::io::Result<Shutdown>
where
    F: Fn(Request, SocketAddr) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    let server = Server::new(service);
    let accepting = server.accept(listener);
    shutdown.await;
    drop(accepting.stop().await?);
    Ok(server.shutdown(grace).await)
}

async fn accept_loop(
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
    connections: Count,
    connection: Connection,
) -> TcpListener {
    loop {
        let accepted = tokio::select! {
            // An error means that the handle is gone: nobody can stop the loop but by dropping the handle.
            _ = stopped.wait_for(|stop| *stop) => return listener,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Bounded: the task ends with its connection, and `shutdown` waits for the count and cuts what is left.
                tokio::spawn(connection.clone().run(stream, peer, connections.enter()));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                let _ = tokio::time::timeout(ACCEPT_PAUSE, stopped.wait_for(|stop| *stop)).await;
            }
        }
    }
}

#[derive(Clone)]
struct Connection {
    service: Service,
    phase: watch::Receiver<Phase>,
    requests: Count,
}

impl Connection {
    async fn run(mut self, stream: TcpStream, peer: SocketAddr, _open: count::Guard) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let (service, requests) = (self.service.clone(), self.requests.clone());
        let answer = service_fn(move |request: hyper::Request<Incoming>| {
            let guard = requests.enter();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let response = service(request, peer);
            async move { Ok::<_, Infallible>(response.await.map(|body| CountedBody::new(body, guard))) }
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEADER_READ_TIMEOUT);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answer).with_upgrades());
        let mut closing = false;
        loop {
            let phase = tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, %peer, "connection ended");
                    }
                    return;
                }
                phase = self.phase.wait_for(|phase| *phase == Phase::Cut || (*phase == Phase::Closing && !closing)) => {
                    phase.map_or(Phase::Cut, |phase| *phase)
                }
            };
            if phase == Phase::Cut {
                return;
            }
            closing = true;
            connection.as_mut().graceful_shutdown();
        }
    }
}
