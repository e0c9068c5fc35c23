//! The acknowledged start: the one line of JSON that `anvild --project DIR` prints on its standard output, and after
//! which it closes it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How a start ended. One line: `{"ready":{…}}`, `{"error":{…}}` or `{"already":{…}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartReport {
    /// It listens on the socket.
    Ready { pid: u32, socket: PathBuf, version: String },
    /// It could not start and has ended.
    Error(FailedStart),
    /// Another daemon holds the lock; this one has ended. `pid` is the other's, where known.
    Already { pid: Option<u32> },
}

/// Why a daemon could not start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedStart {
    pub message: String,
    /// One of [`exit_code`](crate::exit_code); the daemon's own, and the client's after it.
    pub exit_code: u8,
    /// What to do next.
    pub hint: Option<String>,
}

impl StartReport {
    /// With the line's end.
    pub fn to_line(&self) -> String {
        let mut line = serde_json::to_string(self).expect("the report has only strings, paths and numbers");
        line.push('\n');
        line
    }

    /// `None` for anything that is not a report.
    pub fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line.trim_end()).ok()
    }
}

impl From<&crate::Error> for FailedStart {
    fn from(error: &crate::Error) -> Self {
        let mut message = error.to_string();
        if let Some(source) = std::error::Error::source(error) {
            message = format!("{message}: {source}");
        }
        Self { message, exit_code: error.exit_code(), hint: error.hint() }
    }
}
