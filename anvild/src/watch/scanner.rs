//! Scans and keeps the backend's watches equal to the folders that the scans found. Blocks; the watcher runs it on a thread
//! that may.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    path::{Path, PathBuf},
};

use super::{
    backend::{Backend, BackendError},
    burst::Burst,
    change::{Change, Roots, merge_changes},
    exclude::git_lock,
    tree::Tree,
    walk::FolderId,
};

/// Rounds of "watch the new folders, then look into them". One is enough unless folders are created during the scan, each
/// round one level deeper; the rest then arrives as events.
const ROUNDS_MAX: usize = 8;
/// Paths of one scan for which the reason of their being ignored is looked up.
const DECISIONS_MAX: usize = 100;

/// Where to look.
#[derive(Debug)]
pub(super) enum Area {
    /// Only where hints point.
    Hinted,
    Everything,
    Roots(Roots),
}

/// What to look at, and what is known of the events so far.
#[derive(Debug)]
pub(super) struct Look {
    area: Area,
    hints: BTreeSet<PathBuf>,
    /// Some events are unknown: any folder may have been replaced.
    events_lost: bool,
}

impl Look {
    /// Takes the hints of `burst`; looks at them or at all of `area`.
    pub(super) fn of(burst: &mut Burst, area: Option<Area>) -> Self {
        let otherwise = if burst.all { Area::Everything } else { Area::Hinted };
        let hints = std::mem::take(&mut burst.paths);
        Self { area: area.unwrap_or(otherwise), hints, events_lost: burst.all || burst.overflowed }
    }

    pub(super) fn everything() -> Self {
        Self { area: Area::Everything, hints: BTreeSet::new(), events_lost: false }
    }
}

/// What a scan found.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) changes: Vec<Change>,
    /// Paths with what came of their events.
    pub(super) decisions: Vec<(PathBuf, String)>,
    /// The backend cannot go on. The changes are complete nevertheless.
    pub(super) backend_error: Option<BackendError>,
}

#[derive(Debug)]
pub(super) struct Scanner {
    pub(super) tree: Tree,
    backend: Option<Box<dyn Backend>>,
    watched: BTreeMap<PathBuf, FolderId>,
    /// The locks that git takes while it changes the roots.
    pub(super) git_locks: Vec<PathBuf>,
}

impl Scanner {
    pub(super) fn new(tree: Tree) -> Self {
        Self { tree, backend: None, watched: BTreeMap::new(), git_locks: Vec::new() }
    }

    /// Replaces the backend. The next scan asks the new one for every folder.
    pub(super) fn set_backend(&mut self, backend: Option<Box<dyn Backend>>) {
        self.backend = backend;
        self.watched.clear();
    }

    pub(super) fn has_backend(&self) -> bool {
        self.backend.is_some()
    }

    /// Folders that the operating system watches for us.
    pub(super) fn watched_count(&self) -> usize {
        self.watched.len()
    }

    pub(super) fn scan(&mut self, look: Look) -> Scanned {
        let Look { area, hints, events_lost } = look;
        let is_partial = matches!(area, Area::Hinted);
        let mut changes = match area {
            Area::Hinted => self.tree.scan_paths(hints.iter().map(PathBuf::as_path)),
            Area::Everything => self.tree.scan_all(),
            Area::Roots(roots) => self.tree.set_roots(roots),
        };
        if !is_partial {
            self.git_locks = self.tree.roots().iter().filter_map(|root| git_lock(root)).collect();
        }
        let mut backend_error = None;
        if events_lost {
            self.drop_suspects([Path::new("/")]);
        } else {
            self.drop_suspects(hints.iter().map(PathBuf::as_path));
        }
        for _ in 0..ROUNDS_MAX {
            // A folder is watched first and looked into afterwards: a file that is created in between has either an event or
            // is found.
            match self.adjust_watches() {
                Ok(added) if added.is_empty() => break,
                Ok(added) => {
                    let more = self.tree.scan_paths(added.iter().map(PathBuf::as_path));
                    changes = merge_changes(changes, more);
                }
                Err(error) => {
                    backend_error = Some(error);
                    break;
                }
            }
        }
        let decisions = self.decide(&hints, &changes);
        Scanned { changes, decisions, backend_error }
    }

    /// Forgets the watches of folders that had an event themselves: they may have been moved, or removed and created anew, and
    /// then the old watch hears nothing, though path and inode number may be the same.
    fn drop_suspects<'a>(&mut self, hints: impl IntoIterator<Item = &'a Path>) {
        let Some(backend) = &mut self.backend else { return };
        for hint in hints {
            let from_hint = (Bound::Included(hint), Bound::Unbounded);
            let suspects: Vec<PathBuf> = self
                .watched
                .range::<Path, _>(from_hint)
                .map(|(path, _)| path)
                .take_while(|path| path.starts_with(hint))
                .cloned()
                .collect();
            for path in suspects {
                backend.unwatch(&path);
                self.watched.remove(&path);
            }
        }
    }

    /// Returns the folders that were not watched before.
    fn adjust_watches(&mut self) -> Result<Vec<PathBuf>, BackendError> {
        let Some(backend) = &mut self.backend else { return Ok(Vec::new()) };
        let wanted = self.tree.watch_dirs();
        // Old ones first: a moved folder keeps its inode, and taking its old name away would take its watch.
        self.watched.retain(|path, id| {
            let keep = wanted.get(path) == Some(id);
            if !keep {
                backend.unwatch(path);
            }
            keep
        });
        let mut added = Vec::new();
        for (path, id) in wanted {
            if self.watched.contains_key(&path) {
                continue;
            }
            match backend.watch(&path) {
                Ok(()) => {
                    self.watched.insert(path.clone(), id);
                    added.push(path);
                }
                // Gone again: its parent has an event.
                Err(BackendError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(added)
    }

    fn decide(&mut self, hints: &BTreeSet<PathBuf>, changes: &[Change]) -> Vec<(PathBuf, String)> {
        let mut decisions = Vec::new();
        for hint in hints.iter().take(DECISIONS_MAX) {
            if changes.binary_search_by(|change| change.path.cmp(hint)).is_err()
                && let Some(decision) = self.tree.explain(hint)
            {
                decisions.push((hint.clone(), decision));
            }
        }
        let changed = changes.iter().rev().take(DECISIONS_MAX);
        decisions.extend(changed.map(|change| (change.path.clone(), "changed".to_owned())));
        decisions
    }
}
