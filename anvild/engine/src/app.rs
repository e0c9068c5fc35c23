//! Whether the app is wanted, by whom, and how it stops.

use std::collections::BTreeSet;
use std::time::Instant;

use anvild_protocol::{BuildOutcome, ClientId, EventKind};

use crate::effect::Effect;
use crate::engine::Engine;
use crate::hosts::{Cause, Replacement};
use crate::ledger::Ending;

#[derive(Debug)]
pub(crate) enum Phase {
    Stopped,
    Up(App),
    /// Hosts and the build are told to end.
    Stopping(Next),
    /// `Effect::Exit` was issued.
    Ended,
}

/// What follows once everything has stopped.
#[derive(Debug)]
pub(crate) enum Next {
    Rest,
    /// Somebody asked for the app while it stopped.
    Start(App),
    Exit {
        reason: String,
    },
}

/// The wish of the clients.
#[derive(Debug)]
pub(crate) struct App {
    hot: bool,
    addr: String,
    owners: BTreeSet<ClientId>,
    detached: bool,
}

impl App {
    fn new(hot: bool, addr: String, attached: Option<ClientId>) -> Self {
        Self { hot, addr, owners: attached.into_iter().collect(), detached: attached.is_none() }
    }

    fn join(&mut self, hot: bool, attached: Option<ClientId>) {
        self.hot = hot;
        self.detached |= attached.is_none();
        self.owners.extend(attached);
    }

    /// Whether that was the last client of those that the app was started for.
    fn lost_its_last_owner(&mut self, client: ClientId) -> bool {
        self.owners.remove(&client) && self.owners.is_empty() && !self.detached
    }
}

impl Engine {
    /// Whether a stop was asked for and [`Effect::AppStopped`] has not come yet: hosts still use the listening socket. An
    /// [`Event::StartApp`](crate::Event::StartApp) is remembered meanwhile and takes effect right after `AppStopped`.
    pub fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Stopping(_))
    }

    pub(crate) fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up(_))
    }

    /// Whether code is replaced in the living host.
    pub fn is_hot(&self) -> bool {
        matches!(&self.phase, Phase::Up(app) if app.hot)
    }

    pub(crate) fn addr(&self) -> Option<&str> {
        match &self.phase {
            Phase::Up(app) => Some(&app.addr),
            Phase::Stopped | Phase::Stopping(_) | Phase::Ended => None,
        }
    }

    pub(crate) fn start_app(&mut self, now: Instant, hot: bool, addr: String, attached: Option<ClientId>) {
        match &mut self.phase {
            Phase::Stopped => self.begin(now, App::new(hot, addr, attached)),
            Phase::Up(app) => {
                app.join(hot, attached);
                if app.addr != addr {
                    app.addr = addr;
                    self.ask_replacement("the address changed");
                }
            }
            Phase::Stopping(Next::Start(app)) => {
                app.join(hot, attached);
                app.addr = addr;
            }
            Phase::Stopping(next @ Next::Rest) => *next = Next::Start(App::new(hot, addr, attached)),
            Phase::Stopping(Next::Exit { .. }) | Phase::Ended => {}
        }
    }

    fn begin(&mut self, now: Instant, app: App) {
        self.phase = Phase::Up(app);
        self.ledger.start_clock(now);
    }

    pub(crate) fn stop_app(&mut self, now: Instant, reason: &str) {
        match &mut self.phase {
            Phase::Up(_) => self.begin_stop(now, reason, Next::Rest),
            Phase::Stopping(next @ Next::Start(_)) => *next = Next::Rest,
            Phase::Stopping(_) => {}
            Phase::Stopped | Phase::Ended => self.push(Effect::AppStopped),
        }
    }

    pub(crate) fn shut_down(&mut self, now: Instant, reason: String) {
        match &mut self.phase {
            Phase::Stopping(Next::Exit { .. }) | Phase::Ended => return,
            Phase::Up(_) | Phase::Stopped | Phase::Stopping(_) => {}
        }
        self.publish(EventKind::Stopping { reason: reason.clone() });
        match &mut self.phase {
            Phase::Up(_) => self.begin_stop(now, &reason.clone(), Next::Exit { reason }),
            Phase::Stopping(next) => *next = Next::Exit { reason },
            Phase::Stopped | Phase::Ended => {
                self.phase = Phase::Ended;
                self.push(Effect::Exit { reason });
            }
        }
    }

    pub(crate) fn client_gone(&mut self, now: Instant, client: ClientId) {
        match &mut self.phase {
            Phase::Up(app) => {
                if app.lost_its_last_owner(client) {
                    self.begin_stop(now, "the last attached client left", Next::Rest);
                }
            }
            Phase::Stopping(next) => {
                if let Next::Start(app) = next
                    && app.lost_its_last_owner(client)
                {
                    *next = Next::Rest;
                }
            }
            Phase::Stopped | Phase::Ended => {}
        }
    }

    /// A fresh host for the newest good code; if there is none, another try with the newest.
    pub(crate) fn restart_app(&mut self, now: Instant) {
        if !self.is_up() {
            return;
        }
        if self.hosts.serving().is_some() {
            return self.ask_replacement("asked for");
        }
        if self.delivery.is_idle() {
            self.recovery.reset();
            if self.code.good.is_some() {
                self.recovery.plan_at_once(now, "asked for".to_owned());
            } else {
                self.code.mend();
            }
        }
    }

    /// A host that is on its way already is as fresh as one can be.
    fn ask_replacement(&mut self, reason: &str) {
        if self.delivery.fresh().is_some() || self.hosts.serving().is_none() {
            return;
        }
        match &mut self.replacement {
            Some(known) => known.tried = false,
            None => {
                let reason = reason.to_owned();
                self.replacement = Some(Replacement { reason, cause: Cause::Asked, tried: false });
            }
        }
    }

    fn begin_stop(&mut self, now: Instant, reason: &str, next: Next) {
        self.phase = Phase::Stopping(next);
        self.shown.because(reason);
        self.cancel_build();
        self.stop_hosts(now);
        let ending = Ending {
            kind: self.expected_kind(),
            outcome: BuildOutcome::Cancelled,
            reason: "the app was stopped".to_owned(),
            delivered: None,
        };
        self.end_open_up_to(now, self.saved(), &ending);
        self.waits.fail_all(&mut self.effects);
        // The next start tries everything anew, and its host reads the configuration.
        self.code.ready = None;
        self.code.roll_back = false;
        self.code.mend();
        self.configure = false;
        self.replacement = None;
        self.recovery.reset();
        self.board.clear_runtime();
    }

    /// Goes on once no host is left and no build runs, as the last thing that an event leads to. Returns whether the app
    /// starts again.
    pub(crate) fn finish_stop(&mut self, now: Instant) -> bool {
        if !self.hosts.none_leaves() || self.builds.is_running() || !matches!(self.phase, Phase::Stopping(_)) {
            return false;
        }
        self.push(Effect::AppStopped);
        match std::mem::replace(&mut self.phase, Phase::Stopped) {
            Phase::Stopping(Next::Start(app)) => self.begin(now, app),
            Phase::Stopping(Next::Exit { reason }) => {
                self.phase = Phase::Ended;
                self.push(Effect::Exit { reason });
            }
            Phase::Stopping(Next::Rest) | Phase::Stopped | Phase::Up(_) | Phase::Ended => {}
        }
        self.is_up()
    }
}
