//! Lists the watched files and folders below a root. Looks at names and `stat`, never into files.
//!
//! Symbolic links to folders are followed once the real folders are listed, so that a file with two paths is known by the real
//! one, and a link back into a root adds nothing.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::exclude::Exclusions;

/// Most files that are watched. Derivation: the largest Rust workspaces have some ten thousand sources; a hundred times the usual
/// app, at about 300 bytes each. Beyond it a link or a root points at something that is no project.
pub(super) const FILES_MAX: usize = 50_000;

/// Device and inode.
pub(super) type FolderId = (u64, u64);

/// A listed folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Folder {
    pub(super) id: FolderId,
    /// Reached through a symbolic link.
    pub(super) linked: bool,
}

/// What a walk listed.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: BTreeMap<PathBuf, Metadata>,
    pub(super) folders: BTreeMap<PathBuf, Folder>,
    /// Symbolic links to files: link → canonical target.
    pub(super) links: BTreeMap<PathBuf, PathBuf>,
    /// Folders that exist and cannot be listed: nothing is known about what is in them.
    pub(super) unreadable: Vec<PathBuf>,
    /// More files than [`FILES_MAX`].
    pub(super) truncated: bool,
    /// Symbolic links to folders, not followed yet.
    pub(super) folder_links: Vec<PathBuf>,
}

/// One walk over one or several roots.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    pub(super) rules: &'a mut Exclusions,
    pub(super) explicit: &'a BTreeSet<PathBuf>,
    pub(super) roots: &'a [PathBuf],
    /// Files known outside of what is walked, counted towards [`FILES_MAX`].
    pub(super) files_elsewhere: usize,
    pub(super) found: Found,
}

impl Walk<'_> {
    /// Lists what is at `path`, below `root`: a file, or a folder with everything in it.
    pub(super) fn list(&mut self, root: &Path, path: &Path) {
        match fs::symlink_metadata(path) {
            Ok(metadata) => self.list_entry(root, path, metadata, None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => self.found.unreadable.push(path.to_path_buf()),
        }
    }

    /// Lists what is behind the links that were met, each folder once.
    pub(super) fn follow_folder_links(&mut self) {
        let mut visited = HashSet::new();
        while let Some(link) = self.found.folder_links.pop() {
            let Ok(target) = fs::canonicalize(&link) else { continue };
            let Some(root) = self.roots.iter().find(|root| link.starts_with(root)) else { continue };
            let is_known = self.roots.iter().any(|root| target.starts_with(root));
            if is_known || self.rules.of_dir(root, &link).is_some() || self.rules.of_dir_itself(root, &target).is_some()
            {
                continue;
            }
            let root = root.clone();
            if let Ok(metadata) = fs::metadata(&link) {
                self.list_folder(&root, &link, &metadata, Some(&mut visited));
            }
        }
    }

    fn list_entry(&mut self, root: &Path, path: &Path, metadata: Metadata, visited: Option<&mut HashSet<FolderId>>) {
        if metadata.is_symlink() {
            self.list_link(root, path);
        } else if metadata.is_dir() {
            if path == root || self.rules.of_dir(root, path).is_none() {
                self.list_folder(root, path, &metadata, visited);
            }
        } else if metadata.is_file() {
            self.list_file(root, path, metadata);
        }
        // Pipes, sockets and devices have no content to watch, and opening one could block for ever.
    }

    fn list_link(&mut self, root: &Path, path: &Path) {
        // A link that leads nowhere is as good as no file.
        let Ok(metadata) = fs::metadata(path) else { return };
        if metadata.is_dir() {
            self.found.folder_links.push(path.to_path_buf());
        } else if metadata.is_file()
            && let Ok(target) = fs::canonicalize(path)
            && self.list_file(root, path, metadata)
        {
            self.found.links.insert(path.to_path_buf(), target);
        }
    }

    fn list_file(&mut self, root: &Path, path: &Path, metadata: Metadata) -> bool {
        if !self.explicit.contains(path) {
            if self.rules.of_file(root, path).is_some() {
                return false;
            }
            if self.files_elsewhere + self.found.files.len() >= FILES_MAX {
                self.found.truncated = true;
                return false;
            }
        }
        self.found.files.insert(path.to_path_buf(), metadata);
        true
    }

    /// Not recursive: a tree of links and folders can be deeper than a stack.
    fn list_folder(
        &mut self,
        root: &Path,
        folder: &Path,
        metadata: &Metadata,
        mut visited: Option<&mut HashSet<FolderId>>,
    ) {
        let linked = visited.is_some();
        let mut waiting = vec![(folder.to_path_buf(), id_of(metadata))];
        while let Some((folder, id)) = waiting.pop() {
            if visited.as_mut().is_some_and(|visited| !visited.insert(id)) {
                continue;
            }
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(_) => {
                    self.found.unreadable.push(folder);
                    continue;
                }
            };
            self.found.folders.insert(folder, Folder { id, linked });
            for entry in entries.flatten() {
                let path = entry.path();
                let Ok(metadata) = entry.metadata() else { continue };
                if !metadata.is_dir() {
                    self.list_entry(root, &path, metadata, None);
                } else if self.rules.of_dir(root, &path).is_none() {
                    waiting.push((path, id_of(&metadata)));
                }
            }
        }
    }
}

pub(super) fn id_of(metadata: &Metadata) -> FolderId {
    (metadata.dev(), metadata.ino())
}
