//! The daemon as a library: what its program and its tests are made of.
#![forbid(unsafe_code)]

pub mod host;
pub mod rpc;
pub mod state_dir;
pub mod watch;
