//! The watcher's truth: every watched file with what it contained when it was last looked at.
//!
//! Synchronous, and free of events: whoever calls a scan knows when to look and where. A file counts as changed when its
//! *content* is not the remembered one; `stat` only decides whether the content has to be read.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fs, io,
    ops::Bound,
    path::{Path, PathBuf},
};

use super::{
    change::{Change, ChangeKind, Roots, merge_changes},
    content::Content,
    exclude::{CACHE_TAG, Exclusions, GITIGNORE, of_file_name},
    walk::{FILES_MAX, Folder, FolderId, Found, Walk, id_of},
};

/// The remembered state of the watched files.
#[derive(Debug)]
pub struct Tree {
    rules: Exclusions,
    /// Canonical, none below another.
    roots: Vec<PathBuf>,
    explicit: BTreeSet<PathBuf>,
    files: BTreeMap<PathBuf, Content>,
    folders: BTreeMap<PathBuf, Folder>,
    /// Symbolic links to files: link → canonical target.
    links: BTreeMap<PathBuf, PathBuf>,
    truncated: bool,
}

impl Tree {
    /// Watches nothing yet. `own` are absolute folders that the daemon writes; nothing below them is ever watched.
    pub fn new(own: Vec<PathBuf>) -> Self {
        Self {
            rules: Exclusions::new(own),
            roots: Vec::new(),
            explicit: BTreeSet::new(),
            files: BTreeMap::new(),
            folders: BTreeMap::new(),
            links: BTreeMap::new(),
            truncated: false,
        }
    }

    /// Replaces what is watched and scans all of it. Files that were watched before are compared with what is remembered; those
    /// that were not are remembered as they are now, without a change.
    pub fn set_roots(&mut self, roots: Roots) -> Vec<Change> {
        let old_roots = std::mem::replace(&mut self.roots, canonical(roots.dirs));
        let explicit = canonical_folders(roots.files).into_iter().filter(|file| !self.rules.is_own(file)).collect();
        let old_explicit = std::mem::replace(&mut self.explicit, explicit);
        let was_watched = |tree: &Self, path: &Path| {
            if tree.explicit.contains(path) && !old_explicit.contains(path) {
                return false;
            }
            old_explicit.contains(path) || old_roots.iter().any(|root| path.starts_with(root))
        };
        self.scan_everything(&was_watched)
    }

    /// Looks at everything, and reads `.gitignore` files again.
    pub fn scan_all(&mut self) -> Vec<Change> {
        self.scan_everything(&|_, _| true)
    }

    /// Looks at these files and folders, and at whatever is below them.
    pub fn scan_paths<'a>(&mut self, hints: impl IntoIterator<Item = &'a Path>) -> Vec<Change> {
        let mut targets = BTreeSet::new();
        let mut single = BTreeSet::new();
        for hint in hints {
            self.targets_of(hint, &mut targets, &mut single);
        }
        let mut changes = Vec::new();
        let mut done: Option<PathBuf> = None;
        for target in targets {
            // In path order everything below a target follows it.
            if done.as_ref().is_some_and(|done| target.starts_with(done)) {
                continue;
            }
            let Some(root) = self.root_of(&target) else { continue };
            let elsewhere = self.files.len() - below(&self.files, &target).count();
            let mut walk = self.walk(elsewhere);
            walk.list(&root, &target);
            let found = walk.found;
            if !found.folder_links.is_empty() || below(&self.folders, &target).any(|(_, folder)| folder.linked) {
                // Which of several paths to a folder counts can only be decided with all of them in view.
                return self.scan_all();
            }
            self.compare(Some(&target), found, &|_, _| true, &mut changes);
            done = Some(target);
        }
        for file in single {
            self.look_at_file(&file, &|_, _| true, &mut changes);
        }
        sorted(changes)
    }

    /// Where the operating system has to be asked for events: the folders, and for single files and link targets the nearest
    /// folder that exists.
    pub(super) fn watch_dirs(&self) -> BTreeMap<PathBuf, FolderId> {
        let mut dirs: BTreeMap<PathBuf, FolderId> =
            self.folders.iter().map(|(path, folder)| (path.clone(), folder.id)).collect();
        let linked: HashSet<FolderId> =
            self.folders.values().filter(|folder| folder.linked).map(|folder| folder.id).collect();
        let missing_roots = self.roots.iter().filter(|root| !self.folders.contains_key(*root));
        for path in self.explicit.iter().chain(self.links.values()).chain(missing_roots) {
            for folder in path.ancestors().skip(1) {
                if dirs.contains_key(folder) {
                    break;
                }
                if let Ok(metadata) = fs::metadata(folder)
                    && metadata.is_dir()
                {
                    // The kernel knows a folder by its inode: a second watch under another name would take the first one's
                    // events. Folders behind links are watched by the link's name.
                    if !linked.contains(&id_of(&metadata)) {
                        dirs.insert(folder.to_path_buf(), id_of(&metadata));
                    }
                    break;
                }
            }
        }
        dirs
    }

    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// The watched files, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }

    /// Number of watched files.
    pub fn file_count(&self) -> usize {
        self.files.len()
    }

    /// One sentence if not everything could be watched.
    pub fn shortcoming(&self) -> Option<String> {
        self.truncated.then(|| {
            format!("the project has more than {FILES_MAX} files; the rest is not watched. List folders in .gitignore that are not source")
        })
    }

    /// Whether an event of `path` can be dropped without a look, by its name alone.
    pub(super) fn ignores_by_name(&self, path: &Path) -> Option<&'static str> {
        let reason = of_file_name(path.file_name()?)?;
        let matters = self.explicit.contains(path) || self.links.values().any(|target| target == path);
        // A folder may have any name.
        (!matters && !self.folders.contains_key(path)).then_some(reason)
    }

    /// What to tell a user who asks why nothing happened when `path`, which did not change, had an event; `None` for folders.
    pub(super) fn explain(&mut self, path: &Path) -> Option<String> {
        if self.files.contains_key(path) {
            return Some("unchanged content".to_owned());
        }
        let root = self.root_of(path)?;
        if self.folders.contains_key(path) {
            return None;
        }
        for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(&root) && *folder != root) {
            if let Some(reason) = self.rules.of_dir(&root, folder) {
                return Some(format!("ignored: {reason}"));
            }
        }
        let reason = if path.is_dir() { self.rules.of_dir(&root, path) } else { self.rules.of_file(&root, path) };
        reason.map(|reason| format!("ignored: {reason}"))
    }

    /// Turns an event's path into what has to be looked at.
    fn targets_of(&mut self, hint: &Path, targets: &mut BTreeSet<PathBuf>, single: &mut BTreeSet<PathBuf>) {
        self.single_files_at(hint, single);
        if let (Some(folder), Some(name)) = (hint.parent(), hint.file_name())
            && self.folders.get(folder).is_some_and(|folder| folder.linked)
            && let Ok(folder) = fs::canonicalize(folder)
        {
            self.single_files_at(&folder.join(name), single);
        }
        let Some(root) = self.root_of(hint) else {
            targets.extend(self.roots.iter().filter(|root| root.starts_with(hint)).cloned());
            return;
        };
        let mut target = hint;
        if let Some(name) = hint.file_name()
            && (name == GITIGNORE || name == CACHE_TAG)
            && let Some(folder) = hint.parent()
            && folder.starts_with(&root)
        {
            self.rules.forget_gitignores();
            target = folder;
        }
        // The highest folder on the way that is not known yet decides whether any of it is watched.
        let unknown = target
            .ancestors()
            .take_while(|folder| folder.starts_with(&root))
            .filter(|folder| !self.folders.contains_key(*folder))
            .last();
        targets.insert(unknown.unwrap_or(target).to_path_buf());
    }

    fn single_files_at(&self, hint: &Path, single: &mut BTreeSet<PathBuf>) {
        let from_hint = (Bound::Included(hint), Bound::Unbounded);
        let explicit = self.explicit.range::<Path, _>(from_hint).take_while(|file| file.starts_with(hint));
        single.extend(explicit.cloned());
        single.extend(self.links.iter().filter(|(_, target)| target.starts_with(hint)).map(|(link, _)| link.clone()));
    }

    fn scan_everything(&mut self, was_watched: &dyn Fn(&Self, &Path) -> bool) -> Vec<Change> {
        self.rules.forget_gitignores();
        let roots = self.roots.clone();
        let mut walk = self.walk(0);
        for root in &roots {
            walk.list(root, root);
        }
        walk.follow_folder_links();
        let found = walk.found;
        self.truncated = found.truncated;
        let mut changes = Vec::new();
        self.compare(None, found, was_watched, &mut changes);
        for file in self.explicit.clone() {
            self.look_at_file(&file, was_watched, &mut changes);
        }
        sorted(changes)
    }

    fn walk(&mut self, files_elsewhere: usize) -> Walk<'_> {
        let found = Found::default();
        Walk { rules: &mut self.rules, explicit: &self.explicit, roots: &self.roots, files_elsewhere, found }
    }

    /// Replaces what is known below `target` (everything, if `None`) by what was found there.
    fn compare(
        &mut self,
        target: Option<&Path>,
        found: Found,
        was_watched: &dyn Fn(&Self, &Path) -> bool,
        changes: &mut Vec<Change>,
    ) {
        let target = target.unwrap_or(Path::new(""));
        self.truncated |= found.truncated;
        let is_unreadable = |path: &Path| found.unreadable.iter().any(|folder| path.starts_with(folder));
        let gone = |path: &&PathBuf| !found.files.contains_key(*path) && !is_unreadable(path);
        let gone: Vec<PathBuf> = below(&self.files, target).map(|(path, _)| path).filter(gone).cloned().collect();
        for path in gone {
            if self.explicit.contains(&path) {
                self.look_at_file(&path, was_watched, changes);
                continue;
            }
            self.files.remove(&path);
            // What is still there is not watched any more: excluded by a new rule, or outside of the new roots.
            if !path.is_file() && self.root_of(&path).is_some() {
                changes.push(Change { path, kind: ChangeKind::Removed });
            }
        }
        retain_outside(&mut self.folders, target, &is_unreadable);
        retain_outside(&mut self.links, target, &is_unreadable);
        self.folders.extend(found.folders);
        self.links.extend(found.links);
        for (path, metadata) in found.files {
            self.look_at(path, &metadata, was_watched, changes);
        }
    }

    /// Looks at a file that is watched by itself, wherever it is.
    fn look_at_file(&mut self, path: &Path, was_watched: &dyn Fn(&Self, &Path) -> bool, changes: &mut Vec<Change>) {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => {
                self.note_link(path);
                self.look_at(path.to_path_buf(), &metadata, was_watched, changes);
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound && error.kind() != io::ErrorKind::NotADirectory => {}
            Ok(_) | Err(_) => {
                self.links.remove(path);
                if self.files.remove(path).is_some() {
                    changes.push(Change { path: path.to_path_buf(), kind: ChangeKind::Removed });
                }
            }
        }
    }

    fn note_link(&mut self, path: &Path) {
        if !path.is_symlink() {
            self.links.remove(path);
        } else if let Ok(target) = fs::canonicalize(path) {
            self.links.insert(path.to_path_buf(), target);
        }
    }

    fn look_at(
        &mut self,
        path: PathBuf,
        metadata: &fs::Metadata,
        was_watched: &dyn Fn(&Self, &Path) -> bool,
        changes: &mut Vec<Change>,
    ) {
        let kind = match self.files.get_mut(&path) {
            Some(known) => {
                let Some(now) = known.read_if_suspect(&path, metadata) else { return };
                let same = now.same_bytes(known);
                *known = now;
                (!same).then_some(ChangeKind::Modified)
            }
            None => {
                let is_change = was_watched(self, &path);
                self.files.insert(path.clone(), Content::read(&path, metadata));
                is_change.then_some(ChangeKind::Created)
            }
        };
        changes.extend(kind.map(|kind| Change { path, kind }));
    }

    fn root_of(&self, path: &Path) -> Option<PathBuf> {
        self.roots.iter().find(|root| path.starts_with(root)).cloned()
    }
}

/// The entries at and below `top`. Paths sort by component, so they are neighbours.
fn below<'a, V>(map: &'a BTreeMap<PathBuf, V>, top: &'a Path) -> impl Iterator<Item = (&'a PathBuf, &'a V)> {
    map.range::<Path, _>((Bound::Included(top), Bound::Unbounded)).take_while(move |(path, _)| path.starts_with(top))
}

fn retain_outside<V>(map: &mut BTreeMap<PathBuf, V>, top: &Path, keep: &dyn Fn(&Path) -> bool) {
    let inside: Vec<PathBuf> = below(map, top).map(|(path, _)| path).filter(|path| !keep(path)).cloned().collect();
    for path in inside {
        map.remove(&path);
    }
}

/// By path, each once. A file may be looked at twice, as part of a folder and by itself, and may have changed in between: then
/// the later look counts.
fn sorted(changes: Vec<Change>) -> Vec<Change> {
    merge_changes(Vec::new(), changes)
}

/// Real paths without those below another. A folder that does not exist yet is taken as it is.
fn canonical(dirs: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = dirs.into_iter().map(|dir| fs::canonicalize(&dir).unwrap_or(dir)).collect();
    dirs.sort();
    dirs.dedup_by(|later, earlier| later.starts_with(earlier));
    dirs
}

/// The files in the real paths of their folders: the ones in which events come.
fn canonical_folders(files: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut real: HashMap<PathBuf, PathBuf> = HashMap::new();
    let place = |file: PathBuf| match (file.parent(), file.file_name()) {
        (Some(folder), Some(name)) => {
            let resolve = || fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
            real.entry(folder.to_path_buf()).or_insert_with(resolve).join(name)
        }
        _ => file,
    };
    files.into_iter().map(place).collect()
}
