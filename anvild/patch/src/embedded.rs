//! Files that are compiled into an item without being modules.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::graph::{Unpatchable, is_missing, normal, shown};
use crate::template;
use crate::tokens::lex;
use crate::words::{Embed, EmbedKind, Place, Reading, Words};

/// Folders above a source file in which `templates/` is looked for.
const FOLDERS_UP_MAX: usize = 12;
/// Files that one item may embed, over all levels.
const FILES_MAX: usize = 1000;

/// One file.
#[derive(Debug)]
pub(crate) struct EmbeddedFile {
    hash: u64,
    words: Words,
    embeds: Vec<Embed>,
}

/// Everything that one item embeds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Embedded {
    pub(crate) words: Words,
    pub(crate) hash: u64,
    /// It includes source, which may define anything.
    pub(crate) has_source: bool,
}

type Files = BTreeMap<PathBuf, Arc<EmbeddedFile>>;
type Read<'r> = &'r mut dyn FnMut(&Path) -> io::Result<Vec<u8>>;

impl Embedded {
    /// `file`: the source that embeds. What cannot be found may name anything.
    pub(crate) fn read(file: &Path, embeds: &[Embed], files: &mut Files, read: Read<'_>) -> Result<Self, Unpatchable> {
        let mut all = Self::default();
        let mut hasher = DefaultHasher::new();
        let mut waiting: Vec<(PathBuf, Embed, bool)> =
            embeds.iter().map(|embed| (file.to_owned(), embed.clone(), true)).collect();
        let mut seen = BTreeSet::new();
        while let Some((from, embed, is_direct)) = waiting.pop() {
            all.has_source |= embed.kind == EmbedKind::Source;
            let Some((path, found)) = find(&from, &embed, files, read)? else {
                all.words.everything |= is_direct;
                continue;
            };
            if !seen.insert(path.clone()) {
                continue;
            }
            if seen.len() > FILES_MAX {
                return Err(Unpatchable::new(format!("{} embeds more than {FILES_MAX} files", shown(file))));
            }
            (&path, found.hash).hash(&mut hasher);
            all.words.extend(&found.words);
            let is_source = embed.kind == EmbedKind::Source;
            waiting.extend(found.embeds.iter().map(|embed| (path.clone(), embed.clone(), is_source)));
        }
        all.hash = hasher.finish();
        Ok(all)
    }
}

fn find(
    from: &Path,
    embed: &Embed,
    files: &mut Files,
    read: Read<'_>,
) -> Result<Option<(PathBuf, Arc<EmbeddedFile>)>, Unpatchable> {
    let candidates: Vec<PathBuf> = match embed.kind {
        EmbedKind::Source | EmbedKind::Content => vec![from.parent().unwrap_or(Path::new("")).join(&embed.path)],
        EmbedKind::Template => from
            .ancestors()
            .skip(1)
            .take(FOLDERS_UP_MAX)
            .flat_map(|folder| [folder.join("templates").join(&embed.path), folder.join(&embed.path)])
            .collect(),
    };
    for path in candidates.iter().map(|path| normal(path)) {
        if let Some(found) = files.get(&path) {
            return Ok(Some((path, Arc::clone(found))));
        }
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(error) if is_missing(&error) || error.kind() == io::ErrorKind::IsADirectory => continue,
            Err(error) => return Err(Unpatchable::new(format!("{} cannot be read: {error}", shown(&path)))),
        };
        let found = Arc::new(open(&bytes, embed.kind));
        files.insert(path.clone(), Arc::clone(&found));
        return Ok(Some((path, found)));
    }
    Ok(None)
}

fn open(bytes: &[u8], kind: EmbedKind) -> EmbeddedFile {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let mut file = EmbeddedFile { hash: hasher.finish(), words: Words::default(), embeds: Vec::new() };
    let text = String::from_utf8_lossy(bytes);
    match kind {
        EmbedKind::Content => {}
        EmbedKind::Source => {
            let mut reading = Reading::default();
            match lex(&text) {
                Ok(stream) => reading.walk(stream, Place::Names),
                Err(_) => reading.words.everything = true,
            }
            file.words = reading.words;
            file.embeds = reading.embeds;
            proc_macro2::extra::invalidate_current_thread_spans();
        }
        EmbedKind::Template => {
            let others = template::read(&text, &mut file.words);
            file.embeds = others.into_iter().map(Embed::other_template).collect();
        }
    }
    file
}
