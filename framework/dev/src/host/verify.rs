//! Is this file the one that the daemon built, in a place where nobody else can change it?

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anvil_control::Refusal;
use rustix::fs::OFlags;
use sha2::{Digest, Sha256};

/// A file whose content was compared with its hash.
#[derive(Debug)]
pub(crate) struct Verified {
    path: PathBuf,
    /// Device and inode.
    identity: (u64, u64),
}

impl Verified {
    /// `sha256` is lowercase hexadecimal.
    pub(crate) fn new(path: &str, sha256: &str) -> Result<Self, Refusal> {
        let path = PathBuf::from(path);
        if !path.is_absolute() {
            return Err(open_error(&path, "the path is not absolute"));
        }
        check_folder(&path)?;
        let no_links = OFlags::NOFOLLOW.bits().cast_signed();
        let mut file = OpenOptions::new()
            .read(true)
            .custom_flags(no_links)
            .open(&path)
            .map_err(|error| open_error(&path, error))?;
        let hash = hash(&mut file).map_err(|error| open_error(&path, error))?;
        if hash != sha256 {
            return Err(Refusal::HashMismatch);
        }
        let metadata = file.metadata().map_err(|error| open_error(&path, error))?;
        Ok(Self { path, identity: (metadata.dev(), metadata.ino()) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Nobody put another file under the path since it was verified. Asked after the dynamic loader opened it by name: a
    /// descriptor's path would do as well, but debuggers and backtraces need the name.
    pub(crate) fn still_same(&self) -> Result<(), Refusal> {
        match std::fs::symlink_metadata(&self.path) {
            Ok(metadata) if (metadata.dev(), metadata.ino()) == self.identity => Ok(()),
            _ => Err(Refusal::HashMismatch),
        }
    }
}

fn hash(file: &mut File) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Only this user may put files into the folder.
fn check_folder(path: &Path) -> Result<(), Refusal> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let metadata = std::fs::metadata(folder).map_err(|error| open_error(path, error))?;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(open_error(path, "its folder belongs to another user"));
    }
    if metadata.mode() & 0o022 != 0 {
        return Err(open_error(path, "other users may write to its folder"));
    }
    Ok(())
}

fn open_error(path: &Path, why: impl std::fmt::Display) -> Refusal {
    Refusal::Open { message: format!("{}: {why}", path.display()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use anvil_control::Refusal;

    use super::Verified;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn check(path: &std::path::Path, sha256: &str) -> Result<Verified, Refusal> {
        Verified::new(path.to_str().unwrap(), sha256)
    }

    #[test]
    fn a_file_must_be_the_one_that_was_built() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("app.so");
        std::fs::write(&file, "").unwrap();
        let verified = check(&file, EMPTY).unwrap();
        verified.still_same().unwrap();

        std::fs::write(folder.path().join("other"), "").unwrap();
        std::fs::rename(folder.path().join("other"), &file).unwrap();
        assert_eq!(verified.still_same(), Err(Refusal::HashMismatch), "replaced by name");

        std::fs::write(&file, "x").unwrap();
        assert_eq!(check(&file, EMPTY).unwrap_err(), Refusal::HashMismatch);
        assert_eq!(check(&file, "").unwrap_err(), Refusal::HashMismatch);
    }

    #[test]
    fn a_file_must_lie_where_nobody_else_can_write() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("app.so");
        std::fs::write(&file, "").unwrap();
        for mode in [0o777, 0o720, 0o702, 0o1777] {
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(check(&file, EMPTY), Err(Refusal::Open { .. })), "mode {mode:o}");
        }
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        check(&file, EMPTY).unwrap();

        let link = folder.path().join("link.so");
        symlink(&file, &link).unwrap();
        assert!(matches!(check(&link, EMPTY), Err(Refusal::Open { .. })), "a link");
        assert!(matches!(Verified::new("app.so", EMPTY), Err(Refusal::Open { .. })), "a relative path");
        assert!(matches!(check(&folder.path().join("none.so"), EMPTY), Err(Refusal::Open { .. })), "no file");
    }
}
