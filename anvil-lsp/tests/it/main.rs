//! The built server over pipes, without a daemon. With the real daemon: `tests/real`; as the clients of others see it:
//! `tests/conformance`.

mod burst;
#[path = "../client/mod.rs"]
mod client;
mod endings;
mod fuzz;
mod model;
mod oracle;
mod random;
mod transport;
mod wrong;
