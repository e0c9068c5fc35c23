//! What requests are matched against.

use std::fmt;
use std::sync::{Arc, OnceLock};

use anvil_control::RouteSummary;
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
    paths: Arc<Paths>,
    at: Vec<Path>,
    rest: Router,
    /// Of the app's own axum routers, which are in `rest`.
    routers: Vec<RouteSummary>,
    container: Container,
}

/// Which path a request means. Most edits leave it as it is, and hundreds of paths take long to put together.
#[derive(Debug)]
pub(super) struct Paths {
    /// Positions in [`Routes::at`].
    pub(super) positions: matchit::Router<usize>,
    /// The position of each route, in the order in which they were registered; absent for one that cannot stand.
    pub(super) homes: Vec<Option<usize>>,
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
    pub(super) fn new(
        paths: Arc<Paths>,
        at: Vec<Path>,
        rest: Router,
        routers: Vec<RouteSummary>,
        container: &Container,
    ) -> Self {
        Self { paths, at, rest, routers, container: container.clone() }
    }

    /// The paths, if `entries` are reached in the same ways as these routes are: whatever was found out about these is true of them.
    pub(super) fn paths_of(&self, entries: &[RouteEntry]) -> Option<Arc<Paths>> {
        let mut ours = self.entries();
        let same = entries.iter().all(|entry| ours.next().is_some_and(|ours| ours.is_reached_as(entry)));
        (same && ours.next().is_none()).then(|| self.paths.clone())
    }

    /// In the order in which they were registered.
    fn entries(&self) -> impl Iterator<Item = &RouteEntry> {
        let mut next = vec![0; self.at.len()];
        self.paths.homes.iter().flatten().filter_map(move |home| {
            let (entry, _) = self.at[*home].entries.get(next[*home])?;
            next[*home] += 1;
            Some(entry)
        })
    }

    pub(crate) fn summaries(&self) -> Vec<RouteSummary> {
        self.entries().map(RouteEntry::summary).chain(self.routers.iter().cloned()).collect()
    }

    /// Whether [`Self::summaries`] says the same of both.
    pub(crate) fn are_told_as(&self, others: &Self) -> bool {
        let (mut ours, mut theirs) = (self.entries(), others.entries());
        self.routers == others.routers
            && ours.all(|ours| theirs.next().is_some_and(|theirs| ours.is_told_as(theirs)))
            && theirs.next().is_none()
    }

    /// Lets `change` say what answers requests that meet no path.
    pub(crate) fn rest(mut self, change: impl FnOnce(Router) -> Router) -> Self {
        self.rest = change(self.rest);
        self
    }

    /// What answers requests to this path.
    pub(crate) fn router(&self, path: &str) -> Router {
        let found = self.paths.positions.at(path).ok().and_then(|found| self.at.get(*found.value));
        found.map_or(&self.rest, |found| found.router(&self.container)).clone()
    }
}
