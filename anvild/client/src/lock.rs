//! At most one daemon per project: a `flock` that lives as long as the daemon's process, whatever ends it.
//!
//! The lock file is never removed: an unlinked file could be locked by one process while another locks its successor.
//! The record beside it says who holds the lock; it is a hint that is only believed together with the lock.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{Error, ProjectPaths};

/// Who holds the lock. Readable by every version: fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaemonRecord {
    pub pid: u32,
    /// Version of the daemon's package.
    pub version: String,
    pub protocol: u32,
    pub socket: PathBuf,
}

/// The daemon's lock. Released when dropped and when the process ends; never inherited by children (`O_CLOEXEC`).
#[derive(Debug)]
pub struct DaemonLock {
    _file: File,
    record_path: PathBuf,
}

/// What became of an attempt to take the lock.
#[derive(Debug)]
pub enum LockAttempt {
    Taken(DaemonLock),
    /// By a process that the record names, where there is a readable one.
    Held(Option<DaemonRecord>),
}

impl DaemonLock {
    /// Takes the lock if it is free; never waits. The directory must have been prepared.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn attempt(paths: &ProjectPaths) -> Result<LockAttempt, Error> {
        let path = paths.lock();
        let file = open_lock(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(LockAttempt::Taken(Self { _file: file, record_path: paths.record() })),
            Err(TryLockError::WouldBlock) => Ok(LockAttempt::Held(read_record(paths))),
            Err(TryLockError::Error(error)) => Err(Error::io(path)(error)),
        }
    }

    /// Says who holds the lock. Written beside and renamed, so that a reader never sees half of it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_record(&self, record: &DaemonRecord) -> Result<(), Error> {
        let new = self.record_path.with_extension("json.new");
        let text = serde_json::to_vec(record).expect("the record has only strings and numbers");
        fs::write(&new, text).and_then(|()| fs::rename(&new, &self.record_path)).map_err(Error::io(&self.record_path))
    }
}

impl Drop for DaemonLock {
    fn drop(&mut self) {
        // The lock is still held here; a record that stays behind does no harm, because nobody holds the lock.
        let _ = fs::remove_file(&self.record_path);
    }
}

/// The record, where there is a readable one. Stale unless the lock is held.
pub fn read_record(paths: &ProjectPaths) -> Option<DaemonRecord> {
    serde_json::from_slice(&fs::read(paths.record()).ok()?).ok()
}

/// Whether some daemon holds the lock. The answer may be old when it arrives. Takes the lock for an instant where it
/// is free, so only ask while holding the start lock.
///
/// # Errors
/// [`Error::Io`].
pub fn lock_is_held(paths: &ProjectPaths) -> Result<bool, Error> {
    let path = paths.lock();
    if !path.exists() {
        return Ok(false);
    }
    match open_lock(&path)?.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(Error::io(path)(error)),
    }
}

pub(crate) fn open_lock(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0))
        .open(path)
        .map_err(Error::io(path))
}
