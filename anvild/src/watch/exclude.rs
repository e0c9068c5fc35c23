//! What is never watched, by name and by the user's `.gitignore` files.
//!
//! A wrong exclusion is an edit that is never seen, so names that are also good names for source folders (`target`, `storage`)
//! count only next to a manifest or directly in a root. Files given by themselves ([`super::Roots::files`]) pass every rule;
//! that is how sources that git ignores are watched once the compiler has named them.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use ignore::{Match, gitignore::Gitignore, gitignore::GitignoreBuilder};

/// Version control, dependencies of other tools, the daemon's own state, and editors' state: written by programs at any time.
const DIRS_ANYWHERE: [&str; 9] =
    [".git", ".hg", ".svn", ".jj", "node_modules", ".anvil", ".idea", ".vscode", ".direnv"];
/// Written by cargo and by the running app.
const DIRS_OF_A_PACKAGE: [&str; 2] = ["target", "storage"];
/// Marks a folder of a cache, cargo's among them. <https://bford.info/cachedir/>
pub(super) const CACHE_TAG: &str = "CACHEDIR.TAG";
/// The file with the user's rules.
pub(super) const GITIGNORE: &str = ".gitignore";

/// The rules for all roots.
#[derive(Debug)]
pub(super) struct Exclusions {
    /// Absolute folders of the daemon's own: what it writes must not wake it.
    own: Vec<PathBuf>,
    /// One per folder with rules; `None` for a folder known to have none.
    gitignores: HashMap<PathBuf, Option<Gitignore>>,
    /// For each root, the highest folder whose rules reach it.
    tops: HashMap<PathBuf, PathBuf>,
}

impl Exclusions {
    pub(super) fn new(own: Vec<PathBuf>) -> Self {
        Self { own, gitignores: HashMap::new(), tops: HashMap::new() }
    }

    /// Reads `.gitignore` files again when they are next needed.
    pub(super) fn forget_gitignores(&mut self) {
        self.gitignores.clear();
        self.tops.clear();
    }

    /// Whether the daemon writes there.
    pub(super) fn is_own(&self, path: &Path) -> bool {
        self.own.iter().any(|own| path.starts_with(own))
    }

    /// Why `dir`, below `root`, is not entered.
    pub(super) fn of_dir(&mut self, root: &Path, dir: &Path) -> Option<&'static str> {
        if let Some(reason) = self.of_dir_itself(root, dir) {
            return Some(reason);
        }
        self.git_ignores(root, dir, true).then_some("git ignores the folder")
    }

    /// The same without the user's rules, which do not reach folders behind symbolic links.
    pub(super) fn of_dir_itself(&self, root: &Path, dir: &Path) -> Option<&'static str> {
        let name = dir.file_name()?.to_str().unwrap_or("");
        if DIRS_ANYWHERE.contains(&name) {
            return Some("the folder belongs to another program");
        }
        if self.is_own(dir) {
            return Some("the folder belongs to the daemon");
        }
        if DIRS_OF_A_PACKAGE.contains(&name) {
            let parent = dir.parent()?;
            if parent == root || parent.join("Cargo.toml").exists() {
                return Some("the folder is written by cargo or by the app");
            }
        }
        dir.join(CACHE_TAG).exists().then_some("the folder is a cache")
    }

    /// Why `file` is not watched, if it is in a watched folder of `root`.
    pub(super) fn of_file(&mut self, root: &Path, file: &Path) -> Option<&'static str> {
        let name = file.file_name()?;
        if let Some(reason) = of_file_name(name) {
            return Some(reason);
        }
        // Secrets are rarely in git and always matter.
        if is_env_file(name) {
            return None;
        }
        self.git_ignores(root, file, false).then_some("git ignores the file")
    }

    fn git_ignores(&mut self, root: &Path, path: &Path, is_dir: bool) -> bool {
        if !self.tops.contains_key(root) {
            let top = self.top_of(root);
            self.tops.insert(root.to_path_buf(), top);
        }
        let top = self.tops[root].clone();
        self.ignored_below(&top, path, is_dir)
    }

    /// The top of the repository around `root`. Without one, and in a repository that ignores the whole project (people keep
    /// their home directory in git and ignore everything in it), rules above the root say nothing about the project.
    fn top_of(&mut self, root: &Path) -> PathBuf {
        let Some(top) = root.ancestors().find(|folder| folder.join(".git").exists()) else { return root.to_path_buf() };
        let between = root.ancestors().take_while(|folder| *folder != top);
        let root_is_ignored = between.into_iter().any(|folder| self.ignored_below(top, folder, true));
        if root_is_ignored { root.to_path_buf() } else { top.to_path_buf() }
    }

    /// The nearest folder with an opinion decides, as in git.
    fn ignored_below(&mut self, top: &Path, path: &Path, is_dir: bool) -> bool {
        for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(top)) {
            let rules = self.gitignores.entry(folder.to_path_buf()).or_insert_with(|| read_rules(folder));
            match rules.as_ref().map(|rules| rules.matched(path, is_dir)) {
                Some(Match::Ignore(_)) => return true,
                Some(Match::Whitelist(_)) => return false,
                Some(Match::None) | None => {}
            }
        }
        false
    }
}

fn read_rules(folder: &Path) -> Option<Gitignore> {
    let files = [folder.join(".git/info/exclude"), folder.join(GITIGNORE)];
    if !files.iter().any(|file| file.is_file()) {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    for file in files.iter().filter(|file| file.is_file()) {
        // A line that is no pattern is git's to complain about; the others hold.
        let _ = builder.add(file);
    }
    builder.build().ok()
}

fn is_env_file(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name == ".env" || name.starts_with(".env."))
}

/// Why a file of this name is nobody's source: what editors leave for a moment, and what a running app writes.
pub(super) fn of_file_name(name: &OsStr) -> Option<&'static str> {
    let name = name.to_string_lossy();
    let editor = name == "4913" // vim's test whether it may create files
        || name.ends_with('~')
        || name.starts_with(".#")
        || (name.starts_with('#') && name.ends_with('#') && name.len() > 1)
        || name.starts_with(".goutputstream-")
        || [".swp", ".swo", ".swx", ".swpx"].iter().any(|end| name.ends_with(end));
    if editor {
        return Some("an editor's temporary file");
    }
    let ends = [".sqlite", ".sqlite3", ".db", "-wal", "-shm", "-journal", ".log"];
    ends.iter().any(|end| name.ends_with(end)).then_some("a file that the app writes")
}

/// The lock that git holds while it changes the working tree of the repository around `dir`.
pub(super) fn git_lock(dir: &Path) -> Option<PathBuf> {
    let dot_git = dir.ancestors().map(|folder| folder.join(".git")).find(|path| path.exists())?;
    if dot_git.is_dir() {
        return Some(dot_git.join("index.lock"));
    }
    // A linked working tree or a submodule: a file that names the folder.
    let text = fs::read_to_string(&dot_git).ok()?;
    let folder = text.strip_prefix("gitdir:")?.trim();
    Some(dot_git.parent()?.join(folder).join("index.lock"))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::of_file_name;

    #[test]
    fn temporary_names() {
        for name in ["4913", "a.rs~", ".#a.rs", "#a.rs#", ".a.rs.swp", ".goutputstream-X1", "blog.sqlite-wal", "x.log"]
        {
            assert!(of_file_name(OsStr::new(name)).is_some(), "{name}");
        }
        for name in ["a.rs", "#", "4913.rs", "log.rs", ".env", "sqlite.rs", "dialog"] {
            assert!(of_file_name(OsStr::new(name)).is_none(), "{name}");
        }
    }
}
