//! What can go wrong between a client and its daemon. Every kind has an exit code and, where the user can do something,
//! a hint.

use std::{io, path::PathBuf};

use anvild_protocol::{PROTOCOL, error_code};
use jsonrpsee::types::ErrorObjectOwned;

use crate::exit_code;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{}` is not a directory", .0.display())]
    NoDirectory(PathBuf),
    #[error("no Cargo project at or above `{}`", .0.display())]
    NoProject(PathBuf),
    #[error("`{}` is not safe to use: {why}", .path.display())]
    UnsafeDirectory { path: PathBuf, why: String },
    #[error("cannot use `{}`", .path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("no daemon runs for `{}`", .0.display())]
    NotRunning(PathBuf),
    #[error("`anvild` was not found next to `anvil` nor in PATH")]
    DaemonExeMissing,
    #[error("{message}")]
    StartFailed { message: String, exit_code: u8, hint: Option<String> },
    #[error("the daemon did not report within {seconds} s{}", tail(.stderr))]
    StartTimeout { seconds: u64, stderr: String },
    #[error("the daemon ended while it started{}", tail(.stderr))]
    StartDied { stderr: String },
    #[error("the running daemon has version {daemon}, newer than this {own}")]
    NewerVersion { daemon: String, own: String },
    #[error("a daemon (process {pid}) with protocol {protocol}, newer than {PROTOCOL}, runs for this project")]
    NewerProtocol { pid: u32, protocol: u32 },
    #[error("`{}` has version {version}, this is {own}", .exe.display())]
    ExeVersion { exe: PathBuf, version: String, own: String },
    #[error("the daemon serves as many clients as it can")]
    Busy,
    #[error("the daemon (process {}) does not answer", .pid.map_or_else(|| "unknown".to_owned(), |pid| pid.to_string()))]
    Unresponsive { pid: Option<u32> },
    #[error("the connection to the daemon broke")]
    Disconnected,
    #[error("{}", .0.message())]
    Call(ErrorObjectOwned),
    #[error("the daemon's answer cannot be read: {0}")]
    Answer(String),
}

impl Error {
    /// What to do next, as one sentence.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoDirectory(_) => "give an existing folder to --project",
            Self::NoProject(_) => {
                "run inside a project or give one with --project; `cargo new --lib NAME` starts a new one"
            }
            Self::UnsafeDirectory { .. } => {
                "remove it or fix its owner and permissions (0700), or set XDG_RUNTIME_DIR to a directory of your own"
            }
            Self::Io { .. } => "check permissions and free space",
            Self::NotRunning(_) => "`anvil dev --hot` starts one",
            Self::DaemonExeMissing => "install `anvild` next to `anvil`, or build it with `cargo build -p anvild`",
            Self::StartFailed { hint, .. } => return hint.clone(),
            Self::StartTimeout { .. } | Self::StartDied { .. } => "`anvil doctor` checks the machine",
            Self::NewerVersion { .. } | Self::NewerProtocol { .. } => {
                "update `anvil`, or end the newer daemon with `anvil stop --daemon`"
            }
            Self::ExeVersion { .. } => "install `anvil` and `anvild` of the same version",
            Self::Busy => "close some clients (editors, terminals) and try again",
            Self::Unresponsive { .. } => "`anvil stop --daemon` ends it",
            Self::Disconnected => "try again; the daemon is started anew when needed",
            Self::Call(error) => return call_hint(error.code()).map(str::to_owned),
            Self::Answer(_) => "`anvil stop --daemon`, then try again",
        };
        Some(hint.to_owned())
    }

    /// One of [`exit_code`].
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoDirectory(_) | Self::NoProject(_) => exit_code::PROJECT,
            Self::UnsafeDirectory { .. } | Self::Io { .. } => exit_code::DIRECTORY,
            Self::StartFailed { exit_code, .. } => *exit_code,
            Self::NotRunning(_)
            | Self::DaemonExeMissing
            | Self::StartTimeout { .. }
            | Self::StartDied { .. }
            | Self::Busy
            | Self::Unresponsive { .. }
            | Self::Disconnected => exit_code::DAEMON,
            Self::NewerVersion { .. } | Self::NewerProtocol { .. } | Self::ExeVersion { .. } => exit_code::VERSION,
            Self::Call(error) => match error.code() {
                error_code::VERSION => exit_code::VERSION,
                error_code::PROJECT => exit_code::PROJECT,
                error_code::ADDRESS => exit_code::ADDRESS,
                error_code::STOPPED => exit_code::STOPPED,
                error_code::STOPPING | error_code::LIMIT => exit_code::DAEMON,
                _ => exit_code::INTERNAL,
            },
            Self::Answer(_) => exit_code::INTERNAL,
        }
    }

    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

impl From<jsonrpsee::core::ClientError> for Error {
    fn from(error: jsonrpsee::core::ClientError) -> Self {
        use jsonrpsee::core::ClientError;
        match error {
            ClientError::Call(error) => Self::Call(error),
            ClientError::Transport(_) | ClientError::RestartNeeded(_) | ClientError::ServiceDisconnect => {
                Self::Disconnected
            }
            ClientError::RequestTimeout => Self::Unresponsive { pid: None },
            other @ (ClientError::ParseError(_)
            | ClientError::InvalidSubscriptionId
            | ClientError::InvalidRequestId(_)
            | ClientError::Custom(_)
            | ClientError::HttpNotImplemented
            | ClientError::EmptyBatchRequest(_)
            | ClientError::RegisterMethod(_)) => Self::Answer(other.to_string()),
        }
    }
}

fn call_hint(code: i32) -> Option<&'static str> {
    match code {
        error_code::ADDRESS => Some("choose another address with --addr HOST:PORT"),
        error_code::STOPPED => Some("`anvil dev --hot` starts the app"),
        error_code::STOPPING => Some("try again in a moment"),
        error_code::LIMIT => Some("wait for earlier calls to end"),
        _ => None,
    }
}

fn tail(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!(":\n{stderr}") }
}
