//! Addresses of public files, with their version, so that browsers may keep them for ever.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hasher};
use std::io::ErrorKind as IoErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use super::Urls;
use crate::{Error, ErrorKind, Map, Result};

/// Addresses below a base, without routes. With a folder of public files, the address of a file ends with its version: what the
/// manifest says (`mix-manifest.json`: path to address), else a hash of its content.
#[derive(Debug)]
pub struct PublicFiles {
    base: String,
    folder: Option<PathBuf>,
    manifest: BTreeMap<String, String>,
    versions: Mutex<HashMap<PathBuf, (SystemTime, u64, String)>>,
}

impl Default for PublicFiles {
    fn default() -> Self {
        Self::new("")
    }
}

impl PublicFiles {
    /// Below a base address: `https://cdn.example`, or nothing.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            folder: None,
            manifest: BTreeMap::new(),
            versions: Mutex::default(),
        }
    }

    /// With versions of the files in this folder.
    ///
    /// # Errors
    /// A `mix-manifest.json` that cannot be read.
    pub fn with_folder(mut self, folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let manifest = folder.join("mix-manifest.json");
        match std::fs::read(&manifest) {
            Ok(json) => self.manifest = serde_json::from_slice(&json)?,
            Err(source) if source.kind() == IoErrorKind::NotFound => {}
            Err(source) => return Err(ErrorKind::Read { path: manifest.display().to_string(), source }.into()),
        }
        self.folder = Some(folder);
        Ok(self)
    }

    fn version(&self, path: &str) -> Result<Option<String>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let relative = Path::new(path);
        if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
            return Err(Error::message(format!("asset path `{path}` leaves the folder of public files")));
        }
        let file = folder.join(relative);
        let read = |source| ErrorKind::Read { path: file.display().to_string(), source };
        let metadata = match std::fs::metadata(&file) {
            Ok(metadata) => metadata,
            Err(source) if source.kind() == IoErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(read(source).into()),
        };
        let (modified, size) = (metadata.modified().map_err(read)?, metadata.len());
        let mut versions = self.versions.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match versions.get(&file) {
            Some((known, length, version)) if *known == modified && *length == size => Ok(Some(version.clone())),
            _ => {
                let mut hasher = DefaultHasher::new();
                hasher.write(&std::fs::read(&file).map_err(read)?);
                let version = format!("{:016x}", hasher.finish());
                versions.insert(file, (modified, size, version.clone()));
                Ok(Some(version))
            }
        }
    }
}

fn is_absolute(path: &str) -> bool {
    path.starts_with("//") || path.contains("://") || path.starts_with("data:")
}

impl Urls for PublicFiles {
    fn url(&self, path: &str) -> String {
        if is_absolute(path) || path.starts_with(['#', '?']) || path.starts_with("mailto:") || path.starts_with("tel:")
        {
            return path.to_owned();
        }
        format!("{}/{}", self.base, path.trim_start_matches('/'))
    }

    fn asset(&self, path: &str) -> Result<String> {
        if is_absolute(path) {
            return Ok(path.to_owned());
        }
        let path = path.trim_start_matches('/');
        if let Some(address) = self.manifest.get(&format!("/{path}")).or_else(|| self.manifest.get(path)) {
            return Ok(self.url(address));
        }
        let (file, suffix) = path.find(['?', '#']).map_or((path, ""), |at| path.split_at(at));
        match self.version(file)? {
            Some(version) if suffix.is_empty() => Ok(format!("{}?id={version}", self.url(file))),
            _ => Ok(self.url(path)),
        }
    }

    fn route(&self, name: &str, _parameters: &Map) -> Result<String> {
        Err(ErrorKind::MissingService { what: format!("route `{name}`"), needs: "an app with named routes" }.into())
    }
}
