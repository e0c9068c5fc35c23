//! The control socket: one JSON document per line. Reading and writing have a thread each, outside of the runtime, so that a
//! host whose runtime is stuck in the app's code still obeys and a daemon that reads slowly delays no request.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use anvil_control::{FRAME_BYTES_MAX, FromHost, ToHost};

/// Messages that may wait for the daemon to read. Faults beyond it are dropped, answers wait.
const WAITING_MAX: usize = 256;

/// Sends messages to the daemon. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Say {
    queue: SyncSender<Outgoing>,
}

#[derive(Debug)]
enum Outgoing {
    Message(FromHost),
    /// Answered when everything before it is written.
    Flush(SyncSender<()>),
}

impl Say {
    /// An answer: waits while the queue is full. A daemon that is gone is noticed by the reader.
    pub(crate) fn must(&self, message: FromHost) {
        let _ = self.queue.send(Outgoing::Message(message));
    }

    /// News that may be lost: never waits.
    pub(crate) fn may(&self, message: FromHost) {
        let _ = self.queue.try_send(Outgoing::Message(message));
    }

    /// Waits until everything said so far is written, for at most `patience`.
    pub(crate) fn flush(&self, patience: Duration) {
        let (written, wait) = sync_channel(1);
        if self.queue.try_send(Outgoing::Flush(written)).is_ok() {
            let _ = wait.recv_timeout(patience);
        }
    }
}

/// Starts the writing thread. It ends, with everything written, when the last [`Say`] is gone.
pub(crate) fn writer(mut socket: UnixStream) -> io::Result<(Say, JoinHandle<()>)> {
    let (queue, messages): (_, Receiver<Outgoing>) = sync_channel(WAITING_MAX);
    let thread = std::thread::Builder::new().name("anvil-say".to_owned()).spawn(move || {
        for message in messages {
            match message {
                Outgoing::Message(message) => {
                    if write(&mut socket, &message).is_err() {
                        return;
                    }
                }
                Outgoing::Flush(written) => {
                    let _ = written.send(());
                }
            }
        }
    })?;
    Ok((Say { queue }, thread))
}

fn write(socket: &mut UnixStream, message: &FromHost) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    if line.len() > FRAME_BYTES_MAX {
        tracing::error!(bytes = line.len(), "a message to the daemon is too long and was left out");
        return Ok(());
    }
    socket.write_all(&line)
}

/// Reads messages until the daemon is gone.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    source: BufReader<R>,
    line: Vec<u8>,
}

/// Why there is no next message.
#[derive(Debug)]
pub(crate) enum ReadEnd {
    /// The daemon closed the socket or died.
    Eof,
    /// What came is not this protocol.
    Broken(io::Error),
}

impl<R: Read> Reader<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source: BufReader::new(source), line: Vec::new() }
    }

    /// Waits for the next message that this version knows. Others are a newer daemon's and are passed over.
    pub(crate) fn next(&mut self) -> Result<ToHost, ReadEnd> {
        loop {
            self.line.clear();
            let limit = FRAME_BYTES_MAX as u64 + 1;
            let read = (&mut self.source).take(limit).read_until(b'\n', &mut self.line);
            match read {
                Ok(0) => return Err(ReadEnd::Eof),
                Ok(_) if self.line.ends_with(b"\n") => {}
                Ok(_) if self.line.len() as u64 == limit => {
                    return Err(ReadEnd::Broken(io::Error::other("a message of the daemon is too long")));
                }
                // Half a line: the daemon died while it wrote.
                Ok(_) => return Err(ReadEnd::Eof),
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Err(ReadEnd::Eof),
                Err(error) => return Err(ReadEnd::Broken(error)),
            }
            match serde_json::from_slice(&self.line) {
                Ok(message) => return Ok(message),
                Err(error) if error.is_data() => tracing::warn!(%error, "passed over a message of the daemon"),
                Err(error) => return Err(ReadEnd::Broken(error.into())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use anvil_control::{FRAME_BYTES_MAX, ToHost};

    use super::{ReadEnd, Reader};

    #[test]
    fn messages_are_read_whatever_the_pieces() {
        let text = b"{\"type\":\"accept\"}\n{\"type\":\"drain\",\"deadline_ms\":5}\n{\"type\":\"acc";
        let mut reader = Reader::new(&text[..]);
        assert_eq!(reader.next().unwrap(), ToHost::Accept);
        assert_eq!(reader.next().unwrap(), ToHost::Drain { deadline_ms: 5 });
        assert!(matches!(reader.next(), Err(ReadEnd::Eof)), "half a line is the end");
    }

    #[test]
    fn a_message_of_a_newer_daemon_is_passed_over() {
        let mut reader = Reader::new(&b"{\"type\":\"dance\"}\n{\"type\":\"accept\"}\n"[..]);
        assert_eq!(reader.next().unwrap(), ToHost::Accept);
    }

    #[test]
    fn garbage_and_endless_lines_end_the_channel() {
        assert!(matches!(Reader::new(&b"\xff\xfe\n"[..]).next(), Err(ReadEnd::Broken(_))));
        let endless = std::io::repeat(b'x');
        let mut reader = Reader::new(endless);
        assert!(matches!(reader.next(), Err(ReadEnd::Broken(_))));
        assert!(reader.line.len() <= FRAME_BYTES_MAX + 1);
    }
}
