//! The documented list of configuration keys: names, environment variables, defaults, and which ones need a new process.

use super::Config;

/// One key of `config/anvil.toml`.
#[derive(Debug, Clone, Copy)]
pub struct ConfigKey {
    /// Dotted path in the file.
    pub key: &'static str,
    /// Environment variable that overrides it.
    pub env: Option<&'static str>,
    /// As it would be written in the file; `-` for none.
    pub default: &'static str,
    /// One line.
    pub about: &'static str,
    /// Present where the value is used once, when a process starts. Gives the value for comparison.
    pub at_start: Option<fn(&Config) -> String>,
}

const fn live(key: &'static str, env: Option<&'static str>, default: &'static str, about: &'static str) -> ConfigKey {
    ConfigKey { key, env, default, about, at_start: None }
}

const fn at_start(
    key: &'static str,
    env: Option<&'static str>,
    default: &'static str,
    about: &'static str,
    value: fn(&Config) -> String,
) -> ConfigKey {
    ConfigKey { key, env, default, about, at_start: Some(value) }
}

/// Every key, in the order of the file. `[values]` is free.
pub const CONFIG_KEYS: &[ConfigKey] = &[
    live("app.name", Some("APP_NAME"), "\"Anvilforge\"", "name in logs and titles"),
    live("app.env", Some("APP_ENV"), "\"production\"", "environment; `local` under the development daemon"),
    live("app.debug", Some("APP_DEBUG"), "false", "detailed error pages; `true` under the development daemon"),
    live("app.url", Some("APP_URL"), "\"http://localhost:8080\"", "origin under which users reach the app"),
    live("app.key", Some("APP_KEY"), "-", "secret for signing and encryption"),
    at_start("server.addr", Some("APP_ADDR"), "\"127.0.0.1:8080\"", "address to listen on", |c| c.server.addr.clone()),
    live("server.body_limit", Some("SERVER_BODY_LIMIT"), "\"2MB\"", "largest request body"),
    live("server.request_timeout", Some("SERVER_REQUEST_TIMEOUT"), "-", "longest time until an answer"),
    live("server.shutdown_grace", Some("SERVER_SHUTDOWN_GRACE"), "\"10s\"", "time for requests in flight at shutdown"),
    at_start("database.url", Some("DATABASE_URL"), "\"sqlite://storage/database.sqlite\"", "database", |c| {
        c.database.url.clone()
    }),
    at_start("database.max_connections", Some("DATABASE_MAX_CONNECTIONS"), "8", "size of the pool", |c| {
        c.database.max_connections.to_string()
    }),
    at_start("cache.capacity", Some("CACHE_CAPACITY"), "10000", "most entries in the cache", |c| {
        c.cache.capacity.to_string()
    }),
    live("static_files.dir", None, "\"public\"", "folder of files served as they are"),
    live("static_files.cache_control", None, "-", "`cache-control` of these files"),
    at_start("log.level", Some("LOG_LEVEL"), "\"info\"", "level or directives", |c| c.log.level.clone()),
    at_start("log.format", Some("LOG_FORMAT"), "\"text\"", "`text` or `json`", |c| format!("{:?}", c.log.format)),
    live("dev.app", None, "-", "package of the app library, or a list of them, where it is ambiguous"),
    live("dev.polling", None, "false", "scan on a timer"),
    live("dev.patches", None, "true", "compile only the changed modules first"),
    live("dev.libraries_max", None, "-", "app libraries that one host loads before a new one takes over"),
    live("dev.load_deadline_s", None, "-", "seconds that a library may take to register its routes"),
];

/// Keys that differ and are used only when a process starts.
pub(crate) fn changed_at_start(old: &Config, new: &Config) -> Vec<String> {
    CONFIG_KEYS
        .iter()
        .filter(|key| key.at_start.is_some_and(|value| value(old) != value(new)))
        .map(|key| key.key.to_owned())
        .collect()
}
