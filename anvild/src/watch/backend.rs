//! Where hints come from: the seam between the operating system's events and the watcher.
//!
//! A backend may lose events, name the wrong paths, refuse folders and die; the watcher scans, so the worst that a backend can
//! do is to be silent. [`crate::watch::NativeBackend`] is the real one; tests inject their own.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tokio::sync::{Notify, mpsc};

/// Paths that wait for the watcher. Derivation: twice the largest branch switch that is worth scanning path by path; beyond it a
/// scan of everything is as quick.
const HINTS_MAX: usize = 4096;

/// Asks for events of single folders, never of whole trees: what is not to be watched must not cost a watch.
pub trait Backend: Send + fmt::Debug {
    /// Events of `dir`'s entries go to the [`HintSender`] from now on, under the name `dir` as it is given here.
    fn watch(&mut self, dir: &Path) -> Result<(), BackendError>;
    /// Ends that. A folder that is gone or was never watched is no error.
    fn unwatch(&mut self, dir: &Path);
}

/// Starts a backend. Called again after one died.
pub type OpenBackend = Box<dyn FnMut(HintSender) -> Result<Box<dyn Backend>, BackendError> + Send>;

/// Why events cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// ENOSPC or EMFILE: the user's budget of watches or instances is spent.
    #[error("the limit of the operating system for watched folders is reached")]
    LimitReached,
    /// The folder is gone: a scan will say so.
    #[error("no such folder")]
    NotFound,
    #[error("cannot watch: {0}")]
    Io(#[from] io::Error),
    #[error("cannot watch: {0}")]
    Other(String),
}

/// A backend's way to the watcher. Never blocks.
#[derive(Debug, Clone)]
pub struct HintSender {
    paths: mpsc::Sender<Hint>,
    signals: Arc<Signals>,
}

/// That something happened to a path.
#[derive(Debug)]
pub(super) struct Hint {
    pub(super) path: PathBuf,
    pub(super) seen: Instant,
    pub(super) step: Step,
}

/// Which step of a save was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The path is new.
    Created,
    /// Its content may still change, or it cannot be told.
    Writing,
    /// The writer has closed the file, or moved a finished one to this path.
    Written,
    /// It was removed or moved away. If it was there before, another will often take its place.
    Gone,
    /// Nothing that content depends on.
    Aside,
}

#[derive(Debug, Default)]
struct Signals {
    lost: AtomicBool,
    died: OnceLock<String>,
    wake: Notify,
}

impl HintSender {
    /// Something happened to `path`.
    pub fn hint(&self, path: PathBuf, step: Step) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.paths.try_send(Hint { path, seen: Instant::now(), step })
        {
            self.lost();
        }
    }

    /// Events were lost.
    pub fn lost(&self) {
        self.signals.lost.store(true, Ordering::Release);
        self.signals.wake.notify_one();
    }

    /// No event will come any more.
    pub fn died(&self, reason: String) {
        let _ = self.signals.died.set(reason);
        self.signals.wake.notify_one();
    }
}

/// What the watcher hears of a backend.
#[derive(Debug)]
pub(super) enum Heard {
    Hint(Hint),
    Lost,
    Died(String),
}

#[derive(Debug)]
pub(super) struct HintReceiver {
    paths: mpsc::Receiver<Hint>,
    signals: Arc<Signals>,
    death_heard: bool,
}

impl HintReceiver {
    /// The next thing heard. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Heard {
        loop {
            if self.signals.lost.swap(false, Ordering::AcqRel) {
                return Heard::Lost;
            }
            if !self.death_heard
                && let Some(reason) = self.signals.died.get()
            {
                self.death_heard = true;
                return Heard::Died(reason.clone());
            }
            tokio::select! {
                () = self.signals.wake.notified() => {}
                Some(hint) = self.paths.recv() => return Heard::Hint(hint),
                else => std::future::pending().await,
            }
        }
    }

    /// What is already there, without waiting.
    pub(super) fn try_next(&mut self) -> Option<Hint> {
        self.paths.try_recv().ok()
    }
}

pub(super) fn hint_channel() -> (HintSender, HintReceiver) {
    let (sender, paths) = mpsc::channel(HINTS_MAX);
    let signals = Arc::new(Signals::default());
    (HintSender { paths: sender, signals: Arc::clone(&signals) }, HintReceiver { paths, signals, death_heard: false })
}
