//! The newest lines of the app and the daemon, in memory, for `daemon/logs`. Owned by the daemon's loop.

use std::collections::VecDeque;

use anvild_protocol::LogLine;

/// What [`anvild_protocol::LogsRequest`] may ask for at most.
const LINES_MAX: usize = 10_000;
/// Of text; keeps the daemon small whatever an app prints.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// Of one line; the rest of a longer one is cut.
const LINE_BYTES_MAX: usize = 16 * 1024;

#[derive(Debug, Default)]
pub struct LogRing {
    lines: VecDeque<LogLine>,
    bytes: usize,
}

impl LogRing {
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a line, at the cost of the oldest. Gives back what was kept: the line, cut if it was too long.
    pub fn push(&mut self, mut line: LogLine) -> LogLine {
        if line.text.len() > LINE_BYTES_MAX {
            line.text.truncate(line.text.floor_char_boundary(LINE_BYTES_MAX));
            line.text.push('…');
        }
        self.bytes += line.text.len();
        self.lines.push_back(line.clone());
        while self.lines.len() > LINES_MAX || self.bytes > BYTES_MAX {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.bytes -= oldest.text.len();
        }
        line
    }

    /// The newest lines, oldest of them first.
    pub fn tail(&self, count: u32) -> Vec<LogLine> {
        let skip = self.lines.len().saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
        self.lines.iter().skip(skip).cloned().collect()
    }
}
