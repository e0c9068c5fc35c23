//! The watcher's task: collects hints into bursts, scans when a burst is over, and hands out what changed.
//!
//! One task owns everything. With events from the operating system it sleeps without a timer until one comes; in polling mode it
//! scans at an interval. Scans run on tokio's blocking threads, one at a time.

use std::{
    collections::VecDeque,
    path::PathBuf,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anvild_protocol::{WatchBackend, WatchSnapshot};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::spawn_blocking,
    time::sleep_until,
};

use super::{
    backend::{BackendError, Heard, Hint, HintReceiver, hint_channel},
    burst::{BURST_MAX, BURST_PATHS_MAX, Burst},
    change::{Decision, Roots, WatchBatch, merge_changes},
    handle::{Command, WatchConfig},
    native::{limit_reason, silent_file_system},
    scanner::{Area, Look, Scanned, Scanner},
    tree::Tree,
};

/// A branch switch is one batch: longest wait for git to take its lock away. An older lock was left behind by a git that died.
const GIT_HOLD_MAX: Duration = Duration::from_secs(5);
/// How often the lock is looked at meanwhile.
const GIT_LOOK: Duration = Duration::from_millis(25);
/// A backend that dies more often than this within [`RESTART_WINDOW`] is given up.
const RESTARTS_MAX: usize = 3;
const RESTART_WINDOW: Duration = Duration::from_secs(60);
/// Decisions kept for [`super::WatchHandle::decisions`].
const DECISIONS_MAX: usize = 100;

#[derive(Debug)]
pub(super) struct Watcher {
    config: WatchConfig,
    scanner: Scanner,
    hints: HintReceiver,
    /// Why there are no events; `None` while the backend gives them.
    polling: Option<String>,
    next_poll: Instant,
    burst: Option<Burst>,
    /// Waits for room in the channel.
    pending: Option<WatchBatch>,
    /// Syncs that are done when `pending` is delivered.
    waiting: Vec<oneshot::Sender<()>>,
    out: mpsc::Sender<WatchBatch>,
    publish: watch::Sender<WatchSnapshot>,
    decisions: VecDeque<Decision>,
    overflows: u32,
    /// When backends died, newest last.
    deaths: VecDeque<Instant>,
}

/// A scan panicked, or the runtime is going away.
pub(super) type ScanFailed = tokio::task::JoinError;

/// What ended the task's sleep.
enum Wake {
    Room,
    /// Nobody reads batches, or the handle was dropped.
    Unwanted,
    Command(Command),
    Due,
    Heard(Heard),
}

impl Watcher {
    pub(super) fn new(config: WatchConfig, out: mpsc::Sender<WatchBatch>) -> (Self, watch::Receiver<WatchSnapshot>) {
        let polling = config.polling.then(|| "polling, because the configuration says so".to_owned());
        let (publish, snapshot) = watch::channel(WatchSnapshot {
            backend: if polling.is_some() { WatchBackend::Polling } else { WatchBackend::Inotify },
            reason: polling.clone(),
            directories: 0,
            files: 0,
            overflows: 0,
        });
        let watcher = Self {
            scanner: Scanner::new(Tree::new(config.own_dirs.clone())),
            hints: hint_channel().1,
            polling,
            next_poll: Instant::now(),
            burst: None,
            pending: None,
            waiting: Vec::new(),
            out,
            publish,
            decisions: VecDeque::new(),
            overflows: 0,
            deaths: VecDeque::new(),
            config,
        };
        (watcher, snapshot)
    }

    /// Ends when the handle or the reader of batches is gone.
    pub(super) async fn run(mut self, mut inbox: mpsc::Receiver<Command>) -> Result<(), ScanFailed> {
        loop {
            if self.pending.is_none() {
                for done in self.waiting.drain(..) {
                    // Who stopped waiting is told nothing.
                    let _ = done.send(());
                }
            }
            match self.wake(&mut inbox).await {
                Wake::Room => {
                    let batch = self.pending.take();
                    // Nobody else sends: the room is still there.
                    batch.into_iter().for_each(|batch| drop(self.out.try_send(batch)));
                }
                Wake::Unwanted => return Ok(()),
                Wake::Command(command) => self.obey(command, &mut inbox).await?,
                Wake::Due => self.tick().await?,
                Wake::Heard(heard) => self.hear(heard).await?,
            }
        }
    }

    async fn wake(&mut self, inbox: &mut mpsc::Receiver<Command>) -> Wake {
        let due = self.due();
        tokio::select! {
            biased;
            room = self.out.reserve(), if self.pending.is_some() => if room.is_ok() { Wake::Room } else { Wake::Unwanted },
            command = inbox.recv() => command.map_or(Wake::Unwanted, Wake::Command),
            () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => Wake::Due,
            heard = self.hints.next() => Wake::Heard(heard),
        }
    }

    /// When to act next without being asked; `None`, and no timer, while there is nothing to do.
    fn due(&self) -> Option<Instant> {
        let poll = self.is_polling().then_some(self.next_poll);
        let burst = self.burst.as_ref().map(Burst::due);
        poll.into_iter().chain(burst).min()
    }

    fn is_polling(&self) -> bool {
        self.polling.is_some() && (!self.scanner.tree.roots().is_empty() || self.scanner.tree.file_count() > 0)
    }

    async fn obey(&mut self, command: Command, inbox: &mut mpsc::Receiver<Command>) -> Result<(), ScanFailed> {
        let mut next = Some(command);
        while let Some(command) = next.take() {
            match command {
                Command::Decisions(answer) => drop(answer.send(self.decisions.iter().rev().cloned().collect())),
                Command::SetRoots(roots, done) => {
                    self.choose_backend(&roots);
                    self.scan_now(Area::Roots(roots)).await?;
                    let _ = done.send(());
                }
                Command::Sync(done) => {
                    // One scan answers all who ask at this moment.
                    self.waiting.push(done);
                    while let Ok(command) = inbox.try_recv() {
                        match command {
                            Command::Sync(done) => self.waiting.push(done),
                            other => {
                                next = Some(other);
                                break;
                            }
                        }
                    }
                    self.scan_now(Area::Everything).await?;
                }
            }
        }
        Ok(())
    }

    async fn hear(&mut self, heard: Heard) -> Result<(), ScanFailed> {
        match heard {
            Heard::Hint(hint) => {
                self.note_hint(hint);
                self.drain_hints();
            }
            Heard::Lost => {
                self.overflows = self.overflows.saturating_add(1);
                tracing::warn!("events of the file system were lost; everything is scanned");
                let burst = self.burst.get_or_insert_with(|| Burst::at(Instant::now()));
                burst.all = true;
                burst.overflowed = true;
            }
            Heard::Died(reason) => self.replace_backend(&reason).await?,
        }
        Ok(())
    }

    fn note_hint(&mut self, hint: Hint) {
        if let Some(reason) = self.scanner.tree.ignores_by_name(&hint.path) {
            self.decide(hint.path, format!("ignored: {reason}"));
            return;
        }
        self.burst.get_or_insert_with(|| Burst::at(hint.seen)).add(hint);
    }

    fn drain_hints(&mut self) {
        // Bounded: a backend that is quicker than this loop must not keep it from acting.
        for _ in 0..BURST_PATHS_MAX {
            let Some(hint) = self.hints.try_next() else { break };
            self.note_hint(hint);
        }
    }

    async fn tick(&mut self) -> Result<(), ScanFailed> {
        self.drain_hints();
        let now = Instant::now();
        if self.burst.as_ref().is_some_and(|burst| burst.due() <= now) {
            self.end_burst(now).await?;
        }
        if self.is_polling() && self.next_poll <= Instant::now() {
            self.poll().await?;
        }
        Ok(())
    }

    async fn end_burst(&mut self, now: Instant) -> Result<(), ScanFailed> {
        let Some(mut burst) = self.burst.take() else { return Ok(()) };
        if now < burst.first_seen + GIT_HOLD_MAX && self.git_is_busy() {
            burst.held_until = Some(now + GIT_LOOK);
            self.burst = Some(burst);
            return Ok(());
        }
        let scanned = self.scan(Look::of(&mut burst, None)).await?;
        let goes_on = self.polling.is_some() && !scanned.changes.is_empty() && now < burst.first_seen + BURST_MAX;
        burst.found = merge_changes(burst.found, scanned.changes);
        if goes_on {
            burst.last_seen = Instant::now();
            burst.all = true;
            self.burst = Some(burst);
        } else {
            self.deliver(burst);
        }
        Ok(())
    }

    /// A scan in polling mode. What it finds may be half written, so it starts a burst.
    async fn poll(&mut self) -> Result<(), ScanFailed> {
        let started = Instant::now();
        let scanned = self.scan(Look::everything()).await?;
        self.next_poll = Instant::now() + self.config.poll_interval;
        if !scanned.changes.is_empty() {
            let burst = self.burst.get_or_insert_with(|| Burst::at(started));
            burst.last_seen = Instant::now();
            burst.all = true;
            burst.found = merge_changes(std::mem::take(&mut burst.found), scanned.changes);
        }
        Ok(())
    }

    /// Scans without waiting for the end of a burst.
    async fn scan_now(&mut self, area: Area) -> Result<(), ScanFailed> {
        let mut burst = self.burst.take().unwrap_or_else(|| Burst::at(Instant::now()));
        let scanned = self.scan(Look::of(&mut burst, Some(area))).await?;
        burst.found = merge_changes(burst.found, scanned.changes);
        self.deliver(burst);
        Ok(())
    }

    async fn scan(&mut self, look: Look) -> Result<Scanned, ScanFailed> {
        let mut scanner = std::mem::replace(&mut self.scanner, Scanner::new(Tree::new(Vec::new())));
        let (scanner, mut scanned) = spawn_blocking(move || {
            let scanned = scanner.scan(look);
            (scanner, scanned)
        })
        .await?;
        self.scanner = scanner;
        if let Some(error) = scanned.backend_error.take() {
            self.fall_back(match error {
                BackendError::LimitReached => limit_reason(),
                other => format!("polling, because folders cannot be watched: {other}"),
            });
        }
        for (path, decision) in std::mem::take(&mut scanned.decisions) {
            self.decide(path, decision);
        }
        self.publish_snapshot();
        Ok(scanned)
    }

    fn deliver(&mut self, burst: Burst) {
        if burst.found.is_empty() {
            return;
        }
        let Burst { first_seen, overflowed, found: changes, .. } = burst;
        let batch = WatchBatch { changes, first_seen, overflowed };
        match &mut self.pending {
            Some(pending) => pending.merge(batch),
            None => self.pending = Some(batch),
        }
        if self.pending.as_ref().is_some_and(|pending| pending.changes.is_empty()) {
            self.pending = None;
        }
    }

    fn git_is_busy(&self) -> bool {
        self.scanner.git_locks.iter().any(|lock| {
            let taken = lock.metadata().and_then(|metadata| metadata.modified());
            taken.is_ok_and(|taken| taken.elapsed().is_ok_and(|age| age < GIT_HOLD_MAX))
        })
    }

    fn decide(&mut self, path: PathBuf, decision: String) {
        let at_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let decision = Decision { at_ms: u64::try_from(at_ms).unwrap_or(u64::MAX), path, decision };
        // A file that is written all the time must not push out the others.
        self.decisions.retain(|old| old.path != decision.path || old.decision != decision.decision);
        if self.decisions.len() == DECISIONS_MAX {
            self.decisions.pop_front();
        }
        self.decisions.push_back(decision);
    }
}

/// Choosing, replacing and giving up the backend.
impl Watcher {
    /// Asks for events again whenever the roots change, because the reason for polling may be gone.
    fn choose_backend(&mut self, roots: &Roots) {
        if self.config.polling {
            return;
        }
        if let Some(reason) = silent_file_system(&roots.dirs) {
            self.fall_back(reason);
        } else if !self.scanner.has_backend() {
            self.open_backend();
        }
    }

    fn open_backend(&mut self) {
        let (sender, receiver) = hint_channel();
        match (self.config.open_backend)(sender) {
            Ok(backend) => {
                self.scanner.set_backend(Some(backend));
                self.hints = receiver;
                self.polling = None;
            }
            Err(BackendError::LimitReached) => self.fall_back(limit_reason()),
            Err(error) => self.fall_back(format!("polling, because folders cannot be watched: {error}")),
        }
    }

    async fn replace_backend(&mut self, reason: &str) -> Result<(), ScanFailed> {
        let now = Instant::now();
        self.deaths.retain(|death| now.duration_since(*death) < RESTART_WINDOW);
        self.deaths.push_back(now);
        if self.deaths.len() > RESTARTS_MAX {
            self.fall_back(format!("polling, because the source of events keeps failing: {reason}"));
        } else {
            tracing::warn!(reason, "the source of file system events failed; it is started again");
            self.open_backend();
        }
        self.overflows = self.overflows.saturating_add(1);
        self.burst.get_or_insert_with(|| Burst::at(now)).overflowed = true;
        // Also watches the folders anew.
        self.scan_now(Area::Everything).await
    }

    fn fall_back(&mut self, reason: String) {
        if self.polling.as_ref() != Some(&reason) {
            tracing::warn!("{reason}");
        }
        self.scanner.set_backend(None);
        self.hints = hint_channel().1;
        self.polling = Some(reason);
        self.next_poll = Instant::now() + self.config.poll_interval;
    }

    fn publish_snapshot(&self) {
        let backend = if self.polling.is_some() { WatchBackend::Polling } else { WatchBackend::Inotify };
        let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        self.publish.send_replace(WatchSnapshot {
            backend,
            reason: self.polling.clone().or_else(|| self.scanner.tree.shortcoming()),
            directories: small(self.scanner.watched_count()),
            files: small(self.scanner.tree.file_count()),
            overflows: self.overflows,
        });
    }
}
