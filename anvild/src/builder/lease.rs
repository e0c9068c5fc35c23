//! Files of the build directory that several daemons use, and who may remove them.
//!
//! A daemon holds a shared lock on each of its own; the kernel gives it up with the process, however that ends. What is
//! locked is not removed, whatever its age.

use std::{fs::File, io, os::unix::fs::MetadataExt as _, path::Path, time::SystemTime};

/// Files of a kind that are kept although nobody holds them. A deps library is some 50 MB; the others make switching a
/// branch and back quick, and belong to other apps of the workspace.
const FILES_KEPT: usize = 8;

/// Keeps a file where it is.
#[derive(Debug)]
pub(super) struct Lease {
    _locked: File,
}

impl Lease {
    /// `None` if there is no such file.
    pub(super) fn of(path: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // Where there are no locks, `prune` gets none either and removes nothing.
        let _ = file.lock_shared();
        // Removed between the two.
        if file.metadata()?.nlink() == 0 {
            return Ok(None);
        }
        // What was used last is removed last. Only an order: of no harm if it cannot be set.
        let _ = file.set_modified(SystemTime::now());
        Ok(Some(Self { _locked: file }))
    }
}

/// Removes all but the few files of a kind that were used last, and those that somebody holds; `current` always stays.
pub(super) fn prune(folder: &Path, current: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path != current && path.extension() == current.extension())
        .filter_map(|path| Some((std::fs::metadata(&path).ok()?.modified().ok()?, path)))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(FILES_KEPT - 1);
    for (_, path) in files.into_iter().take(surplus) {
        remove_unheld(&path);
    }
}

fn remove_unheld(path: &Path) {
    let Ok(file) = File::open(path) else { return };
    if file.try_lock().is_ok() {
        // Still mapped by a draining host at worst, which keeps its copy.
        let _ = std::fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::PathBuf, time::Duration};

    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        /// With `count` files, the first of which is the oldest.
        fn of(count: u64) -> Self {
            let folder = Self(tempfile::tempdir().expect("a folder"));
            for number in 0..count {
                folder.write(number);
            }
            folder
        }

        fn file(&self, number: u64) -> PathBuf {
            self.0.path().join(format!("lib{number}.so"))
        }

        fn write(&self, number: u64) {
            let file = File::create(self.file(number)).expect("a file");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(number)).expect("a time");
        }

        fn prune(&self, current: u64) -> BTreeSet<u64> {
            prune(self.0.path(), &self.file(current));
            (0..100).filter(|number| self.file(*number).exists()).collect()
        }
    }

    #[test]
    fn the_oldest_are_removed_but_for_the_current_one() {
        let folder = Folder::of(12);
        let other = folder.0.path().join("lib0.rs");
        std::fs::write(&other, "").expect("a file");
        assert_eq!(folder.prune(0), (5..12).chain([0]).collect());
        assert!(other.exists(), "another kind");
    }

    #[test]
    fn what_somebody_holds_stays() {
        let folder = Folder::of(12);
        let first = Lease::of(&folder.file(1)).expect("readable").expect("there");
        let second = Lease::of(&folder.file(1)).expect("readable").expect("there");
        // The times are not what keeps it.
        folder.write(1);
        assert!(folder.prune(11).contains(&1));
        drop(first);
        assert!(folder.prune(11).contains(&1));
        drop(second);
        folder.write(12);
        assert!(!folder.prune(12).contains(&1));
    }

    #[test]
    fn what_was_used_last_is_removed_last() {
        let folder = Folder::of(12);
        drop(Lease::of(&folder.file(2)).expect("readable").expect("there"));
        assert_eq!(folder.prune(11), (5..12).chain([2]).collect());
    }

    #[test]
    fn what_is_gone_cannot_be_held() {
        let folder = Folder::of(0);
        assert!(Lease::of(&folder.file(0)).expect("no error").is_none());
    }
}
