//! `anvil logs`: the newest lines, and with `-f` those to come.

use anvild_client::exit_code;
use anvild_protocol::{AnvilDaemonClient, EventKind, LogLine, LogStream, LogsRequest};
use clap::Args as ClapArgs;

use crate::{failure::Failure, project::ProjectArgs, terminal};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Go on with new lines until the daemon ends
    #[arg(short, long)]
    follow: bool,
    /// Lines to start with, at most 10 000
    #[arg(short = 'n', long, default_value_t = 200, value_name = "N")]
    tail: u32,
}

pub(crate) async fn run(project: &ProjectArgs, args: &Args) -> Result<u8, Failure> {
    let connection = project.connect().await?;
    let request = LogsRequest { tail: args.tail };
    if !args.follow {
        for line in connection.rpc().logs(request).await? {
            terminal::print(&render(&line))?;
        }
        return Ok(exit_code::OK);
    }
    // Subscribed first, so that no line falls between the two; those that come twice are dropped.
    let mut events = connection.rpc().events().await?;
    let backlog = connection.rpc().logs(request).await?;
    for line in &backlog {
        terminal::print(&render(line))?;
    }
    let mut overlap = Overlap::Unknown(backlog);
    while let Some(event) = events.next().await {
        match event.map_err(jsonrpsee::core::ClientError::from)?.kind {
            EventKind::Log(line) => {
                if !overlap.contains(&line) {
                    terminal::print(&render(&line))?;
                }
            }
            EventKind::Stopping { reason } => {
                terminal::talk(&format!("the daemon ends: {reason}"));
                return Ok(exit_code::OK);
            }
            EventKind::Changed { .. }
            | EventKind::Progress(_)
            | EventKind::Build(_)
            | EventKind::App(_)
            | EventKind::Diagnostics { .. } => {}
        }
    }
    Err(anvild_client::Error::Disconnected.into())
}

/// The part of the backlog that the stream repeats: the stream begins somewhere in the backlog, and from there on both
/// are the same.
#[derive(Debug)]
enum Overlap {
    Unknown(Vec<LogLine>),
    /// What is still to be repeated, last first.
    Rest(Vec<LogLine>),
}

impl Overlap {
    fn contains(&mut self, line: &LogLine) -> bool {
        match self {
            Self::Unknown(backlog) => {
                let start = backlog.iter().rposition(|known| known == line);
                let rest = start.map_or_else(Vec::new, |start| backlog.drain(start + 1..).rev().collect());
                *self = Self::Rest(rest);
                start.is_some()
            }
            Self::Rest(rest) => {
                let repeated = rest.last() == Some(line);
                if repeated {
                    rest.pop();
                } else {
                    rest.clear();
                }
                repeated
            }
        }
    }
}

pub(crate) fn render(line: &LogLine) -> String {
    match line.stream {
        LogStream::Stdout | LogStream::Stderr => line.text.clone(),
        LogStream::Daemon => format!("anvild: {}", line.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at_ms: u64) -> LogLine {
        LogLine { at_ms, stream: LogStream::Stdout, text: format!("line {at_ms}") }
    }

    #[test]
    fn lines_of_the_backlog_are_dropped_from_the_stream_once() {
        let mut overlap = Overlap::Unknown((1..=5).map(line).collect());
        let fresh: Vec<u64> = [3, 4, 5, 6, 5].into_iter().filter(|at| !overlap.contains(&line(*at))).collect();
        assert_eq!(fresh, [6, 5]);
        let mut overlap = Overlap::Unknown((1..=5).map(line).collect());
        assert!(!overlap.contains(&line(6)) && !overlap.contains(&line(5)));
    }
}
