//! Deaths of hosts, and when the last good code is started again.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::config::EngineConfig;
use crate::delivery::Delivery;
use crate::engine::Engine;
use crate::event::ProcessEnd;
use crate::findings;
use crate::takeover::Why;

#[derive(Debug)]
pub(crate) struct Recovery {
    /// Within the window, oldest first; at most as many as are tolerated.
    deaths: VecDeque<Instant>,
    /// Deaths in a row, each after a short life.
    streak: u32,
    restarts: u32,
    plan: Plan,
}

#[derive(Debug)]
enum Plan {
    /// Nothing to recover from.
    None,
    Restart {
        at: Instant,
        reason: String,
    },
    /// It died too often. The next change set or a request tries again.
    GivenUp,
}

impl Recovery {
    pub(crate) fn new() -> Self {
        Self { deaths: VecDeque::new(), streak: 0, restarts: 0, plan: Plan::None }
    }

    pub(crate) fn restarts(&self) -> u32 {
        self.restarts
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        match self.plan {
            Plan::Restart { at, .. } => Some(at),
            Plan::None | Plan::GivenUp => None,
        }
    }

    pub(crate) fn has_given_up(&self) -> bool {
        matches!(self.plan, Plan::GivenUp)
    }

    pub(crate) fn new_generation(&mut self) {
        self.deaths.clear();
        self.streak = 0;
        self.restarts = 0;
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }

    /// A host was started for another reason, or for this one.
    pub(crate) fn started(&mut self, why: Why) {
        self.plan = Plan::None;
        if why == Why::Recover {
            self.restarts += 1;
        }
    }

    /// New code is on its way and will be tried instead.
    pub(crate) fn reconsider(&mut self) {
        if self.has_given_up() {
            self.reset();
        }
    }

    /// Something beside the code changed, which may have been the cause.
    pub(crate) fn retry(&mut self, now: Instant) {
        if self.has_given_up() {
            self.reset();
            self.plan = Plan::Restart { at: now, reason: "tried again with what was saved since".to_owned() };
        }
    }

    pub(crate) fn plan_at_once(&mut self, now: Instant, reason: String) {
        self.plan = Plan::Restart { at: now, reason };
    }

    /// Counts a death after this long a life and plans the restart.
    fn died(&mut self, config: &EngineConfig, now: Instant, lived: Duration, reason: String) {
        if lived >= config.death_window {
            self.streak = 0;
        }
        self.streak += 1;
        self.deaths.push_back(now);
        while self.deaths.front().is_some_and(|at| now.saturating_duration_since(*at) >= config.death_window) {
            self.deaths.pop_front();
        }
        self.plan = if self.deaths.len() >= usize::try_from(config.deaths_max).unwrap_or(usize::MAX) {
            Plan::GivenUp
        } else {
            Plan::Restart { at: now + self.backoff(config), reason }
        };
    }

    fn backoff(&self, config: &EngineConfig) -> Duration {
        let Some(doublings) = self.streak.checked_sub(2) else { return Duration::ZERO };
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        config.backoff_first.saturating_mul(factor).min(config.backoff_max)
    }

    fn take_due(&mut self, now: Instant) -> Option<String> {
        match std::mem::replace(&mut self.plan, Plan::None) {
            Plan::Restart { at, reason } if at <= now => Some(reason),
            other => {
                self.plan = other;
                None
            }
        }
    }
}

impl Engine {
    /// The serving host is gone. If it had just been given a library, that library is bad; otherwise the code it ran is
    /// started again. A new host that is already on its way makes a restart unnecessary.
    pub(crate) fn serving_died(&mut self, now: Instant, end: &ProcessEnd) {
        let Some(old) = self.hosts.take_serving() else { return };
        self.replacement = None;
        // A new host starts from code that is vouched for.
        self.code.roll_back = false;
        let reason = format!("the host {}", findings::ending(end));
        self.shown.because(&reason);
        match self.delivery.take() {
            Delivery::Swap(swap) => {
                self.swap_failed(now, &swap, findings::died_loading(end));
            }
            other => {
                self.delivery = other;
                if let Delivery::Beside(_) = self.delivery {
                    self.delivery = Delivery::Idle;
                    self.end_beside_broken(now);
                }
                self.board.add_runtime(self.live(), findings::died_serving(end));
            }
        }
        if self.delivery.is_idle() {
            self.recovery.died(&self.config, now, now.saturating_duration_since(old.since), reason);
        }
        self.old_yielded(now);
    }

    /// A host for code that had served did not come up.
    pub(crate) fn recover_later(&mut self, now: Instant, reason: &str) {
        self.recovery.died(&self.config, now, Duration::ZERO, reason.to_owned());
    }

    /// New code could not replace a host that has died meanwhile: back to the last good one, if there is any.
    pub(crate) fn recover_at_once(&mut self, now: Instant, reason: String) {
        if self.code.good.is_some() {
            self.recovery.plan_at_once(now, reason);
        }
    }

    pub(crate) fn start_where_none_serves(&mut self, now: Instant) {
        if let Some(ready) = self.code.ready.take() {
            let reason = ready.handover.unwrap_or(ready.reason);
            return self.start_host(now, ready.artifact, Why::Deliver, reason);
        }
        if let Some(reason) = self.recovery.take_due(now) {
            if let Some(good) = self.code.good.clone() {
                self.start_host(now, good.artifact, Why::Recover, reason);
            }
            return;
        }
        let idle = self.recovery.due().is_none() && !self.recovery.has_given_up();
        if idle
            && self.code_is_current()
            && let Some(artifact) = self.code.newest.clone()
        {
            self.start_host(now, artifact, Why::Deliver, "the app was started".to_owned());
        }
    }
}
