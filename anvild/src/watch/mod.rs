//! Sees every save.
mod change;
pub use change::{Change, ChangeKind, Decision, Roots, WatchBatch};
