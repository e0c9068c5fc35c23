//! Links patches without reading the deps library.
//!
//! It exports some 70 000 symbols, and going through their names is most of what a linker does for a patch. Nothing comes of it:
//! a shared library may have undefined symbols, which the loader finds in the libraries that it needs, and rustc has named those
//! that exist. So the linker is given a library of the same name with nothing in it. That takes a program between rustc and
//! the linker, for rustc gives the linker the file that it has read itself: this one.

use std::{
    ffi::OsString,
    io,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
};

use super::{
    capture::Capture,
    command::{Cancel, CommandLine, Environment, Input, Output, Priority, run},
    image::Image,
};

/// Set for the compilers of patches: the folder of empty libraries.
pub const STUBS_VARIABLE: &str = "ANVIL_LINK_STUBS";

/// What rustc calls where nobody has told it otherwise.
const LINKER: &str = "cc";

/// Becomes the linker, with the libraries in `stubs` in place of those of the same name. Returns only when it cannot.
#[must_use]
pub fn link(stubs: &Path, arguments: impl Iterator<Item = OsString>) -> io::Error {
    let mut linker = std::process::Command::new(LINKER);
    for argument in arguments {
        let stub = Path::new(&argument).file_name().map(|name| stubs.join(name));
        match stub.filter(|stub| Path::new(&argument).is_absolute() && stub.exists()) {
            // Nothing of it will be used, and it is needed all the same.
            Some(stub) => {
                linker.arg("-Wl,--push-state,--no-as-needed").arg(stub).arg("-Wl,--pop-state");
            }
            None => {
                linker.arg(argument);
            }
        }
    }
    linker.env_remove(STUBS_VARIABLE).exec()
}

/// Makes an empty library in place of the image's deps library. `None` where patches are linked as any other library: the
/// project has a linker or arguments for it of its own, or it cannot be made.
pub(super) async fn stub(image: &Image, capture: &Capture, folder: PathBuf, cancel: &mut Cancel) -> Option<PathBuf> {
    let is_about_linking = |argument: &String| argument.starts_with("-Clink") || argument.starts_with("--codegen=link");
    if capture.options("-C").any(|option| option.starts_with("link")) || capture.argv.iter().any(is_about_linking) {
        return None;
    }
    let name = image.deps.file_name()?;
    let file = folder.join(name);
    if file.exists() {
        return Some(folder);
    }
    std::fs::create_dir_all(&folder).ok()?;
    let mut soname = OsString::from("-Wl,-soname,");
    soname.push(name);
    let mut arguments: Vec<OsString> = ["-x", "c", "/dev/null", "-shared", "-nostdlib"].map(Into::into).into();
    arguments.extend([soname, "-o".into(), file.clone().into()]);
    let line = CommandLine {
        program: LINKER.into(),
        arguments,
        directory: folder.clone(),
        environment: Environment::Only(capture.env.clone()),
        priority: Priority::Low,
        input: Input::Nothing,
    };
    let mut said = String::new();
    let made = run(&line, cancel, |_: Output, line| said.push_str(line)).await;
    if made.is_ok_and(|made| made.code == Some(0)) {
        return Some(folder);
    }
    tracing::warn!(said, "patches are linked with all of the deps library");
    let _ = std::fs::remove_file(file);
    None
}

/// Makes rustc call this program as its linker.
pub(super) fn arguments() -> [String; 2] {
    // Not the path of the file: another build may have replaced it.
    ["-C".to_owned(), format!("linker=/proc/{}/exe", std::process::id())]
}
