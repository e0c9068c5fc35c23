//! An app's crate as it is written: a tree of source files, read through a function that the caller passes.
//!
//! The **unit** is a file. An inline module belongs to the file that it stands in. What is embedded (`include!`,
//! `include_str!`, `include_bytes!`, Askama templates) belongs to the item that embeds it: a change there is a change
//! of the item. A module for tests is left out, since the daemon builds none.
//!
//! Whatever this cannot follow for certain is [`Unpatchable`]: the app is then always built in full.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::embedded::{Embedded, EmbeddedFile};
use crate::part::{Declaration, Kind, Parsed};
use crate::path::ModulePath;

/// Why no patch of this app can be made. A phrase for people, without a final stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpatchable {
    /// As in "`src/posts.rs` is mounted twice".
    pub reason: String,
}

impl Unpatchable {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl std::fmt::Display for Unpatchable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.reason)
    }
}

impl std::error::Error for Unpatchable {}

/// The modules of one crate at one moment. A clone is cheap and shares what was read.
#[derive(Debug, Clone)]
pub struct Graph {
    root: PathBuf,
    units: BTreeMap<ModulePath, Unit>,
    cache: Cache,
    /// Announced in an update that failed: read again in the next.
    stale: BTreeSet<PathBuf>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Cache {
    pub(crate) sources: BTreeMap<PathBuf, Arc<Parsed>>,
    pub(crate) embedded: BTreeMap<PathBuf, Arc<EmbeddedFile>>,
}

/// A source file, mounted as a module.
#[derive(Debug, Clone)]
pub struct Unit {
    pub(crate) path: ModulePath,
    pub(crate) file: PathBuf,
    pub(crate) parsed: Arc<Parsed>,
    /// For each declaration of the file the unit behind it; none for tests and for what a condition leaves out.
    pub(crate) children: Vec<Option<ModulePath>>,
    /// By index of the part.
    pub(crate) embedded: BTreeMap<usize, Embedded>,
    pub(crate) source_hash: u64,
}

impl Unit {
    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> &ModulePath {
        &self.path
    }

    /// The file, as absolute as the root that was given.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.parsed.text
    }

    /// Whether no other file is mounted below this one.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        !self.path.is_root() && self.children.iter().all(Option::is_none)
    }

    /// The declared child units with their declarations.
    pub(crate) fn declared(&self) -> impl Iterator<Item = (&Declaration, &ModulePath)> {
        self.parsed.declarations.iter().zip(&self.children).filter_map(|(at, child)| Some((at, child.as_ref()?)))
    }
}

impl Graph {
    /// Reads a crate from the file of its root, which is best an absolute path. `read` answers `NotFound` for a file
    /// that does not exist.
    ///
    /// # Errors
    /// [`Unpatchable`] when the crate cannot be followed: a file that does not parse or is missing, is mounted twice, a
    /// module that is declared in two ways.
    pub fn read(
        root: impl Into<PathBuf>,
        mut read: impl FnMut(&Path) -> io::Result<Vec<u8>>,
    ) -> Result<Self, Unpatchable> {
        let root = normal(&root.into());
        let mut reading =
            Assembly { cache: Cache::default(), units: BTreeMap::new(), mounted: BTreeMap::new(), read: &mut read };
        reading.mount(ModulePath::root(), root.clone(), true)?;
        Ok(Self { root, units: reading.units, cache: reading.cache, stale: BTreeSet::new() })
    }

    /// Reads changed, new and removed files again. After an error the graph still describes the last state that could
    /// be followed, and the next update reads these files as well.
    ///
    /// # Errors
    /// As [`Graph::read`].
    pub fn update<P: AsRef<Path>>(
        &mut self,
        changed: impl IntoIterator<Item = P>,
        mut read: impl FnMut(&Path) -> io::Result<Vec<u8>>,
    ) -> Result<(), Unpatchable> {
        self.stale.extend(changed.into_iter().map(|path| normal(path.as_ref())));
        if self.replace_stale(&mut read).is_some() {
            return Ok(());
        }
        let mut cache = self.cache.clone();
        cache.sources.retain(|path, _| !self.stale.contains(path));
        cache.embedded.retain(|path, _| !self.stale.contains(path));
        let mut reading = Assembly { cache, units: BTreeMap::new(), mounted: BTreeMap::new(), read: &mut read };
        reading.mount(ModulePath::root(), self.root.clone(), true)?;
        let Assembly { mut cache, units, mounted, .. } = reading;
        cache.sources.retain(|path, _| mounted.contains_key(path));
        *self = Self { root: self.root.clone(), units, cache, stale: BTreeSet::new() };
        Ok(())
    }

    /// As most edits are: what changed are sources that declare the same files as before. Nothing where that is not so, or cannot be found
    /// out; nothing is changed then.
    fn replace_stale(&mut self, read: &mut dyn FnMut(&Path) -> io::Result<Vec<u8>>) -> Option<()> {
        let paths: Vec<ModulePath> = self
            .stale
            .iter()
            .map(|file| self.units.values().find(|unit| unit.file == *file).map(|unit| unit.path.clone()))
            .collect::<Option<_>>()?;
        let mut reading =
            Assembly { cache: self.cache.clone(), units: BTreeMap::new(), mounted: BTreeMap::new(), read };
        let mut replaced = Vec::new();
        for path in paths {
            let old = &self.units[&path];
            // Another source may include it.
            if reading.cache.embedded.contains_key(&old.file) {
                return None;
            }
            reading.cache.sources.remove(&old.file);
            let parsed = reading.source(&old.file).ok()??;
            let embedded = reading.embedded(&old.file, &parsed).ok()?;
            let is_same = |(new, old): (&Declaration, &Declaration)| new.leads_where(old);
            let (new, before) = (&parsed.declarations, &old.parsed.declarations);
            if new.len() != before.len() || !new.iter().zip(before).all(is_same) {
                return None;
            }
            let source_hash = source_hash(&parsed, &embedded);
            replaced.push(Unit { parsed, embedded, source_hash, ..old.clone() });
        }
        self.cache = reading.cache;
        self.units.extend(replaced.into_iter().map(|unit| (unit.path.clone(), unit)));
        self.stale.clear();
        Some(())
    }

    /// The units by module path; the root comes first.
    #[must_use]
    pub fn units(&self) -> &BTreeMap<ModulePath, Unit> {
        &self.units
    }

    /// Whether the file is a module of the crate or is embedded in one. A change of any other file is none that a patch
    /// could show.
    #[must_use]
    pub fn covers(&self, file: &Path) -> bool {
        let file = normal(file);
        self.cache.sources.contains_key(&file) || self.cache.embedded.contains_key(&file)
    }

    pub(crate) fn root(&self) -> &Unit {
        // Every graph is made by mounting the root.
        &self.units[&ModulePath::root()]
    }

    pub(crate) fn root_file(&self) -> &Path {
        &self.root
    }
}

struct Assembly<'r> {
    cache: Cache,
    units: BTreeMap<ModulePath, Unit>,
    mounted: BTreeMap<PathBuf, ModulePath>,
    read: &'r mut dyn FnMut(&Path) -> io::Result<Vec<u8>>,
}

impl Assembly<'_> {
    /// `owns_folder`: the file is the root, a `mod.rs`, or mounted by `#[path]`; its children lie next to it.
    fn mount(&mut self, path: ModulePath, file: PathBuf, owns_folder: bool) -> Result<(), Unpatchable> {
        if let Some(other) = self.mounted.insert(file.clone(), path.clone()) {
            return Err(Unpatchable::new(format!("{} is mounted as {other} and as {path}", shown(&file))));
        }
        let parsed = match self.source(&file)? {
            Some(parsed) => parsed,
            None => return Err(Unpatchable::new(format!("{} does not exist", shown(&file)))),
        };
        let embedded = self.embedded(&file, &parsed)?;
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let below = if owns_folder { folder.clone() } else { folder.join(file.file_stem().unwrap_or_default()) };
        let mut children = Vec::new();
        for declaration in &parsed.declarations {
            children.push(self.child(&path, declaration, &folder, &below)?);
        }
        let source_hash = source_hash(&parsed, &embedded);
        let unit = Unit { path: path.clone(), file, parsed, children, embedded, source_hash };
        match self.units.insert(path.clone(), unit) {
            Some(_) => Err(Unpatchable::new(format!("{path} is declared twice"))),
            None => Ok(()),
        }
    }

    fn child(
        &mut self,
        parent: &ModulePath,
        declaration: &Declaration,
        folder: &Path,
        below: &Path,
    ) -> Result<Option<ModulePath>, Unpatchable> {
        if declaration.is_test {
            return Ok(None);
        }
        let path = parent.join(&declaration.scope, &declaration.name);
        if self.units.contains_key(&path) {
            return Err(Unpatchable::new(format!("{path} is declared twice")));
        }
        let inline: PathBuf = declaration.scope.iter().collect();
        let candidates = match &declaration.path {
            Some((given, _)) if declaration.scope.is_empty() => vec![(folder.join(given), true)],
            Some((given, _)) => vec![(below.join(inline).join(given), true)],
            None => {
                let folder = below.join(inline);
                let file = folder.join(format!("{}.rs", declaration.name));
                vec![(file, false), (folder.join(&declaration.name).join("mod.rs"), true)]
            }
        };
        for (file, owns_folder) in candidates {
            let file = normal(&file);
            if self.source(&file)?.is_some() {
                self.mount(path.clone(), file, owns_folder)?;
                return Ok(Some(path));
            }
        }
        if declaration.conditions.is_empty() {
            return Err(Unpatchable::new(format!("{path} has no file")));
        }
        Ok(None)
    }

    /// Nothing if there is no such file.
    fn source(&mut self, file: &Path) -> Result<Option<Arc<Parsed>>, Unpatchable> {
        if let Some(parsed) = self.cache.sources.get(file) {
            return Ok(Some(Arc::clone(parsed)));
        }
        let bytes = match (self.read)(file) {
            Ok(bytes) => bytes,
            Err(error) if is_missing(&error) => return Ok(None),
            Err(error) => return Err(Unpatchable::new(format!("{} cannot be read: {error}", shown(file)))),
        };
        let parsed = String::from_utf8(bytes)
            .map_err(|_| "is not UTF-8".to_owned())
            .and_then(|text| Parsed::read(&text))
            .map_err(|problem| Unpatchable::new(format!("{} {problem}", shown(file))))?;
        let parsed = Arc::new(parsed);
        self.cache.sources.insert(file.to_owned(), Arc::clone(&parsed));
        Ok(Some(parsed))
    }

    fn embedded(&mut self, file: &Path, parsed: &Parsed) -> Result<BTreeMap<usize, Embedded>, Unpatchable> {
        let mut found = BTreeMap::new();
        for (at, part) in parsed.parts.iter().enumerate() {
            if part.kind != Kind::Test && !part.embeds.is_empty() {
                let embedded = Embedded::read(file, &part.embeds, &mut self.cache.embedded, self.read)?;
                found.insert(at, embedded);
            }
        }
        Ok(found)
    }
}

fn source_hash(parsed: &Parsed, embedded: &BTreeMap<usize, Embedded>) -> u64 {
    let mut hasher = DefaultHasher::new();
    parsed.text.hash(&mut hasher);
    embedded.values().for_each(|embedded| embedded.hash.hash(&mut hasher));
    hasher.finish()
}

pub(crate) fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The file's name for people: the last two components.
pub(crate) fn shown(file: &Path) -> String {
    let mut last: Vec<_> = file.components().rev().take(2).collect();
    last.reverse();
    format!("`{}`", last.iter().collect::<PathBuf>().display())
}

/// Without `.` and `..`, by the text alone.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                _ = normal.pop()
            }
            other => normal.push(other),
        }
    }
    normal
}
