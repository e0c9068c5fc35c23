//! The `anvil-lsp` command: the language server on standard input and output. Standard error is its log.
#![forbid(unsafe_code)]

use std::{io::IsTerminal, process::ExitCode, sync::LazyLock};

use anvil_lsp::Exit;
use clap::Parser;
use tracing_subscriber::EnvFilter;

const AFTER_HELP: &str = "\
Editors start it by themselves; docs/editors.md says how each is set up.

Environment:
    ANVIL_LSP_LOG  what is written to standard error, such as `debug` or `anvil_lsp=trace` [default: warn]

Exit codes:
    0  the editor said `shutdown`, then `exit`
    1  the editor is gone, or said `exit` alone";

#[derive(Debug, Parser)]
#[command(name = "anvil-lsp", version = VERSION.as_str(), about = "The language server of Anvilforge", after_help = AFTER_HELP)]
struct Cli {
    /// Speak on standard input and output, which it does anyway: editors like to say it
    #[arg(long)]
    stdio: bool,
}

/// `0.1.0 (protocol 1)`: the protocol is that of the daemon.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (protocol {})", env!("CARGO_PKG_VERSION"), anvild_protocol::PROTOCOL));

fn main() -> ExitCode {
    let _ = Cli::parse();
    let filter = EnvFilter::try_from_env("ANVIL_LSP_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Standard error may be closed before the server ends.
    let log = log.log_internal_errors(false);
    log.with_ansi(std::io::stderr().is_terminal()).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "the server cannot start");
            return ExitCode::FAILURE;
        }
    };
    let exit = runtime.block_on(anvil_lsp::serve(tokio::io::stdin(), tokio::io::stdout()));
    // Standard input is read by a thread that cannot be told to stop.
    runtime.shutdown_background();
    match exit {
        Exit::Orderly => ExitCode::SUCCESS,
        Exit::Lost => ExitCode::FAILURE,
    }
}
