//! Answers the app's connections while no host does, so that a browser shows what is going on instead of an error of its own.
//!
//! Shares the listening socket with the hosts. While hidden it neither accepts nor watches the socket: connections wait in
//! the kernel's queue for the next host.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use anvild_engine::PlaceholderPage;
use tokio::{
    net::TcpListener as AcceptingListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};

use super::respond::answer;

/// Connections answered at a time; more wait in the kernel's queue. Derivation: ten tabs with six connections each.
const CONNECTIONS_MAX: usize = 64;
/// Longest that one connection can take: head, answer and its reading by the client each have 2 s.
const CONNECTION_TIME: Duration = Duration::from_secs(6);
/// Pause after an accept that failed for want of descriptors or memory, which nothing announces the end of.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The page that is shown while nothing serves. Starts hidden; dropping it stops the answering.
#[derive(Debug)]
pub struct Placeholder {
    page: watch::Sender<Option<Arc<PlaceholderPage>>>,
    task: JoinHandle<()>,
}

impl Placeholder {
    /// Starts, hidden, on a duplicate of `listener`, which must be non-blocking. Must be called inside a tokio runtime.
    pub fn spawn(listener: &TcpListener) -> io::Result<Self> {
        let listener = listener.try_clone()?;
        let (page, shown) = watch::channel(None);
        let task = tokio::spawn(run(listener, shown));
        Ok(Self { page, task })
    }

    /// Answers connections with `page` from now on: 503, as HTML or, where the client asks for it, as JSON.
    pub fn show(&self, page: PlaceholderPage) {
        self.page.send_replace(Some(Arc::new(page)));
    }

    /// Takes no further connection. Those that were taken before still get their answer. On a `current_thread` runtime none is
    /// taken after this returns, so a host may be told to accept.
    pub fn hide(&self) {
        self.page.send_replace(None);
    }
}

impl Drop for Placeholder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn run(listener: TcpListener, mut shown: watch::Receiver<Option<Arc<PlaceholderPage>>>) {
    let mut connections = JoinSet::new();
    while shown.wait_for(Option::is_some).await.is_ok() {
        // A registration of its own for each time it is shown: a hidden placeholder must not be woken by every connection that
        // a host takes.
        let accepting = listener.try_clone().and_then(AcceptingListener::from_std);
        match accepting {
            Ok(accepting) => accept_while_shown(&accepting, &mut shown, &mut connections).await,
            Err(error) => {
                tracing::warn!(%error, "cannot answer connections while no host serves");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn accept_while_shown(
    listener: &AcceptingListener,
    shown: &mut watch::Receiver<Option<Arc<PlaceholderPage>>>,
    connections: &mut JoinSet<()>,
) {
    loop {
        let Some(page) = shown.borrow_and_update().clone() else { return };
        tokio::select! {
            biased;
            changed = shown.changed() => if changed.is_err() { return },
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS_MAX => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(async move {
                        let _ = timeout(CONNECTION_TIME, answer(stream, &page)).await;
                    });
                }
                // The client left before it was accepted.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(_) => sleep(ACCEPT_PAUSE).await,
            },
        }
    }
}
