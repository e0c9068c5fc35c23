//! The outside of the watcher: how it is configured, started and asked.

use std::{fmt, path::PathBuf, time::Duration};

use anvild_protocol::WatchSnapshot;
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

use super::{
    backend::OpenBackend,
    change::{Decision, Roots, WatchBatch},
    native::NativeBackend,
    watcher::Watcher,
};

/// Batches that wait for the reader; more are merged into one.
const BATCHES_MAX: usize = 16;
/// Commands that wait for the task.
const COMMANDS_MAX: usize = 64;

/// How to watch.
pub struct WatchConfig {
    /// Absolute folders that the daemon writes: never watched.
    pub own_dirs: Vec<PathBuf>,
    /// Poll instead of asking the operating system.
    pub polling: bool,
    /// Time between two scans in polling mode.
    pub poll_interval: Duration,
    pub open_backend: OpenBackend,
}

impl WatchConfig {
    /// Events of the operating system, and a scan every second where there are none.
    pub fn native(own_dirs: Vec<PathBuf>) -> Self {
        let open_backend: OpenBackend = Box::new(|hints| Ok(Box::new(NativeBackend::open(hints)?)));
        Self { own_dirs, polling: false, poll_interval: Duration::from_secs(1), open_backend }
    }
}

impl fmt::Debug for WatchConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { own_dirs, polling, poll_interval, open_backend: _ } = self;
        f.debug_struct("WatchConfig")
            .field("own_dirs", own_dirs)
            .field("polling", polling)
            .field("poll_interval", poll_interval)
            .finish_non_exhaustive()
    }
}

/// The watcher. Dropping it ends the task and closes the channel of batches.
#[derive(Debug)]
pub struct WatchHandle {
    commands: mpsc::Sender<Command>,
    snapshot: watch::Receiver<WatchSnapshot>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
pub(super) enum Command {
    SetRoots(Roots, oneshot::Sender<()>),
    Sync(oneshot::Sender<()>),
    Decisions(oneshot::Sender<Vec<Decision>>),
}

impl WatchHandle {
    /// Starts, watching nothing, inside a tokio runtime. The channel ends when the handle is dropped, or if the watcher
    /// fails for good (a panic, which is logged).
    pub fn spawn(config: WatchConfig) -> (Self, mpsc::Receiver<WatchBatch>) {
        let (commands, inbox) = mpsc::channel(COMMANDS_MAX);
        let (out, batches) = mpsc::channel(BATCHES_MAX);
        let (watcher, snapshot) = Watcher::new(config, out);
        let task = tokio::spawn(async move {
            if let Err(error) = watcher.run(inbox).await {
                tracing::error!(%error, "the watcher ended");
            }
        });
        (Self { commands, snapshot, task }, batches)
    }

    /// Replaces what is watched. Resolves when the present state of the new roots is remembered: whatever is saved after that is
    /// a change. What changed in files that were watched before is delivered as usual.
    pub async fn set_roots(&self, roots: Roots) {
        let (done, wait) = oneshot::channel();
        self.ask(Command::SetRoots(roots, done), wait).await;
    }

    /// Scans everything now. Resolves when all that was saved before the call is in the channel of batches; the reader of that
    /// channel must not wait for this without reading, and must look into the channel before it acts on the end of this.
    pub async fn sync(&self) {
        let (done, wait) = oneshot::channel();
        self.ask(Command::Sync(done), wait).await;
    }

    /// How the watcher is doing.
    pub fn snapshot(&self) -> WatchSnapshot {
        self.snapshot.borrow().clone()
    }

    /// The last watched paths that had an event and what was decided, newest first, at most 100.
    pub async fn decisions(&self) -> Vec<Decision> {
        let (done, wait) = oneshot::channel();
        self.ask(Command::Decisions(done), wait).await.unwrap_or_default()
    }

    /// `None` if the watcher has ended, which closed the channel of batches.
    async fn ask<T>(&self, command: Command, answer: oneshot::Receiver<T>) -> Option<T> {
        self.commands.send(command).await.ok()?;
        answer.await.ok()
    }
}

impl Drop for WatchHandle {
    fn drop(&mut self) {
        self.task.abort();
    }
}
