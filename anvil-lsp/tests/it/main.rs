//! The built server over pipes, without a daemon. With the real daemon: `tests/real`; as the clients of others see it:
//! `tests/conformance`.

mod burst;
#[allow(dead_code, reason = "the tests with the daemon use the rest")]
#[path = "../client/mod.rs"]
mod client;
mod endings;
mod fuzz;
mod model;
mod oracle;
mod random;
mod transport;
mod wrong;
