//! A copy of `examples/blog` as a project of its own, on the framework of this checkout. Removed with the test.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::launch;

/// See the module.
#[derive(Debug)]
pub(crate) struct Blog {
    folder: tempfile::TempDir,
}

/// The folder of this checkout.
fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the checkout").to_owned()
}

/// Dependencies of the blog, as the checkout declares them.
const LIBRARIES: &[&str] = &["serde", "sqlx", "tokio"];

impl Blog {
    /// One that is not built.
    pub(crate) fn new() -> Self {
        Self::named("blog")
    }

    /// A package of this name, unique among the tests that build theirs: they share a build directory, in which cargo tells packages of the same
    /// name in different folders not apart.
    pub(crate) fn named(name: &str) -> Self {
        // Short: the path of a Unix socket below it has at most 107 bytes.
        let folder = tempfile::Builder::new().prefix("anvil-blog-").tempdir().expect("a temporary folder");
        let blog = Self { folder };
        let source = checkout().join("examples/blog");
        for part in ["src", "templates", "public", "config", "build.rs"] {
            copy(&source.join(part), &blog.path(part));
        }
        fs::copy(checkout().join("Cargo.lock"), blog.path("Cargo.lock")).expect("the checkout's lock file");
        let shared = fs::read_to_string(checkout().join("Cargo.toml")).expect("the checkout's manifest");
        let declared = |name: &&str| {
            let start = format!("{name} = ");
            shared
                .lines()
                .find(|line| line.starts_with(&start))
                .unwrap_or_else(|| panic!("{name} is declared"))
                .to_owned()
        };
        let libraries: Vec<String> = LIBRARIES.iter().map(declared).collect();
        let framework = checkout().join("framework");
        let manifest = format!(
            "[workspace]\n\n[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             anvilforge = {{ path = {:?} }}\n{}\n\n[build-dependencies]\nanvilforge-templates-codegen = {{ path = {:?} }}\n",
            framework.join("anvilforge"),
            libraries.join("\n"),
            framework.join("templates-codegen"),
        );
        blog.write("Cargo.toml", &manifest);
        let program = blog.read("src/main.rs").replace("blog::", &format!("{}::", name.replace('-', "_")));
        blog.write("src/main.rs", &program);
        blog
    }

    /// Without symbolic links, as the daemon names it.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder exists")
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.root().join(file)
    }

    pub(crate) fn uri(&self, file: &str) -> String {
        launch::uri(&self.path(file))
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a file of the blog")
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// All templates, by their paths from the project's folder, in order.
    pub(crate) fn templates(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.path("templates"), &mut found);
        let root = self.root();
        let name = |path: PathBuf| path.strip_prefix(&root).expect("within").to_string_lossy().into_owned();
        let mut names: Vec<String> = found.into_iter().map(name).collect();
        names.sort();
        names
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// A file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
        return;
    }
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
