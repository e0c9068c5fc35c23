//! The database pool: SQLite, connected when it is first used.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use crate::config::{ConfigError, DatabaseConfig};

/// Longest wait for another writer. SQLite has one writer at a time; five seconds is far above a healthy transaction and
/// below what a browser user takes for a hang.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The pool for `config`, with relative paths below `root`. Nothing is opened yet; the database's folder is made.
///
/// Needs a tokio runtime: the pool starts a task that closes idle connections.
pub(crate) fn pool(config: &DatabaseConfig, root: &Path) -> Result<SqlitePool, ConfigError> {
    let wrong = |why: String| ConfigError::new(format!("`database.url`: {why}"), None);
    if !config.url.starts_with("sqlite:") {
        return Err(wrong("only SQLite is supported; write `sqlite://storage/database.sqlite`".to_owned()));
    }
    let options = SqliteConnectOptions::from_str(&config.url).map_err(|error| wrong(error.to_string()))?;
    let options = options.create_if_missing(true).foreign_keys(true).busy_timeout(BUSY_TIMEOUT);
    if is_in_memory(&config.url) {
        // The database lives as long as its one connection.
        let pool = SqlitePoolOptions::new().max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
        return Ok(pool.connect_lazy_with(options));
    }
    let file = root.join(options.get_filename());
    if let Some(folder) = file.parent()
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        // Not fatal: an app that never asks the database runs in a read-only folder too; the first query says the rest.
        tracing::warn!(folder = %folder.display(), %error, "cannot create the database's folder");
    }
    let options = options.filename(file).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal);
    Ok(SqlitePoolOptions::new().max_connections(config.max_connections).connect_lazy_with(options))
}

fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}
