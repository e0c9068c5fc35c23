//! Folders of templates, and looking names up in them. No name leads out of its folder, not by `..`, nor by an absolute path, nor by
//! a symbolic link.

use std::collections::{BTreeMap, HashMap};
use std::fs::Metadata;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::{ErrorKind, Result};

const SUFFIX: &str = ".forge.html";

/// A template as it lies in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Dotted, with its namespace.
    pub name: String,
    pub path: PathBuf,
    pub text: String,
}

#[derive(Debug, Default)]
pub(crate) struct Folders {
    own: Vec<PathBuf>,
    namespaces: BTreeMap<String, Vec<PathBuf>>,
    /// Where templates of names that were asked for may lie.
    places: RwLock<HashMap<String, Arc<[Place]>>>,
}

/// Names whose places are remembered. Names may come from outside.
const NAMES_MAX: usize = 4096;

/// Where a template may lie.
#[derive(Debug)]
struct Place {
    folder: PathBuf,
    /// Folders between that folder and the file.
    between: Vec<PathBuf>,
    path: Arc<Path>,
}

impl Folders {
    pub(crate) fn add(&mut self, namespace: Option<&str>, folder: PathBuf) {
        match namespace {
            Some(name) => self.namespaces.entry(name.to_owned()).or_default().push(folder),
            None => self.own.push(folder),
        }
        self.places = RwLock::default();
    }

    /// The file of a template, and what the system says of it.
    pub(crate) fn locate(&self, name: &str) -> Result<Option<(Arc<Path>, Metadata)>> {
        self.first(name, Place::locate)
    }

    pub(super) fn find(&self, name: &str) -> Result<Option<Template>> {
        self.first(name, |place| {
            let (path, _) = place.locate()?;
            let text = std::fs::read_to_string(&path).map_err(failed)?;
            Ok(Template { name: dotted(name), path: place.path.to_path_buf(), text })
        })
    }

    /// What is found at the first place where something is.
    fn first<T>(&self, name: &str, look: impl Fn(&Place) -> std::result::Result<T, Unread>) -> Result<Option<T>> {
        for place in self.places(name)?.iter() {
            match look(place) {
                Ok(found) => return Ok(Some(found)),
                Err(Unread::Missing) => continue,
                Err(Unread::Outside) => {
                    let reason = "the file is a symbolic link that leads out of its folder";
                    return Err(ErrorKind::ViewName { name: name.to_owned(), reason }.into());
                }
                Err(Unread::Failed(source)) => {
                    return Err(ErrorKind::Read { path: place.path.display().to_string(), source }.into());
                }
            }
        }
        Ok(None)
    }

    /// Where to look, in this order.
    fn places(&self, name: &str) -> Result<Arc<[Place]>> {
        if let Some(known) = self.places.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(known.clone());
        }
        let (namespace, rest) = name.split_once("::").map_or((None, name), |(space, rest)| (Some(space), rest));
        let relative = file_of(rest, name)?;
        let mut folders = self.own.clone();
        if let Some(namespace) = namespace {
            segment(namespace, name)?;
            // An app's own templates in `vendor/` stand before those of the package.
            folders.iter_mut().for_each(|folder| *folder = folder.join("vendor").join(namespace));
            match self.namespaces.get(namespace) {
                Some(registered) => folders.extend(registered.iter().cloned()),
                None if folders.iter().any(|folder| folder.is_dir()) => {}
                None => return Err(ErrorKind::UnknownNamespace { name: namespace.to_owned() }.into()),
            }
        }
        let places: Arc<[Place]> = folders.into_iter().map(|folder| Place::new(folder, &relative)).collect();
        // Whether there is an unknown namespace is asked each time.
        if namespace.is_none_or(|namespace| self.namespaces.contains_key(namespace)) {
            let mut known = self.places.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= NAMES_MAX {
                known.clear();
            }
            known.insert(name.to_owned(), places.clone());
        }
        Ok(places)
    }
}

impl Place {
    fn new(folder: PathBuf, relative: &Path) -> Self {
        let path = folder.join(relative);
        let between = path.ancestors().skip(1).take_while(|part| *part != folder).map(Path::to_owned).collect();
        Self { folder, between, path: path.into() }
    }

    /// The file, which lies in the folder. If none of the names behind the folder is a symbolic link, it cannot lie elsewhere.
    fn locate(&self) -> std::result::Result<(Arc<Path>, Metadata), Unread> {
        let metadata = self.path.symlink_metadata().map_err(failed)?;
        let is_folder = |part: &PathBuf| part.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        if metadata.is_symlink() || !self.between.iter().all(is_folder) {
            let path = resolved_within(&self.folder, &self.path)?;
            let metadata = path.metadata().map_err(failed)?;
            return Ok((path.into(), metadata));
        }
        Ok((self.path.clone(), metadata))
    }
}

/// The name with dots only.
fn dotted(name: &str) -> String {
    match name.split_once("::") {
        Some((namespace, rest)) => format!("{namespace}::{}", rest.replace('/', ".")),
        None => name.replace('/', "."),
    }
}

fn file_of(name: &str, written: &str) -> Result<PathBuf> {
    let mut path = PathBuf::new();
    for part in name.split(['.', '/']) {
        segment(part, written)?;
        path.push(part);
    }
    path.as_mut_os_string().push(SUFFIX);
    Ok(path)
}

/// A part of a name is the name of a file or folder, and nothing else.
fn segment(part: &str, written: &str) -> Result<()> {
    let reason = if part.is_empty() {
        "there is nothing before, behind or between its dots; write `posts.index`"
    } else if part.contains(|c: char| c.is_control() || matches!(c, '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*')) {
        "it has characters that names of files should not have"
    } else {
        return Ok(());
    };
    Err(ErrorKind::ViewName { name: written.to_owned(), reason }.into())
}

enum Unread {
    Missing,
    Outside,
    Failed(std::io::Error),
}

fn resolved_within(folder: &Path, path: &Path) -> std::result::Result<PathBuf, Unread> {
    let real = path.canonicalize().map_err(failed)?;
    let root = folder.canonicalize().map_err(failed)?;
    if real.starts_with(&root) { Ok(real) } else { Err(Unread::Outside) }
}

fn failed(source: std::io::Error) -> Unread {
    match source.kind() {
        IoErrorKind::NotFound | IoErrorKind::NotADirectory => Unread::Missing,
        _ => Unread::Failed(source),
    }
}
