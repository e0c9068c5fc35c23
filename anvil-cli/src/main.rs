//! The `anvil` command: one file for each subcommand with its `Args` and `run`.
//!
//! Reaches the daemon through `anvild-client` alone. Standard output is data, standard error is talk; `NO_COLOR` is
//! respected; exit codes are those of `docs/cli.md`.
#![forbid(unsafe_code)]

mod dev;
mod diagnostic;
mod doctor;
mod failure;
mod logs;
mod project;
mod restart;
mod routes;
mod rpc;
mod status;
mod stop;
mod terminal;
mod wait;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// Exit codes, for `anvil --help`; the same table is in `docs/cli.md`.
const AFTER_HELP: &str = "\
Exit codes:
    0  done
    1  the build failed, the app could not start, or a check of `doctor` failed
    2  wrong arguments; for `wait`: time is up
    3  the project cannot be used: no Cargo project, no clear entry, wrong settings, no cargo
    4  the daemon could not be found, started or reached
    5  daemon and client have versions that do not fit
    6  the address is taken
    7  the app is not running
    8  the runtime directory cannot be used or is not safe
   70  unexpected failure of a call
  130  left by a second Ctrl-C

The project is the nearest folder at or above --project (or the current one) with a
config/anvil.toml or a Cargo.toml.";

#[derive(Debug, Parser)]
#[command(name = "anvil", version, about = "Build, run and hot-reload Anvilforge apps", after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    project: project::ProjectArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the app and show every edit going live; Ctrl-C ends it
    Dev(dev::Args),
    /// Show daemon, app, generations, last build and diagnostics
    Status(status::Args),
    /// Wait until the edits made so far are live
    Wait(wait::Args),
    /// Show what the app and the daemon printed
    Logs(logs::Args),
    /// End the app, or the daemon with it
    Stop(stop::Args),
    /// Check the machine, the project and the daemon
    Doctor(doctor::Args),
    /// Show the live routes
    Routes(routes::Args),
    /// Start a new host and move traffic to it
    Restart(restart::Args),
    /// Call a method of the daemon and print its answer as JSON
    Rpc(rpc::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::from(error).report(),
    };
    let result = runtime.block_on(run(cli));
    // Without waiting for threads of the blocking pool: nothing that runs there is worth a delay now.
    runtime.shutdown_background();
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.report(),
    }
}

async fn run(cli: Cli) -> Result<u8, Failure> {
    let project = &cli.project;
    match cli.command {
        Command::Dev(args) => dev::run(project, args).await,
        Command::Status(args) => status::run(project, &args).await,
        Command::Wait(args) => wait::run(project, &args).await,
        Command::Logs(args) => logs::run(project, &args).await,
        Command::Stop(args) => stop::run(project, &args).await,
        Command::Doctor(args) => doctor::run(project, &args).await,
        Command::Routes(args) => routes::run(project, &args).await,
        Command::Restart(args) => restart::run(project, &args).await,
        Command::Rpc(args) => rpc::run(project, &args).await,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn the_documented_exit_codes_are_those_of_the_help() {
        let docs = include_str!("../../docs/cli.md");
        for line in super::AFTER_HELP.lines().skip(1).take_while(|line| !line.is_empty()) {
            let (code, meaning) = line.trim().split_once("  ").unwrap();
            assert!(docs.contains(&format!("| {code} | {} |", meaning.trim())), "docs/cli.md lacks: {line}");
        }
    }
}
