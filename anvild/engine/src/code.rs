//! Which artifacts there are, and whether the newest source is any good.
//!
//! `live` means that everything saved up to it answers. So while the newest source does not build, or was refused, no
//! later generation becomes live, not even one that only touched a file under `public/`: the file is served, but the
//! generation ends the way the source did.

use std::collections::VecDeque;
use std::time::Instant;

use anvil_control::BrowserStatus;
use anvild_protocol::{BuildKind, BuildOutcome, Generation};

use crate::diagnostics::Outline;
use crate::engine::Engine;
use crate::event::Artifact;
use crate::ledger::Ending;
use crate::patch::ROLLED_BACK;

#[derive(Debug)]
pub(crate) struct Code {
    /// The last that built, be it a patch.
    pub(crate) newest: Option<Artifact>,
    /// The last that a full build made.
    pub(crate) whole: Option<Artifact>,
    /// The last that served, with the generation that it stood for: what a new host starts from.
    pub(crate) good: Option<Good>,
    /// The last that served and that a full build made: what is gone back to from a patch.
    pub(crate) vouched: Option<Good>,
    /// What served before that, whole as well, oldest first: what people may go back to.
    pub(crate) earlier: VecDeque<Good>,
    /// Patched generations that the full build failed of: the newest, and those whose patch may still go live.
    pub(crate) refuted: Vec<Generation>,
    /// The serving host runs a refuted patch, or what somebody wants away, and is to go back to [`Self::vouched`].
    pub(crate) roll_back: bool,
    /// Why it was last to go back.
    pub(crate) roll_back_reason: &'static str,
    /// Built and not yet handed to a host. Never older than a change set that needs a build.
    pub(crate) ready: Option<Ready>,
    broken: Option<Broken>,
}

#[derive(Debug, Clone)]
pub(crate) struct Good {
    pub(crate) artifact: Artifact,
    pub(crate) label: Generation,
}

#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) artifact: Artifact,
    pub(crate) reason: String,
    /// Why it needs a new host, where that is known beforehand.
    pub(crate) handover: Option<String>,
}

/// The newest source was tried and found bad; nothing is tried until it changes.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) generation: Generation,
    pub(crate) outcome: BuildOutcome,
    pub(crate) outline: Outline,
    /// Nothing is wrong with it: somebody went back to an older one.
    pub(crate) is_taken_back: bool,
}

impl Broken {
    /// What open pages show of it.
    pub(crate) fn status(&self) -> Option<BrowserStatus> {
        let Outline { title, rendered } = self.outline.clone();
        (!self.is_taken_back).then_some(BrowserStatus::Failed { generation: self.generation.0, title, rendered })
    }
}

impl Code {
    pub(crate) fn new() -> Self {
        Self {
            newest: None,
            whole: None,
            good: None,
            vouched: None,
            earlier: VecDeque::new(),
            refuted: Vec::new(),
            roll_back: false,
            roll_back_reason: ROLLED_BACK,
            ready: None,
            broken: None,
        }
    }

    pub(crate) fn broken(&self) -> Option<&Broken> {
        self.broken.as_ref()
    }

    /// The newest source deserves another try.
    pub(crate) fn mend(&mut self) {
        self.broken = None;
    }

    pub(crate) fn is_newest(&self, artifact: &Artifact) -> bool {
        self.newest.as_ref() == Some(artifact)
    }

    pub(crate) fn is_good(&self, artifact: &Artifact) -> bool {
        self.good.as_ref().is_some_and(|good| good.artifact == *artifact)
    }
}

impl Engine {
    /// Whether the newest artifact is of the newest source and not known to be bad.
    pub(crate) fn code_is_current(&self) -> bool {
        self.builds.covered() && self.code.broken().is_none() && self.code.ready.is_none()
    }

    /// The generation that a host stands for once it runs this artifact with what else is on disk.
    pub(crate) fn label_for(&self, artifact: &Artifact) -> Generation {
        if self.code.is_newest(artifact) && self.code_is_current() {
            return self.saved();
        }
        match &self.code.good {
            Some(good) if good.artifact == *artifact => good.label,
            _ => artifact.generation,
        }
    }

    /// The newest source does not build.
    pub(crate) fn source_failed(&mut self, now: Instant, generation: Generation, outline: Outline) {
        let outcome = BuildOutcome::Failed;
        let ending = Ending { kind: self.expected_kind(), outcome, reason: outline.title.clone(), delivered: None };
        self.end_open_up_to(now, generation, &ending);
        self.break_code(now, Broken { generation, outcome, outline, is_taken_back: false });
    }

    /// A host refused or did not survive what it was given for `generation`; with `begun`, when it was given.
    pub(crate) fn source_refused(
        &mut self,
        now: Instant,
        generation: Generation,
        outline: Outline,
        (kind, begun): (BuildKind, Instant),
    ) {
        let outcome = BuildOutcome::Refused;
        let ending = Ending { kind, outcome, reason: outline.title.clone(), delivered: Some(begun) };
        self.end_open_up_to(now, generation, &ending);
        let newer_on_its_way = self.code.ready.is_some() || !self.builds.covered();
        if !newer_on_its_way {
            self.break_code(now, Broken { generation, outcome, outline, is_taken_back: false });
        }
    }

    pub(crate) fn break_code(&mut self, now: Instant, broken: Broken) {
        if let Some(status) = broken.status() {
            self.announce(status);
        }
        self.code.broken = Some(broken);
        self.end_beside_broken(now);
    }

    /// Ends open generations, except those that a host is about to make live.
    pub(crate) fn end_open_up_to(&mut self, now: Instant, generation: Generation, ending: &Ending) {
        let in_flight = self.delivery.label().unwrap_or_default();
        for open in self.ledger.open_between(in_flight, generation) {
            self.end(now, open, ending);
        }
    }

    /// A change that needs no compiler, while the source before it is bad or good.
    pub(crate) fn changed_beside_code(&mut self, now: Instant, configures: bool) {
        let Some(broken) = self.code.broken() else { return };
        // A host refused it: the boot may have failed for the configuration that has just been changed.
        let may_retry = broken.outcome == BuildOutcome::Refused && !broken.is_taken_back;
        let retry = may_retry && (configures || self.hosts.serving().is_none());
        if retry
            && self.is_up()
            && let Some(artifact) = self.code.newest.clone()
        {
            self.abandon_booting(now);
            self.code.mend();
            let reason = "tried again with what was saved since".to_owned();
            self.code.ready = Some(Ready { artifact, handover: Some(reason.clone()), reason });
            return;
        }
        self.end_beside_broken(now);
    }

    pub(crate) fn end_beside_broken(&mut self, now: Instant) {
        let Some(broken) = self.code.broken() else { return };
        let ending = Ending {
            kind: self.expected_kind(),
            outcome: broken.outcome,
            reason: format!("generation {}: {}", broken.generation, broken.outline.title),
            delivered: None,
        };
        self.end_open_up_to(now, self.saved(), &ending);
    }

    /// Ends a generation. Why it failed is published before that it did.
    pub(crate) fn end(&mut self, now: Instant, generation: Generation, ending: &Ending) {
        self.show_diagnostics();
        let ended = self.ledger.end(now, generation, ending);
        self.publish(ended);
    }
}
