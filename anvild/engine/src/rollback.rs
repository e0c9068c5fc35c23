//! Back to older code because somebody asked for it. The files stay as they are: the next change is built and goes live as ever.

use std::time::Instant;

use anvild_protocol::{BuildOutcome, Generation};

use crate::code::{Broken, Code, Good};
use crate::diagnostics::Outline;
use crate::engine::Engine;
use crate::findings;

/// Why an older generation is live again.
const ASKED: &str = "rolled back: asked for";

/// Generations that can be gone back to, one after the other. Each keeps its libraries on disk.
const EARLIER_MAX: usize = 3;

impl Code {
    /// Notes code that has served, and that newer code has replaced.
    pub(crate) fn remember(&mut self, good: Good) {
        self.earlier.push_back(good);
        if self.earlier.len() > EARLIER_MAX {
            self.earlier.pop_front();
        }
    }

    /// The newest code that served before `live` and that a full build made.
    fn before(&self, live: Generation) -> Option<&Good> {
        self.earlier.iter().chain(&self.vouched).rfind(|good| good.label < live)
    }
}

impl Engine {
    /// The generation that [`Event::RollBack`](crate::Event::RollBack) goes back to.
    ///
    /// # Errors
    /// There is none, or something is on its way. A sentence says which.
    pub fn rollback(&self) -> Result<Generation, &'static str> {
        self.rollback_target().map(|good| good.label)
    }

    fn rollback_target(&self) -> Result<&Good, &'static str> {
        let Some(serving) = self.hosts.serving().filter(|_| self.is_up()) else {
            return Err("no host serves, so there is nothing to go back from");
        };
        let replaces = self.replacement.as_ref().is_some_and(|of| !of.tried);
        if !self.delivery.is_idle() || self.code.ready.is_some() || self.code.roll_back || replaces {
            return Err("another generation is on its way to be live; wait until it is, and ask again");
        }
        let target = self.code.before(serving.label);
        target.ok_or("there is no generation to go back to: none that a full build made was live before this one")
    }

    pub(crate) fn roll_back_asked(&mut self, now: Instant) {
        let Ok(target) = self.rollback_target().cloned() else { return };
        let (live, to) = (self.live(), target.label);
        self.code.earlier.retain(|good| good.label < to);
        self.code.vouched = Some(target.clone());
        self.code.good = Some(target);
        self.code.roll_back = true;
        self.code.roll_back_reason = ASKED;
        self.board.set_reload(vec![findings::taken_back(live, to)]);
        self.shown.because(ASKED);
        // What is being built for a newer change set goes live as ever.
        if self.builds.covered() && self.code.broken().is_none() {
            let title = "taken back on request".to_owned();
            let outline = Outline { rendered: title.clone(), title };
            let (generation, outcome) = (self.saved(), BuildOutcome::Refused);
            self.break_code(now, Broken { generation, outcome, outline, is_taken_back: true });
        }
    }
}
