//! Frames of a backtrace that lie in the app's own source.

use std::path::{Component, Path, PathBuf};

use anvil_control::SourcePlace;
use backtrace::Backtrace;

use super::symbols::symbols;
use crate::templates;

/// One frame to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) function: String,
    pub(crate) place: SourcePlace,
}

/// Most frames on a page; a recursion is as clear from these as from a million.
const FRAMES_MAX: usize = 40;

/// Resolves `backtrace` and keeps the frames of files below `root` that are neither built nor third-party.
pub(crate) fn resolve(backtrace: &Backtrace, root: &Path) -> Vec<Frame> {
    let frames = symbols(backtrace).into_iter().map(|symbol| {
        let file = symbol.file.display().to_string();
        let function = symbol.function.map_or_else(|| "?".to_owned(), |name| tidy_name(&name));
        let place = SourcePlace { file, line: symbol.line, column: symbol.column };
        Frame { function, place: templates::behind(place) }
    });
    let mut frames: Vec<Frame> = frames
        .filter(|frame| is_app_file(Path::new(&frame.place.file), root))
        .map(|mut frame| {
            if let Ok(inside) = Path::new(&frame.place.file).strip_prefix(root) {
                frame.place.file = inside.display().to_string();
            }
            frame
        })
        .collect();
    // One function at one place, inlined and not.
    frames.dedup_by(|outer, inner| outer.place == inner.place);
    frames.truncate(FRAMES_MAX);
    frames
}

/// Below the project and neither in a build directory nor in a vendored or cached dependency.
pub(super) fn is_app_file(file: &Path, root: &Path) -> bool {
    let Ok(inside) = file.strip_prefix(root) else { return false };
    let foreign = |part: Component<'_>| match part {
        Component::Normal(name) => name == "target" || name == "vendor" || name == ".cargo" || name == "node_modules",
        Component::ParentDir => true,
        _ => false,
    };
    !inside.components().any(foreign)
}

/// The file that a place of the compiler names. Such a path is absolute or relative to the workspace, which is the project's
/// folder or one above it.
pub(super) fn locate(file: &str, root: &Path) -> Option<PathBuf> {
    let path = Path::new(file);
    if path.is_absolute() {
        return is_app_file(path, root).then(|| path.to_owned());
    }
    root.ancestors().map(|base| base.join(path)).find(|candidate| is_app_file(candidate, root) && candidate.is_file())
}

/// Without what the compiler adds for closures and async functions, whose frames are those of the function around them.
fn tidy_name(name: &str) -> String {
    let own =
        |part: &&str| !part.starts_with("{closure") && !part.starts_with("{{closure") && !part.starts_with("{async");
    let tidy = name.split("::").filter(own).collect::<Vec<_>>().join("::");
    if tidy.is_empty() { "async function".to_owned() } else { tidy }
}
