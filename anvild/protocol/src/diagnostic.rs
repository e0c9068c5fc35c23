//! What is wrong with the user's project: one value for the terminal, the browser and the editor.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// Who found it. Diagnostics of one source replace that source's earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Source {
    /// The compiler or cargo.
    #[serde(rename = "anvil(build)")]
    Build,
    /// Loading, registering, starting.
    #[serde(rename = "anvil(reload)")]
    Reload,
    /// Layout changes of values in the container.
    #[serde(rename = "anvil(abi)")]
    Abi,
    /// Panics, errors and deaths of the running app.
    #[serde(rename = "anvil(runtime)")]
    Runtime,
    /// `.env`, `config/anvil.toml`, the project's shape.
    #[serde(rename = "anvil(config)")]
    Config,
    /// Templates.
    #[serde(rename = "forge")]
    Forge,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable: rustc's own code (`E0308`) or ours (`ANV0101`); the list is `docs/diagnostics.md`.
    pub code: String,
    pub severity: Severity,
    pub source: Source,
    /// Absolute path; absent where the finding has no place.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// 1-based, in characters.
    pub column: Option<u32>,
    /// 1-based, inclusive end of the span.
    pub end_line: Option<u32>,
    /// 1-based, exclusive end of the span.
    pub end_column: Option<u32>,
    /// One line.
    pub message: String,
    /// The text to print as it is (the compiler's own, with ANSI colours); absent where `message` says it all.
    pub rendered: Option<String>,
    /// What to do next.
    pub help: Option<String>,
    /// Related places.
    pub labels: Vec<Label>,
}

/// A related place of a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Absolute path.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// One line.
    pub message: String,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(source: Source, code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            severity: Severity::Error,
            source,
            file: None,
            line: None,
            column: None,
            end_line: None,
            end_column: None,
            message: message.into(),
            rendered: None,
            help: None,
            labels: Vec::new(),
        }
    }

    /// The same with a place.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: u32, column: u32) -> Self {
        self.file = Some(file.into());
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    /// The same with what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}
