//! The daemon as a library: what its program and its tests are made of.
#![forbid(unsafe_code)]

mod builder;
mod daemon;
pub mod host;
mod project;
pub mod rpc;
pub mod state_dir;
pub mod watch;

pub use builder::{CAPTURE_DIR_VARIABLE, GUARD_ARGUMENT, STUBS_VARIABLE, guard, link, wrap};
pub use daemon::serve;
