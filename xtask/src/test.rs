//! `cargo xtask test`: everything that must pass before a change lands, from a fresh clone on a bare machine.
//!
//! An ordered list of steps, the cheap ones first; the first that fails ends the run. The last line of standard output is
//! `N passed, N failed`, where a step that fails without running tests counts as one failure.

mod counts;
mod editors;
pub(crate) mod prerequisites;
mod scratch;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::{
    blade,
    command::{self, cargo},
    tidy,
};
pub(crate) use counts::Counts;
use scratch::Scratch;

/// Where nextest's profile `ci` writes its report, from the build directory.
const REPORT: &str = "nextest/ci/junit.xml";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leave out what needs minutes: tests that start the real daemon, documentation, examples
    #[arg(long)]
    fast: bool,
    /// Begin with this step: the run before ended in it, and what is in front of it has passed
    #[arg(long, value_name = "STEP", value_parser = STEPS.map(|step| step.name))]
    from: Option<String>,
}

#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    /// Left out by `--fast`.
    slow: bool,
    run: fn(&Run) -> Result<Counts>,
}

const STEPS: [Step; 10] = [
    Step { name: "prerequisites", slow: false, run: |_| prerequisites::ensure().map(|()| Counts::default()) },
    Step { name: "formatting", slow: false, run: formatting },
    Step { name: "tidy", slow: false, run: rules },
    Step { name: "clippy", slow: false, run: clippy },
    Step { name: "tests", slow: false, run: tests },
    Step { name: "comparison with Blade", slow: false, run: |_| blade::counts() },
    Step { name: "editors", slow: true, run: editors::run },
    Step { name: "documentation tests", slow: true, run: documentation_tests },
    Step { name: "documentation", slow: true, run: documentation },
    Step { name: "examples", slow: true, run: examples },
];

struct Run {
    fast: bool,
    scratch: Scratch,
    /// Manifests of the examples that are workspaces of their own, as a user's project is.
    examples: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let started = Instant::now();
    let run = Run { fast: args.fast, scratch: Scratch::create()?, examples: own_workspaces()? };
    let is_behind = |step: &&Step| args.from.as_ref().is_some_and(|from| from != step.name);
    let steps: Vec<&Step> = STEPS.iter().skip_while(is_behind).filter(|step| !(args.fast && step.slow)).collect();
    let mut total = Counts::default();
    let mut broken = None;
    for (number, step) in steps.iter().enumerate() {
        let begun = Instant::now();
        eprintln!("==> step {} of {}: {} (after {:.0} s)", number + 1, steps.len(), step.name, seconds(started));
        match (step.run)(&run) {
            Ok(counts) => total.add(counts),
            Err(error) => {
                broken = Some((step.name, error));
                break;
            }
        }
        eprintln!("    {} took {:.1} s", step.name, seconds(begun));
        if total.failed > 0 {
            broken = Some((step.name, anyhow::anyhow!("{} tests failed", total.failed)));
            break;
        }
    }
    if let Some((name, error)) = &broken {
        eprintln!("error: step `{name}` failed after {:.0} s: {error:#}", seconds(started));
        total.failed = total.failed.max(1);
    } else {
        eprintln!("==> all {} steps passed in {:.0} s", steps.len(), seconds(started));
    }
    drop(run);
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if broken.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

fn formatting(run: &Run) -> Result<Counts> {
    command::run(&mut cargo(["fmt", "--all", "--check"]))?;
    for manifest in &run.examples {
        command::run(cargo(["fmt", "--all", "--check", "--manifest-path"]).arg(manifest))?;
    }
    Ok(Counts::default())
}

fn rules(_: &Run) -> Result<Counts> {
    if tidy::run()? != ExitCode::SUCCESS {
        bail!("the rules above are broken");
    }
    Ok(Counts::default())
}

fn clippy(run: &Run) -> Result<Counts> {
    let lint = ["--all-targets", "--", "-D", "warnings"];
    command::run(compile(&mut cargo(["clippy", "--workspace"])).args(lint))?;
    for manifest in &run.examples {
        let mut cargo = cargo(["clippy", "--workspace", "--manifest-path"]);
        command::run(compile(cargo.arg(manifest)).args(["--target-dir"]).arg(command::build_directory()).args(lint))?;
    }
    Ok(Counts::default())
}

fn tests(run: &Run) -> Result<Counts> {
    let report = command::build_directory().join(REPORT);
    if report.exists() {
        fs::remove_file(&report).context("cannot remove the report of the last run")?;
    }
    let mut nextest = nextest();
    if run.fast {
        nextest.args(["--filterset", "not (package(anvild) and kind(test))"]);
    }
    let ended = command::run(run.scratch.lend(&mut nextest));
    let counts = match fs::read_to_string(&report) {
        Ok(report) => counts::of_report(&report).context("cannot read the report of nextest")?,
        Err(_) => Counts::default(),
    };
    if counts.failed == 0 {
        ended?;
    }
    run.scratch.nobody_left()?;
    Ok(counts)
}

/// The tests of the workspace, with the programs that they start.
fn nextest() -> Command {
    let mut nextest = cargo(["nextest", "run", "--workspace", "--profile", "ci"]);
    compile(&mut nextest);
    nextest
}

fn documentation_tests(run: &Run) -> Result<Counts> {
    let mut cargo = cargo(["test", "--workspace", "--doc", "--no-fail-fast"]);
    counts::of_run(run.scratch.lend(compile(&mut cargo)))
}

fn documentation(_: &Run) -> Result<Counts> {
    let mut cargo = cargo(["doc", "--workspace", "--no-deps", "--quiet"]);
    command::run(compile(&mut cargo).env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Counts::default())
}

/// In the same build directory, so that what the workspace has compiled is not compiled again.
fn examples(run: &Run) -> Result<Counts> {
    let mut total = Counts::default();
    for manifest in &run.examples {
        eprintln!("    {}", manifest.display());
        let mut cargo = cargo(["test", "--workspace", "--no-fail-fast", "--manifest-path"]);
        compile(cargo.arg(manifest)).arg("--target-dir").arg(command::build_directory());
        total.add(counts::of_run(run.scratch.lend(&mut cargo))?);
    }
    run.scratch.nobody_left()?;
    Ok(total)
}

/// On a machine that builds once, incremental compilation only costs time and disk. Given as an argument: the variable
/// `CARGO_INCREMENTAL` would reach the daemons under test, whose loop depends on it.
fn compile(cargo: &mut Command) -> &mut Command {
    if env::var_os("CI").is_some_and(|value| !value.is_empty()) {
        cargo.args(["--config", "build.incremental=false"]);
    }
    cargo
}

fn own_workspaces() -> Result<Vec<PathBuf>> {
    let root = command::root();
    let workspace = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;
    let member = |manifest: &Path| workspace.packages.iter().any(|package| package.manifest_path == *manifest);
    let Ok(entries) = fs::read_dir(root.join("examples")) else { return Ok(Vec::new()) };
    let mut manifests = Vec::new();
    for entry in entries {
        let manifest = entry?.path().join("Cargo.toml");
        if manifest.is_file() && !member(&manifest) {
            manifests.push(manifest);
        }
    }
    manifests.sort();
    Ok(manifests)
}
