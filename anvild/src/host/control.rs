//! The daemon's end of a host's control socket: one JSON document per line in both directions.
//!
//! Everything that arrives is the word of a process that runs the user's code, so size, form and rate are bounded, and the
//! first thing out of bounds ends the conversation with a sentence that says what it was.

use std::{
    io,
    ops::Range,
    time::{Duration, Instant},
};

use anvil_control::{FRAME_BYTES_MAX, FromHost, ToHost};
use tokio::{
    io::AsyncReadExt,
    net::unix::{OwnedReadHalf, OwnedWriteHalf},
    sync::mpsc,
};

const CHUNK_BYTES: usize = 64 * 1024;
/// Messages a host may send in [`RATE_WINDOW`]. Derivation: a host answers orders, a few a second; faults come with requests, so
/// those above the bound are dropped, while a flood of anything else is a host that lost its mind.
const RATE_MESSAGES_MAX: u32 = 5_000;
const RATE_WINDOW: Duration = Duration::from_secs(1);

/// What came over the socket.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(FromHost),
    /// The host closed its end.
    Closed,
    /// The host broke the protocol; the sentence says how.
    Broken(String),
}

/// Takes frames off the socket.
#[derive(Debug)]
pub(super) struct FrameReader {
    half: OwnedReadHalf,
    bytes: Vec<u8>,
    /// Where the next frame starts in `bytes`.
    start: usize,
    /// Up to where `bytes` was already searched for a line end.
    searched: usize,
    window: (Instant, u32),
}

impl FrameReader {
    pub(super) fn new(half: OwnedReadHalf) -> Self {
        Self { half, bytes: Vec::new(), start: 0, searched: 0, window: (Instant::now(), 0) }
    }

    /// The next message. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Incoming {
        loop {
            while let Some(frame) = self.take_frame() {
                if let Some(incoming) = self.judge(frame) {
                    return incoming;
                }
            }
            self.bytes.drain(..self.start);
            self.searched -= self.start;
            self.start = 0;
            if self.bytes.len() > FRAME_BYTES_MAX {
                return Incoming::Broken(format!("it sent a message of more than {FRAME_BYTES_MAX} bytes"));
            }
            self.bytes.reserve(CHUNK_BYTES);
            match self.half.read_buf(&mut self.bytes).await {
                Ok(0) | Err(_) => return Incoming::Closed,
                Ok(_) => {}
            }
        }
    }

    fn take_frame(&mut self) -> Option<Range<usize>> {
        let Some(length) = self.bytes[self.searched..].iter().position(|byte| *byte == b'\n') else {
            self.searched = self.bytes.len();
            return None;
        };
        let end = self.searched + length;
        let frame = self.start..end;
        self.start = end + 1;
        self.searched = self.start;
        Some(frame)
    }

    fn judge(&mut self, frame: Range<usize>) -> Option<Incoming> {
        let frame = &self.bytes[frame];
        let message = match serde_json::from_slice(frame) {
            Ok(message) => message,
            Err(error) => {
                let start = String::from_utf8_lossy(&frame[..frame.len().min(80)]).into_owned();
                return Some(Incoming::Broken(format!("it sent {start:?}, which is no control message: {error}")));
            }
        };
        if !self.exceeds_rate() {
            return Some(Incoming::Message(message));
        }
        match message {
            FromHost::Fault(_) | FromHost::Served { .. } => None,
            _ => Some(Incoming::Broken(format!("it sent more than {RATE_MESSAGES_MAX} messages in a second"))),
        }
    }

    fn exceeds_rate(&mut self) -> bool {
        let now = Instant::now();
        if now.duration_since(self.window.0) >= RATE_WINDOW {
            self.window = (now, 0);
        }
        self.window.1 += 1;
        self.window.1 > RATE_MESSAGES_MAX
    }
}

/// Puts queued messages onto the socket as fast as the host reads them.
#[derive(Debug)]
pub(super) struct FrameWriter {
    /// `None` after the host stopped listening.
    half: Option<OwnedWriteHalf>,
    queue: mpsc::Receiver<ToHost>,
    bytes: Vec<u8>,
    written: usize,
}

impl FrameWriter {
    pub(super) fn new(half: OwnedWriteHalf, queue: mpsc::Receiver<ToHost>) -> Self {
        Self { half: Some(half), queue, bytes: Vec::new(), written: 0 }
    }

    /// Writes until nothing more will ever be to write. Dropping the future loses nothing.
    pub(super) async fn run(&mut self) {
        while let Some(half) = &self.half {
            if self.written == self.bytes.len() {
                let Some(message) = self.queue.recv().await else { break };
                self.bytes = encode(&message);
                self.written = 0;
            }
            if half.writable().await.is_err() {
                break;
            }
            match half.try_write(&self.bytes[self.written..]) {
                Ok(bytes) => self.written += bytes,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        // The process exit reports the loss; what is still queued has no reader.
        self.half = None;
    }

    pub(super) fn is_open(&self) -> bool {
        self.half.is_some()
    }
}

fn encode(message: &ToHost) -> Vec<u8> {
    // Strings and numbers only: this type has no value that JSON cannot hold.
    let mut bytes = serde_json::to_vec(message).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
