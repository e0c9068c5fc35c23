//! Patches and their audit. A build may first make a *patch*, the changed modules on an earlier library; it goes live at
//! once, and the build itself, which goes on as ever, audits it.
//!
//! The full build is right. If it succeeds, its library silently takes the place of the patch in what later hosts start
//! from. If it fails, a host that runs the patch goes back to the last code that a full build vouches for. If the patch
//! does not come live, the full build's library is delivered as if there had been no patch.

use std::time::{Duration, Instant};

use anvild_protocol::{BuildKind, BuildOutcome, Diagnostic, Generation};

use crate::code::{Code, Good, Ready};
use crate::diagnostics::Outline;
use crate::engine::Engine;
use crate::event::{Artifact, Library};
use crate::hosts::{Cause, Replacement};
use crate::ledger::Ending;
use crate::swap::Aim;
use crate::takeover::Why;

/// Why an older generation is live again.
pub(crate) const ROLLED_BACK: &str = "rolled back: the full build failed";

impl Code {
    /// The full build's library where this is its patch.
    pub(crate) fn whole_of(&self, artifact: Artifact) -> Artifact {
        match &self.whole {
            Some(whole) if artifact.is_patch() && whole.generation == artifact.generation => whole.clone(),
            _ => artifact,
        }
    }

    /// Whether the full build has failed of what this is a patch for.
    pub(crate) fn is_refuted(&self, artifact: &Artifact) -> bool {
        artifact.is_patch() && self.refuted.contains(&artifact.generation)
    }

    /// What served becomes what a host may go back to, as far as a full build has made it.
    pub(crate) fn vouch(&mut self) {
        let Some(mut good) = self.good.clone() else { return };
        good.artifact = self.whole_of(good.artifact);
        if !good.artifact.is_patch() {
            let before = self.vouched.replace(good.clone());
            if let Some(before) = before.filter(|of| of.artifact != good.artifact && of.label < good.label) {
                self.remember(before);
            }
            self.good = Some(good);
        }
    }
}

impl Engine {
    /// The running build has made a patch. One of a build that is stale is dropped.
    pub(crate) fn patch_built(&mut self, now: Instant, generation: Generation, artifact: Artifact, reason: String) {
        if !artifact.is_patch() {
            return;
        }
        let Some(started) = self.builds.take_patch(generation) else { return };
        self.ledger.record_patched(generation);
        self.ledger.record_build(generation, now.saturating_duration_since(started));
        self.board.patched();
        self.abandon_booting(now);
        self.code.newest = Some(artifact.clone());
        self.code.ready = Some(Ready { artifact, reason, handover: None });
    }

    /// The full build agrees with the patch, which is live or on its way to be.
    pub(crate) fn audit_passed(&mut self, whole: Artifact, took: Duration, reason: String, warnings: Vec<Diagnostic>) {
        self.board.set_build(warnings);
        // Nobody has it yet: the better one goes instead.
        let waiting = self.code.ready.as_mut();
        if let Some(ready) = waiting.filter(|ready| ready.artifact.generation == whole.generation) {
            self.ledger.record_build(whole.generation, took);
            ready.artifact = whole;
            ready.reason = reason;
        }
        self.keep_artifacts();
    }

    /// The full build failed of what was patched. Its diagnostics are on the board; `started` is when it began.
    pub(crate) fn audit_failed(&mut self, now: Instant, generation: Generation, started: Instant, outline: &Outline) {
        self.note_refuted(generation);
        self.code.newest.clone_from(&self.code.whole);
        self.ledger.forget_patched();
        let refuted = |artifact: &Artifact| artifact.is_patch() && artifact.generation == generation;
        self.code.ready.take_if(|ready| refuted(&ready.artifact));
        let was_live = self.code.good.as_ref().is_some_and(|good| refuted(&good.artifact));
        if was_live {
            self.ledger.reopen(generation, started);
            self.ledger.record_build(generation, now.saturating_duration_since(started));
            let reason = outline.title.clone();
            let ending = Ending { kind: BuildKind::Patch, outcome: BuildOutcome::Failed, reason, delivered: Some(now) };
            self.end(now, generation, &ending);
            if let Some(serving) = self.hosts.serving_mut() {
                serving.refuted = true;
                self.code.roll_back = self.code.vouched.is_some();
                self.code.roll_back_reason = ROLLED_BACK;
            }
            if let Some(vouched) = self.code.vouched.clone() {
                self.code.good = Some(vouched);
            }
        }
        // Somebody may have gone back from it already, and the host not have done so yet.
        let is_refuted = |library: &Library| library.base.is_some() && library.source == generation;
        if let Some(serving) = self.hosts.serving_mut().filter(|serving| serving.running.iter().any(is_refuted)) {
            serving.refuted = true;
        }
        self.abandon_refuted(now);
    }

    fn note_refuted(&mut self, generation: Generation) {
        let good = self.code.good.as_ref().map(|good| &good.artifact);
        let possible: Vec<Generation> = self.taken().chain(good).map(|artifact| artifact.generation).collect();
        self.code.refuted.retain(|refuted| possible.contains(refuted));
        self.code.refuted.push(generation);
    }

    /// A host that boots with a refuted patch is pointless, whatever it was started for.
    fn abandon_refuted(&mut self, now: Instant) {
        let code = &self.code;
        let meant = self.delivery.take_fresh_if(|fresh| !fresh.has_loaded() && code.is_refuted(fresh.artifact()));
        let Some(fresh) = meant else { return };
        let why = fresh.why;
        self.forget_fresh(*fresh);
        if why == Why::Replace
            && let Some(replacement) = &mut self.replacement
        {
            replacement.tried = false;
        }
        if self.hosts.serving().is_none() {
            self.recover_at_once(now, ROLLED_BACK.to_owned());
        }
    }

    /// A refuted patch has gone live after all: it was on its way when the full build failed.
    pub(crate) fn refuted_live(&mut self, now: Instant, bad: Good, kind: BuildKind, begun: Instant) {
        self.end_refuted(now, bad.label, kind, begun);
        self.code.roll_back = self.code.vouched.is_some();
        self.code.roll_back_reason = ROLLED_BACK;
        if !self.code.roll_back {
            // There is nothing better to start a host from.
            self.code.good = Some(bad);
        }
        self.announce_hindrance();
    }

    fn end_refuted(&mut self, now: Instant, label: Generation, kind: BuildKind, begun: Instant) {
        let reason = match self.code.broken() {
            Some(broken) => broken.outline.title.clone(),
            None => "the full build failed".to_owned(),
        };
        let ending = Ending { kind, outcome: BuildOutcome::Failed, reason, delivered: Some(begun) };
        self.end_open_up_to(now, label, &ending);
    }

    /// What was handed to a host has failed there. Returns whether it was a patch: then the full build has the last word,
    /// and the source is not to blame yet. `why` continues `the patch …`.
    pub(crate) fn patch_fell(
        &mut self,
        now: Instant,
        artifact: &Artifact,
        label: Generation,
        why: &str,
        (kind, begun): (BuildKind, Instant),
    ) -> bool {
        if !artifact.is_patch() {
            return false;
        }
        let reason = format!("full: the patch {why}");
        let whole = self.code.whole_of(artifact.clone());
        if self.code.is_refuted(artifact) {
            self.end_refuted(now, label, kind, begun);
        } else if !whole.is_patch() && self.code.is_newest(&whole) && self.builds.covered() {
            self.code.ready.get_or_insert(Ready { artifact: whole, reason, handover: None });
        } else if !self.builds.patch_fell(artifact.generation, reason) {
            self.replaced(now, label, kind);
        }
        true
    }

    /// Takes the serving host back to the last code that a full build vouches for.
    pub(crate) fn roll_back(&mut self, now: Instant) {
        let Some(vouched) = self.code.vouched.clone() else {
            self.code.roll_back = false;
            return;
        };
        let reason = self.code.roll_back_reason;
        let back = Ready { artifact: vouched.artifact, reason: reason.to_owned(), handover: None };
        match self.hosts.serving().and_then(|serving| self.obstacle(&back, serving)) {
            Some(obstacle) => self.start_host(now, back.artifact, Why::Replace, format!("{reason}; {obstacle}")),
            None => self.swap(now, back, Aim::RollBack),
        }
    }

    /// The serving host does not take its older library back: a new host runs that. Something newer goes before.
    pub(crate) fn roll_back_refused(&mut self) {
        if self.code.ready.is_none() {
            let reason = self.code.roll_back_reason.to_owned();
            self.replacement = Some(Replacement { reason, cause: Cause::Asked, tried: false });
        }
    }
}
