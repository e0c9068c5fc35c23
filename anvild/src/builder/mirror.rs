//! A copy of a crate's source at another place, in which files are what they are told to be and everything else is linked.
//!
//! Relative paths (`include_str!("../page.html")`) lead to the same files as in the original, because the copy lies as deep
//! below its root as the original lies below the working directory of the compiler.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

/// Never linked: build directories are large, and the copy may lie in one.
const LEFT_OUT: [&str; 2] = ["target", ".git"];

/// Where a crate's files are, and where their copies go.
#[derive(Debug, Clone)]
pub(super) struct Mirror {
    /// The working directory of the compiler.
    origin: PathBuf,
    /// Of the crate root, below `origin`.
    folder: PathBuf,
    copy: PathBuf,
}

impl Mirror {
    /// For a crate whose root lies at `root`, relative to `origin`; copies lie below `copy`.
    pub(super) fn new(origin: &Path, root: &Path, copy: PathBuf) -> Self {
        let folder = root.parent().map(Path::to_owned).unwrap_or_default();
        Self { origin: origin.to_owned(), folder, copy }
    }

    /// The same with copies elsewhere.
    pub(super) fn copied_to(&self, copy: PathBuf) -> Self {
        Self { copy, ..self.clone() }
    }

    /// The place of the copy of an original; `None` for one outside of the crate root's folder.
    pub(super) fn place(&self, original: &Path) -> Option<PathBuf> {
        let inside = original.strip_prefix(self.origin.join(&self.folder)).ok()?;
        Some(self.copy.join(&self.folder).join(inside))
    }

    /// Arguments that make rustc name the originals, as it does when cargo calls it.
    pub(super) fn remapping(&self) -> [String; 4] {
        let remap = |from: PathBuf| format!("{}={}", from.display(), self.folder.display());
        let option = "--remap-path-prefix".to_owned();
        [option.clone(), remap(self.origin.join(&self.folder)), option, remap(self.copy.join(&self.folder))]
    }

    /// Writes copies, by the path of their original. Files that have that text already are left alone; those of earlier calls
    /// that are not named any more are removed.
    pub(super) fn write(&self, files: &BTreeMap<PathBuf, String>) -> io::Result<()> {
        let mut places = BTreeMap::new();
        for (original, text) in files {
            let Some(place) = self.place(original) else {
                return Err(io::Error::other(format!("{} lies outside of the crate's folder", original.display())));
            };
            places.insert(place, text);
        }
        std::fs::create_dir_all(&self.copy)?;
        // First: writing below a link would write into the original.
        remove_others(&self.copy, &places.keys().map(PathBuf::as_path).collect())?;
        for (place, text) in places {
            if let Some(folder) = place.parent() {
                std::fs::create_dir_all(folder)?;
            }
            if std::fs::read(&place).ok().as_deref() != Some(text.as_bytes()) {
                std::fs::write(&place, text)?;
            }
        }
        Ok(())
    }

    /// Links whatever else lies beside the originals of written files, or beside a folder above them.
    pub(super) fn link_others(&self) -> io::Result<()> {
        let mut above = PathBuf::new();
        link_entries(&self.origin, &self.copy)?;
        for part in &self.folder {
            above.push(part);
            link_entries(&self.origin.join(&above), &self.copy.join(&above))?;
        }
        let mut below = vec![self.folder.clone()];
        while let Some(folder) = below.pop() {
            for entry in std::fs::read_dir(self.copy.join(&folder))? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    let inside = folder.join(entry.file_name());
                    link_entries(&self.origin.join(&inside), &self.copy.join(&inside))?;
                    below.push(inside);
                }
            }
        }
        Ok(())
    }
}

fn link_entries(origin: &Path, copy: &Path) -> io::Result<()> {
    let Ok(entries) = std::fs::read_dir(origin) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        match std::os::unix::fs::symlink(entry.path(), copy.join(entry.file_name())) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Removes links, and files and folders other than `wanted` and what leads to them.
fn remove_others(folder: &Path, wanted: &BTreeSet<&Path>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // That of a link is neither.
        let kind = entry.file_type()?;
        if kind.is_file() && wanted.contains(path.as_path()) {
            continue;
        }
        if !kind.is_dir() {
            std::fs::remove_file(&path)?;
        } else if wanted.iter().any(|file| file.starts_with(&path)) {
            remove_others(&path, wanted)?;
        } else {
            std::fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_lead_to_the_same_files() {
        let folder = tempfile::tempdir().unwrap();
        let origin = folder.path().join("work");
        for (file, text) in [("app/src/lib.rs", "lib"), ("app/src/a/b.rs", "b"), ("app/src/a/b.txt", "text")] {
            let path = origin.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::write(origin.join("shared.html"), "shared").unwrap();
        let mirror = Mirror::new(&origin, Path::new("app/src/lib.rs"), folder.path().join("copy"));
        let root = origin.join("app/src/lib.rs");
        let inner = origin.join("app/src/a/b.rs");
        let both = BTreeMap::from([(root.clone(), "LIB".to_owned()), (inner.clone(), "B".to_owned())]);
        mirror.write(&both).unwrap();
        mirror.link_others().unwrap();
        let copy = mirror.place(&inner).unwrap();
        let read = |path: &str| std::fs::read_to_string(copy.parent().unwrap().join(path)).unwrap();
        assert_eq!(read("b.rs"), "B");
        assert_eq!(read("b.txt"), "text");
        assert_eq!(read("../lib.rs"), "LIB");
        assert_eq!(read("../../../shared.html"), "shared");

        mirror.write(&BTreeMap::from([(root, "LIB".to_owned())])).unwrap();
        mirror.link_others().unwrap();
        assert_eq!(read("b.rs"), "b", "no copy any more, but a link to the original");
        // Where the folder, and the file, was a link.
        mirror.write(&both).unwrap();
        mirror.link_others().unwrap();
        assert_eq!(read("b.rs"), "B");
        assert_eq!(std::fs::read_to_string(inner).unwrap(), "b", "originals are never written");
        assert!(mirror.place(&folder.path().join("elsewhere.rs")).is_none());
    }
}
