//! `cargo xtask bench hot | load | forge | lsp`: measures the loop as a developer meets it, through the `anvil` command and HTTP.
//!
//! Both make an app of the wanted size below `bench/` in the build directory, a workspace of its own on the framework of
//! this checkout, and run the real daemon on it.

mod app;
pub(crate) mod daemon;
mod forge;
mod hot;
pub(crate) mod http;
mod load;
mod lsp;
mod plain;
mod statistics;
mod traffic;

use std::process::ExitCode;

use anyhow::Result;

#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// Time from a save to the first correct byte, next to what cargo alone needs for the same edit
    Hot(hot::Args),
    /// Requests under way while the app is swapped and handed over
    Load(load::Args),
    /// Templates next to Askama and Sailfish, what they cost a build, and how soon an edit of one shows
    Forge(forge::Args),
    /// The language server next to two others, from a key to its diagnostics
    Lsp(lsp::Args),
}

pub(crate) fn run(bench: &Bench) -> Result<ExitCode> {
    match bench {
        Bench::Hot(args) => hot::run(args),
        Bench::Load(args) => load::run(args),
        Bench::Forge(args) => forge::run(args),
        Bench::Lsp(args) => lsp::run(args),
    }
}
