//! Parked `reload/wait` calls. Each is answered exactly once, unless its client leaves first.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use anvild_protocol::{Generation, WaitOutcome, WaitReply};

use crate::effect::Effect;
use crate::engine::Engine;
use crate::event::WaitId;
use crate::findings;

#[derive(Debug)]
pub(crate) struct Waits {
    parked: BTreeMap<WaitId, Parked>,
}

#[derive(Debug, Clone, Copy)]
struct Parked {
    generation: Generation,
    deadline: Instant,
}

impl Waits {
    pub(crate) fn new() -> Self {
        Self { parked: BTreeMap::new() }
    }

    pub(crate) fn forget(&mut self, request: WaitId) {
        self.parked.remove(&request);
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.parked.values().map(|parked| parked.deadline).min()
    }

    /// The app is not running, or not any more.
    pub(crate) fn fail_all(&mut self, effects: &mut VecDeque<Effect>) {
        for (request, parked) in std::mem::take(&mut self.parked) {
            effects.push_back(Effect::ReplyWait { request, reply: not_running(parked.generation) });
        }
    }
}

fn not_running(generation: Generation) -> WaitReply {
    WaitReply {
        outcome: WaitOutcome::Failed,
        generation,
        live: Generation::default(),
        diagnostics: vec![findings::not_running()],
    }
}

impl Engine {
    pub(crate) fn wait(&mut self, request: WaitId, deadline: Instant) {
        let generation = self.saved();
        if self.is_up() {
            self.waits.parked.insert(request, Parked { generation, deadline });
        } else {
            self.push(Effect::ReplyWait { request, reply: not_running(generation) });
        }
    }

    /// Answers whoever can be answered. Called after [`Engine::pursue`], so that what is idle stays idle.
    pub(crate) fn resolve_waits(&mut self, now: Instant) {
        let live = self.live();
        let settled = self.is_settled();
        // A refuted patch answers until the app is back where it was, but is not what anybody waited for.
        let stands = match self.hosts.serving() {
            Some(serving) if serving.refuted => {
                self.code.vouched.as_ref().map_or(Generation(0), |vouched| vouched.label)
            }
            // So does what was taken back.
            Some(_) if self.code.broken().is_some_and(|broken| broken.is_taken_back) => {
                self.code.good.as_ref().map_or(live, |good| good.label.min(live))
            }
            _ => live,
        };
        // Whoever is told that it is live looks at once, and shall not meet the patch.
        let may_be_told = settled || !self.hosts.serving().is_some_and(|serving| serving.refuted);
        let outcome = |parked: &Parked| {
            if stands >= parked.generation && may_be_told {
                Some(WaitOutcome::Live)
            } else if settled {
                Some(WaitOutcome::Failed)
            } else {
                (parked.deadline <= now).then_some(WaitOutcome::Timeout)
            }
        };
        let decided: Vec<_> = self
            .waits
            .parked
            .iter()
            .filter_map(|(request, parked)| outcome(parked).map(|outcome| (*request, parked.generation, outcome)))
            .collect();
        for (request, generation, outcome) in decided {
            self.waits.forget(request);
            let reply = WaitReply { outcome, generation, live, diagnostics: self.board.all() };
            self.push(Effect::ReplyWait { request, reply });
        }
    }

    /// Nothing is under way that could make anything live before the next event from outside. An audit makes nothing live.
    fn is_settled(&self) -> bool {
        (!self.builds.is_running() || self.builds.covered()) && self.delivery.is_idle() && self.recovery.due().is_none()
    }
}
