//! At most one build runs and one is pending; what a build that failed or was cancelled needed is carried over.

use std::time::Instant;

use anvil_control::BrowserStatus;
use anvild_protocol::{BuildChange, BuildKind, BuildState, Diagnostic, EventKind, Generation, Source};

use crate::code::Ready;
use crate::diagnostics::Outline;
use crate::effect::Effect;
use crate::engine::Engine;
use crate::event::{Artifact, BuildResult, Need};

/// The build that runs and the need of everything saved that it does not cover.
#[derive(Debug)]
pub(crate) struct Builds {
    running: Option<Running>,
    outstanding: Option<Need>,
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
}

impl Builds {
    pub(crate) fn new() -> Self {
        Self { running: None, outstanding: Some(Need::Cargo { reason: "first build".to_owned() }) }
    }

    pub(crate) fn state(&self) -> BuildState {
        if self.running.is_some() { BuildState::Building } else { BuildState::Idle }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// The generation that is being built and still wanted.
    pub(crate) fn running(&self) -> Option<Generation> {
        self.running.as_ref().filter(|running| !running.superseded).map(|running| running.generation)
    }

    /// Whether the newest artifact, if there is one, is of everything saved.
    pub(crate) fn covered(&self) -> bool {
        self.running.is_none() && self.outstanding.is_none()
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
        let reason = need.reason();
        self.builds.running =
            Some(Running { generation, need: need.clone(), started: now, superseded: false, cancelled: false });
        self.push(Effect::StartBuild { generation, need });
        self.publish(EventKind::Build(BuildChange::Started { generation, reason }));
        self.announce(BrowserStatus::Building { generation: generation.0 });
    }

    pub(crate) fn build_finished(&mut self, now: Instant, generation: Generation, result: BuildResult) {
        let Some(running) = self.builds.finish(generation) else { return };
        match result {
            BuildResult::Built { artifact, reason, warnings } => {
                self.ledger.record_built(generation);
                self.ledger.record_build(generation, now.saturating_duration_since(running.started));
                self.code.newest = Some(artifact.clone());
                // Its need is met in any case.
                if !running.superseded {
                    self.built(now, artifact, reason, warnings);
                }
            }
            BuildResult::Failed { .. } | BuildResult::Cancelled if running.superseded => {
                self.builds.carry(running.need)
            }
            BuildResult::Failed { diagnostics } => {
                self.ledger.record_build(generation, now.saturating_duration_since(running.started));
                self.builds.carry(running.need);
                self.build_failed(now, generation, diagnostics);
            }
            BuildResult::Cancelled => {
                self.builds.carry(running.need);
                let lost = Diagnostic::error(Source::Build, "ANV0109", "the build ended without a result")
                    .help("save any source file to build again");
                self.build_failed(now, generation, vec![lost]);
            }
        }
    }

    fn built(&mut self, now: Instant, artifact: Artifact, reason: String, warnings: Vec<Diagnostic>) {
        self.board.built(warnings);
        self.abandon_booting(now);
        self.code.ready = Some(Ready { artifact, reason, handover: None });
    }

    fn build_failed(&mut self, now: Instant, generation: Generation, diagnostics: Vec<Diagnostic>) {
        let outline = Outline::of(&diagnostics, "the build failed");
        self.board.set_build(diagnostics);
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
