//! Records how cargo calls rustc for the user's own crates.
//!
//! Cargo runs this program in place of rustc (`RUSTC_WORKSPACE_WRAPPER`). It writes the argument vector, the environment
//! and the working directory of the unit to a file, then becomes rustc. Cargo's messages do not contain these reliably,
//! and its `target/` layout is its own business, so this is the only source.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    os::unix::process::CommandExt as _,
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
    /// The record of one unit, if cargo has compiled it since the folder was made.
    pub(crate) fn read(directory: &Path, package: &str, crate_name: &str, kind: UnitKind) -> io::Result<Option<Self>> {
        let path = directory.join(file_name(package, crate_name, kind.name()));
        match std::fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
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

    /// The pairs of `--extern name=path`; crates of the sysroot (without a path) are left out.
    pub(crate) fn externs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options("--extern").filter_map(|pair| pair.split_once('=')).map(|(name, path)| {
            // `priv:name`, `noprelude:name`: options that only concern lints and the prelude.
            (name.rsplit(':').next().unwrap_or(name), path)
        })
    }
}

fn file_name(package: &str, crate_name: &str, kind: &str) -> String {
    format!("{package}--{crate_name}--{kind}.json")
}

/// The wrapper's whole program. Returns only if rustc could not be started.
#[must_use]
pub fn wrap(directory: &Path, argv: Vec<OsString>) -> io::Error {
    if let Err(error) = record(directory, &argv) {
        return error;
    }
    let Some((rustc, arguments)) = argv.split_first() else {
        return io::Error::new(io::ErrorKind::InvalidInput, "no compiler to run");
    };
    std::process::Command::new(rustc).args(arguments).exec()
}

fn record(directory: &Path, argv: &[OsString]) -> io::Result<()> {
    let argv: Vec<String> = argv.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let env: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let capture = Capture { argv, env, cwd: std::env::current_dir()? };
    // Queries such as `rustc -vV` and `rustc - --print=…` are no units.
    let (Some(crate_name), Some(package)) = (capture.option("--crate-name"), capture.env.get("CARGO_PKG_NAME")) else {
        return Ok(());
    };
    if crate_name == "___" || capture.argv.iter().any(|argument| argument == "--test") {
        return Ok(());
    }
    let kind = match capture.option("--crate-type") {
        Some("bin") => "bin",
        Some("proc-macro") => "proc-macro",
        _ => "lib",
    };
    let path = directory.join(file_name(package, crate_name, kind));
    let part = path.with_extension(format!("{}.part", std::process::id()));
    std::fs::write(&part, serde_json::to_vec(&capture)?)?;
    std::fs::rename(part, path)
}
