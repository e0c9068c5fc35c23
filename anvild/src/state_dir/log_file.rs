//! A log that never grows beyond its bound and never fails: `anvild.log`, `.1`, …, oldest last.
//!
//! A full disk must not end the daemon: lines that cannot be written are counted, and the count is written when there is
//! room again.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How much a log may take on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLimits {
    /// Of one file; a single longer write makes a longer file.
    pub file_bytes: u64,
    /// Files kept, the current one included; at least 1.
    pub files: u32,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self { file_bytes: 10 * 1024 * 1024, files: 5 }
    }
}

/// The log. Share it as `Arc<LogFile>`: `tracing_subscriber::fmt().with_writer(log.clone())` takes that as it is, and
/// `&LogFile` is [`Write`]. Every write is one or more whole lines.
pub struct LogFile {
    state: Mutex<State>,
}

struct State {
    path: PathBuf,
    limits: LogLimits,
    file: Option<File>,
    bytes: u64,
    /// Writes lost since the last one that succeeded.
    unreported: u64,
    dropped: u64,
}

impl LogFile {
    /// Opens or continues the log. One that cannot be opened drops lines until it can.
    pub fn open(path: &Path, limits: LogLimits) -> Self {
        let mut state = State { path: path.to_owned(), limits, file: None, bytes: 0, unreported: 0, dropped: 0 };
        let _ = state.reopen();
        Self { state: Mutex::new(state) }
    }

    /// One line; the line's end is added.
    pub fn write_line(&self, line: &str) {
        let mut text = String::with_capacity(line.len() + 1);
        text.push_str(line);
        text.push('\n');
        self.state().write(text.as_bytes());
    }

    /// Writes lost since the log was opened.
    pub fn dropped(&self) -> u64 {
        self.state().dropped
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic between two writes leaves a valid state: the worst is a wrong byte count.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for &LogFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.state().write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for LogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("LogFile").field("path", &state.path).field("dropped", &state.dropped).finish()
    }
}

impl State {
    fn write(&mut self, bytes: &[u8]) {
        if self.try_write(bytes).is_err() {
            self.unreported += 1;
            self.dropped += 1;
        }
    }

    fn try_write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = bytes.len() as u64;
        if self.bytes > 0 && self.bytes + length > self.limits.file_bytes {
            self.rotate()?;
        }
        if self.file.is_none() {
            self.reopen()?;
        }
        let Some(file) = &mut self.file else { return Err(io::ErrorKind::NotFound.into()) };
        if self.unreported > 0 {
            let note = format!("{} lines were lost because the log could not be written\n", self.unreported);
            file.write_all(note.as_bytes())?;
            self.bytes += note.len() as u64;
            self.unreported = 0;
        }
        file.write_all(bytes)?;
        self.bytes += length;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        self.file = None;
        // From the oldest: each rename replaces the file after it, so nothing needs deleting.
        for number in (1..self.limits.files).rev() {
            let older = self.numbered(number);
            let newer = if number == 1 { self.path.clone() } else { self.numbered(number - 1) };
            match fs::rename(newer, older) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        if self.limits.files <= 1 {
            File::create(&self.path)?;
        }
        self.reopen()
    }

    fn reopen(&mut self) -> io::Result<()> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)?;
        self.bytes = file.metadata()?.len();
        self.file = Some(file);
        Ok(())
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(format!(".{number}"));
        path.into()
    }
}
