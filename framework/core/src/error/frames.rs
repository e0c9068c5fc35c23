//! Frames of a backtrace that lie in the app's own source.

use std::path::{Component, Path, PathBuf};

use anvil_control::SourcePlace;
use backtrace::Backtrace;

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
    let mut backtrace = backtrace.clone();
    backtrace.resolve();
    let mut frames = Vec::new();
    for symbol in backtrace.frames().iter().flat_map(backtrace::BacktraceFrame::symbols) {
        let (Some(file), Some(line)) = (symbol.filename(), symbol.lineno()) else { continue };
        if frames.len() == FRAMES_MAX || !is_app_file(file, root) {
            continue;
        }
        let function = symbol.name().map_or_else(|| "?".to_owned(), |name| tidy_name(&format!("{name:#}")));
        let column = symbol.colno().unwrap_or(1);
        let shown = file.strip_prefix(root).unwrap_or(file).display().to_string();
        frames.push(Frame { function, place: SourcePlace { file: shown, line, column } });
    }
    frames.dedup();
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

fn tidy_name(name: &str) -> String {
    name.replace("::{{closure}}", "").replace("{async_fn#0}", "")
}
