//! What the tests are written with: a project on disk, a daemon for it, a browser without a screen.

mod daemon;
mod gate;
mod http;
mod observer;
pub(crate) mod processes;
mod project;

pub(crate) use daemon::{Daemon, PATIENCE};
pub(crate) use gate::Gate;
pub(crate) use http::{Answer, get, request};
pub(crate) use observer::Observer;
pub(crate) use project::{Project, checkout, shared_target};
