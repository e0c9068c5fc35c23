//! What the tests are written with: a project on disk, a daemon for it, a browser without a screen.

mod daemon;
mod http;
mod project;

pub(crate) use daemon::Daemon;
pub(crate) use http::{Answer, get, request};
pub(crate) use project::Project;
