//! Who answers requests at the moment, and counts of what a drain has to know.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::watch;

/// Who answers a request that arrives now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// This host.
    Serving,
    /// Not decided: connections are no longer taken here, and the next host may or may not take over. A request waits
    /// for the decision, so that a client that already met the next host never meets this one again.
    Holding,
    /// The next host: requests are passed on.
    Forwarding,
    /// This host, for the last time.
    Stopping,
}

impl Phase {
    /// Connections and streams of our own come to their end.
    pub(crate) fn is_ending(self) -> bool {
        matches!(self, Self::Forwarding | Self::Stopping)
    }
}

/// How many of something are open.
#[derive(Debug, Clone, Default)]
pub(crate) struct Count {
    open: watch::Sender<u64>,
}

/// One of a [`Count`], as long as it lives.
#[derive(Debug)]
pub(crate) struct Entered {
    open: watch::Sender<u64>,
}

impl Count {
    pub(crate) fn enter(&self) -> Entered {
        self.open.send_modify(|open| *open += 1);
        Entered { open: self.open.clone() }
    }

    pub(crate) fn now(&self) -> u64 {
        *self.open.borrow()
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.open.subscribe()
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.open.send_modify(|open| *open -= 1);
    }
}

/// A body that is counted until it is sent or given up.
pub(crate) struct CountedBody {
    body: Body,
    _entered: Entered,
}

impl CountedBody {
    pub(crate) fn wrap(body: Body, entered: Entered) -> Body {
        Body::new(Self { body, _entered: entered })
    }
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
