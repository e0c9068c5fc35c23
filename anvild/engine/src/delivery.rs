//! Hands what was saved to hosts: one delivery at a time. What the serving host may
//! answer is in `swap.rs` and `beside.rs`, the steps of a new host are in `takeover.rs`.

use std::time::Instant;

use anvild_protocol::{BuildKind, BuildOutcome, Generation, HostId};

use crate::beside::Beside;
use crate::code::{Good, Ready};
use crate::engine::Engine;
use crate::event::Artifact;
use crate::hosts::{Cause, Replacement, Serving};
use crate::ledger::Ending;
use crate::swap::{Aim, Swap};
use crate::takeover::{Fresh, Why};

#[derive(Debug)]
pub(crate) enum Delivery {
    Idle,
    /// The serving host was given a library.
    Swap(Swap),
    /// The serving host was told of a change beside the code.
    Beside(Beside),
    /// A new host is on its way to serve.
    Fresh(Box<Fresh>),
}

/// How and when a generation was handed over.
#[derive(Debug)]
pub(crate) struct Handed {
    pub(crate) kind: BuildKind,
    pub(crate) reason: String,
    pub(crate) begun: Instant,
}

impl Delivery {
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Idle)
    }

    /// The newest generation that the delivery makes live.
    pub(crate) fn label(&self) -> Option<Generation> {
        match self {
            Self::Idle => None,
            Self::Swap(swap) => Some(swap.label()),
            Self::Beside(beside) => Some(beside.label()),
            Self::Fresh(fresh) => Some(fresh.label),
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Idle => None,
            Self::Swap(swap) => Some(swap.deadline()),
            Self::Beside(beside) => Some(beside.deadline()),
            Self::Fresh(fresh) => Some(fresh.deadline),
        }
    }

    /// What a host is about to run.
    pub(crate) fn artifact(&self) -> Option<&Artifact> {
        match self {
            Self::Idle | Self::Beside(_) => None,
            Self::Swap(swap) => Some(swap.artifact()),
            Self::Fresh(fresh) => Some(fresh.artifact()),
        }
    }

    pub(crate) fn is_idle(&self) -> bool {
        matches!(self, Self::Idle)
    }

    pub(crate) fn fresh(&self) -> Option<&Fresh> {
        match self {
            Self::Fresh(fresh) => Some(fresh),
            Self::Idle | Self::Swap(_) | Self::Beside(_) => None,
        }
    }

    pub(crate) fn fresh_mut(&mut self, host: HostId) -> Option<&mut Fresh> {
        match self {
            Self::Fresh(fresh) if fresh.id == host => Some(fresh),
            Self::Idle | Self::Swap(_) | Self::Beside(_) | Self::Fresh(_) => None,
        }
    }

    pub(crate) fn take_fresh(&mut self, host: HostId) -> Option<Box<Fresh>> {
        self.take_fresh_if(|fresh| fresh.id == host)
    }

    pub(crate) fn take_fresh_if(&mut self, is_meant: impl FnOnce(&Fresh) -> bool) -> Option<Box<Fresh>> {
        match self.take() {
            Self::Fresh(fresh) if is_meant(&fresh) => Some(fresh),
            other => {
                *self = other;
                None
            }
        }
    }
}

impl Engine {
    /// Starts the next delivery. Configuration goes before code, so that a library is never live with the
    /// configuration of an older generation.
    pub(crate) fn start_delivery(&mut self, now: Instant) {
        if !self.delivery.is_idle() {
            return;
        }
        let Some(serving) = self.hosts.serving() else { return self.start_where_none_serves(now) };
        let label = serving.label;
        let hangs = self.replacement.as_ref().is_some_and(|of| matches!(of.cause, Cause::Hung(_)));
        let replace = self.replacement.as_ref().filter(|of| !of.tried).map(|of| of.reason.clone());
        if self.configure && replace.is_none() && !hangs {
            self.tell_configure(now, label);
        } else if let Some(ready) = self.code.ready.take() {
            self.deliver(now, ready);
        } else if let Some((reason, good)) = replace.zip(self.code.good.clone()) {
            self.start_host(now, good.artifact, Why::Replace, reason);
        } else if self.code.roll_back && !hangs {
            self.roll_back(now);
        } else if self.code_is_current() && label < self.saved() && self.refused_beside < self.saved() && !hangs {
            self.tell_advance(now);
        }
    }

    fn deliver(&mut self, now: Instant, ready: Ready) {
        let obstacle = self.hosts.serving().and_then(|serving| self.obstacle(&ready, serving));
        match obstacle {
            Some(reason) => self.start_host(now, ready.artifact, Why::Deliver, reason),
            None => self.swap(now, ready, Aim::Deliver),
        }
    }

    /// Why the serving host cannot take this artifact; `None` if it can.
    pub(crate) fn obstacle(&self, ready: &Ready, serving: &Serving) -> Option<String> {
        let artifact = &ready.artifact;
        if let Some(replacement) = &self.replacement {
            return Some(replacement.reason.clone());
        }
        if let Some(reason) = &ready.handover {
            return Some(reason.clone());
        }
        if !self.is_hot() {
            return Some("hot is off".to_owned());
        }
        if artifact.libraries.is_empty() {
            let known = ready.reason.starts_with("linked statically");
            return Some(if known { ready.reason.clone() } else { format!("linked statically: {}", ready.reason) });
        }
        if artifact.image != serving.image {
            // Where cargo was asked, what made it build others says more than that they are others.
            let by_cargo = ready.reason.starts_with("cargo: ");
            let with_it = || format!("{}, and with it the deps library", ready.reason);
            return Some(if by_cargo { with_it() } else { "deps library changed".to_owned() });
        }
        if serving.loads >= self.config.libraries_max {
            return Some(format!("recycled after {} libraries", serving.loads));
        }
        let grown = serving.rss_bytes.filter(|bytes| *bytes >= self.config.host_rss_max)?;
        Some(format!("recycled at {} MiB", grown / (1024 * 1024)))
    }

    /// What was being delivered is not wanted any more.
    pub(crate) fn replaced(&mut self, now: Instant, label: Generation, kind: BuildKind) {
        let reason = format!("replaced by generation {}", self.saved());
        let ending = Ending { kind, outcome: BuildOutcome::Cancelled, reason, delivered: None };
        self.end_open_up_to(now, label, &ending);
    }

    pub(crate) fn expire_delivery(&mut self, now: Instant) {
        if self.delivery.deadline().is_none_or(|deadline| deadline > now) {
            return;
        }
        match self.delivery.take() {
            Delivery::Idle => {}
            Delivery::Fresh(fresh) => self.fresh_overdue(now, *fresh),
            Delivery::Beside(_) => {
                self.end_beside_broken(now);
                let reason = "the host did not answer".to_owned();
                self.replacement = Some(Replacement { reason, cause: Cause::Hung(None), tried: false });
            }
            Delivery::Swap(swap) => self.swap_hangs(now, swap),
        }
    }

    /// A host answers for `good.label`.
    pub(crate) fn went_live(&mut self, now: Instant, good: Good, handed: Handed) {
        let good = Good { artifact: self.code.whole_of(good.artifact), ..good };
        let label = good.label;
        if self.code.good.as_ref().is_none_or(|before| before.label < label) {
            self.board.clear_runtime_before(label);
            self.recovery.new_generation();
        }
        if self.code.is_newest(&good.artifact) && self.builds.covered() {
            self.code.mend();
            self.board.set_reload(Vec::new());
        }
        self.code.good = Some(good);
        self.code.vouch();
        self.code.roll_back = false;
        let Handed { kind, reason, begun } = handed;
        let ending = Ending { kind, outcome: BuildOutcome::Live, reason, delivered: Some(begun) };
        let earlier = self.ledger.open_between(Generation::default(), label);
        for generation in earlier.into_iter().filter(|generation| *generation < label) {
            self.end(now, generation, &ending);
        }
        self.end(now, label, &ending);
        self.announce_standing();
    }
}
