//! The built server with the real daemon, the real compiler and the blog: what an editor shows while somebody works. Without a
//! daemon: `tests/it`.

#[path = "../client/mod.rs"]
mod client;
#[path = "../../../anvild/tests/real/harness/http.rs"]
mod http;
mod kills;
#[path = "../../../anvild/tests/real/harness/processes.rs"]
mod processes;
mod scenarios;
mod screen;
mod session;
