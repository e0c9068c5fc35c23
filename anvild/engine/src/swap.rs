//! A new library for the serving host: what it is told, what it may answer, and what a late answer means.

use std::time::Instant;

use anvil_control::{Accepted, LoadLibrary, Refusal, ToHost};
use anvild_protocol::{BuildKind, Generation};

use crate::code::{Good, Ready};
use crate::delivery::{Delivery, Handed};
use crate::diagnostics::Outline;
use crate::engine::Engine;
use crate::event::Artifact;
use crate::findings;
use crate::hosts::{Cause, Replacement};
use crate::refusal::{self, Verdict};
use crate::takeover::{Fresh, Why};

#[derive(Debug)]
pub(crate) struct Swap {
    artifact: Artifact,
    label: Generation,
    reason: String,
    begun: Instant,
    deadline: Instant,
}

impl Swap {
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(crate) fn label(&self) -> Generation {
        self.label
    }

    pub(crate) fn begun(&self) -> Instant {
        self.begun
    }
}

impl Delivery {
    fn take_swap(&mut self, label: Generation) -> Option<Swap> {
        match self.take() {
            Self::Swap(swap) if swap.label == label => Some(swap),
            other => {
                *self = other;
                None
            }
        }
    }
}

impl Engine {
    pub(crate) fn swap(&mut self, now: Instant, ready: Ready) {
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
            Verdict::Handover { .. } if self.code.ready.is_some() => self.replaced(now, label, BuildKind::Swap),
            Verdict::Handover { reason, abi } => {
                self.board.set_abi(abi);
                self.start_host(now, swap.artifact, Why::Deliver, reason);
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

    /// The library may be stuck in a thread for ever. Threads cannot be ended, processes can.
    pub(crate) fn swap_hangs(&mut self, now: Instant, swap: Swap) {
        let found = findings::hung_loading(self.config.load_deadline);
        let outline = Outline::of(std::slice::from_ref(&found), "");
        self.board.set_reload(vec![found]);
        self.source_refused(now, swap.label, outline, (BuildKind::Swap, swap.begun));
        let reason = "the host hung while registering".to_owned();
        self.replacement = Some(Replacement { reason, cause: Cause::Hung(Some(swap)), tried: false });
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
