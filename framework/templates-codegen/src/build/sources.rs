//! The templates of a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::mistakes::BuildError;

/// What a template's file is called.
const ENDING: &str = ".forge.html";

/// Folders within each other; more are a loop of links.
const DEPTH_MAX: usize = 64;

pub(super) struct Source {
    pub(super) name: String,
    /// As people see it: relative to the package.
    pub(super) shown: String,
    path: PathBuf,
    pub(super) text: String,
}

impl Source {
    /// The file and its folder. A folder's time changes when a file comes or goes.
    pub(super) fn watched(self) -> [PathBuf; 2] {
        let folder = self.path.parent().map(Path::to_owned).unwrap_or_default();
        [self.path, folder]
    }
}

/// Sorted by name. Of two templates of one name, that of the folder that was named first counts.
pub(super) fn read(folders: &[(String, PathBuf)]) -> Result<Vec<Source>, BuildError> {
    let mut sources = Vec::new();
    let mut known = BTreeSet::new();
    for (prefix, folder) in folders {
        let mut found = Vec::new();
        walk(folder, "", 0, &mut found)?;
        found.sort();
        for (name, path) in found {
            let name = format!("{prefix}{name}");
            if known.insert(name.clone()) {
                let shown = path.to_string_lossy().replace('\\', "/");
                sources.push(Source { name, shown, text: super::read(&path)?, path });
            }
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

fn walk(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<(String, PathBuf)>) -> Result<(), BuildError> {
    let failed = |source| BuildError::Read { path: folder.to_owned(), source };
    if depth > DEPTH_MAX {
        return Err(failed(std::io::Error::other(
            "folders within each other beyond all measure; is there a link to an outer one?",
        )));
    }
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if path.is_dir() {
            walk(&path, &format!("{prefix}{name}."), depth + 1, found)?;
        } else if let Some(stem) = name.strip_suffix(ENDING) {
            found.push((format!("{prefix}{stem}"), path));
        }
    }
    Ok(())
}

/// An expression: name, file and text of every template.
pub(super) fn registry(sources: &[Source]) -> String {
    let mut out = String::from("&[\n");
    for source in sources {
        let path = fs::canonicalize(&source.path).unwrap_or_else(|_| source.path.clone());
        out.push_str(&format!(
            "    ({:?}, {:?}, include_str!({:?})),\n",
            source.name,
            source.shown,
            path.display().to_string()
        ));
    }
    out.push_str("]\n");
    out
}
