//! `cargo xtask blade`: compares the specification of Forge templates with the real Blade.
//!
//! The comparison itself is a program of the package `forge-spec`; this one sees to it that PHP and Illuminate are there.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::command::{self, cargo};
use crate::test::{Counts, prerequisites};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A checkout's `src/Illuminate`, to compare with another version of Laravel than the installed one
    #[arg(long)]
    illuminate: Option<PathBuf>,
    /// Parts of names of cases; without any, all are compared
    cases: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    prerequisites::ensure_php()?;
    let mut compare = cargo(["run", "--quiet", "--package", "forge-spec", "--bin", "forge-blade", "--"]);
    compare.args(&args.cases);
    if let Some(folder) = &args.illuminate {
        let folder = folder.canonicalize().with_context(|| format!("cannot find {}", folder.display()))?;
        compare.env("ILLUMINATE", folder);
    }
    let status = compare.status().context("cannot start cargo")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// All cases, with the installed Blade.
pub(crate) fn counts() -> Result<Counts> {
    prerequisites::ensure_php()?;
    let mut compare = cargo(["run", "--quiet", "--package", "forge-spec", "--bin", "forge-blade"]);
    compare.env_remove("ILLUMINATE");
    let output = compare.stderr(std::process::Stdio::inherit()).output().context("cannot start cargo")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{text}");
    Counts::of_last_line(&text).with_context(|| format!("{} ended with {}", command::shown(&compare), output.status))
}
