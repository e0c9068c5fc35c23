//! What requests are matched against.

use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::Router;

use super::entry::RouteEntry;
use super::middleware::MiddlewareFn;
use crate::container::Container;

/// Paths, and what answers all others.
///
/// A path's axum router is made when the first request meets it: axum takes longer for the routers of hundreds of paths than all the
/// rest of a swap takes, and an edit shows on one or two of them.
#[derive(Debug)]
pub(crate) struct Routes {
    /// Positions in `at`.
    paths: matchit::Router<usize>,
    at: Vec<Path>,
    rest: Router,
    container: Container,
}

/// The routes of one path, with their middleware.
pub(super) struct Path {
    pub(super) entries: Vec<(RouteEntry, Arc<[MiddlewareFn]>)>,
    router: OnceLock<Router>,
}

impl Path {
    pub(super) fn new() -> Self {
        Self { entries: Vec::new(), router: OnceLock::new() }
    }

    pub(super) fn router(&self, container: &Container) -> &Router {
        self.router.get_or_init(|| {
            self.entries.iter().fold(Router::new(), |router, (entry, chain)| {
                router.route(&entry.path, entry.method_router(chain.clone(), container))
            })
        })
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|(entry, _)| entry)).finish()
    }
}

impl Routes {
    /// What is in `at` must not be in contradiction, neither with each other nor with `rest`.
    pub(super) fn new(paths: matchit::Router<usize>, at: Vec<Path>, rest: Router, container: &Container) -> Self {
        Self { paths, at, rest, container: container.clone() }
    }

    /// Lets `change` say what answers requests that meet no path.
    pub(crate) fn rest(mut self, change: impl FnOnce(Router) -> Router) -> Self {
        self.rest = change(self.rest);
        self
    }

    /// What answers requests to this path.
    pub(crate) fn router(&self, path: &str) -> Router {
        let found = self.paths.at(path).ok().and_then(|found| self.at.get(*found.value));
        found.map_or(&self.rest, |found| found.router(&self.container)).clone()
    }
}
