//! The `anvil-lsp` command: the language server on standard input and output. Standard error is its log.
#![forbid(unsafe_code)]

use std::{
    env,
    fs::File,
    io::{self, IsTerminal},
    os::fd::AsFd,
    process::ExitCode,
};

use anvil_lsp::Exit;
use clap::Parser;
use tracing_subscriber::filter::LevelFilter;

const AFTER_HELP: &str = "\
Editors start it by themselves; docs/editors.md says how each is set up.

Environment:
    ANVIL_LSP_LOG  what is written to standard error: off, error, warn, info, debug or trace [default: warn]

Exit codes:
    0  the editor said `shutdown`, then `exit`
    1  the editor is gone, or said `exit` alone";

#[derive(Debug, Parser)]
#[command(name = "anvil-lsp", version = version(), about = "The language server of Anvilforge", after_help = AFTER_HELP)]
struct Cli {
    /// Speak on standard input and output, which it does anyway: editors like to say it
    #[arg(long)]
    stdio: bool,
}

/// `0.1.0 (protocol 1)`: the protocol is that of the daemon.
fn version() -> &'static str {
    format!("{} (protocol {})", env!("CARGO_PKG_VERSION"), anvild_protocol::PROTOCOL).leak()
}

fn main() -> ExitCode {
    let _ = Cli::parse();
    let level = env::var("ANVIL_LSP_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::WARN);
    let log = tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr);
    // Standard error may be closed before the server ends.
    log.log_internal_errors(false).with_ansi(io::stderr().is_terminal()).init();
    let streams = stream(io::stdin().as_fd()).and_then(|input| Ok((input, stream(io::stdout().as_fd())?)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let ((input, output), runtime) = match streams.and_then(|streams| Ok((streams, runtime?))) {
        Ok(ready) => ready,
        Err(error) => {
            tracing::error!(%error, "the server cannot start");
            return ExitCode::FAILURE;
        }
    };
    let exit = runtime.block_on(anvil_lsp::serve(input, output));
    // Standard input is read by a thread that cannot be told to stop.
    runtime.shutdown_background();
    match exit {
        Exit::Orderly => ExitCode::SUCCESS,
        Exit::Lost => ExitCode::FAILURE,
    }
}

/// A standard stream that can be waited for.
fn stream(descriptor: std::os::fd::BorrowedFd<'_>) -> io::Result<tokio::fs::File> {
    Ok(tokio::fs::File::from_std(File::from(descriptor.try_clone_to_owned()?)))
}
