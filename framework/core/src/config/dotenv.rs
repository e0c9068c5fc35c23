//! Reads `.env` into a map. The process environment is never changed: other threads may be reading it.

use std::path::Path;

use anvil_control::SourcePlace;

use super::{ConfigError, EnvFile};

pub(super) fn read(path: &Path) -> Result<EnvFile, ConfigError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(EnvFile::default()),
        Err(error) => return Err(ConfigError::new(format!("cannot read {}: {error}", path.display()), None)),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut file = EnvFile::default();
    for entry in dotenvy::from_read_iter(text.as_bytes()) {
        let (name, value) = entry.map_err(|error| wrong_line(path, text, &error))?;
        file.entries.entry(name).or_insert(value);
    }
    Ok(file)
}

/// The line itself is not part of the message: it may hold a secret.
fn wrong_line(path: &Path, text: &str, error: &dotenvy::Error) -> ConfigError {
    let dotenvy::Error::LineParse(line, index) = error else {
        return ConfigError::new("the file cannot be read as `NAME=value` lines", None);
    };
    let found = text.lines().position(|candidate| candidate.contains(line.lines().next().unwrap_or_default()));
    let place = found.map(|number| SourcePlace {
        file: path.display().to_string(),
        line: number as u32 + 1,
        column: *index as u32 + 1,
    });
    ConfigError::new("not a `NAME=value` line; values with blanks or `#` need quotes", place)
}
