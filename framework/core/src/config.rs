//! Typed configuration: `config/anvil.toml`, overridden by the environment, which `.env` adds to.
//!
//! Defaults fail closed: without a word from the project an app runs as `production` with `debug = false`. Only a process
//! that the development daemon started (`ANVIL_HOT=1`) defaults to `local` and `debug = true`. Reading is in `load`,
//! the documented list of keys in [`CONFIG_KEYS`].

mod dotenv;
mod keys;
mod load;
mod units;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use anvil_control::SourcePlace;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub(crate) use keys::changed_at_start;
pub use keys::{CONFIG_KEYS, ConfigKey};
pub use load::{ConfigSource, Overrides};
pub use units::{parse_duration, parse_size};

/// Everything an app is configured with. Immutable; a reload makes a new one.
#[derive(Debug, Clone)]
pub struct Config {
    pub app: AppConfig,
    pub server: ServerConfig,
    pub database: DatabaseConfig,
    pub cache: CacheConfig,
    pub static_files: StaticConfig,
    pub log: LogConfig,
    /// Read by the daemon; the app only checks that the keys exist.
    pub dev: DevConfig,
    /// The free table `[values]`, for the app's own settings. Read with [`Config::value`].
    pub values: toml::Table,
    env: EnvFile,
}

/// `[app]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppConfig {
    /// Shown in logs and page titles.
    pub name: String,
    /// `production`, `local`, `testing` or a word of the app's own.
    pub env: String,
    /// Error pages show source, stack and request. Never on in production.
    pub debug: bool,
    /// Origin under which users reach the app, without a trailing slash.
    pub url: String,
    /// Secret for signing and encryption.
    pub key: Option<Secret>,
}

/// `[server]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// `host:port` to listen on. The daemon binds it in development.
    pub addr: String,
    /// Largest request body, in bytes. Longer ones are answered with 413.
    #[serde(deserialize_with = "units::size")]
    pub body_limit: u64,
    /// Longest time until a handler has answered; then 503. Absent: no limit.
    #[serde(deserialize_with = "units::optional_duration")]
    pub request_timeout: Option<Duration>,
    /// How long requests in flight may go on after a signal to stop.
    #[serde(deserialize_with = "units::duration")]
    pub shutdown_grace: Duration,
}

/// `[database]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite://path` relative to the project, or `sqlite::memory:`.
    pub url: String,
    pub max_connections: u32,
}

/// `[cache]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CacheConfig {
    /// Most entries kept; beyond it the least used go.
    pub capacity: u64,
}

/// `[static_files]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StaticConfig {
    /// Folder below the project whose files are served where no route matches.
    pub dir: String,
    /// Value of `cache-control` on these files. Absent: `no-cache` with debug, none without.
    pub cache_control: Option<String>,
}

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// A level (`info`) or `tracing` directives (`info,sqlx=warn`).
    pub level: String,
    pub format: LogFormat,
}

/// How log lines are written to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// `[dev]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DevConfig {
    /// Packages whose libraries register the routes, where they cannot be found.
    pub app: Option<AppPackages>,
    /// Scan on a timer and do not rely on events of the operating system.
    pub polling: bool,
    /// Compile only the changed modules first, and the whole app behind them.
    pub patches: bool,
    /// App libraries that one host loads before a new host takes over. Each keeps about a megabyte.
    pub libraries_max: Option<u32>,
    /// Seconds that a library may take to register its routes.
    pub load_deadline_s: Option<u64>,
}

/// The value of `dev.app`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected the name of a package, or a list of names")]
pub enum AppPackages {
    One(String),
    /// Each is an app library of its own.
    Several(Vec<String>),
}

impl Default for DevConfig {
    fn default() -> Self {
        Self { app: None, polling: false, patches: true, libraries_max: None, load_deadline_s: None }
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            addr: "127.0.0.1:8080".to_owned(),
            body_limit: 2 * 1024 * 1024,
            request_timeout: None,
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self { url: "sqlite://storage/database.sqlite".to_owned(), max_connections: 8 }
    }
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { capacity: 10_000 }
    }
}

impl Default for StaticConfig {
    fn default() -> Self {
        Self { dir: "public".to_owned(), cache_control: None }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

impl Config {
    /// A value below `[values]` by its dotted path: `config.value::<String>("mail.from")`.
    ///
    /// # Errors
    /// The value exists and does not read as `T`.
    pub fn value<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, ConfigError> {
        match self.raw_value(path) {
            None => Ok(None),
            Some(value) => value.clone().try_into().map(Some).map_err(|error: toml::de::Error| {
                ConfigError::new(format!("`values.{path}` has the wrong type: {}", error.message()), None)
            }),
        }
    }

    fn raw_value(&self, path: &str) -> Option<&toml::Value> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let mut value = self.values.get(first)?;
        for key in rest.into_iter().flat_map(|rest| rest.split('.')) {
            value = value.as_table()?.get(key)?;
        }
        Some(value)
    }

    /// A variable of the real environment or, where it has none of that name, of `.env`.
    pub fn env(&self, name: &str) -> Option<String> {
        self.env.get(name)
    }

    /// The app runs in production: [`AppConfig::env`] is `production`.
    pub fn is_production(&self) -> bool {
        self.app.env == "production"
    }
}

/// A string that is not shown when the configuration is printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// Variables of `.env`. Their values never appear in `Debug` output.
#[derive(Clone, Default)]
pub(crate) struct EnvFile {
    entries: BTreeMap<String, String>,
}

impl EnvFile {
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().or_else(|| self.entries.get(name).cloned())
    }
}

impl fmt::Debug for EnvFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.entries.keys()).finish()
    }
}

/// What is wrong with `.env`, `config/anvil.toml` or an environment variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// One sentence, without the place.
    pub message: String,
    /// Where in the file; absent for the environment.
    pub place: Option<SourcePlace>,
}

impl ConfigError {
    pub(crate) fn new(message: impl Into<String>, place: Option<SourcePlace>) -> Self {
        Self { message: message.into(), place }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{}:{}:{}: ", place.file, place.line, place.column)?;
        }
        f.write_str(&self.message)
    }
}
