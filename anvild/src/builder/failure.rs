//! Why a build gives nothing to load, and what to tell the user.

use std::path::Path;

use anvild_protocol::{Diagnostic, Severity, Source};

use super::command::RunError;

/// Why there is no artifact.
#[derive(Debug)]
pub(crate) enum BuildError {
    Cancelled,
    /// What to show; at least one is an error.
    Diagnostics(Vec<Diagnostic>),
}

impl From<RunError> for BuildError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Cancelled => Self::Cancelled,
            RunError::Spawn { program, source } => Self::Diagnostics(vec![cannot_run(&program, &source)]),
            RunError::Read { program, source } => {
                let message = format!("lost the output of {program}: {source}");
                Self::Diagnostics(vec![Diagnostic::error(Source::Build, "ANV0109", message)])
            }
        }
    }
}

impl From<std::io::Error> for BuildError {
    fn from(error: std::io::Error) -> Self {
        Self::Diagnostics(vec![machine(&error.to_string())])
    }
}

fn cannot_run(program: &str, source: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Source::Build, "ANV0105", format!("cannot run `{program}`: {source}"))
        .help("install Rust from https://rustup.rs, and make sure that `cargo` and `rustc` are on PATH of the daemon; then `anvil stop --daemon`")
}

/// A failure of the machine rather than of the source.
fn machine(message: &str) -> Diagnostic {
    if says_disk_full(message) {
        return Diagnostic::error(
            Source::Build,
            "ANV0107",
            "the disk is full; the app goes on with the last good build",
        )
        .help("free some space (`cargo clean` in other projects), then save any file");
    }
    Diagnostic::error(Source::Build, "ANV0109", format!("cannot write the build's files: {message}"))
        .help("check that `target/anvil` of the workspace can be written, then save any file")
}

/// Whether a tool's text says that the disk is full.
pub(crate) fn says_disk_full(text: &str) -> bool {
    // The last: lld writes through a mapping, and a page that finds no room is a bus error.
    let words =
        ["No space left on device", "os error 28", "Disk quota exceeded", "terminated with signal 7 [Bus error]"];
    words.iter().any(|words| text.contains(words))
}

/// Cargo's own complaint, for example about a manifest, with the place it names.
pub(crate) fn cargo_said(stderr: &str, root: &Path) -> Diagnostic {
    if says_disk_full(stderr) {
        return machine(stderr);
    }
    let mut message = stderr.lines().find_map(|line| strip_ansi(line).strip_prefix("error: ").map(str::to_owned));
    if let Some(first) = &message
        && first.starts_with("failed to ")
    {
        let cause = stderr.lines().map(strip_ansi).find(|line| line.starts_with("  ") && !line.trim().is_empty());
        message = Some(cause.map_or_else(|| first.clone(), |cause| format!("{first}: {}", cause.trim())));
    }
    let message = message.unwrap_or_else(|| "cargo failed".to_owned());
    let mut diagnostic = Diagnostic::error(Source::Build, "cargo", message);
    diagnostic.rendered = Some(stderr.to_owned());
    if let Some((file, line, column)) = stderr.lines().find_map(|line| place(&strip_ansi(line))) {
        diagnostic = diagnostic.at(root.join(file).to_string_lossy(), line, column);
    }
    if stderr.contains("could not find `Cargo.toml`") {
        diagnostic.code = "ANV0101".to_owned();
        diagnostic.help = Some("run in the folder of a Cargo package, or name it with `--project DIR`".to_owned());
    }
    diagnostic
}

/// `  --> Cargo.toml:7:1`
fn place(line: &str) -> Option<(String, u32, u32)> {
    let mut parts = line.trim().strip_prefix("--> ")?.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some((parts.next()?.to_owned(), line, column))
}

/// The text without terminal colours.
pub(crate) fn strip_ansi(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
            continue;
        }
        // `ESC [ … letter`, the only sequences compilers write, and `ESC ] … ST` of hyperlinks.
        match characters.next() {
            Some('[') => while characters.next().is_some_and(|next| !next.is_ascii_alphabetic()) {},
            Some(']') => while characters.next().is_some_and(|next| next != '\u{7}' && next != '\\') {},
            _ => {}
        }
    }
    plain
}

/// The diagnostics of a failed compiler: those it gave, or, if it gave none, its raw text.
pub(crate) fn compiler_said(diagnostics: Vec<Diagnostic>, stderr: &str, what: &str) -> Vec<Diagnostic> {
    let raw = || {
        diagnostics.iter().filter_map(|found| found.rendered.as_deref()).any(says_disk_full) || says_disk_full(stderr)
    };
    if raw() {
        return vec![machine("No space left on device")];
    }
    if diagnostics.iter().any(|found| found.severity == Severity::Error) {
        return diagnostics;
    }
    let text: Vec<_> = stderr.lines().filter(|line| !line.starts_with('{')).collect();
    let first = text.iter().map(|line| strip_ansi(line)).find(|line| line.starts_with("error"));
    let mut diagnostic = Diagnostic::error(
        Source::Build,
        "ANV0109",
        first.unwrap_or_else(|| format!("{what} failed without saying why")),
    );
    diagnostic.rendered = Some(text.join("\n"));
    vec![diagnostic]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_error_has_its_place() {
        let stderr = "\u{1b}[1merror\u{1b}[0m: key with no value, expected `=`\n --> app/Cargo.toml:7:4\n  |\n";
        let found = cargo_said(stderr, Path::new("/w"));
        assert_eq!(found.message, "key with no value, expected `=`");
        assert_eq!((found.file.as_deref(), found.line, found.column), (Some("/w/app/Cargo.toml"), Some(7), Some(4)));
    }

    #[test]
    fn a_full_disk_is_named_whoever_says_it() {
        let rendered = "error: failed to write: No space left on device (os error 28)";
        assert_eq!(cargo_said(rendered, Path::new("/w")).code, "ANV0107");
        assert_eq!(compiler_said(Vec::new(), rendered, "rustc")[0].code, "ANV0107");
        let mut linking = Diagnostic::error(Source::Build, "rustc", "linking with `cc` failed: exit status: 1");
        linking.rendered = Some("collect2: fatal error: ld terminated with signal 7 [Bus error]\n".to_owned());
        assert_eq!(compiler_said(vec![linking], "", "rustc")[0].code, "ANV0107");
    }
}
