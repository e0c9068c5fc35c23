//! A backend without an operating system.

use std::{collections::BTreeSet, path::Path, path::PathBuf};

use anvild::watch::{Backend, BackendError, HintSender};

/// Gives no events, and takes as many folders as it is told.
#[derive(Debug)]
pub(crate) struct FakeBackend {
    limit: usize,
    watched: BTreeSet<PathBuf>,
    /// Held, so that the watcher's channel has a sender.
    _hints: Option<HintSender>,
    late: Option<PathBuf>,
}

impl Default for FakeBackend {
    fn default() -> Self {
        Self::with_limit(usize::MAX)
    }
}

impl FakeBackend {
    /// Answers ENOSPC after `limit` folders.
    pub(crate) fn with_limit(limit: usize) -> Self {
        Self { limit, watched: BTreeSet::new(), _hints: None, late: None }
    }

    pub(crate) fn with_limit_and_hints(limit: usize, hints: HintSender) -> Self {
        Self { _hints: Some(hints), ..Self::with_limit(limit) }
    }

    /// Creates `late.rs` in `folder` at the moment in which that gets its watch.
    pub(crate) fn writing_late_into(folder: PathBuf) -> Self {
        Self { late: Some(folder), ..Self::default() }
    }
}

impl Backend for FakeBackend {
    fn watch(&mut self, dir: &Path) -> Result<(), BackendError> {
        if self.watched.len() >= self.limit {
            return Err(BackendError::LimitReached);
        }
        assert!(self.watched.insert(dir.to_path_buf()), "{} is watched twice", dir.display());
        if self.late.as_deref() == Some(dir) {
            std::fs::write(dir.join("late.rs"), "late").expect("write");
        }
        Ok(())
    }

    fn unwatch(&mut self, dir: &Path) {
        self.watched.remove(dir);
    }
}
