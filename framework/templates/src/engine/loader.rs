//! Where the texts of templates come from: folders, or a list within the program.

use crate::forge::Folders;
use crate::{ErrorKind, Result};
use std::collections::HashMap;
use std::fs::Metadata;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Finds texts of templates by their names, `posts.index`.
pub trait Loader: Send + Sync {
    /// The text of a template. `known` is the stamp of the text that the caller has; it need not be read again if it is still the same.
    ///
    /// # Errors
    /// A name that leads out of the places where templates are, and a text that cannot be read.
    fn load(&self, name: &str, known: Option<&Stamp>) -> Result<Loaded>;
}

/// What a loader found.
#[derive(Debug, Clone)]
pub enum Loaded {
    /// There is no such template.
    Missing,
    /// The text is that of the stamp.
    Unchanged(Stamp),
    Text(Arc<str>, Stamp),
}

/// Of which state a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    path: Arc<Path>,
    modified: Option<SystemTime>,
    /// Which file it is, where the system says so: a link to the folder may lead elsewhere now.
    file: Option<(u64, u64)>,
    len: u64,
    hash: u64,
    read: SystemTime,
}

impl Stamp {
    fn new(path: Arc<Path>, text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self {
            path,
            modified: None,
            file: None,
            len: text.len() as u64,
            hash: hasher.finish(),
            read: SystemTime::now(),
        }
    }

    /// Whether a file of which the system says this has the text still.
    fn is_of(&self, metadata: &Metadata) -> bool {
        self.len == metadata.len()
            && self.file == file_of(metadata)
            && metadata
                .modified()
                .is_ok_and(|modified| self.modified == Some(modified) && is_settled(modified, self.read))
    }

    /// Whether both are of the same text.
    fn is_same_text(&self, other: &Self) -> bool {
        self.path == other.path && self.len == other.len && self.hash == other.hash
    }
}

/// A file that changes twice within this time may keep its time of modification.
const TIME_STEP: Duration = Duration::from_secs(2);

/// Templates in folders. A changed file is read again at its next use.
#[derive(Debug, Default)]
pub struct FolderLoader {
    folders: Folders,
}

impl FolderLoader {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks for templates in this folder, behind those that were named before.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folders.add(None, folder.into());
        self
    }

    /// Looks for `name::…` in this folder, behind those that were named before.
    #[must_use]
    pub fn namespace(mut self, name: &str, folder: impl Into<PathBuf>) -> Self {
        self.folders.add(Some(name), folder.into());
        self
    }
}

impl Loader for FolderLoader {
    fn load(&self, name: &str, known: Option<&Stamp>) -> Result<Loaded> {
        let Some((path, metadata)) = self.folders.locate(name)? else { return Ok(Loaded::Missing) };
        if let Some(known) = known
            && known.path == path
            && known.is_of(&metadata)
        {
            return Ok(Loaded::Unchanged(known.clone()));
        }
        let failed = |source| ErrorKind::Read { path: path.display().to_string(), source };
        let text = std::fs::read_to_string(&path).map_err(failed)?;
        let (modified, file) = (metadata.modified().ok(), file_of(&metadata));
        let stamp = Stamp { modified, file, ..Stamp::new(path, &text) };
        if known.is_some_and(|known| known.is_same_text(&stamp)) {
            return Ok(Loaded::Unchanged(stamp));
        }
        Ok(Loaded::Text(text.into(), stamp))
    }
}

/// Device and number.
#[cfg(unix)]
fn file_of(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn file_of(_metadata: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Whether a file that was last modified then could not have been changed unnoticed after it was read.
fn is_settled(modified: SystemTime, read: SystemTime) -> bool {
    read.duration_since(modified).is_ok_and(|age| age > TIME_STEP)
}

/// Templates within the program, by their dotted names.
#[derive(Debug)]
pub struct EmbeddedLoader {
    texts: HashMap<&'static str, &'static str>,
}

impl EmbeddedLoader {
    /// Names with their texts. Of a name that is there twice, the last text counts.
    #[must_use]
    pub fn new(templates: &[(&'static str, &'static str)]) -> Self {
        Self { texts: templates.iter().copied().collect() }
    }
}

impl Loader for EmbeddedLoader {
    fn load(&self, name: &str, known: Option<&Stamp>) -> Result<Loaded> {
        let Some((name, text)) = self.texts.get_key_value(name) else { return Ok(Loaded::Missing) };
        // What is in the program does not change.
        if let Some(known) = known {
            return Ok(Loaded::Unchanged(known.clone()));
        }
        Ok(Loaded::Text((*text).into(), Stamp::new(Path::new(name).into(), text)))
    }
}
