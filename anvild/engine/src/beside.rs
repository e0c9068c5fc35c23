//! Changes that need no compiler, told to the serving host: files that it reads at every request, and configuration.

use std::time::Instant;

use anvil_control::{ConfigOutcome, ToHost};
use anvild_protocol::{BuildKind, BuildOutcome, Generation};

use crate::code::Good;
use crate::delivery::{Delivery, Handed};
use crate::engine::Engine;
use crate::hosts::{Cause, Replacement};
use crate::ledger::Ending;
use crate::refusal;

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

impl Beside {
    pub(crate) fn label(&self) -> Generation {
        self.label
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }
}

impl Delivery {
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
    pub(crate) fn tell_configure(&mut self, now: Instant, live: Generation) {
        self.configure = false;
        // While newer code is being built, or is bad, the configuration takes effect but the generation stays.
        let label = if self.code_is_current() { self.saved() } else { live };
        self.tell_beside(now, Sort::Configure, label);
    }

    pub(crate) fn tell_advance(&mut self, now: Instant) {
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
        if serving.refuted {
            // It was on its way when the full build failed of the code below it.
            if let Some(good) = self.code.good.as_mut().filter(|_| self.code.vouched.is_none()) {
                good.label = beside.label;
            }
            return self.end_beside_broken(now);
        }
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
}
