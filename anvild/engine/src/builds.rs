//! At most one build runs and one is pending; what a build that failed or was cancelled needed is carried over.

use std::time::Instant;

use anvil_control::BrowserStatus;
use anvild_protocol::{BuildChange, BuildKind, BuildState, Diagnostic, EventKind, Generation, Source};

use crate::code::Ready;
use crate::diagnostics::Outline;
use crate::effect::Effect;
use crate::engine::Engine;
use crate::event::{Artifact, BuildResult, ChangeSet, Need};

/// The build that runs and the need of everything saved that it does not cover.
#[derive(Debug)]
pub(crate) struct Builds {
    running: Option<Running>,
    outstanding: Option<Need>,
    unbuilt: Unbuilt,
}

/// What was saved since the last build began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Unbuilt {
    #[default]
    Nothing,
    /// Templates alone. The host reads them at every request; the build makes code of them.
    Templates,
    More,
}

#[derive(Debug)]
struct Running {
    generation: Generation,
    need: Need,
    started: Instant,
    /// A newer change set decides what is shown.
    superseded: bool,
    /// It was told to end.
    cancelled: bool,
    patch: Patch,
}

/// What became of the patch that a build makes first.
#[derive(Debug, PartialEq, Eq)]
enum Patch {
    /// There is none, so far or at all.
    None,
    /// It stands for the source, and the build audits it.
    Stands,
    /// It did not come live: the build is waited for as if there had been none. Why, as the reason of that.
    Fell(String),
}

impl Builds {
    /// A change set was accepted that needs a build.
    pub(crate) fn saved(&mut self, set: &ChangeSet) {
        let only_templates = !set.files.is_empty() && set.files.iter().all(|file| file.ends_with(".forge.html"));
        self.unbuilt = match self.unbuilt {
            Unbuilt::Nothing | Unbuilt::Templates if only_templates => Unbuilt::Templates,
            _ => Unbuilt::More,
        };
    }

    fn take_unbuilt(&mut self) -> Unbuilt {
        std::mem::take(&mut self.unbuilt)
    }

    pub(crate) fn new() -> Self {
        let outstanding = Some(Need::Cargo { reason: "first build".to_owned() });
        Self { running: None, outstanding, unbuilt: Unbuilt::Nothing }
    }

    pub(crate) fn state(&self) -> BuildState {
        if self.running.is_some() { BuildState::Building } else { BuildState::Idle }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// The generation that is being built and still wanted. Not one that a patch stands for.
    pub(crate) fn running(&self) -> Option<Generation> {
        let running = self.running.as_ref().filter(|running| !running.superseded && running.patch != Patch::Stands);
        running.map(|running| running.generation)
    }

    /// Whether the newest artifact, if there is one, is of everything saved. A patch counts while its audit goes on.
    pub(crate) fn covered(&self) -> bool {
        let audits = |running: &Running| !running.superseded && running.patch == Patch::Stands;
        self.running.as_ref().is_none_or(audits) && self.outstanding.is_none()
    }

    /// From now on a patch stands for what the running build builds; when that began. Not for a build that is stale or
    /// has had one.
    pub(crate) fn take_patch(&mut self, generation: Generation) -> Option<Instant> {
        let wanted = |running: &&mut Running| {
            running.generation == generation && !running.superseded && running.patch == Patch::None
        };
        let running = self.running.as_mut().filter(wanted)?;
        running.patch = Patch::Stands;
        Some(running.started)
    }

    /// The patch of this generation did not come live. Returns whether the build that will settle it runs and is wanted.
    pub(crate) fn patch_fell(&mut self, generation: Generation, why: String) -> bool {
        let audits = |running: &&mut Running| running.generation == generation && !running.superseded;
        let Some(running) = self.running.as_mut().filter(audits) else { return false };
        running.patch = Patch::Fell(why);
        true
    }

    /// The patch of this generation has come live after it had been given up.
    pub(crate) fn patch_stands(&mut self, generation: Generation) {
        if let Some(running) = &mut self.running
            && running.generation == generation
            && matches!(running.patch, Patch::Fell(_))
        {
            running.patch = Patch::Stands;
        }
    }

    /// A need that was not met goes in front of the newer ones, so that its reason is the one shown.
    fn carry(&mut self, unmet: Need) {
        self.outstanding = Some(match self.outstanding.take() {
            Some(newer) => unmet.merge(newer),
            None => unmet,
        });
    }

    fn finish(&mut self, generation: Generation) -> Option<Running> {
        self.running.take_if(|running| running.generation == generation)
    }
}

impl Engine {
    /// Notes what a newer change set needs, and cancels the build that it makes stale.
    ///
    /// Cargo at work is left to it if the newer sources do not need cargo: its result is not shown, but dependencies it has
    /// compiled stay compiled, while killing it at every save would never let a first build end.
    pub(crate) fn request_build(&mut self, need: Need) {
        let outstanding = match self.builds.outstanding.take() {
            Some(older) => older.merge(need),
            None => need,
        };
        let asks_cargo = |need: &Need| matches!(need, Need::Cargo { .. });
        let cargo_runs = self.builds.running.as_mut().filter(|running| asks_cargo(&running.need));
        match cargo_runs {
            Some(running) if !asks_cargo(&outstanding) => running.superseded = true,
            _ => self.cancel_build(),
        }
        self.builds.outstanding = Some(outstanding);
    }

    pub(crate) fn cancel_build(&mut self) {
        if let Some(running) = &mut self.builds.running
            && !running.cancelled
        {
            running.superseded = true;
            running.cancelled = true;
            self.push(Effect::CancelBuild);
        }
    }

    /// Starts the pending build unless one runs or the newest source is known not to build.
    pub(crate) fn start_build(&mut self, now: Instant) {
        if self.builds.running.is_some() || self.code.broken().is_some() {
            return;
        }
        let Some(need) = self.builds.outstanding.take() else { return };
        let generation = self.saved();
        // Built once more, after a stop or a restart: nothing of the build before is on its way any more.
        self.code.refuted.retain(|refuted| *refuted != generation);
        let reason = need.reason();
        self.builds.running = Some(Running {
            generation,
            need: need.clone(),
            started: now,
            superseded: false,
            cancelled: false,
            patch: Patch::None,
        });
        self.push(Effect::StartBuild { generation, need });
        self.publish(EventKind::Build(BuildChange::Started { generation, reason }));
        let refresh = self.builds.take_unbuilt() == Unbuilt::Templates;
        self.announce(BrowserStatus::Building { generation: generation.0, refresh });
    }

    pub(crate) fn build_finished(&mut self, now: Instant, generation: Generation, result: BuildResult) {
        let Some(running) = self.builds.finish(generation) else { return };
        match result {
            BuildResult::Built { artifact, reason, warnings } => {
                self.ledger.record_built(generation);
                self.code.newest = Some(artifact.clone());
                self.code.whole = Some(artifact.clone());
                self.code.vouch();
                // Its need is met in any case.
                if !running.superseded {
                    self.built(now, &running, artifact, reason, warnings);
                }
            }
            BuildResult::Failed { .. } | BuildResult::Cancelled if running.superseded => {
                self.builds.carry(running.need)
            }
            BuildResult::Failed { diagnostics } => {
                self.ledger.record_build(generation, now.saturating_duration_since(running.started));
                self.build_failed(now, running, diagnostics);
            }
            BuildResult::Cancelled => {
                let lost = Diagnostic::error(Source::Build, "ANV0109", "the build ended without a result")
                    .help("save any source file to build again");
                self.build_failed(now, running, vec![lost]);
            }
        }
        self.keep_artifacts_as_due();
    }

    fn built(
        &mut self,
        now: Instant,
        running: &Running,
        artifact: Artifact,
        reason: String,
        warnings: Vec<Diagnostic>,
    ) {
        let took = now.saturating_duration_since(running.started);
        let reason = match &running.patch {
            Patch::Stands => return self.audit_passed(artifact, took, reason, warnings),
            Patch::Fell(why) => why.clone(),
            Patch::None => reason,
        };
        self.ledger.record_build(running.generation, took);
        self.board.built(warnings);
        self.abandon_booting(now);
        self.code.ready = Some(Ready { artifact, reason, handover: None });
    }

    fn build_failed(&mut self, now: Instant, running: Running, diagnostics: Vec<Diagnostic>) {
        let Running { generation, need, started, patch, .. } = running;
        self.builds.carry(need);
        let outline = Outline::of(&diagnostics, "the build failed");
        self.board.set_build(diagnostics);
        if patch != Patch::None {
            self.audit_failed(now, generation, started, &outline);
        }
        self.source_failed(now, generation, outline);
    }

    /// The way that a change would take if it built: what is shown for one that did not.
    pub(crate) fn expected_kind(&self) -> BuildKind {
        match self.hosts.serving() {
            Some(_) if self.is_hot() => BuildKind::Swap,
            Some(_) => BuildKind::Handover,
            None => BuildKind::Restart,
        }
    }
}
