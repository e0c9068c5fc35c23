//! The language server with real clients, and what the editors bring along: each has a command of its own, which is run here.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use super::{Counts, Run};
use crate::command;

/// A command that succeeds or says what is wrong.
struct Check {
    name: &'static str,
    /// From the root of the checkout.
    folder: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
}

const CHECKS: &[Check] = &[
    check("conformance to the protocol", "anvil-lsp/tests/conformance", "./run.sh", &["--quiet"]),
    check("tree-sitter grammar", "editors/tree-sitter-forge", "test/run.sh", &[]),
    check("packages of the VS Code extension", "editors/vscode", "npm", &["ci", "--no-audit", "--no-fund"]),
    check("VS Code extension", "editors/vscode", "npm", &["test"]),
    check("client library of VS Code", "editors/vscode", "npm", &["run", "test:server"]),
    check("Neovim", "editors/neovim/test", "./run.sh", &[]),
    check("Emacs", "editors/emacs/test", "./run.sh", &[]),
];

const fn check(
    name: &'static str,
    folder: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
) -> Check {
    Check { name, folder, program, arguments }
}

/// Each check counts as one test: the runners behind them count in ways of their own.
pub(super) fn run(run: &Run) -> Result<Counts> {
    // The programs that the step before has tested. Built by themselves, they have dependencies with other features, all compiled anew.
    command::run(super::nextest().arg("--no-run"))?;
    let mut counts = Counts::default();
    for check in CHECKS {
        eprintln!("    {}", check.name);
        match command::run(run.scratch.lend(&mut check.command())) {
            Ok(()) => counts.passed += 1,
            Err(error) => {
                eprintln!("error: {}: {error:#}", check.name);
                counts.failed += 1;
            }
        }
    }
    run.scratch.nobody_left()?;
    Ok(counts)
}

impl Check {
    fn command(&self) -> Command {
        let folder = command::root().join(self.folder);
        // A path is looked up from where we are, not from where the program is started.
        let program = if self.program.contains('/') { folder.join(self.program) } else { PathBuf::from(self.program) };
        let mut command = Command::new(program);
        command.args(self.arguments).current_dir(folder);
        command::without_cargo_run(&mut command);
        command.env("ANVIL_LSP", command::build_directory().join("debug/anvil-lsp"));
        command
    }
}
