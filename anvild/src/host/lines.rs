//! Lines of a host's output, of bounded length, whatever the host writes.

use std::{io, os::fd::OwnedFd};

use tokio::{io::AsyncReadExt, net::unix::pipe};

/// Longest line that is kept; the rest of a longer one is dropped. Derivation: a terminal shows 200 columns; 16 KiB still
/// holds a JSON log record with a stack trace.
pub(super) const LINE_BYTES_MAX: usize = 16 * 1024;
const CHUNK_BYTES: usize = 16 * 1024;

/// Reads one of a host's output pipes.
#[derive(Debug)]
pub(super) struct LineReader {
    /// `None` after the end.
    pipe: Option<pipe::Receiver>,
    chunk: Vec<u8>,
    chunk_at: usize,
    line: Vec<u8>,
    cut: bool,
}

impl LineReader {
    pub(super) fn open(pipe: OwnedFd) -> io::Result<Self> {
        let pipe = Some(pipe::Receiver::from_owned_fd(pipe)?);
        Ok(Self { pipe, chunk: Vec::with_capacity(CHUNK_BYTES), chunk_at: 0, line: Vec::new(), cut: false })
    }

    pub(super) fn is_open(&self) -> bool {
        self.pipe.is_some() || self.chunk_at < self.chunk.len()
    }

    /// The next line without its end, or `None` at the end of the output. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(line) = self.take_line() {
                return Some(line);
            }
            let pipe = self.pipe.as_mut()?;
            self.chunk.clear();
            self.chunk_at = 0;
            match pipe.read_buf(&mut self.chunk).await {
                Ok(bytes) if bytes > 0 => {}
                // A read error cannot be told from the end here: the process exit says what happened.
                Ok(_) | Err(_) => {
                    self.pipe = None;
                    return (!self.line.is_empty()).then(|| self.finish_line());
                }
            }
        }
    }

    fn take_line(&mut self) -> Option<String> {
        let rest = &self.chunk[self.chunk_at..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        let piece = &rest[..end.unwrap_or(rest.len())];
        let room = LINE_BYTES_MAX.saturating_sub(self.line.len());
        self.cut |= piece.len() > room;
        self.line.extend_from_slice(&piece[..piece.len().min(room)]);
        self.chunk_at += piece.len() + usize::from(end.is_some());
        end.map(|_| self.finish_line())
    }

    fn finish_line(&mut self) -> String {
        let bytes = std::mem::take(&mut self.line);
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        text.truncate(text.trim_end_matches('\r').len());
        if std::mem::take(&mut self.cut) {
            text.push('…');
        }
        text
    }
}
