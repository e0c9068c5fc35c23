//! Which host processes there are. A host is in exactly one place: in [`Hosts`] as the serving one or a leaving one, or in
//! the delivery that starts it.

use std::time::{Duration, Instant};

use anvil_control::{FromHost, RouteSummary, ToHost};
use anvild_protocol::{Generation, HostId};

use crate::delivery::Delivery;
use crate::effect::Effect;
use crate::engine::Engine;
use crate::event::{ImageId, Library, ProcessEnd};
use crate::findings;
use crate::swap::Swap;

/// Hosts that may drain at the same time; a third one ends the oldest. Bounds memory when somebody saves in bursts.
const DRAINING_MAX: usize = 2;

#[derive(Debug)]
pub(crate) struct Hosts {
    last: u64,
    serving: Option<Serving>,
    leaving: Vec<Leaving>,
}

/// The host that answers requests.
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) id: HostId,
    pub(crate) pid: Option<u32>,
    pub(crate) image: ImageId,
    /// Everything saved up to it answers.
    pub(crate) label: Generation,
    /// It runs a patch that the full build has failed of.
    pub(crate) refuted: bool,
    /// What it has published.
    pub(crate) running: Vec<Library>,
    /// Files that it has opened, or tried to. They stay on disk for as long as it lives, for backtraces.
    pub(crate) libraries: Vec<String>,
    /// App libraries and patches among them.
    pub(crate) loads: u32,
    pub(crate) routes: Vec<RouteSummary>,
    /// With which it told `routes`, or that they have not changed.
    pub(crate) routes_told: Generation,
    pub(crate) rss_bytes: Option<u64>,
    pub(crate) since: Instant,
}

/// A host that was told to go.
#[derive(Debug)]
struct Leaving {
    id: HostId,
    libraries: Vec<String>,
    /// `None` once it was killed.
    kill_at: Option<Instant>,
}

/// Why the serving host must be replaced.
#[derive(Debug)]
pub(crate) struct Replacement {
    pub(crate) reason: String,
    pub(crate) cause: Cause,
    /// It was tried and the new host failed. It stays the reason for the next handover.
    pub(crate) tried: bool,
}

#[derive(Debug)]
pub(crate) enum Cause {
    /// Somebody asked for it, or something changed that only a new host can use.
    Asked,
    /// Configuration that is read once.
    Configuration,
    /// It did not answer in time; with the swap that it may still end.
    Hung(Option<Box<Swap>>),
}

impl Cause {
    /// The swap that the host may still end.
    pub(crate) fn hung_swap(&self) -> Option<&Swap> {
        match self {
            Self::Hung(swap) => swap.as_deref(),
            Self::Asked | Self::Configuration => None,
        }
    }
}

impl Serving {
    /// Notes what it is about to be given. It opens a file once.
    pub(crate) fn will_open(&mut self, libraries: &[Library]) {
        for library in libraries {
            self.loads += u32::from(!self.libraries.contains(&library.path));
            for file in library.files() {
                if !self.libraries.contains(file) {
                    self.libraries.push(file.clone());
                }
            }
        }
    }
}

impl Hosts {
    pub(crate) fn new() -> Self {
        Self { last: 0, serving: None, leaving: Vec::new() }
    }

    pub(crate) fn new_id(&mut self) -> HostId {
        self.last += 1;
        HostId(self.last)
    }

    pub(crate) fn serving(&self) -> Option<&Serving> {
        self.serving.as_ref()
    }

    pub(crate) fn serving_mut(&mut self) -> Option<&mut Serving> {
        self.serving.as_mut()
    }

    pub(crate) fn promote(&mut self, serving: Serving) -> Option<Serving> {
        self.serving.replace(serving)
    }

    pub(crate) fn take_serving(&mut self) -> Option<Serving> {
        self.serving.take()
    }

    /// The number of hosts that were told to go and have not ended.
    pub(crate) fn none_leaves(&self) -> bool {
        self.leaving.is_empty()
    }

    /// Kills at once those of the leaving hosts whose time is up. They stay known until they have ended.
    pub(crate) fn overdue(&mut self, now: Instant) -> Vec<HostId> {
        let due = self.leaving.iter_mut().filter(|host| host.kill_at.is_some_and(|at| at <= now));
        due.map(|host| {
            host.kill_at = None;
            host.id
        })
        .collect()
    }

    pub(crate) fn next_kill(&self) -> Option<Instant> {
        self.leaving.iter().filter_map(|host| host.kill_at).min()
    }

    /// Hosts that leave by themselves and have not been killed; `kill_at` moves forward to `at`.
    fn hurry(&mut self, at: Instant) -> Vec<HostId> {
        let mut hurried = Vec::new();
        for host in &mut self.leaving {
            if let Some(kill_at) = &mut host.kill_at {
                *kill_at = at.min(*kill_at);
                hurried.push(host.id);
            }
        }
        hurried
    }

    /// Files opened by hosts other than the one that a delivery starts.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = &String> {
        let leaving = self.leaving.iter().flat_map(|host| &host.libraries);
        self.serving.iter().flat_map(|host| &host.libraries).chain(leaving)
    }

    /// The longest-draining host, if there are more than may be.
    fn too_many(&mut self) -> Option<HostId> {
        let draining = self.leaving.iter().filter(|host| host.kill_at.is_some()).count();
        let oldest = self.leaving.iter_mut().find(|host| host.kill_at.is_some());
        let oldest = oldest.filter(|_| draining > DRAINING_MAX)?;
        oldest.kill_at = None;
        Some(oldest.id)
    }

    fn forget(&mut self, id: HostId) {
        self.leaving.retain(|host| host.id != id);
    }
}

impl Engine {
    /// Lets a host finish until `kill_at`.
    fn let_leave(&mut self, id: HostId, libraries: Vec<String>, kill_at: Instant) {
        self.hosts.leaving.push(Leaving { id, libraries, kill_at: Some(kill_at) });
        while let Some(host) = self.hosts.too_many() {
            self.push(Effect::KillHost { host });
        }
    }

    pub(crate) fn kill(&mut self, id: HostId, libraries: Vec<String>) {
        self.hosts.leaving.push(Leaving { id, libraries, kill_at: None });
        self.push(Effect::KillHost { host: id });
    }

    /// The old host after a takeover.
    pub(crate) fn drain(&mut self, now: Instant, old: Serving) {
        let deadline = self.config.drain_deadline;
        self.tell(old.id, ToHost::Drain { deadline_ms: millis(deadline) });
        self.let_leave(old.id, old.libraries, now + deadline + self.config.drain_grace);
    }

    /// A host that hangs is given up again with every change; other replacements wait for the next host anyway.
    pub(crate) fn retry_hung(&mut self) {
        if let Some(Replacement { cause: Cause::Hung(_), tried, .. }) = &mut self.replacement {
            *tried = false;
        }
    }

    /// Tells every host to end. One that has not said hello could not hear it.
    pub(crate) fn stop_hosts(&mut self, now: Instant) {
        let deadline = self.config.stop_deadline;
        let kill_at = now + deadline;
        let mut told = self.hosts.hurry(kill_at);
        if let Some(serving) = self.hosts.take_serving() {
            told.push(serving.id);
            self.hosts.leaving.push(Leaving { id: serving.id, libraries: serving.libraries, kill_at: Some(kill_at) });
        }
        if let Delivery::Fresh(fresh) = self.delivery.take() {
            let (id, libraries) = (fresh.id, fresh.libraries());
            if fresh.has_said_hello() {
                told.push(id);
                self.hosts.leaving.push(Leaving { id, libraries, kill_at: Some(kill_at) });
            } else {
                self.kill(id, libraries);
            }
        }
        for host in told {
            self.tell(host, ToHost::Stop { deadline_ms: millis(deadline) });
        }
    }

    pub(crate) fn host_spawned(&mut self, host: HostId, pid: u32) {
        if let Some(fresh) = self.delivery.fresh_mut(host) {
            fresh.pid = Some(pid);
        }
    }

    pub(crate) fn host_spawn_failed(&mut self, now: Instant, host: HostId, message: &str) {
        self.hosts.forget(host);
        if let Some(fresh) = self.delivery.take_fresh(host) {
            self.fresh_failed(now, *fresh, findings::not_spawned(message));
        }
    }

    pub(crate) fn host_memory(&mut self, host: HostId, rss_bytes: u64) {
        if let Some(serving) = self.hosts.serving_mut()
            && serving.id == host
        {
            serving.rss_bytes = Some(rss_bytes);
        }
    }

    pub(crate) fn host_said(&mut self, now: Instant, host: HostId, message: FromHost) {
        if self.hosts.serving().is_some_and(|serving| serving.id == host) {
            self.serving_said(now, message);
        } else if self.delivery.fresh_mut(host).is_some() {
            self.fresh_said(now, message);
        }
    }

    fn serving_said(&mut self, now: Instant, message: FromHost) {
        match message {
            FromHost::Loaded(accepted) => self.swap_loaded(now, accepted),
            FromHost::Refused { generation, library, refusal } => {
                self.swap_refused(now, Generation(generation), library.as_deref(), refusal);
            }
            FromHost::Configured { generation, outcome } => self.configured(now, Generation(generation), outcome),
            FromHost::Advanced { generation } => self.advanced(now, Generation(generation)),
            FromHost::NotAccepting => self.old_yielded(now),
            FromHost::Fault(fault) => {
                if let Some(found) = findings::fault(&self.config.root, &fault) {
                    self.board.add_runtime(Generation(fault.generation), found);
                }
            }
            FromHost::Hello { .. }
            | FromHost::Accepting
            | FromHost::Draining { .. }
            | FromHost::Drained
            | FromHost::Served { .. } => {}
        }
    }

    pub(crate) fn host_exited(&mut self, now: Instant, host: HostId, end: &ProcessEnd) {
        self.hosts.forget(host);
        if self.hosts.serving().is_some_and(|serving| serving.id == host) {
            self.serving_died(now, end);
        } else if let Some(fresh) = self.delivery.take_fresh(host) {
            self.fresh_died(now, *fresh, end);
        }
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
