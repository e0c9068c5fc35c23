//! Reads a workspace folder: packages, templates, Rust sources, keys.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use forge_codegen::{Options, Set};

use super::{Index, Package, RustFile, RustIndex, TemplateFolder, build_script::BuildScript, keys, manifest, package};

/// Files that are longer are left out: nobody wrote them by hand.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Rust files that are read before somebody is asked whether the result is still wanted.
const BATCH: usize = 64;

/// The folder of templates where the build script does not say.
const FOLDER: &str = "templates";

/// Reads everything below the folders. Stops early when `cancelled` says so; what it returns then says nothing.
#[must_use]
pub fn scan(folders: &[PathBuf], cancelled: &dyn Fn() -> bool) -> Index {
    let mut packages: Vec<Package> = Vec::new();
    let mut roots: BTreeSet<PathBuf> =
        folders.iter().filter(|folder| folder.join("config").is_dir()).cloned().collect();
    let mut sources: BTreeSet<PathBuf> = BTreeSet::new();
    for folder in folders {
        for path in files_of(folder) {
            if cancelled() {
                return Index::default();
            }
            match path.file_name().and_then(|name| name.to_str()) {
                Some("Cargo.toml") => packages.extend(read_package(&path)),
                Some("anvil.toml") => roots.extend(path.parent().and_then(Path::parent).map(Path::to_owned)),
                Some(name) if name.ends_with(".rs") => drop(sources.insert(path)),
                _ => {}
            }
        }
    }
    packages.sort_by_key(|package| (std::cmp::Reverse(package.root.components().count()), package.root.clone()));
    packages.dedup_by(|one, other| one.root == other.root);
    let Some(files) = read_sources(sources.into_iter().collect(), cancelled) else { return Index::default() };
    let rust = RustIndex::new(files);
    for package in &mut packages {
        if cancelled() {
            return Index::default();
        }
        package::read_components(package, &rust);
        read_templates(package);
    }
    roots.extend(packages.iter().map(|package| package.root.clone()));
    let packages = packages.into_iter().map(Arc::new).collect();
    let mut index =
        Index { packages, rust, roots: Arc::new(roots.into_iter().collect()), is_complete: true, ..Index::default() };
    keys::read(&mut index);
    index
}

/// The files that belong to the project: not what git ignores, nor what builds leave.
pub(super) fn files_of(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let is_output = |name: &str| matches!(name, "target" | "node_modules" | "vendor");
    let walk = ignore::WalkBuilder::new(folder)
        .require_git(false)
        .filter_entry(move |entry| {
            let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
            // Templates of other packages may be published to `templates/vendor`.
            let is_template = entry.path().parent().is_some_and(|parent| parent.ends_with(FOLDER));
            !(is_directory && entry.depth() > 0 && !is_template && entry.file_name().to_str().is_some_and(is_output))
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

/// What Rust files say, read by several threads. Nothing if that is not wanted any more.
fn read_sources(paths: Vec<PathBuf>, cancelled: &dyn Fn() -> bool) -> Option<BTreeMap<PathBuf, Arc<RustFile>>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let mut files = BTreeMap::new();
    for batch in paths.chunks(BATCH) {
        if cancelled() {
            return None;
        }
        let parts: Vec<&[PathBuf]> = batch.chunks(batch.len().div_ceil(threads)).collect();
        let read = std::thread::scope(|scope| {
            let readers: Vec<_> = parts
                .into_iter()
                .map(|part| scope.spawn(|| part.iter().filter_map(|path| read_source(path)).collect::<Vec<_>>()))
                .collect();
            readers.into_iter().flat_map(|reader| reader.join().unwrap_or_default()).collect::<Vec<_>>()
        });
        files.extend(read);
    }
    Some(files)
}

fn read_source(path: &Path) -> Option<(PathBuf, Arc<RustFile>)> {
    let text = read(path)?;
    let file = RustFile::read(&text).unwrap_or_else(|| RustFile::read_partly(&text));
    Some((path.to_owned(), Arc::new(file)))
}

/// The package of a manifest, if it has templates.
fn read_package(path: &Path) -> Option<Package> {
    let root = path.parent()?;
    let name = manifest::package_name(&read(path)?)?;
    let script = read(&root.join("build.rs"))
        .and_then(|text| BuildScript::read(&text))
        .unwrap_or_else(|| BuildScript { folders: vec![(String::new(), FOLDER.to_owned())], ..BuildScript::default() });
    let folders: Vec<TemplateFolder> = script
        .folders
        .into_iter()
        .map(|(namespace, folder)| TemplateFolder { path: root.join(folder), namespace })
        .collect();
    if !folders.iter().any(|folder| folder.path.is_dir()) {
        return None;
    }
    Some(Package {
        name,
        root: root.to_owned(),
        folders,
        set: Arc::new(Set::new(Options::clone(&script.directives))),
        views: Arc::default(),
        directives: script.directives,
        components: script.components,
    })
}

fn read_templates(package: &mut Package) {
    let mut views = BTreeMap::new();
    let mut texts = Vec::new();
    for folder in &package.folders {
        let mut files: Vec<PathBuf> = files_of(&folder.path).collect();
        files.sort();
        for path in files {
            let Some(name) = package.name_of(&path) else { continue };
            if !views.contains_key(&name)
                && let Some(text) = read(&path)
            {
                texts.push((name.clone(), text));
                views.insert(name, path);
            }
        }
    }
    let mut set = Set::clone(&package.set);
    set.set_all(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    package.set = Arc::new(set);
    package.views = Arc::new(views);
}
