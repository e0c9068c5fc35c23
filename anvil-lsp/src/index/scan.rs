//! Reads a workspace folder: packages, templates, Rust sources.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use forge_codegen::{Options, Set};

use super::{Index, Package, RustFile, RustIndex, TemplateFolder};

/// Files that are longer are left out: nobody wrote them by hand.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads everything below the folders. Stops early, with what it has, when `cancelled` says so.
#[must_use]
pub fn scan(folders: &[PathBuf], cancelled: &dyn Fn() -> bool) -> Index {
    let mut packages: Vec<Arc<Package>> = Vec::new();
    let mut rust = BTreeMap::new();
    for folder in folders {
        for path in files_of(folder) {
            if cancelled() {
                return Index::default();
            }
            match path.file_name().and_then(|name| name.to_str()) {
                Some("Cargo.toml") => packages.extend(read_package(&path).map(Arc::new)),
                Some(name) if name.ends_with(".rs") => {
                    let file = read(&path).and_then(|text| RustFile::read(&text)).unwrap_or_default();
                    rust.insert(path, Arc::new(file));
                }
                _ => {}
            }
        }
    }
    packages.sort_by_key(|package| std::cmp::Reverse(package.root.components().count()));
    packages.dedup_by(|one, other| one.root == other.root);
    Index { packages, rust: RustIndex { files: Arc::new(rust) }, is_complete: true }
}

/// The files that belong to the project: not what git ignores, nor what builds leave.
fn files_of(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let is_output = |name: &str| matches!(name, "target" | "node_modules" | "vendor");
    let walk = ignore::WalkBuilder::new(folder)
        .require_git(false)
        .filter_entry(move |entry| {
            let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
            !(is_directory && entry.depth() > 0 && entry.file_name().to_str().is_some_and(is_output))
        })
        .build();
    walk.filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
}

/// The text of a file that is UTF-8 and not too long.
pub(crate) fn read(path: &Path) -> Option<String> {
    let length = fs::metadata(path).ok()?.len();
    if length > FILE_BYTES_MAX {
        return None;
    }
    fs::read_to_string(path).ok()
}

/// The package of a manifest, if it has templates.
fn read_package(manifest: &Path) -> Option<Package> {
    let root = manifest.parent()?;
    let folder = root.join("templates");
    if !folder.is_dir() {
        return None;
    }
    let folders = vec![TemplateFolder { path: folder, namespace: String::new() }];
    let package = Package {
        name: root.file_name()?.to_string_lossy().into_owned(),
        root: root.to_owned(),
        folders,
        set: Arc::new(Set::new(Options::default())),
        views: Arc::default(),
    };
    Some(with_templates(package))
}

fn with_templates(mut package: Package) -> Package {
    let mut views = BTreeMap::new();
    let mut texts = Vec::new();
    for folder in &package.folders {
        for path in files_of(&folder.path) {
            let Some(name) = package.name_of(&path) else { continue };
            if !views.contains_key(&name)
                && let Some(text) = read(&path)
            {
                texts.push((name.clone(), text));
                views.insert(name, path);
            }
        }
    }
    let mut set = Set::new(package.set.options().clone());
    set.set_all(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    package.set = Arc::new(set);
    package.views = Arc::new(views);
    package
}
