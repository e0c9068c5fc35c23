//! The processes that serve the app, and the socket they serve on.
//!
//! Carries out what the engine decided and reports what happened; decides nothing. [`bind_listener`] owns the port,
//! [`HostHandle`] owns one process, [`Placeholder`] answers while no process does.

mod control;
mod lines;
mod listener;
mod memory;
mod page;
mod placeholder;
mod port_owner;
mod process;
mod respond;
mod supervisor;

pub use listener::{BindError, BoundListener, bind_listener};
pub use memory::rss_bytes;
pub use placeholder::Placeholder;
pub use process::{HostSpec, SpawnError};
pub use supervisor::{HostEvent, HostGone, HostHandle};
