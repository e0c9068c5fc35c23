//! What the last build made, so that this one need not make it again.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// Views by name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    /// Of everything but the templates that the code depends on.
    pub(super) settings: u64,
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Of the templates in it.
    pub(super) hash: u64,
    pub(super) needs: Vec<String>,
}

impl Index {
    /// An index of other settings, or one that cannot be read, knows nothing.
    pub(super) fn read(folder: &Path, settings: u64) -> Self {
        let text = fs::read_to_string(folder.join(super::INDEX)).unwrap_or_default();
        let index: Self = serde_json::from_str(&text).unwrap_or_default();
        if index.settings == settings { index } else { Self::forgetful(index) }
    }

    /// Knows the names, so that what is gone can be removed, and nothing of the contents.
    fn forgetful(mut index: Self) -> Self {
        for entry in &mut index.entries {
            entry.needs.clear();
            entry.hash = 0;
        }
        index
    }

    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok().map(|at| &self.entries[at])
    }

    pub(super) fn text(&self) -> String {
        // Numbers, texts and lists always have a form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// For `view!`: a line for each view, with the hash of its templates.
    pub(super) fn names(&self) -> String {
        self.entries.iter().map(|entry| format!("{}\t{:016x}\n", entry.name, entry.hash)).collect()
    }
}
