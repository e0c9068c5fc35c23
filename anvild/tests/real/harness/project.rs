//! A project of the user, made for one test and removed with it.

use std::path::{Path, PathBuf};

/// The folder of this checkout.
pub(crate) fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("anvild lies in the checkout").to_owned()
}

/// Where all projects of the tests are built: one set of dependencies for all.
pub(crate) fn shared_target() -> PathBuf {
    checkout().join("target").join("fixtures")
}

/// A project on disk.
#[derive(Debug)]
pub(crate) struct Project {
    name: String,
    folder: tempfile::TempDir,
}

const NO_PATCHES: &str = "[dev]\npatches = false\n";

/// Writes `{count}` as the answer of `/`, and a route `/count` that never changes.
const LIBRARY: &str = r#"use anvilforge::prelude::*;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", hello);
}

async fn hello() -> &'static str {
    "one"
}
"#;

impl Project {
    /// A package of this name (unique among the tests) with one route, `/`, that answers `one`. Every edit of it is built in
    /// full: which way an edit goes must not depend on whether a base for patches is there already.
    pub(crate) fn new(name: &str) -> Self {
        let project = Self::bare(name);
        project.write("Cargo.toml", &project.manifest(""));
        project.write("src/lib.rs", LIBRARY);
        project.write("config/anvil.toml", NO_PATCHES);
        project
    }

    /// A folder with nothing but the versions of the checkout's dependencies.
    pub(crate) fn bare(name: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("anvil-test-").tempdir().expect("a temporary folder");
        let project = Self { name: name.to_owned(), folder };
        std::fs::copy(checkout().join("Cargo.lock"), project.path("Cargo.lock")).expect("the checkout's lock file");
        project
    }

    /// A manifest with the framework, and `more` after the dependencies.
    pub(crate) fn manifest(&self, more: &str) -> String {
        format!(
            "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
             anvilforge = {{ path = \"{}\" }}\n{more}",
            self.name,
            checkout().join("framework/anvilforge").display()
        )
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the project's folder")
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("a file")
    }

    /// Replaces `old`, which must be there, in `file`.
    #[track_caller]
    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        let text = self.read(file);
        assert!(text.contains(old), "{file} has no {old:?}:\n{text}");
        self.write(file, &text.replace(old, new));
    }
}
