//! Records how cargo calls rustc for the user's own crates.
//!
//! Cargo runs this program in place of rustc (`RUSTC_WORKSPACE_WRAPPER`). It writes the argument vector, the environment
//! and the working directory of the unit to a file, then becomes rustc. Cargo's messages do not contain these reliably,
//! and its `target/` layout is its own business, so this is the only source.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    io,
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Set for cargo by the builder: the folder that receives the records.
pub const CAPTURE_DIR_VARIABLE: &str = "ANVIL_CAPTURE_DIR";

/// One recorded call of rustc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Capture {
    /// Path of rustc, then its arguments.
    pub(crate) argv: Vec<String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) cwd: PathBuf,
}

/// What kind of target a unit is, as far as the hot loop tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum UnitKind {
    Lib,
    Bin,
}

impl UnitKind {
    fn name(self) -> &'static str {
        match self {
            Self::Lib => "lib",
            Self::Bin => "bin",
        }
    }
}

impl Capture {
    /// The record of the unit that made one of cargo's `artifacts`, if there is one. A unit is compiled in several ways over time
    /// (features, profiles, compilers), each with a record and an output of its own; only cargo knows which is current.
    pub(crate) fn of_artifact(
        directory: &Path,
        unit: &UnitName<'_>,
        artifacts: &BTreeSet<PathBuf>,
    ) -> io::Result<Option<Self>> {
        let prefix = unit.file_prefix();
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            if !name.to_str().is_some_and(|name| name.starts_with(&prefix) && name.ends_with(".json")) {
                continue;
            }
            let Ok(capture) = serde_json::from_slice::<Self>(&std::fs::read(entry.path())?) else { continue };
            let output = capture.output(unit.kind);
            if artifacts.iter().any(|artifact| same_content(artifact, &output)) {
                return Ok(Some(capture));
            }
            if !output.exists() {
                // Cargo's garbage collection, or ours, was there; without the output the record is of no use.
                let _ = std::fs::remove_file(entry.path());
            }
        }
        Ok(None)
    }

    /// The file that cargo had rustc write.
    pub(crate) fn output(&self, kind: UnitKind) -> PathBuf {
        let name = match kind {
            UnitKind::Lib => format!("lib{}.rlib", self.file_stem()),
            UnitKind::Bin => self.file_stem(),
        };
        Path::new(self.option("--out-dir").unwrap_or_default()).join(name)
    }

    /// What rustc calls its outputs, without prefix and ending.
    pub(crate) fn file_stem(&self) -> String {
        format!("{}{}", self.option("--crate-name").unwrap_or_default(), self.extra_filename())
    }

    fn extra_filename(&self) -> &str {
        self.options("-C").find_map(|option| option.strip_prefix("extra-filename=")).unwrap_or_default()
    }

    /// Value of `--name value` or `--name=value`, the first one.
    pub(crate) fn option<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.options(name).next()
    }

    /// All values of `--name value` or `--name=value`.
    pub(crate) fn options<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.argv.iter().enumerate().filter_map(move |(at, argument)| {
            if argument == name {
                return self.argv.get(at + 1).map(String::as_str);
            }
            argument.strip_prefix(name)?.strip_prefix('=')
        })
    }

    /// The crate's root file as cargo wrote it: relative to the working directory for crates of the workspace.
    pub(crate) fn root(&self) -> Option<&str> {
        let is_root = |argument: &&String| argument.ends_with(".rs") && !argument.starts_with('-');
        self.argv.iter().skip(1).find(is_root).map(String::as_str)
    }

    /// The pairs of `--extern name=path`; crates of the sysroot (without a path) are left out.
    pub(crate) fn externs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options("--extern").filter_map(|pair| pair.split_once('=')).map(|(name, path)| {
            // `priv:name`, `noprelude:name`: options that only concern lints and the prelude.
            (name.rsplit(':').next().unwrap_or(name), path)
        })
    }
}

/// A target of a package, whatever the options it is compiled with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnitName<'a> {
    pub(crate) package: &'a str,
    pub(crate) crate_name: &'a str,
    pub(crate) kind: UnitKind,
}

impl UnitName<'_> {
    fn file_prefix(&self) -> String {
        file_prefix(self.package, self.crate_name, self.kind.name())
    }
}

fn file_prefix(package: &str, crate_name: &str, kind: &str) -> String {
    format!("{package}--{crate_name}--{kind}--")
}

/// Whether cargo put `output` in the place `artifact`: it links files there, or copies them where it cannot.
fn same_content(artifact: &Path, output: &Path) -> bool {
    let (Ok(one), Ok(other)) = (std::fs::metadata(artifact), std::fs::metadata(output)) else { return false };
    if (one.dev(), one.ino()) == (other.dev(), other.ino()) {
        return true;
    }
    let named_alike = artifact.parent() == output.parent();
    !named_alike && one.len() == other.len() && std::fs::read(artifact).ok() == std::fs::read(output).ok()
}

/// What a crate is told that is linked into an app library as cargo made it: to describe its types, without entry points.
const AS_DEPENDENCY: [&str; 4] = ["--cfg", "anvil_hot", "--cfg", "anvil_dependency"];

/// The wrapper's whole program. Returns only if rustc could not be started.
#[must_use]
pub fn wrap(directory: &Path, argv: Vec<OsString>) -> io::Error {
    let is_unit = match record(directory, &argv) {
        Ok(is_unit) => is_unit,
        Err(error) => return error,
    };
    let Some((rustc, arguments)) = argv.split_first() else {
        return io::Error::new(io::ErrorKind::InvalidInput, "no compiler to run");
    };
    let more: &[&str] = if is_unit { &AS_DEPENDENCY } else { &[] };
    std::process::Command::new(rustc).args(arguments).args(more).exec()
}

/// Returns whether it is a unit.
fn record(directory: &Path, argv: &[OsString]) -> io::Result<bool> {
    let argv: Vec<String> = argv.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let env: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let capture = Capture { argv, env, cwd: std::env::current_dir()? };
    // Queries such as `rustc -vV` and `rustc - --print=…` are no units.
    let (Some(crate_name), Some(package)) = (capture.option("--crate-name"), capture.env.get("CARGO_PKG_NAME")) else {
        return Ok(false);
    };
    if crate_name == "___" || capture.argv.iter().any(|argument| argument == "--test") {
        return Ok(false);
    }
    let kind = match capture.option("--crate-type") {
        Some("bin") => "bin",
        Some("proc-macro") => "proc-macro",
        _ => "lib",
    };
    let name = format!("{}{}.json", file_prefix(package, crate_name, kind), capture.extra_filename());
    let path = directory.join(name);
    let part = path.with_extension(format!("{}.part", std::process::id()));
    std::fs::write(&part, serde_json::to_vec(&capture)?)?;
    std::fs::rename(part, path)?;
    Ok(true)
}
