//! Log lines on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{ConfigError, LogConfig, LogFormat};

/// Sends `tracing` events to standard error from now on. A process that already has a subscriber keeps it.
///
/// # Errors
/// `log.level` is neither a level nor a list of directives.
pub fn init(config: &LogConfig) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&config.level).map_err(|error| {
        ConfigError::new(format!("`log.level`: {error}; write a level or directives such as `info,sqlx=warn`"), None)
    })?;
    // A line that cannot be written is lost. To complain about it on the same closed standard error would be a panic, in the
    // middle of a request.
    let lines =
        tracing_subscriber::fmt().log_internal_errors(false).with_env_filter(filter).with_writer(std::io::stderr);
    let installed = match config.format {
        LogFormat::Text => lines.with_ansi(std::env::var_os("NO_COLOR").is_none() && is_terminal()).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    if let Err(error) = installed {
        tracing::debug!(%error, "logging was set up before");
    }
    Ok(())
}

fn is_terminal() -> bool {
    use std::io::IsTerminal as _;
    std::io::stderr().is_terminal()
}
