//! The templates of a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::mistakes::BuildError;

/// What a template's file is called.
pub(super) const ENDING: &str = ".forge.html";

/// Folders within each other; more are a loop of links.
const DEPTH_MAX: usize = 64;

#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    /// As people see it: relative to the package.
    pub(super) shown: String,
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// The text of one template as it stands in an editor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsaved<'t> {
    pub(super) name: &'t str,
    /// There may be no such file yet.
    pub(super) path: &'t Path,
    pub(super) text: &'t str,
}

impl Source {
    /// The file and its folder. A folder's time changes when a file comes or goes.
    pub(super) fn watched(self) -> [PathBuf; 2] {
        let folder = self.path.parent().map(Path::to_owned).unwrap_or_default();
        [self.path, folder]
    }
}

/// The templates of a package, below folders that are relative to `package`, which is empty where that is the working directory. Sorted
/// by name. Of two templates of one name, that of the folder that was named first counts.
pub(super) fn read(
    package: &Path,
    folders: &[(String, PathBuf)],
    unsaved: Option<Unsaved<'_>>,
) -> Result<Vec<Source>, BuildError> {
    let mut sources = Vec::new();
    let mut known = BTreeSet::new();
    for (prefix, folder) in folders {
        let mut found = Vec::new();
        let below = package.join(folder);
        walk(&below, "", 0, &mut found)?;
        found.sort();
        for (name, path) in found {
            let name = format!("{prefix}{name}");
            if known.insert(name.clone()) {
                let text = match unsaved.filter(|unsaved| unsaved.name == name) {
                    Some(unsaved) => unsaved.text.to_owned(),
                    None => super::read(&path)?,
                };
                let shown = shown(&folder.join(path.strip_prefix(&below).unwrap_or(&path)));
                sources.push(Source { name, shown, text, path });
            }
        }
    }
    if let Some(Unsaved { name, path, text }) = unsaved.filter(|unsaved| !known.contains(unsaved.name)) {
        let shown = shown(path.strip_prefix(package).unwrap_or(path));
        sources.push(Source { name: name.to_owned(), shown, text: text.to_owned(), path: path.to_owned() });
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
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
        // One that is not saved yet has no file to include.
        let Ok(path) = fs::canonicalize(&source.path) else { continue };
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
