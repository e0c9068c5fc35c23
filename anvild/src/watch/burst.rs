//! Events that belong together, and when they are over.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    time::{Duration, Instant},
};

use super::change::Change;

/// A burst is over when nothing has happened for this long. Derivation: editors finish the steps of one save within 2 ms, and
/// this is most of what detection costs.
const QUIET: Duration = Duration::from_millis(15);
/// A burst ends even if it goes on: someone writes all the time, and edits must get through.
pub(super) const BURST_MAX: Duration = Duration::from_millis(150);
/// Paths of a burst; beyond it everything is scanned.
pub(super) const BURST_PATHS_MAX: usize = 4096;

/// Hints that belong together.
#[derive(Debug)]
pub(super) struct Burst {
    pub(super) first_seen: Instant,
    pub(super) last_seen: Instant,
    pub(super) paths: BTreeSet<PathBuf>,
    /// Scan everything.
    pub(super) all: bool,
    pub(super) overflowed: bool,
    /// Changes that a polling scan already found.
    pub(super) found: Vec<Change>,
    /// Not before; set while git holds its lock.
    pub(super) held_until: Option<Instant>,
}

impl Burst {
    pub(super) fn at(seen: Instant) -> Self {
        let paths = BTreeSet::new();
        let (all, overflowed, found, held_until) = (false, false, Vec::new(), None);
        Self { first_seen: seen, last_seen: seen, paths, all, overflowed, found, held_until }
    }

    pub(super) fn due(&self) -> Instant {
        self.held_until.unwrap_or_else(|| (self.last_seen + QUIET).min(self.first_seen + BURST_MAX))
    }

    pub(super) fn add(&mut self, path: PathBuf, seen: Instant) {
        self.first_seen = self.first_seen.min(seen);
        self.last_seen = self.last_seen.max(seen);
        if !self.all {
            self.paths.insert(path);
        }
        if self.paths.len() > BURST_PATHS_MAX {
            self.paths.clear();
            self.all = true;
        }
    }
}
