//! The daemon's runtime directory: lock, record, socket, bounded log.
//!
//! The order is the promise: lock, record, then socket. A socket is only ever removed by the holder of the lock, so a
//! stale one never blocks a start and a live one is never removed.

mod log_file;
mod log_ring;

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

use anvild_client::{DaemonLock, DaemonRecord, Error, LockAttempt, ProjectPaths, StartReport};
use anvild_protocol::PROTOCOL;
use tokio::net::UnixListener;

pub use log_file::{LogFile, LogLimits};
pub use log_ring::LogRing;

/// The directory, checked, not yet owned.
#[derive(Debug)]
pub struct StateDir {
    paths: ProjectPaths,
}

/// What became of [`StateDir::acquire_lock`].
#[derive(Debug)]
pub enum Ownership {
    Owned(OwnedStateDir),
    /// Another daemon is there; the record names it where it could be read.
    Taken(Option<DaemonRecord>),
}

/// The directory with its lock held: this process is the daemon of the project. Dropping it removes socket and record
/// and then releases the lock.
#[derive(Debug)]
pub struct OwnedStateDir {
    paths: ProjectPaths,
    // Declared last in meaning: fields drop after `Drop::drop`, so the socket goes while the lock is still held.
    lock: DaemonLock,
}

impl StateDir {
    /// Creates and checks the directory for the project with this root (absolute, without symbolic links).
    ///
    /// # Errors
    /// [`Error::UnsafeDirectory`] and [`Error::Io`], with exit code and hint.
    pub fn open(root: &Path) -> Result<Self, Error> {
        Self::at(ProjectPaths::of_root(root))
    }

    /// The same for paths that are already known.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn at(paths: ProjectPaths) -> Result<Self, Error> {
        paths.prepare()?;
        Ok(Self { paths })
    }

    pub fn paths(&self) -> &ProjectPaths {
        &self.paths
    }

    /// Takes the lock if it is free, never waits, and says who holds it from now on.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn acquire_lock(self) -> Result<Ownership, Error> {
        match DaemonLock::attempt(&self.paths)? {
            LockAttempt::Held(record) => Ok(Ownership::Taken(record)),
            LockAttempt::Taken(lock) => {
                lock.write_record(&DaemonRecord {
                    pid: std::process::id(),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    protocol: PROTOCOL,
                    socket: self.paths.socket(),
                })?;
                Ok(Ownership::Owned(OwnedStateDir { paths: self.paths, lock }))
            }
        }
    }
}

impl OwnedStateDir {
    pub fn paths(&self) -> &ProjectPaths {
        &self.paths
    }

    /// Binds the socket (mode 0600) and listens. Whatever has its name is a dead daemon's and goes first. Needs a tokio
    /// runtime.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn bind(&self) -> Result<UnixListener, Error> {
        let socket = self.paths.socket();
        let io_error = |source: io::Error| Error::Io { path: socket.clone(), source };
        match fs::remove_file(&socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(error)),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(&socket).map_err(io_error)?;
        fs::set_permissions(&socket, fs::Permissions::from_mode(0o600)).map_err(io_error)?;
        Ok(listener)
    }

    /// The lock, for those who must know that it is held.
    pub fn lock(&self) -> &DaemonLock {
        &self.lock
    }
}

impl Drop for OwnedStateDir {
    fn drop(&mut self) {
        // It may have been removed by somebody already; a socket that stays is harmless.
        let _ = fs::remove_file(self.paths.socket());
    }
}

/// Tells the process that started the daemon how the start went: one line on standard output, which then leads to
/// `/dev/null`. Call it once; afterwards nothing may be printed.
///
/// # Errors
/// Those of redirecting. A starter that has gone away is no error.
pub fn report_start(report: &StartReport) -> io::Result<()> {
    use io::Write;
    // A starter that does not listen any more (EPIPE) has given up waiting, not the daemon.
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(report.to_line().as_bytes()).and_then(|()| stdout.flush());
    let null = fs::OpenOptions::new().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&null)?;
    Ok(())
}

#[cfg(test)]
mod tests;
