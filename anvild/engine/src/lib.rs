//! Decides what the daemon does next. Performs no I/O and reads no clock: time is an argument.
#![forbid(unsafe_code)]

mod effect;
mod event;

pub use effect::{Effect, PlaceholderPage};
pub use event::{Artifact, BuildResult, ChangeSet, Event, ImageId, Need, ProcessEnd, WaitId};
