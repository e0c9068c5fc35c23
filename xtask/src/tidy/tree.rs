//! What the rules look at: the tracked files and what cargo says about the workspace. Read once.

use std::{fs, process::Command};

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::command;

pub(super) struct Tree {
    pub(super) files: Vec<File>,
    pub(super) workspace: Metadata,
}

pub(super) struct File {
    /// Relative to the root, with `/`.
    pub(super) path: String,
    /// Absent for a binary file.
    pub(super) text: Option<String>,
}

impl Tree {
    pub(super) fn read() -> Result<Self> {
        // Untracked files that are not ignored count too: they are about to be added. A checkout may belong to another
        // user than the one who tests, which git refuses unless told otherwise.
        let mut git = Command::new("git");
        git.args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = command::output(git.current_dir(command::root())).context("tidy needs git and a git checkout")?;
        let mut files: Vec<File> = Vec::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            // A file that is deleted but not yet committed is listed.
            let Ok(bytes) = fs::read(command::root().join(path)) else { continue };
            files.push(File { path: path.to_owned(), text: String::from_utf8(bytes).ok() });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let workspace = MetadataCommand::new()
            .manifest_path(command::root().join("Cargo.toml"))
            .no_deps()
            .exec()
            .context("cargo cannot read the workspace")?;
        Ok(Self { files, workspace })
    }

    /// Path and text of the Rust files that follow the house style. Fixtures are input of tests: some must be wrong.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs") && !is_fixture(path))
    }

    /// Path and text of all text files.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.texts().find(|(other, _)| *other == path).map(|(_, text)| text)
    }

    /// Whether a file or a folder of that path is tracked.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.iter().any(|file| {
            file.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || path.is_empty() || rest.starts_with('/'))
        })
    }
}

fn is_fixture(path: &str) -> bool {
    let folders: Vec<&str> = path.split('/').collect();
    folders.contains(&"fixtures") || folders.windows(2).any(|pair| pair == ["tests", "ui"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixtures_are_told_from_tests() {
        assert!(is_fixture("framework/derive/tests/ui/wrong_entry.rs"));
        assert!(is_fixture("anvild/tests/fixtures/app/src/lib.rs"));
        assert!(!is_fixture("anvild/tests/real_swap.rs"));
    }

    #[test]
    fn folders_of_tracked_files_exist() {
        let files = vec![File { path: "docs/src/SUMMARY.md".into(), text: None }];
        let workspace = MetadataCommand::new().manifest_path(command::root().join("Cargo.toml")).no_deps().exec();
        let tree = Tree { files, workspace: workspace.expect("the workspace reads") };
        assert!(tree.has("docs/src") && tree.has("docs/src/SUMMARY.md"));
        assert!(!tree.has("docs/sr"));
    }
}
