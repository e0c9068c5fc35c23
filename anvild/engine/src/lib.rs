//! Decides what the daemon does next. Performs no I/O and reads no clock: time is an argument.
//!
//! The shell feeds [`Engine::handle`] with [`Event`]s, performs what [`Engine::poll_effect`] returns, in order, and sends
//! [`Event::Tick`] when [`Engine::poll_timeout`] has passed. Nothing else goes in or out but [`Engine::snapshot`].
//!
//! Rules that hold at all times: one build runs and one is pending; one delivery to a host is under way; what a host is
//! told to stand for never goes back while the app is up; a failed build, a refusal, a hang or a death of something new
//! leaves the serving host alone.
//!
//! An exception: a patch goes live before the full build of the same source has ended. If that fails, the patch was wrong
//! to be live, and the app goes back to the newest generation that a full build vouches for and stands for that again. From
//! the failure on, nobody who waits is told that the patched generation is live.
//!
//! The other exception is asked for: [`Event::RollBack`].
#![forbid(unsafe_code)]

mod app;
mod beside;
mod builds;
mod code;
mod config;
mod delivery;
mod diagnostics;
mod effect;
mod engine;
mod event;
mod findings;
mod hosts;
mod layout;
mod ledger;
mod need;
mod patch;
mod recovery;
mod refusal;
mod rollback;
mod snapshot;
mod swap;
mod takeover;
mod view;
mod waits;

pub use config::EngineConfig;
pub use effect::{Effect, PlaceholderPage};
pub use engine::Engine;
pub use event::{Artifact, BuildResult, ChangeSet, Event, ImageId, Library, Need, ProcessEnd, WaitId};
pub use snapshot::EngineSnapshot;
