//! The lines of source around a place.

use std::path::Path;

use anvil_control::SourcePlace;

use super::frames::locate;

/// Lines shown before and after.
const AROUND: usize = 6;
/// A larger source file is not read while a request waits.
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Numbered lines, one of them the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) lines: Vec<(u32, String)>,
    pub(super) marked: u32,
}

/// Reads Rust source of the project only, so that a forged place cannot show another file.
pub(super) fn read(place: &SourcePlace, root: &Path) -> Option<Excerpt> {
    let path = locate(&place.file, root)?;
    if path.extension().is_none_or(|extension| extension != "rs") || path.metadata().ok()?.len() > FILE_BYTES_MAX {
        return None;
    }
    let text = std::fs::read_to_string(path).ok()?;
    let at = place.line as usize;
    let first = at.saturating_sub(AROUND).max(1);
    let lines: Vec<(u32, String)> = text
        .lines()
        .enumerate()
        .skip(first - 1)
        .take(at + AROUND + 1 - first)
        .map(|(index, line)| (index as u32 + 1, line.to_owned()))
        .collect();
    lines.iter().any(|(number, _)| *number == place.line).then_some(Excerpt { lines, marked: place.line })
}
