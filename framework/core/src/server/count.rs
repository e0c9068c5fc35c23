//! Counts that can be waited for.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::sync::watch;

/// How many guards are alive.
#[derive(Debug, Clone, Default)]
pub(super) struct Count {
    alive: watch::Sender<u64>,
}

/// One of a [`Count`].
#[derive(Debug)]
pub(super) struct Guard {
    alive: watch::Sender<u64>,
}

impl Count {
    pub(super) fn enter(&self) -> Guard {
        self.alive.send_modify(|alive| *alive += 1);
        Guard { alive: self.alive.clone() }
    }

    pub(super) fn now(&self) -> u64 {
        *self.alive.borrow()
    }

    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.alive.subscribe()
    }

    pub(super) async fn zero(&self) {
        // Cannot fail: this end is alive.
        let _ = self.alive.subscribe().wait_for(|alive| *alive == 0).await;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.alive.send_modify(|alive| *alive -= 1);
    }
}

/// A response body that keeps its request counted until it is sent or dropped.
#[derive(Debug)]
pub(super) struct CountedBody {
    body: Body,
    _guard: Guard,
}

impl CountedBody {
    pub(super) fn new(body: Body, guard: Guard) -> Self {
        Self { body, _guard: guard }
    }
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
