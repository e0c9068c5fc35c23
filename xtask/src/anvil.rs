//! `cargo xtask anvil ARGS…`, and its short form `cargo a ARGS…`: the `anvil` of this checkout, with the daemon next to it.
//!
//! Builds both first, then becomes `anvil`: the working directory, the terminal and the exit code are its own.

use std::{
    ffi::OsString,
    io::{BufReader, Read},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context, Result, bail};
use cargo_metadata::Message;

use crate::command;

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments of `anvil`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let anvil = build()?;
    let mut command = Command::new(&anvil);
    command.args(&args.args);
    command::without_cargo_run(&mut command);
    // Only returns where the program could not be started.
    Err(command.exec()).with_context(|| format!("cannot start {}", anvil.display()))
}

/// Builds `anvil` and `anvild` with cargo's progress on standard error; returns the absolute path of `anvil`.
pub(crate) fn build() -> Result<PathBuf> {
    let mut cargo = command::cargo(["build", "--package", "anvil-cli", "--package", "anvild"]);
    cargo.args(["--bin", "anvil", "--bin", "anvild", "--message-format", "json-render-diagnostics"]);
    let mut child = cargo.stdout(Stdio::piped()).spawn().context("cannot start cargo: is Rust installed?")?;
    let anvil = executable("anvil", child.stdout.take().context("cargo has no standard output")?)?;
    let status = child.wait()?;
    if !status.success() {
        bail!("`anvil` and `anvild` do not build");
    }
    anvil.context("cargo did not report where it put `anvil`")
}

/// Builds `anvil-lsp` as users install it; returns its absolute path.
pub(crate) fn build_server() -> Result<PathBuf> {
    let mut cargo = command::cargo(["build", "--release", "--package", "anvil-lsp", "--bin", "anvil-lsp"]);
    let mut child = cargo.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped()).spawn()?;
    let server = executable("anvil-lsp", child.stdout.take().context("cargo has no standard output")?)?;
    if !child.wait()?.success() {
        bail!("`anvil-lsp` does not build");
    }
    server.context("cargo did not report where it put `anvil-lsp`")
}

/// Path of the program of that name, from cargo's messages: the layout of the build directory is cargo's own business.
fn executable(name: &str, messages: impl Read) -> Result<Option<PathBuf>> {
    let mut found = None;
    for message in Message::parse_stream(BufReader::new(messages)) {
        if let Message::CompilerArtifact(artifact) = message.context("cannot read cargo's messages")?
            && artifact.target.name == name
            && let Some(path) = artifact.executable
        {
            found = Some(path.into_std_path_buf());
        }
    }
    Ok(found)
}
