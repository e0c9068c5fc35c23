//! Log lines on standard error.

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, Registry, fmt, registry};

use crate::config::{ConfigError, LogConfig, LogFormat};

/// Sends `tracing` events to standard error from now on. A process that already has a subscriber keeps it.
///
/// # Errors
/// `log.level` is neither a level nor a list of directives.
pub fn init(config: &LogConfig) -> Result<(), ConfigError> {
    // Not `EnvFilter`: it brings the crates for regular expressions into every app.
    let filter: Targets = config.level.parse().map_err(|error| {
        ConfigError::new(format!("`log.level`: {error}; write a level or directives such as `info,sqlx=warn`"), None)
    })?;
    // A line that cannot be written is lost. To complain about it on the same closed standard error would be a panic, in the
    // middle of a request.
    let lines = fmt::layer::<Registry>().log_internal_errors(false).with_writer(std::io::stderr);
    let lines = match config.format {
        LogFormat::Text => lines.with_ansi(std::env::var_os("NO_COLOR").is_none() && is_terminal()).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    let installed = registry().with(lines.with_filter(filter)).try_init();
    if let Err(error) = installed {
        tracing::debug!(%error, "logging was set up before");
    }
    Ok(())
}

fn is_terminal() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal()
}
