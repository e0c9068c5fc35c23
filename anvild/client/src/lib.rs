//! Finds, starts and talks to the daemon of a project. Used by `anvil`, `anvil-lsp` and tests, and by the daemon itself
//! for what both sides must agree on: paths, lock, process record and the line that acknowledges a start.
//!
//! Knows nothing about builds. Linux only for now: process identity rests on pidfds and `/proc`.
#![forbid(unsafe_code)]

mod connect;
mod directory;
mod error;
pub mod exit_code;
mod lock;
mod paths;
mod process;
mod report;
mod spawn;
mod stop;
mod version;

pub use connect::{ConnectOptions, Connection, RawParams, connect};
pub use directory::secure_directory;
pub use error::Error;
pub use lock::{DaemonLock, DaemonRecord, LockAttempt, lock_is_held, read_record};
pub use paths::{ProjectPaths, locate};
pub use report::{FailedStart, StartReport};
pub use spawn::{SpawnOptions, Step, connect_or_spawn, find_daemon_exe};
pub use stop::{StopOutcome, stop_daemon};
