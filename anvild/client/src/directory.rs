//! A directory that nobody else can read, write or have prepared: the ground of every permission check.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::Path,
};

use crate::Error;

/// Creates the directory with mode 0700, or accepts an existing one only if it is a real directory (no symbolic link)
/// that belongs to this user and that nobody else may enter. The parent must exist.
///
/// # Errors
/// [`Error::UnsafeDirectory`] and [`Error::Io`].
pub fn secure_directory(path: &Path) -> Result<(), Error> {
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(Error::io(path)(error)),
    }
    // Checked after creation too: between the two calls somebody may have put something else there.
    let metadata = fs::symlink_metadata(path).map_err(Error::io(path))?;
    let refuse = |why: String| Err(Error::UnsafeDirectory { path: path.to_owned(), why });
    if metadata.file_type().is_symlink() {
        return refuse("it is a symbolic link".to_owned());
    }
    if !metadata.is_dir() {
        return refuse("it is not a directory".to_owned());
    }
    let own = rustix::process::geteuid().as_raw();
    if metadata.uid() != own {
        return refuse(format!("it belongs to user {}, not to {own}", metadata.uid()));
    }
    if metadata.mode() & 0o077 != 0 {
        return refuse(format!("its permissions are {:04o}, others may enter", metadata.mode() & 0o7777));
    }
    Ok(())
}
