//! What a file is remembered by: cheap facts that change with almost every write, and a hash that changes with the content.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sha2::{Digest, Sha256};

/// Larger files are known by their facts alone. Derivation: hashing runs at some hundred MB/s, so this is at most tens of
/// milliseconds; no source or template comes near.
const HASH_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// A write this close before or after the hashing may leave the facts as they were: file systems count time in ticks, of 4 ms
/// (ext4) to 2 s (FAT). Git calls such an entry racy.
const RACY: Duration = Duration::from_secs(2);

/// Facts from `stat`. Equal facts mean equal content, except for racy entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Facts {
    size: u64,
    mtime_ns: i128,
    /// Catches writers that restore the modification time.
    ctime_ns: i128,
    inode: u64,
    device: u64,
}

impl Facts {
    fn of(metadata: &Metadata) -> Self {
        let ns = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Self {
            size: metadata.size(),
            mtime_ns: ns(metadata.mtime(), metadata.mtime_nsec()),
            ctime_ns: ns(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
            device: metadata.dev(),
        }
    }
}

/// A remembered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Content {
    facts: Facts,
    /// First half of the SHA-256; `None` where the file was too large or could not be read.
    hash: Option<[u8; 16]>,
    /// Since the epoch, by the clock that stamps files.
    hashed_at_ns: i128,
}

impl Content {
    /// Reads the file behind `path`, whose metadata was just taken.
    pub(super) fn read(path: &Path, metadata: &Metadata) -> Self {
        let facts = Facts::of(metadata);
        let hashed_at_ns = now_ns();
        let hash = if facts.size > HASH_BYTES_MAX { None } else { hash_file(path).ok().flatten() };
        Self { facts, hash, hashed_at_ns }
    }

    /// The state now, if it has to be looked at: `None` says that the facts prove the content unchanged.
    pub(super) fn read_if_suspect(&self, path: &Path, metadata: &Metadata) -> Option<Self> {
        let certain = self.facts == Facts::of(metadata) && !self.is_racy();
        (!certain).then(|| Self::read(path, metadata))
    }

    /// Whether a build would see the same bytes.
    pub(super) fn same_bytes(&self, other: &Self) -> bool {
        match (self.hash, other.hash) {
            (Some(one), Some(two)) => one == two,
            // A change of permissions alone touches only the ctime.
            (None, None) => {
                let known = |facts: Facts| (facts.size, facts.mtime_ns, facts.inode, facts.device);
                known(self.facts) == known(other.facts)
            }
            _ => false,
        }
    }

    fn is_racy(&self) -> bool {
        let close = |time_ns: i128| (time_ns - self.hashed_at_ns).unsigned_abs() <= RACY.as_nanos();
        self.hash.is_some() && (close(self.facts.mtime_ns) || close(self.facts.ctime_ns))
    }
}

/// `None` for a file that grew beyond the limit while it was read.
fn hash_file(path: &Path) -> io::Result<Option<[u8; 16]>> {
    let mut file = File::open(path)?.take(HASH_BYTES_MAX + 1);
    let mut hasher = Sha256::new();
    let mut chunk = [0; 16 * 1024];
    let mut total = 0_u64;
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            bytes => {
                hasher.update(&chunk[..bytes]);
                total += bytes as u64;
            }
        }
    }
    let mut half = [0; 16];
    half.copy_from_slice(&hasher.finalize()[..16]);
    Ok((total <= HASH_BYTES_MAX).then_some(half))
}

fn now_ns() -> i128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
}
