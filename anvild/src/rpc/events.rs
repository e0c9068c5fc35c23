//! From the loop to subscribers, without ever waiting for one of them.
//!
//! Each subscriber reads from one bounded ring at its own pace. One that falls behind loses the oldest events and sees
//! it in `seq`; one that does not read at all is cut off.

use std::{sync::Arc, time::Duration};

use anvild_protocol::{Event, EventKind};
use jsonrpsee::core::server::{SendTimeoutError, SubscriptionMessage, SubscriptionSink};
use tokio::sync::{
    broadcast::{self, error::RecvError},
    watch,
};

use super::connection::Cutter;

/// Events that a subscriber may be behind.
const EVENTS_KEPT: usize = 1024;

/// The sending end; owned by the loop.
#[derive(Debug)]
pub struct Publisher {
    sender: broadcast::Sender<Arc<Event>>,
    seq: u64,
}

/// Where subscriptions come from.
#[derive(Debug, Clone)]
pub struct EventSource(broadcast::Sender<Arc<Event>>);

impl Publisher {
    pub fn new() -> Self {
        Self::with_capacity(EVENTS_KEPT)
    }

    /// Keeping `events` for subscribers that are behind; at least 1.
    pub fn with_capacity(events: usize) -> Self {
        Self { sender: broadcast::Sender::new(events), seq: 0 }
    }

    /// Numbers the event and hands it to all subscribers. Never waits. Gives back its number.
    pub fn publish(&mut self, kind: EventKind) -> u64 {
        self.seq += 1;
        // An error says that nobody listens.
        let _ = self.sender.send(Arc::new(Event { seq: self.seq, kind }));
        self.seq
    }

    /// How many take the events at present.
    pub fn subscriptions(&self) -> usize {
        self.sender.receiver_count()
    }

    pub fn source(&self) -> EventSource {
        EventSource(self.sender.clone())
    }
}

impl Default for Publisher {
    fn default() -> Self {
        Self::new()
    }
}

impl EventSource {
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.0.subscribe()
    }
}

/// Forwards until the subscriber, its connection or the server ends. Of a server that is `ending`, everything published
/// before is still forwarded: the last word says why the daemon ends, and whoever misses it takes the end for a crash.
pub(super) async fn forward(
    mut events: broadcast::Receiver<Arc<Event>>,
    mut ending: watch::Receiver<bool>,
    sink: SubscriptionSink,
    drain: Duration,
    cutter: Cutter,
) {
    loop {
        let event = tokio::select! {
            biased;
            () = sink.closed() => return,
            event = events.recv() => event,
            _ = ending.wait_for(|ending| *ending) => return,
        };
        let event = match event {
            Ok(event) => event,
            Err(RecvError::Lagged(lost)) => {
                tracing::debug!(lost, "a subscriber is behind");
                continue;
            }
            Err(RecvError::Closed) => return,
        };
        let message = match serde_json::value::to_raw_value(&*event) {
            Ok(json) => SubscriptionMessage::from(json),
            Err(error) => {
                tracing::error!(%error, "an event cannot be written as JSON");
                continue;
            }
        };
        match sink.send_timeout(message, drain).await {
            Ok(()) => {}
            Err(SendTimeoutError::Closed(_)) => return,
            Err(SendTimeoutError::Timeout(_)) => {
                tracing::warn!("a subscriber does not read; its connection is closed");
                cutter.cut();
                return;
            }
        }
    }
}
