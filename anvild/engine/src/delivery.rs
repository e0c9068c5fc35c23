//! Hands what was saved to hosts: one delivery at a time. The steps of a new host are in `takeover.rs`.

use std::time::Instant;

use anvil_control::{Accepted, ConfigOutcome, LoadLibrary, Refusal, ToHost};
use anvild_protocol::{BuildKind, BuildOutcome, Generation, HostId};

use crate::code::{Good, Ready};
use crate::diagnostics::Outline;
use crate::engine::Engine;
use crate::event::Artifact;
use crate::findings;
use crate::hosts::{Cause, Replacement, Serving};
use crate::ledger::Ending;
use crate::refusal::{self, Verdict};
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

#[derive(Debug)]
pub(crate) struct Swap {
    artifact: Artifact,
    label: Generation,
    reason: String,
    begun: Instant,
    deadline: Instant,
}

#[derive(Debug)]
pub(crate) struct Beside {
    sort: Sort,
    /// What the host was told to stand for.
    label: Generation,
    /// What was saved when it was told.
    saved: Generation,
    begun: Instant,
    deadline: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Advance,
    Configure,
}

/// How and when a generation was handed over.
#[derive(Debug)]
pub(crate) struct Handed {
    pub(crate) kind: BuildKind,
    pub(crate) reason: String,
    pub(crate) begun: Instant,
}

impl Swap {
    pub(crate) fn label(&self) -> Generation {
        self.label
    }

    pub(crate) fn begun(&self) -> Instant {
        self.begun
    }
}

impl Delivery {
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Idle)
    }

    /// The newest generation that the delivery makes live.
    pub(crate) fn label(&self) -> Option<Generation> {
        match self {
            Self::Idle => None,
            Self::Swap(swap) => Some(swap.label),
            Self::Beside(beside) => Some(beside.label),
            Self::Fresh(fresh) => Some(fresh.label),
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Idle => None,
            Self::Swap(swap) => Some(swap.deadline),
            Self::Beside(beside) => Some(beside.deadline),
            Self::Fresh(fresh) => Some(fresh.deadline),
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

    fn take_swap(&mut self, label: Generation) -> Option<Swap> {
        match self.take() {
            Self::Swap(swap) if swap.label == label => Some(swap),
            other => {
                *self = other;
                None
            }
        }
    }

    fn take_beside(&mut self, sort: Sort, label: Generation) -> Option<Beside> {
        match self.take() {
            Self::Beside(beside) if beside.sort == sort && beside.label == label => Some(beside),
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
        } else if self.code_is_current() && label < self.saved() && self.refused_beside < self.saved() && !hangs {
            self.tell_advance(now);
        }
    }

    fn deliver(&mut self, now: Instant, ready: Ready) {
        let obstacle = self.hosts.serving().and_then(|serving| self.obstacle(&ready, serving));
        match obstacle {
            Some(reason) => self.start_host(now, ready.artifact, Why::Deliver, reason),
            None => self.swap(now, ready),
        }
    }

    /// Why the serving host cannot take this artifact; `None` if it can.
    fn obstacle(&self, ready: &Ready, serving: &Serving) -> Option<String> {
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
        if artifact.library.is_none() {
            let known = ready.reason.starts_with("linked statically");
            return Some(if known { ready.reason.clone() } else { format!("linked statically: {}", ready.reason) });
        }
        if artifact.image != serving.image {
            return Some("deps library changed".to_owned());
        }
        if serving.loads >= self.config.libraries_max {
            return Some(format!("recycled after {} libraries", serving.loads));
        }
        let grown = serving.rss_bytes.filter(|bytes| *bytes >= self.config.host_rss_max)?;
        Some(format!("recycled at {} MiB", grown / (1024 * 1024)))
    }

    fn swap(&mut self, now: Instant, ready: Ready) {
        let Ready { artifact, reason, .. } = ready;
        let stale_configuration = self.refused_beside >= self.saved();
        let label = if stale_configuration { artifact.generation } else { self.label_for(&artifact) };
        let message = load_message(&artifact, label);
        let Some(serving) = self.hosts.serving_mut() else { return };
        serving.loads += 1;
        let path = artifact.library.clone();
        serving.libraries.extend(path.filter(|path| !serving.libraries.contains(path)));
        let host = serving.id;
        self.tell(host, message);
        let deadline = now + self.config.load_deadline;
        self.delivery = Delivery::Swap(Swap { artifact, label, reason, begun: now, deadline });
    }

    fn tell_configure(&mut self, now: Instant, live: Generation) {
        self.configure = false;
        // While newer code is being built, or is bad, the configuration takes effect but the generation stays.
        let label = if self.code_is_current() { self.saved() } else { live };
        self.tell_beside(now, Sort::Configure, label);
    }

    fn tell_advance(&mut self, now: Instant) {
        self.tell_beside(now, Sort::Advance, self.saved());
    }

    fn tell_beside(&mut self, now: Instant, sort: Sort, label: Generation) {
        let Some(host) = self.hosts.serving().map(|serving| serving.id) else { return };
        let generation = label.0;
        self.tell(
            host,
            match sort {
                Sort::Advance => ToHost::Advance { generation },
                Sort::Configure => ToHost::Configure { generation },
            },
        );
        let deadline = now + self.config.load_deadline;
        self.delivery = Delivery::Beside(Beside { sort, label, saved: self.saved(), begun: now, deadline });
    }

    pub(crate) fn swap_loaded(&mut self, now: Instant, accepted: Accepted) {
        let label = Generation(accepted.generation);
        let Some(swap) = self.delivery.take_swap(label).or_else(|| self.late_swap(now, label)) else { return };
        let Some(serving) = self.hosts.serving_mut() else { return };
        serving.label = label;
        serving.routes = accepted.routes;
        let handed = Handed { kind: BuildKind::Swap, reason: swap.reason, begun: swap.begun };
        self.went_live(now, Good { artifact: swap.artifact, label }, handed);
        self.keep_artifacts();
    }

    /// A swap that had been given up as hanging has ended well: its routes are published, so the replacement would take
    /// clients back to an older generation. Once the old host has yielded it is too late for that.
    fn late_swap(&mut self, now: Instant, label: Generation) -> Option<Swap> {
        if self.delivery.fresh().is_some_and(Fresh::has_loaded) {
            return None;
        }
        let hung =
            self.replacement.take_if(|of| matches!(&of.cause, Cause::Hung(Some(swap)) if swap.label == label))?;
        if let Some(fresh) = self.delivery.take_fresh_if(|fresh| fresh.why == Why::Replace) {
            self.abandon(now, *fresh);
        }
        match hung.cause {
            Cause::Hung(swap) => swap,
            Cause::Asked | Cause::Configuration => None,
        }
    }

    pub(crate) fn swap_refused(&mut self, now: Instant, label: Generation, refusal: Refusal) {
        let Some(swap) = self.delivery.take_swap(label) else { return };
        let handed = (BuildKind::Swap, swap.begun);
        match refusal::judge(&self.config.root, refusal) {
            Verdict::Handover { reason, abi } => {
                self.board.set_abi(abi);
                if self.code.ready.is_some() {
                    self.replaced(now, label, BuildKind::Swap);
                } else {
                    self.start_host(now, swap.artifact, Why::Deliver, reason);
                }
            }
            Verdict::Reload(found) => {
                let outline = Outline::of(&found, "the app library was refused");
                self.board.set_reload(found);
                self.source_refused(now, label, outline, handed);
            }
            Verdict::Config(found) => {
                let outline = Outline::of(std::slice::from_ref(&found), "the configuration was refused");
                self.board.set_config(Some(found));
                self.source_refused(now, label, outline, handed);
            }
        }
    }

    pub(crate) fn advanced(&mut self, now: Instant, label: Generation) {
        if let Some(beside) = self.delivery.take_beside(Sort::Advance, label) {
            self.beside_live(now, &beside, "static files");
        }
    }

    pub(crate) fn configured(&mut self, now: Instant, label: Generation, outcome: ConfigOutcome) {
        let Some(beside) = self.delivery.take_beside(Sort::Configure, label) else { return };
        match outcome {
            ConfigOutcome::Applied => {
                self.board.set_config(None);
                self.replacement.take_if(|of| matches!(of.cause, Cause::Configuration));
                self.beside_live(now, &beside, "configuration");
            }
            ConfigOutcome::NeedsHandover { keys } => {
                self.board.set_config(None);
                let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                let reason = format!("{} is read when a host starts", keys.join(", "));
                self.replacement = Some(Replacement { reason, cause: Cause::Configuration, tried: false });
            }
            // A wrong configuration does not hold back code that is saved later: the diagnostic stays until it is mended.
            ConfigOutcome::Invalid { message, place } => {
                let found = refusal::config_invalid(&self.config.root, message, place.as_ref());
                self.board.set_config(Some(found.clone()));
                self.refuse_beside(now, beside.saved, &found.message, (BuildKind::Swap, beside.begun));
            }
        }
    }

    fn beside_live(&mut self, now: Instant, beside: &Beside, reason: &str) {
        let Some(serving) = self.hosts.serving_mut() else { return };
        if serving.label >= beside.label {
            return;
        }
        serving.label = beside.label;
        let Some(good) = self.code.good.clone() else { return };
        let handed = Handed { kind: BuildKind::Swap, reason: reason.to_owned(), begun: beside.begun };
        self.went_live(now, Good { label: beside.label, ..good }, handed);
    }

    /// Changes beside the code do not go live, and stay so until something newer is saved. Returns them.
    pub(crate) fn refuse_beside(
        &mut self,
        now: Instant,
        last: Generation,
        reason: &str,
        (kind, begun): (BuildKind, Instant),
    ) -> Vec<Generation> {
        self.refused_beside = self.refused_beside.max(last);
        let reason = reason.to_owned();
        let ending = Ending { kind, outcome: BuildOutcome::Refused, reason, delivered: Some(begun) };
        let refused = self.ledger.open_beside_code(last);
        for generation in &refused {
            self.end(now, *generation, &ending);
        }
        refused
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
                let reason = "the host did not answer".to_owned();
                self.replacement = Some(Replacement { reason, cause: Cause::Hung(None), tried: false });
            }
            Delivery::Swap(swap) => {
                let found = findings::hung_loading(self.config.load_deadline);
                let outline = Outline::of(std::slice::from_ref(&found), "");
                self.board.set_reload(vec![found]);
                self.source_refused(now, swap.label, outline, (BuildKind::Swap, swap.begun));
                // The library may be stuck in a thread for ever; threads cannot be ended, processes can.
                let reason = "the host hung while registering".to_owned();
                self.replacement = Some(Replacement { reason, cause: Cause::Hung(Some(swap)), tried: false });
            }
        }
    }

    /// A host answers for `good.label`.
    pub(crate) fn went_live(&mut self, now: Instant, good: Good, handed: Handed) {
        let label = good.label;
        if self.code.good.as_ref().is_none_or(|before| before.label < label) {
            self.board.clear_runtime();
            self.recovery.new_generation();
        }
        if self.code.is_newest(&good.artifact) && self.builds.covered() {
            self.code.mend();
            self.board.set_reload(Vec::new());
        }
        self.code.good = Some(good);
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

pub(crate) fn load_message(artifact: &Artifact, label: Generation) -> ToHost {
    ToHost::Load(LoadLibrary {
        generation: label.0,
        path: artifact.library.clone(),
        sha256: artifact.sha256.clone(),
        layout_symbols: artifact.layout_symbols.clone(),
        has_boot: artifact.has_boot,
    })
}
