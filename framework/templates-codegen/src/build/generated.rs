//! From a place in the Rust that a build script wrote to the template that it was made of, for who knows nothing but that place: a
//! panic, a frame of a backtrace.

use std::fs;
use std::path::{Path, PathBuf};

use super::recipe;
use crate::line::LineIndex;
use crate::rust::SourceMap;

/// A place in a template. Line and column begin with 1; columns are characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplatePlace {
    /// Absolute.
    pub file: PathBuf,
    pub line: u32,
    pub column: u32,
}

/// What the code at a place of `OUT_DIR/forge/<view>.rs` was made of, as far as the files of that build are still there. Nothing for
/// any other file.
#[must_use]
pub fn template_of(generated: &Path, line: u32, column: u32) -> Option<TemplatePlace> {
    let folder = generated.parent().filter(|folder| folder.ends_with("forge"))?;
    generated.extension().filter(|ending| *ending == "rs")?;
    let map = fs::read(generated.with_extension("map")).ok()?;
    let map: SourceMap = serde_json::from_slice(&map).ok()?;
    let (file, span) = map.lookup(line, column)?;
    let file = recipe::package(folder)?.join(file);
    let text = fs::read_to_string(&file).ok()?;
    let position = LineIndex::new(&text).position(span.start);
    Some(TemplatePlace { file, line: position.line, column: position.char })
}
