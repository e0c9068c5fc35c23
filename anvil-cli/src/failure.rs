//! Why a command ended badly: what is said on standard error, and the exit code.

use std::{io, process::ExitCode};

use anvild_client::exit_code;

use crate::terminal;

#[derive(Debug)]
pub(crate) enum Failure {
    /// The reader of standard output went away (`anvil logs -f | head`): nothing to say, nothing wrong.
    ReaderGone,
    Said {
        message: String,
        hint: Option<String>,
        exit_code: u8,
    },
}

impl Failure {
    pub(crate) fn new(exit_code: u8, message: impl Into<String>) -> Self {
        Self::Said { message: message.into(), hint: None, exit_code }
    }

    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::ReaderGone => ExitCode::SUCCESS,
            Self::Said { message, hint, exit_code } => {
                let style = terminal::Style::of_stderr();
                terminal::talk(&format!("{} {message}", style.red("error:")));
                if let Some(hint) = hint {
                    terminal::talk(&format!("{} {hint}", style.cyan(" help:")));
                }
                ExitCode::from(exit_code)
            }
        }
    }
}

impl From<anvild_client::Error> for Failure {
    fn from(error: anvild_client::Error) -> Self {
        let mut message = error.to_string();
        if let Some(source) = std::error::Error::source(&error) {
            message = format!("{message}: {source}");
        }
        Self::Said { message, hint: error.hint(), exit_code: error.exit_code() }
    }
}

impl From<jsonrpsee::core::ClientError> for Failure {
    fn from(error: jsonrpsee::core::ClientError) -> Self {
        anvild_client::Error::from(error).into()
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::new(exit_code::INTERNAL, error.to_string())
        }
    }
}
