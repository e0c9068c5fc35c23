//! Folders of templates, and looking names up in them. No name leads out of its folder, not by `..`, nor by an absolute path, nor by
//! a symbolic link.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

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
}

impl Folders {
    pub(crate) fn add(&mut self, namespace: Option<&str>, folder: PathBuf) {
        match namespace {
            Some(name) => self.namespaces.entry(name.to_owned()).or_default().push(folder),
            None => self.own.push(folder),
        }
    }

    /// The file of a template, and what the system says of it.
    pub(crate) fn locate(&self, name: &str) -> Result<Option<(PathBuf, Metadata)>> {
        let (folders, relative) = self.folders_of(name)?;
        for folder in folders {
            match real_within(&folder, &folder.join(&relative)) {
                Ok(found) => return Ok(Some(found)),
                Err(Unread::Missing) => continue,
                Err(Unread::Outside) => {
                    let reason = "the file is a symbolic link that leads out of its folder";
                    return Err(ErrorKind::ViewName { name: name.to_owned(), reason }.into());
                }
                Err(Unread::Failed(source)) => {
                    return Err(ErrorKind::Read { path: relative.display().to_string(), source }.into());
                }
            }
        }
        Ok(None)
    }

    pub(super) fn find(&self, name: &str) -> Result<Option<Template>> {
        let (folders, relative) = self.folders_of(name)?;
        for folder in folders {
            let path = folder.join(&relative);
            let text = match read_within(&folder, &path) {
                Ok(text) => text,
                Err(Unread::Missing) => continue,
                Err(Unread::Outside) => {
                    let reason = "the file is a symbolic link that leads out of its folder";
                    return Err(ErrorKind::ViewName { name: name.to_owned(), reason }.into());
                }
                Err(Unread::Failed(source)) => {
                    return Err(ErrorKind::Read { path: path.display().to_string(), source }.into());
                }
            };
            return Ok(Some(Template { name: dotted(name), path, text }));
        }
        Ok(None)
    }

    /// Where to look, and for which file.
    fn folders_of(&self, name: &str) -> Result<(Vec<PathBuf>, PathBuf)> {
        let Some((namespace, rest)) = name.split_once("::") else {
            return Ok((self.own.clone(), file_of(name, name)?));
        };
        let relative = file_of(rest, name)?;
        // An app's own templates in `vendor/` stand before those of the package.
        segment(namespace, name)?;
        let mut folders: Vec<_> = self.own.iter().map(|folder| folder.join("vendor").join(namespace)).collect();
        match self.namespaces.get(namespace) {
            Some(registered) => folders.extend(registered.iter().cloned()),
            None if folders.iter().any(|folder| folder.is_dir()) => {}
            None => return Err(ErrorKind::UnknownNamespace { name: namespace.to_owned() }.into()),
        }
        Ok((folders, relative))
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

fn read_within(folder: &Path, path: &Path) -> std::result::Result<String, Unread> {
    std::fs::read_to_string(real_within(folder, path)?.0).map_err(failed)
}

/// The file, which lies in the folder. `path` is the folder with names behind it; if none of them is a symbolic link, it cannot lie
/// elsewhere.
fn real_within(folder: &Path, path: &Path) -> std::result::Result<(PathBuf, Metadata), Unread> {
    let metadata = path.symlink_metadata().map_err(failed)?;
    let is_folder = |part: &Path| part.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    if metadata.is_symlink() || !path.ancestors().skip(1).take_while(|part| *part != folder).all(is_folder) {
        let path = resolved_within(folder, path)?;
        let metadata = path.metadata().map_err(failed)?;
        return Ok((path, metadata));
    }
    Ok((path.to_owned(), metadata))
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
