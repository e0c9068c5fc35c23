//! Events that belong together, and when they are over.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    backend::{Hint, Step},
    change::Change,
};

/// A burst is over when nothing has happened for this long. Derivation: editors finish the steps of one save within 2 ms, unless they
/// wait for the disk between them.
const QUIET: Duration = Duration::from_millis(15);
/// As [`QUIET`], once every file that was touched is written. Derivation: who saves several files at once needs less than a millisecond for each,
/// and this is most of what detection costs.
const QUIET_WRITTEN: Duration = Duration::from_millis(5);
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
    /// Those that appeared in it.
    created: BTreeSet<PathBuf>,
    /// Those whose writer may still be at it.
    unfinished: BTreeSet<PathBuf>,
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
        let (paths, created, unfinished) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (all, overflowed, found, held_until) = (false, false, Vec::new(), None);
        Self { first_seen: seen, last_seen: seen, paths, created, unfinished, all, overflowed, found, held_until }
    }

    pub(super) fn due(&self) -> Instant {
        let is_written = !self.all && !self.paths.is_empty() && self.unfinished.is_empty();
        let quiet = if is_written { QUIET_WRITTEN } else { QUIET };
        self.held_until.unwrap_or_else(|| (self.last_seen + quiet).min(self.first_seen + BURST_MAX))
    }

    pub(super) fn add(&mut self, Hint { path, seen, step }: Hint) {
        self.first_seen = self.first_seen.min(seen);
        self.last_seen = self.last_seen.max(seen);
        if self.all {
            return;
        }
        self.note(&path, step);
        self.paths.insert(path);
        if self.paths.len() > BURST_PATHS_MAX {
            self.paths.clear();
            self.created.clear();
            self.unfinished.clear();
            self.all = true;
        }
    }

    fn note(&mut self, path: &Path, step: Step) {
        let is_finished = match step {
            Step::Aside => return,
            // A new file may be one for the time of the save, which is to be moved over another.
            Step::Written => !self.created.contains(path),
            // What was made for the time of the save is gone for good; another may be about to take the place of what was there before.
            Step::Gone => self.paths.contains(path),
            Step::Created => {
                // One that was moved away before is just written anew.
                if !self.paths.contains(path) {
                    self.created.insert(path.to_owned());
                }
                false
            }
            Step::Writing => false,
        };
        if is_finished {
            self.unfinished.remove(path);
        } else {
            self.unfinished.insert(path.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a burst of these steps is waited for.
    fn quiet(steps: &[(&str, Step)]) -> Duration {
        let seen = Instant::now();
        let mut burst = Burst::at(seen);
        for (path, step) in steps {
            burst.add(Hint { path: path.into(), seen, step: *step });
        }
        burst.due() - seen
    }

    #[test]
    fn a_finished_save_is_not_waited_for() {
        use Step::{Aside, Created, Gone, Writing, Written};
        let over = [
            &[("a.rs", Writing), ("a.rs", Written)][..],
            &[("a.rs", Writing), ("a.rs", Written), ("a.rs", Aside)],
            // Through a file for the time of the save, moved over the old one.
            &[("a.tmp", Created), ("a.tmp", Written), ("a.tmp", Gone), ("a.rs", Written), ("a.tmp", Aside)],
            // The old one is moved aside, written anew, and removed.
            &[("a.rs", Gone), ("a.rs~", Written), ("a.rs", Created), ("a.rs", Written), ("a.rs~", Gone)],
        ];
        for steps in over {
            assert_eq!(quiet(steps), QUIET_WRITTEN, "{steps:?}");
        }
        let goes_on = [
            &[][..],
            &[("a.rs", Gone)],
            &[("a.rs", Gone), ("a.rs~", Written)],
            &[("a.rs", Written), ("b.rs", Writing)],
            &[("a.rs", Written), ("a.rs", Writing)],
            // What is written to the disk may take its time before it is moved to its place.
            &[("a.tmp", Created), ("a.tmp", Writing), ("a.tmp", Written)],
        ];
        for steps in goes_on {
            assert_eq!(quiet(steps), QUIET, "{steps:?}");
        }
    }
}
