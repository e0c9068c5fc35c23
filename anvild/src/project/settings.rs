//! The few keys of `config/anvil.toml` that the daemon itself needs. The app checks the whole file, and unknown keys, when
//! it starts; the daemon reads it leniently, so that a wrong key elsewhere never stops the loop.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anvild_engine::EngineConfig;
use anvild_protocol::{Diagnostic, Source};
use serde::{Deserialize, Deserializer};

/// Where the app listens unless told otherwise.
const DEFAULT_ADDR: &str = "127.0.0.1:8080";

/// The daemon's part of the configuration.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Settings {
    #[serde(default)]
    server: Server,
    #[serde(default)]
    pub(crate) dev: Dev,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Server {
    addr: Option<String>,
}

/// `[dev]`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dev {
    /// Packages of the app libraries; none: they are looked for.
    #[serde(default, deserialize_with = "one_or_more")]
    pub(crate) app: Vec<String>,
    /// Scan on a timer instead of trusting the operating system's events.
    #[serde(default)]
    pub(crate) polling: bool,
    /// Compile only the changed modules first.
    #[serde(default = "yes")]
    pub(crate) patches: bool,
    /// App libraries one host loads before a new host takes over.
    pub(crate) libraries_max: Option<u32>,
    /// Seconds a library may take to register its routes.
    pub(crate) load_deadline_s: Option<u64>,
}

impl Default for Dev {
    fn default() -> Self {
        Self { app: Vec::new(), polling: false, patches: true, libraries_max: None, load_deadline_s: None }
    }
}

/// A name, or a list of names.
fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected the name of a package, or a list of names")]
    enum Names {
        One(String),
        More(Vec<String>),
    }
    Ok(match Names::deserialize(deserializer)? {
        Names::One(name) => vec![name],
        Names::More(names) => names,
    })
}

fn yes() -> bool {
    true
}

impl Settings {
    /// Reads `config/anvil.toml` below `root`; a missing file means all defaults.
    pub(crate) fn read(root: &Path) -> Result<Self, Box<Diagnostic>> {
        let path = Self::path(root);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                let message = format!("cannot read {}: {error}", path.display());
                return Err(Box::new(Diagnostic::error(Source::Config, "ANV0401", message)));
            }
        };
        toml::from_str(&text).map_err(|error| {
            let before = &text[..error.span().map_or(0, |span| span.start)];
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
            let message = format!("config/anvil.toml: {}", error.message());
            let (line, column) = (u32::try_from(line).unwrap_or(1), u32::try_from(column).unwrap_or(1));
            Box::new(
                Diagnostic::error(Source::Config, "ANV0401", message)
                    .at(path.to_string_lossy(), line, column)
                    .help("docs/guide/configuration.md lists every key"),
            )
        })
    }

    /// The engine's limits, with those that the project sets.
    pub(crate) fn engine_config(&self, root: &Path) -> EngineConfig {
        let mut config = EngineConfig::new(root);
        config.libraries_max = self.dev.libraries_max.unwrap_or(config.libraries_max).max(1);
        config.load_deadline = self.dev.load_deadline_s.map_or(config.load_deadline, Duration::from_secs);
        config
    }

    /// The file.
    pub(crate) fn path(root: &Path) -> PathBuf {
        root.join("config").join("anvil.toml")
    }

    /// Where to listen: what the caller asked for, `APP_ADDR`, `server.addr`, the default.
    pub(crate) fn addr(&self, root: &Path, asked: Option<String>) -> String {
        asked
            .or_else(|| std::env::var("APP_ADDR").ok())
            .or_else(|| dotenv_value(root, "APP_ADDR"))
            .or_else(|| self.server.addr.clone())
            .unwrap_or_else(|| DEFAULT_ADDR.to_owned())
    }
}

/// One value of the project's `.env`, quotes removed.
fn dotenv_value(root: &Path, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(root.join(".env")).ok()?;
    text.lines().find_map(|line| {
        let (key, value) = line.trim().split_once('=')?;
        (key.trim() == name).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_is_a_name_or_a_list_of_names() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("config")).unwrap();
        let read = |text: &str| {
            std::fs::write(Settings::path(folder.path()), text).unwrap();
            Settings::read(folder.path()).map(|settings| settings.dev.app)
        };
        assert_eq!(read("[dev]\n").unwrap(), [""; 0]);
        assert_eq!(read("[dev]\napp = \"blog\"\n").unwrap(), ["blog"]);
        assert_eq!(read("[dev]\napp = [\"posts\", \"users\"]\n").unwrap(), ["posts", "users"]);
        let wrong = read("[dev]\napp = 7\n").unwrap_err();
        assert_eq!((wrong.code.as_str(), wrong.line, wrong.column), ("ANV0401", Some(2), Some(7)));
        assert!(wrong.message.contains("expected the name of a package, or a list of names"), "{}", wrong.message);
    }
}
