//! From the two files and the environment to a [`Config`].

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anvil_control::{ENV_HOT, SourcePlace};
use serde::Deserialize;

use super::units::{parse_duration, parse_size};
use super::{
    AppConfig, CacheConfig, Config, ConfigError, DatabaseConfig, DevConfig, EnvFile, LogConfig, LogFormat, Secret,
    ServerConfig, StaticConfig, dotenv,
};

/// Where a configuration comes from, kept so that it can be read again.
#[derive(Debug, Clone)]
pub struct ConfigSource {
    root: PathBuf,
    overrides: Overrides,
}

/// Values that stand above files and environment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub env: Option<String>,
    pub debug: Option<bool>,
    pub addr: Option<String>,
    pub database_url: Option<String>,
}

impl Overrides {
    /// Environment `testing`, debug on, a database in memory.
    pub fn for_tests() -> Self {
        let (env, database_url) = (Some("testing".to_owned()), Some("sqlite::memory:".to_owned()));
        Self { env, debug: Some(true), addr: None, database_url }
    }
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct FileConfig {
    app: FileApp,
    server: ServerConfig,
    database: DatabaseConfig,
    cache: CacheConfig,
    static_files: StaticConfig,
    log: LogConfig,
    dev: DevConfig,
    values: toml::Table,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct FileApp {
    name: Option<String>,
    env: Option<String>,
    debug: Option<bool>,
    url: Option<String>,
    key: Option<Secret>,
}

impl ConfigSource {
    pub fn new(root: &Path, overrides: Overrides) -> Self {
        Self { root: root.to_owned(), overrides }
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads both files again. A missing file is an empty one.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn read(&self) -> Result<Config, ConfigError> {
        let env = dotenv::read(&self.root.join(".env"))?;
        let file = read_toml(&self.root.join("config").join("anvil.toml"))?;
        self.resolve(file, env)
    }

    fn resolve(&self, file: FileConfig, env: EnvFile) -> Result<Config, ConfigError> {
        let hot = std::env::var(ENV_HOT).is_ok_and(|value| value == "1");
        let over = &self.overrides;
        let default_env = if hot { "local" } else { "production" };
        let name = pick(&env, "APP_NAME", file.app.name)?.unwrap_or_else(|| "Anvilforge".to_owned());
        let app_env =
            over.env.clone().or(pick(&env, "APP_ENV", file.app.env)?).unwrap_or_else(|| default_env.to_owned());
        let debug = over.debug.or(pick_with(&env, "APP_DEBUG", file.app.debug, parse_bool)?).unwrap_or(hot);
        let url = pick(&env, "APP_URL", file.app.url)?.unwrap_or_else(|| "http://localhost:8080".to_owned());
        let key = pick(&env, "APP_KEY", file.app.key.map(|key| key.0))?.filter(|key| !key.is_empty()).map(Secret);
        let app = AppConfig { name, env: app_env, debug, url: url.trim_end_matches('/').to_owned(), key };

        let mut server = file.server;
        set(&env, "APP_ADDR", &mut server.addr, parse_text)?;
        set(&env, "SERVER_BODY_LIMIT", &mut server.body_limit, parse_size)?;
        set(&env, "SERVER_REQUEST_TIMEOUT", &mut server.request_timeout, |text| parse_duration(text).map(Some))?;
        set(&env, "SERVER_SHUTDOWN_GRACE", &mut server.shutdown_grace, parse_duration)?;
        let mut database = file.database;
        set(&env, "DATABASE_URL", &mut database.url, parse_text)?;
        set(&env, "DATABASE_MAX_CONNECTIONS", &mut database.max_connections, parse_number)?;
        let mut cache = file.cache;
        set(&env, "CACHE_CAPACITY", &mut cache.capacity, parse_number)?;
        let mut log = file.log;
        set(&env, "LOG_LEVEL", &mut log.level, parse_text)?;
        set(&env, "LOG_FORMAT", &mut log.format, parse_format)?;
        if let Some(addr) = &over.addr {
            server.addr.clone_from(addr);
        }
        if let Some(url) = &over.database_url {
            database.url.clone_from(url);
        }
        if database.max_connections == 0 {
            return Err(ConfigError::new("`database.max_connections` must be at least 1", None));
        }
        let (static_files, dev, values) = (file.static_files, file.dev, file.values);
        Ok(Config { app, server, database, cache, static_files, log, dev, values, env })
    }
}

fn read_toml(path: &Path) -> Result<FileConfig, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(FileConfig::default()),
        Err(error) => return Err(ConfigError::new(format!("cannot read {}: {error}", path.display()), None)),
    };
    toml::from_str(&text).map_err(|error| {
        let place = error.span().map(|span| place_of(path, &text, span.start));
        ConfigError::new(error.message().to_owned(), place)
    })
}

fn place_of(path: &Path, text: &str, offset: usize) -> SourcePlace {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
    SourcePlace { file: path.display().to_string(), line, column }
}

fn pick(env: &EnvFile, name: &str, file: Option<String>) -> Result<Option<String>, ConfigError> {
    pick_with(env, name, file, parse_text)
}

fn pick_with<T>(
    env: &EnvFile,
    name: &str,
    file: Option<T>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, ConfigError> {
    match env.get(name) {
        None => Ok(file),
        Some(text) => {
            parse(&text).map(Some).map_err(|why| ConfigError::new(format!("environment variable {name}: {why}"), None))
        }
    }
}

fn set<T>(
    env: &EnvFile,
    name: &str,
    target: &mut T,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<(), ConfigError> {
    if let Some(value) = pick_with(env, name, None, parse)? {
        *target = value;
    }
    Ok(())
}

fn parse_text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

fn parse_bool(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(true),
        "false" | "0" | "off" | "no" | "" => Ok(false),
        _ => Err("write `true` or `false`".to_owned()),
    }
}

fn parse_number<T: FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| "write a whole number".to_owned())
}

fn parse_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("write `text` or `json`".to_owned()),
    }
}
