//! The built server with the real daemon, the real compiler and the blog: what an editor shows while somebody works. Without a
//! daemon: `tests/it`.

#[allow(dead_code, reason = "the tests without a daemon use the rest")]
#[path = "../client/mod.rs"]
mod client;
#[allow(dead_code, reason = "the daemon's own tests use the rest")]
#[path = "../../../anvild/tests/real/harness/http.rs"]
mod http;
mod kills;
#[allow(dead_code, reason = "the daemon's own tests use the rest")]
#[path = "../../../anvild/tests/real/harness/processes.rs"]
mod processes;
mod scenarios;
mod screen;
mod session;
