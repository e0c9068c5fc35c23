//! The repository's only automation: run the tools from this checkout, run every test, check the rules, measure.
//!
//! One file for each command. Standard output carries a command's result, standard error its progress.
#![forbid(unsafe_code)]

mod anvil;
mod bench;
mod blade;
mod command;
mod protocol;
mod test;
mod tidy;
mod torture;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Automation of the Anvilforge repository")]
enum Xtask {
    /// Build `anvil` and `anvild` from this checkout and run `anvil` with the given arguments
    Anvil(anvil::Args),
    /// Check the rules that the compiler does not know
    Tidy,
    /// Write the reference of the daemon's protocol
    Protocol,
    /// Run everything that must pass before a change lands
    Test(test::Args),
    /// Compare the specification of templates with the real Blade
    Blade(blade::Args),
    /// Measure
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Edit generated apps in every way and compare patches with full builds
    Torture(torture::Args),
}

fn main() -> ExitCode {
    let result = match Xtask::parse() {
        Xtask::Anvil(args) => anvil::run(&args),
        Xtask::Tidy => tidy::run(),
        Xtask::Protocol => protocol::run(),
        Xtask::Test(args) => test::run(&args),
        Xtask::Blade(args) => blade::run(&args),
        Xtask::Bench(bench) => bench::run(&bench),
        Xtask::Torture(args) => torture::run(&args),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
