//! The engine's state and its one way in and out. Each event is applied to the state first; then the timers that passed;
//! then [`Engine::pursue`] starts whatever brings the app closer to what is saved; then waits and views follow.

use std::collections::VecDeque;
use std::time::Instant;

use anvil_control::ToHost;
use anvild_protocol::{EventKind, Generation, HostId};

use crate::app::Phase;
use crate::builds::Builds;
use crate::code::Code;
use crate::config::EngineConfig;
use crate::delivery::Delivery;
use crate::diagnostics::Board;
use crate::effect::Effect;
use crate::event::{ChangeSet, Event};
use crate::hosts::{Hosts, Replacement};
use crate::layout::Reports;
use crate::ledger::{Ledger, names_configuration};
use crate::recovery::Recovery;
use crate::view::Shown;
use crate::waits::Waits;

/// Decides for one project. Owned by one task of the shell, which feeds it events and performs its effects in order.
#[derive(Debug)]
pub struct Engine {
    pub(crate) config: EngineConfig,
    pub(crate) effects: VecDeque<Effect>,
    pub(crate) phase: Phase,
    pub(crate) ledger: Ledger,
    pub(crate) builds: Builds,
    pub(crate) code: Code,
    pub(crate) hosts: Hosts,
    pub(crate) delivery: Delivery,
    /// Configuration was saved that the serving host has not been told of.
    pub(crate) configure: bool,
    /// The newest generation that ended badly without its code being bad: a wrong configuration.
    pub(crate) refused_beside: Generation,
    /// Why the serving host must be replaced even if a swap would do.
    pub(crate) replacement: Option<Replacement>,
    /// [`Effect::KeepArtifacts`] waits for the end of the build.
    pub(crate) keep_due: bool,
    pub(crate) recovery: Recovery,
    pub(crate) board: Board,
    pub(crate) abi_reports: Reports,
    pub(crate) waits: Waits,
    pub(crate) shown: Shown,
}

impl Engine {
    /// An engine for a project of which nothing is built and nothing runs. What is on disk is generation 1.
    pub fn new(config: EngineConfig) -> Self {
        Self {
            config,
            effects: VecDeque::new(),
            phase: Phase::Stopped,
            ledger: Ledger::new(),
            builds: Builds::new(),
            code: Code::new(),
            hosts: Hosts::new(),
            delivery: Delivery::Idle,
            configure: false,
            refused_beside: Generation::default(),
            replacement: None,
            keep_due: false,
            recovery: Recovery::new(),
            board: Board::new(),
            abi_reports: Reports::default(),
            waits: Waits::new(),
            shown: Shown::new(),
        }
    }

    /// Takes in what happened. `now` must not go backwards. Effects are ready afterwards.
    pub fn handle(&mut self, now: Instant, event: Event) {
        match event {
            Event::StartApp { hot, addr, attached } => self.start_app(now, hot, addr, attached),
            Event::StopApp { reason } => self.stop_app(now, &reason),
            Event::RestartApp => self.restart_app(now),
            Event::RollBack => self.roll_back_asked(now),
            Event::ClientGone(client) => self.client_gone(now, client),
            Event::ShutDown { reason } => self.shut_down(now, reason),
            Event::Changed(set) => self.changed(now, &set),
            Event::Wait { request, deadline } => self.wait(request, deadline),
            Event::WaitGone(request) => self.waits.forget(request),
            Event::PatchBuilt { generation, artifact, reason } => self.patch_built(now, generation, artifact, reason),
            Event::BuildFinished { generation, result } => self.build_finished(now, generation, result),
            Event::HostSpawned { host, pid } => self.host_spawned(host, pid),
            Event::HostSpawnFailed { host, message } => self.host_spawn_failed(now, host, &message),
            Event::HostSaid { host, message } => self.host_said(now, host, message),
            Event::HostExited { host, end } => self.host_exited(now, host, &end),
            Event::HostMemory { host, rss_bytes } => self.host_memory(host, rss_bytes),
            Event::Tick => {}
        }
        self.expire(now);
        self.pursue(now);
        // Before the waits: who is told that a generation is live must not meet the placeholder any more.
        self.show();
        self.resolve_waits(now);
        if self.finish_stop(now) {
            self.pursue(now);
            self.show();
        }
    }

    /// The next thing to do, in order; `None` when all is done until the next event.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When [`Event::Tick`] is due if nothing else happens before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let recovery = if self.is_up() { self.recovery.due() } else { None };
        [self.delivery.deadline(), self.hosts.next_kill(), self.waits.next_deadline(), recovery]
            .into_iter()
            .flatten()
            .min()
    }

    fn expire(&mut self, now: Instant) {
        for host in self.hosts.overdue(now) {
            self.push(Effect::KillHost { host });
        }
        self.expire_delivery(now);
    }

    /// Starts what can be started now: at most one build and at most one delivery to a host.
    fn pursue(&mut self, now: Instant) {
        if !self.is_up() {
            return;
        }
        self.start_build(now);
        self.start_delivery(now);
    }

    /// Accepts a change set: the next generation.
    fn changed(&mut self, now: Instant, set: &ChangeSet) {
        let in_flight = self.delivery.label().unwrap_or_default();
        let kind = self.expected_kind();
        let accepted = self.ledger.accept(now, set);
        self.publish(accepted);
        for ended in self.ledger.supersede(now, in_flight, kind) {
            self.publish(ended);
        }
        let configures = names_configuration(set);
        self.configure |= configures;
        self.retry_hung();
        if set.need.builds() {
            self.recovery.reconsider();
            self.code.mend();
            self.code.ready = None;
            self.builds.saved(set);
            self.request_build(set.need.clone());
        } else {
            self.recovery.retry(now);
            self.changed_beside_code(now, configures);
        }
    }

    /// The newest generation: that of the last accepted change set.
    pub fn saved(&self) -> Generation {
        self.ledger.saved()
    }

    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push_back(effect);
    }

    pub(crate) fn publish(&mut self, kind: EventKind) {
        self.push(Effect::Publish(kind));
    }

    pub(crate) fn tell(&mut self, host: HostId, message: ToHost) {
        self.push(Effect::Tell { host, message });
    }
}
