//! What the watcher is given and what it gives back. Data only.

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

/// What is watched. Replaced as a whole whenever the build learns more about the project.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roots {
    /// Directories, absolute: the project and local path dependencies outside it. A directory below another one is covered by it.
    pub dirs: Vec<PathBuf>,
    /// Single files, absolute, watched whether or not they exist and whatever the rules of exclusion say: `.env`, sources and
    /// `include_str!` files from the compiler's dep-info, manifests and configuration above the project.
    pub files: Vec<PathBuf>,
}

/// A watched file whose content is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Absolute, in the real path of its root; for one of [`Roots::files`], its name in the real path of its folder.
    pub path: PathBuf,
    pub kind: ChangeKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    Created,
    Modified,
    Removed,
}

/// Changes that belong together: a burst of saves, a branch switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchBatch {
    /// By path, each path once, never empty.
    pub changes: Vec<Change>,
    /// When the first event of the burst was seen; in polling mode, when the scan that found it started.
    pub first_seen: Instant,
    /// Events were lost, so the batch comes from a scan of everything.
    pub overflowed: bool,
}

impl WatchBatch {
    /// Adds a later batch.
    pub(super) fn merge(&mut self, later: Self) {
        self.changes = merge_changes(std::mem::take(&mut self.changes), later.changes);
        self.first_seen = self.first_seen.min(later.first_seen);
        self.overflowed |= later.overflowed;
    }
}

/// What a reader of both in turn would conclude.
pub(super) fn merge_changes(earlier: Vec<Change>, later: Vec<Change>) -> Vec<Change> {
    let mut merged: BTreeMap<PathBuf, ChangeKind> =
        earlier.into_iter().map(|change| (change.path, change.kind)).collect();
    for Change { path, kind } in later {
        let net = match (merged.get(&path), kind) {
            (Some(ChangeKind::Created), ChangeKind::Modified) => Some(ChangeKind::Created),
            (Some(ChangeKind::Created), ChangeKind::Removed) => None,
            (Some(ChangeKind::Removed), ChangeKind::Created) => Some(ChangeKind::Modified),
            (_, kind) => Some(kind),
        };
        match net {
            Some(kind) => merged.insert(path, kind),
            None => merged.remove(&path),
        };
    }
    merged.into_iter().map(|(path, kind)| Change { path, kind }).collect()
}

/// One watched path that had an event, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    pub path: PathBuf,
    /// `changed`, `unchanged content`, `ignored: …`.
    pub decision: String,
}
