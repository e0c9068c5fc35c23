//! When a daemon that nobody needs ends.

use std::time::{Duration, Instant};

use anvild_protocol::AppState;

use super::Daemon;

/// Seconds without client and app after which the daemon ends; the variable is for tests and for people with little memory.
const IDLE_SECONDS: u64 = 600;
const IDLE_VARIABLE: &str = "ANVILD_IDLE_S";

impl Daemon {
    /// Starts or stops the idle clock after something changed.
    pub(super) fn mind_idleness(&mut self) {
        let needed = !self.clients.is_empty() || self.engine.state() != AppState::Stopped;
        match (needed, self.idle_since) {
            (true, _) => self.idle_since = None,
            (false, None) if self.exit.is_none() => self.idle_since = Some(Instant::now()),
            (false, _) => {}
        }
    }

    pub(super) fn idle_deadline(&self) -> Option<Instant> {
        let seconds = std::env::var(IDLE_VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(IDLE_SECONDS);
        self.idle_since.map(|since| since + Duration::from_secs(seconds))
    }
}
