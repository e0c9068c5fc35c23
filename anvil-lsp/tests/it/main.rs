//! The built server over pipes, without a daemon. With the real daemon: `tests/real`; as the clients of others see it:
//! `tests/conformance`.

mod burst;
#[expect(dead_code, reason = "the other test program uses the rest")]
#[path = "../client/mod.rs"]
mod client;
mod endings;
mod fuzz;
mod model;
mod oracle;
mod random;
mod transport;
mod wrong;
