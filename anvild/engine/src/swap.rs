//! A new library for the serving host: what it is told, what it may answer, and what a late answer means.

use std::time::Instant;

use anvil_control::{Accepted, LibraryFile, LoadLibraries, Refusal, ToHost};
use anvild_protocol::{AbiAction, BuildKind, Diagnostic, Generation};

use crate::code::{Good, Ready};
use crate::delivery::{Delivery, Handed};
use crate::diagnostics::Outline;
use crate::engine::Engine;
use crate::event::{Artifact, Library};
use crate::findings;
use crate::hosts::{Cause, Replacement};
use crate::refusal::{self, Verdict};
use crate::takeover::{Fresh, Why};

/// What a swap is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// It brings what was saved.
    Deliver,
    /// It takes a refuted patch away.
    RollBack,
}

#[derive(Debug)]
pub(crate) struct Swap {
    artifact: Artifact,
    /// What the host runs once it has taken it.
    libraries: Vec<Library>,
    aim: Aim,
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

    pub(crate) fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// How it is shown and since when.
    fn handed(&self) -> (BuildKind, Instant) {
        let kind = if self.artifact.is_patch() { BuildKind::Patch } else { BuildKind::Swap };
        (kind, self.begun)
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
    pub(crate) fn swap(&mut self, now: Instant, ready: Ready, aim: Aim) {
        let Ready { artifact, reason, .. } = ready;
        let stale_configuration = aim == Aim::Deliver && self.refused_beside >= self.saved();
        let label = if stale_configuration { artifact.generation } else { self.label_for(&artifact) };
        let refuted = &self.code.refuted;
        let Some(serving) = self.hosts.serving_mut() else { return };
        let stays = |library: &&Library| library.base.is_none() || !refuted.contains(&library.source);
        let libraries = artifact.beside(serving.running.iter().filter(stays));
        serving.will_open(&libraries);
        let host = serving.id;
        let known_routes = Some(serving.routes_told);
        self.tell(host, load_message(&libraries, label, known_routes));
        let deadline = now + self.config.load_deadline;
        self.delivery = Delivery::Swap(Swap { artifact, libraries, aim, label, reason, begun: now, deadline });
    }

    pub(crate) fn swap_loaded(&mut self, now: Instant, accepted: Accepted) {
        let label = Generation(accepted.generation);
        let Some(swap) = self.delivery.take_swap(label).or_else(|| self.late_swap(now, label)) else { return };
        let Some(serving) = self.hosts.serving_mut() else { return };
        serving.label = label;
        serving.refuted = self.code.is_refuted(&swap.artifact);
        serving.routes_told = label;
        if let Some(routes) = accepted.routes {
            serving.routes = routes;
        }
        serving.running.clone_from(&swap.libraries);
        let (kind, begun) = swap.handed();
        if self.code.is_refuted(&swap.artifact) {
            self.refuted_live(now, Good { artifact: swap.artifact, label }, kind, begun);
        } else {
            self.builds.patch_stands(swap.artifact.generation);
            let handed = Handed { kind, reason: swap.reason, begun };
            self.went_live(now, Good { artifact: swap.artifact, label }, handed);
        }
        self.keep_artifacts();
    }

    /// What a host is about to run, or may still do so.
    pub(crate) fn taken(&self) -> impl Iterator<Item = &Artifact> {
        let hung = self.replacement.as_ref().and_then(|of| of.cause.hung_swap()).map(Swap::artifact);
        [self.delivery.artifact(), hung].into_iter().flatten()
    }

    /// A swap that had been given up as hanging has ended well: its routes are published, so the replacement would take
    /// clients back to an older generation. Once the old host has yielded it is too late for that.
    fn late_swap(&mut self, now: Instant, label: Generation) -> Option<Swap> {
        if self.delivery.fresh().is_some_and(Fresh::has_loaded) {
            self.rolled_back_late(label);
            return None;
        }
        let hung =
            self.replacement.take_if(|of| matches!(&of.cause, Cause::Hung(Some(swap)) if swap.label == label))?;
        if let Some(fresh) = self.delivery.take_fresh_if(|fresh| fresh.why == Why::Replace) {
            self.abandon(now, *fresh);
        }
        match hung.cause {
            Cause::Hung(swap) => swap.map(|swap| *swap),
            Cause::Asked | Cause::Configuration => None,
        }
    }

    /// A rollback that had been given up as hanging has ended well, but a new host with the same code is taking over: until
    /// it has, the old one must not be said to stand for more than it does.
    fn rolled_back_late(&mut self, label: Generation) {
        let given_up = self.replacement.as_ref().and_then(|of| of.cause.hung_swap());
        let is_meant = given_up.is_some_and(|swap| swap.aim == Aim::RollBack && swap.label == label);
        if let Some(serving) = self.hosts.serving_mut().filter(|_| is_meant) {
            serving.label = label;
            serving.refuted = false;
        }
    }

    pub(crate) fn swap_refused(&mut self, now: Instant, label: Generation, library: Option<&str>, refusal: Refusal) {
        let Some(swap) = self.delivery.take_swap(label) else { return };
        if swap.aim == Aim::RollBack {
            return self.roll_back_refused();
        }
        let refuted = self.code.is_refuted(&swap.artifact);
        let library = library.filter(|_| swap.libraries.len() > 1);
        match refusal::judge(&self.config.root, library, refusal) {
            Verdict::Handover { reason, .. } if refuted => {
                self.patch_fell(now, &swap.artifact, label, &reason, swap.handed());
            }
            Verdict::Handover { .. } if self.code.ready.is_some() => self.replaced(now, label, swap.handed().0),
            Verdict::Handover { reason, abi } => {
                self.layouts_changed(label, abi, AbiAction::Handover);
                self.start_host(now, self.code.whole_of(swap.artifact), Why::Deliver, reason);
            }
            Verdict::Reload(found) => {
                let outline = Outline::of(&found, "the app library was refused");
                let why = format!("was refused: {}", outline.title);
                if !self.patch_fell(now, &swap.artifact, label, &why, swap.handed()) {
                    self.board.set_reload(found);
                    self.source_refused(now, label, outline, swap.handed());
                }
            }
            Verdict::Config(found) => {
                let outline = Outline::of(std::slice::from_ref(&found), "the configuration was refused");
                self.board.set_config(Some(found));
                let why = format!("was refused: {}", outline.title);
                if !self.patch_fell(now, &swap.artifact, label, &why, swap.handed()) {
                    self.source_refused(now, label, outline, swap.handed());
                }
            }
        }
    }

    /// The library may be stuck in a thread for ever. Threads cannot be ended, processes can.
    pub(crate) fn swap_hangs(&mut self, now: Instant, swap: Swap) {
        let found = findings::hung_loading(self.config.load_deadline);
        self.swap_failed(now, &swap, found);
        let reason = "the host hung while registering".to_owned();
        self.replacement = Some(Replacement { reason, cause: Cause::Hung(Some(Box::new(swap))), tried: false });
    }

    /// The host died or hung of it.
    pub(crate) fn swap_failed(&mut self, now: Instant, swap: &Swap, found: Diagnostic) {
        let outline = Outline::of(std::slice::from_ref(&found), "");
        self.board.set_reload(vec![found]);
        let why = format!("failed: {}", outline.title);
        let settled =
            swap.aim == Aim::RollBack || self.patch_fell(now, &swap.artifact, swap.label, &why, swap.handed());
        if !settled {
            self.source_refused(now, swap.label, outline, swap.handed());
        }
    }
}

pub(crate) fn load_message(libraries: &[Library], label: Generation, known_routes: Option<Generation>) -> ToHost {
    let file = |library: &Library| LibraryFile {
        package: library.package.clone(),
        path: library.path.clone(),
        sha256: library.sha256.clone(),
        layout_symbols: library.layout_symbols.clone(),
        has_boot: library.has_boot,
    };
    ToHost::Load(LoadLibraries {
        generation: label.0,
        libraries: libraries.iter().map(file).collect(),
        known_routes: known_routes.map(|generation| generation.0),
    })
}
