//! A new host, from its start to the moment it answers: boot, hello, load, then the old host stops taking connections and
//! says so, and only then the new one starts. The order keeps a client from seeing a newer generation and then an older
//! one; connections wait in the listening socket's queue in between.

use std::time::Instant;

use anvil_control::{Accepted, CONTROL_VERSION, FromHost, Refusal, RouteSummary, ToHost};
use anvild_protocol::{AbiAction, BuildKind, BuildOutcome, Diagnostic, Generation, HostId};

use crate::code::Good;
use crate::delivery::{Delivery, Handed};
use crate::diagnostics::Outline;
use crate::effect::Effect;
use crate::engine::Engine;
use crate::event::{Artifact, ProcessEnd};
use crate::findings;
use crate::hosts::{Cause, Serving};
use crate::ledger::Ending;
use crate::refusal::{self, Verdict};
use crate::swap::load_message;

/// A host that does not serve yet.
#[derive(Debug)]
pub(crate) struct Fresh {
    pub(crate) id: HostId,
    pub(crate) pid: Option<u32>,
    artifact: Artifact,
    pub(crate) label: Generation,
    pub(crate) why: Why,
    reason: String,
    /// Configuration was saved before it started, so it reads that itself.
    configures: bool,
    begun: Instant,
    stage: Stage,
    /// End of the stage; boot and load share one.
    pub(crate) deadline: Instant,
}

/// What a new host is for, and so what its failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It brings code that has not served: a failure says that the code is bad.
    Deliver,
    /// It brings back code that has served, after a death: a failure counts as another death.
    Recover,
    /// It replaces a living host by the same code: a failure leaves that one in place.
    Replace,
}

#[derive(Debug)]
enum Stage {
    Booting,
    Loading,
    /// It is ready; the old host was told to stop accepting.
    Yielding(Ready),
    /// Nobody else takes connections; it was told to.
    Accepting(Ready),
}

#[derive(Debug)]
struct Ready {
    routes: Vec<RouteSummary>,
    /// `Handover` if another host served when it became ready.
    kind: BuildKind,
}

impl Fresh {
    pub(crate) fn has_said_hello(&self) -> bool {
        !matches!(self.stage, Stage::Booting)
    }

    pub(crate) fn has_loaded(&self) -> bool {
        matches!(self.stage, Stage::Yielding(_) | Stage::Accepting(_))
    }

    pub(crate) fn libraries(&self) -> Vec<String> {
        self.artifact.files().cloned().collect()
    }

    pub(crate) fn artifact(&self) -> &Artifact {
        &self.artifact
    }
}

impl Engine {
    /// Starts a host for this artifact. Replaces any plan to start another one.
    pub(crate) fn start_host(&mut self, now: Instant, artifact: Artifact, why: Why, reason: String) {
        let host = self.hosts.new_id();
        let label = self.label_for(&artifact);
        self.recovery.started(why);
        if let Some(replacement) = &mut self.replacement {
            replacement.tried = true;
        }
        self.push(Effect::SpawnHost { host, artifact: artifact.clone() });
        self.delivery = Delivery::Fresh(Box::new(Fresh {
            id: host,
            pid: None,
            artifact,
            label,
            why,
            reason,
            configures: std::mem::take(&mut self.configure),
            begun: now,
            stage: Stage::Booting,
            deadline: now + self.config.ready_deadline,
        }));
    }

    pub(crate) fn fresh_said(&mut self, now: Instant, message: FromHost) {
        match message {
            FromHost::Hello { control, pid, framework, .. } => self.fresh_hello(now, control, pid, &framework),
            FromHost::Loaded(accepted) => self.fresh_loaded(now, accepted),
            FromHost::Refused { generation, library, refusal } => {
                self.fresh_refused(now, generation, library.as_deref(), refusal);
            }
            FromHost::Accepting => {
                let accepted = self.delivery.take_fresh_if(|fresh| matches!(fresh.stage, Stage::Accepting(_)));
                if let Some(fresh) = accepted {
                    self.promote(now, *fresh);
                }
            }
            FromHost::NotAccepting
            | FromHost::Draining { .. }
            | FromHost::Drained
            | FromHost::Configured { .. }
            | FromHost::Advanced { .. }
            | FromHost::Fault(_)
            | FromHost::Served { .. } => {}
        }
    }

    fn fresh_hello(&mut self, now: Instant, control: u32, pid: u32, framework: &str) {
        let Some(mut fresh) = self.delivery.take_fresh_if(|fresh| matches!(fresh.stage, Stage::Booting)) else {
            return;
        };
        if control != CONTROL_VERSION {
            self.kill(fresh.id, fresh.libraries());
            return self.fresh_failed(now, *fresh, findings::wrong_control_version(control, framework));
        }
        fresh.pid = Some(pid);
        fresh.stage = Stage::Loading;
        self.tell(fresh.id, load_message(&fresh.artifact.libraries, fresh.label, None));
        self.delivery = Delivery::Fresh(fresh);
    }

    fn fresh_loaded(&mut self, now: Instant, accepted: Accepted) {
        let is_meant = |fresh: &Fresh| matches!(fresh.stage, Stage::Loading) && fresh.label.0 == accepted.generation;
        let Some(mut fresh) = self.delivery.take_fresh_if(is_meant) else { return };
        fresh.deadline = now + self.config.takeover_deadline;
        // All of them: it was told that none are known.
        let routes = accepted.routes.unwrap_or_default();
        if let Some(old) = self.hosts.serving().map(|old| old.id) {
            self.tell(old, ToHost::StopAccepting);
            fresh.stage = Stage::Yielding(Ready { routes, kind: BuildKind::Handover });
        } else {
            self.tell(fresh.id, ToHost::Accept);
            fresh.stage = Stage::Accepting(Ready { routes, kind: BuildKind::Restart });
        }
        self.delivery = Delivery::Fresh(fresh);
    }

    /// The old host has stopped accepting, or is no more.
    pub(crate) fn old_yielded(&mut self, now: Instant) {
        let Some(mut fresh) = self.delivery.take_fresh_if(|fresh| matches!(fresh.stage, Stage::Yielding(_))) else {
            return;
        };
        if let Stage::Yielding(ready) = fresh.stage {
            fresh.deadline = now + self.config.takeover_deadline;
            fresh.stage = Stage::Accepting(ready);
            self.tell(fresh.id, ToHost::Accept);
        }
        self.delivery = Delivery::Fresh(fresh);
    }

    fn promote(&mut self, now: Instant, fresh: Fresh) {
        let libraries = fresh.libraries();
        let Fresh { id, pid, artifact, label, reason, begun, stage, .. } = fresh;
        let Stage::Accepting(Ready { routes, kind }) = stage else { return };
        let old = self.hosts.promote(Serving {
            id,
            pid,
            image: artifact.image.clone(),
            label,
            refuted: self.code.is_refuted(&artifact),
            loads: u32::try_from(artifact.libraries.len()).unwrap_or(u32::MAX),
            running: artifact.libraries.clone(),
            libraries,
            routes,
            routes_told: label,
            rss_bytes: None,
            since: now,
        });
        let hung = self.replacement.take().is_some_and(|of| matches!(of.cause, Cause::Hung(_)));
        self.board.set_config(None);
        if self.code.is_refuted(&artifact) {
            self.refuted_live(now, Good { artifact, label }, kind, begun);
        } else {
            self.went_live(now, Good { artifact, label }, Handed { kind, reason, begun });
        }
        match old {
            Some(old) if hung => self.kill(old.id, old.libraries),
            Some(old) => self.drain(now, old),
            None => {}
        }
        self.keep_artifacts();
    }

    fn fresh_refused(&mut self, now: Instant, generation: u64, library: Option<&str>, refusal: Refusal) {
        let is_meant = |fresh: &Fresh| matches!(fresh.stage, Stage::Loading) && fresh.label.0 == generation;
        let Some(fresh) = self.delivery.take_fresh_if(is_meant) else { return };
        self.kill(fresh.id, fresh.libraries());
        let library = library.filter(|_| fresh.artifact.libraries.len() > 1);
        match refusal::judge(&self.config.root, library, refusal) {
            Verdict::Reload(found) => {
                let outline = Outline::of(&found, "the app library was refused");
                self.board.set_reload(found);
                self.delivery_failed(now, *fresh, outline);
            }
            Verdict::Config(found) => {
                let outline = Outline::of(std::slice::from_ref(&found), "");
                self.board.set_config(Some(found));
                self.delivery_failed(now, *fresh, outline);
            }
            // A container that was empty cannot differ: the host contradicts itself, and trying again would not end.
            Verdict::Handover { reason, abi } => {
                let outline = Outline { title: reason.clone(), rendered: reason };
                self.layouts_changed(fresh.label, abi, AbiAction::Refused);
                self.delivery_failed(now, *fresh, outline);
            }
        }
    }

    pub(crate) fn fresh_died(&mut self, now: Instant, fresh: Fresh, end: &ProcessEnd) {
        let died = if fresh.has_loaded() { findings::died_taking_over } else { findings::died_loading };
        let found = died(end);
        self.fresh_failed(now, fresh, found);
    }

    pub(crate) fn fresh_overdue(&mut self, now: Instant, fresh: Fresh) {
        let found = match fresh.stage {
            Stage::Booting => findings::never_ready(self.config.ready_deadline),
            Stage::Loading => findings::hung_loading(self.config.ready_deadline),
            Stage::Accepting(_) => findings::never_accepted(self.config.takeover_deadline),
            Stage::Yielding(_) => {
                self.delivery = Delivery::Fresh(Box::new(fresh));
                if let Some(old) = self.hosts.take_serving() {
                    self.kill(old.id, old.libraries);
                }
                return self.old_yielded(now);
            }
        };
        self.kill(fresh.id, fresh.libraries());
        self.fresh_failed(now, fresh, found);
    }

    /// The host is dead or was killed, and `found` says why.
    pub(crate) fn fresh_failed(&mut self, now: Instant, fresh: Fresh, found: Diagnostic) {
        let outline = Outline::of(std::slice::from_ref(&found), "");
        self.board.set_reload(vec![found]);
        self.delivery_failed(now, fresh, outline);
    }

    fn delivery_failed(&mut self, now: Instant, fresh: Fresh, outline: Outline) {
        let kind = if self.hosts.serving().is_some() { BuildKind::Handover } else { BuildKind::Restart };
        if let Some(old) = self.hosts.serving().map(|old| old.id)
            && fresh.has_loaded()
        {
            // It was told to stop; it goes on as if nothing had happened.
            self.tell(old, ToHost::Accept);
        }
        match fresh.why {
            Why::Deliver => {
                self.configure |= fresh.configures;
                let proven = self.code.is_good(&self.code.whole_of(fresh.artifact.clone()));
                let reason = outline.title.clone();
                let why = format!("failed: {reason}");
                if !self.patch_fell(now, &fresh.artifact, fresh.label, &why, (kind, fresh.begun)) {
                    self.source_refused(now, fresh.label, outline, (kind, fresh.begun));
                }
                if !proven && self.hosts.serving().is_none() {
                    self.recover_at_once(now, reason);
                }
            }
            Why::Recover => self.recover_later(now, &outline.title),
            Why::Replace => {
                // It would have brought the code to go back to.
                self.code.roll_back = false;
                // The new configuration is not asked for again: it would be the same answer without end.
                let refused = self.refuse_beside(now, fresh.label, &outline.title, (kind, fresh.begun));
                let delivered = Some(fresh.begun);
                let ending = Ending { kind, outcome: BuildOutcome::Refused, reason: outline.title.clone(), delivered };
                if !refused.contains(&fresh.label) {
                    self.end(now, fresh.label, &ending);
                }
                if self.hosts.serving().is_none() {
                    self.recover_at_once(now, outline.title);
                }
            }
        }
    }

    /// A newer artifact or a change makes a host that has not loaded pointless.
    pub(crate) fn abandon_booting(&mut self, now: Instant) {
        if let Some(fresh) = self.delivery.take_fresh_if(|fresh| !fresh.has_loaded()) {
            self.abandon(now, *fresh);
        }
    }

    pub(crate) fn abandon(&mut self, now: Instant, fresh: Fresh) {
        let (why, label) = (fresh.why, fresh.label);
        self.forget_fresh(fresh);
        if why == Why::Deliver {
            self.replaced(now, label, BuildKind::Handover);
        }
    }

    pub(crate) fn forget_fresh(&mut self, fresh: Fresh) {
        self.configure |= fresh.configures;
        self.kill(fresh.id, fresh.libraries());
    }

    /// Files that some living host has open or that may be started again stay on disk. Not said while a build runs, which
    /// may have written a file that the engine has not heard of.
    pub(crate) fn keep_artifacts(&mut self) {
        if self.builds.is_running() {
            self.keep_due = true;
            return;
        }
        self.keep_due = false;
        let code = &self.code;
        let served = [&code.good, &code.vouched].into_iter().flatten().chain(&code.earlier).map(|good| &good.artifact);
        let built = [&code.newest, &code.whole].into_iter().flatten();
        // What a host is taking becomes what later hosts start from, be it in parts that this one has never opened.
        let artifacts = served.chain(built).chain(self.taken());
        let mut libraries: Vec<String> =
            self.hosts.libraries().chain(artifacts.flat_map(Artifact::files)).cloned().collect();
        libraries.sort();
        libraries.dedup();
        self.push(Effect::KeepArtifacts { libraries });
    }

    /// What could not be said while the build ran.
    pub(crate) fn keep_artifacts_as_due(&mut self) {
        if self.keep_due {
            self.keep_artifacts();
        }
    }
}
