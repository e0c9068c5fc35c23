//! Sees every save.
//!
//! Events of the operating system are hints; the truth is a scan of remembered content ([`Tree`]). So a lost event costs time and
//! never an edit: [`WatchHandle::sync`] scans everything, and after an overflow so does the watcher by itself. Knows nothing of
//! what a change means; the daemon's loop classifies and decides.

mod backend;
mod burst;
mod change;
mod content;
mod exclude;
mod handle;
mod native;
mod scanner;
mod tree;
mod walk;
mod watcher;

pub use backend::{Backend, BackendError, HintSender, OpenBackend, Step};
pub use change::{Change, ChangeKind, Decision, Roots, WatchBatch};
pub use handle::{WatchConfig, WatchHandle};
pub use native::NativeBackend;
pub use tree::Tree;
