//! Where things of a project are: the root of the user's project, and the daemon's runtime directory for it.
//!
//! ```text
//! $XDG_RUNTIME_DIR/anvil/      or /tmp/anvil-<uid>/     0700, owner checked, never a symbolic link
//!   <16 hex digits of the root's SHA-256>/              0700
//!     rpc-<PROTOCOL>.sock   0600; clients of another protocol never connect by mistake
//!     daemon.lock           flock, held as long as the daemon lives; shared by all protocols
//!     daemon.json           DaemonRecord of the holder of the lock
//!     start.lock            flock, held by a client while it starts a daemon
//!     anvild.log            and .1 … .4
//!     stderr.log            of the daemon's process since its last start
//! ```

use std::{
    env,
    path::{Path, PathBuf},
};

use anvild_protocol::PROTOCOL;
use sha2::{Digest, Sha256};

use crate::{Error, directory::secure_directory};

/// `sun_path` holds 108 bytes with the final NUL on Linux; a little is kept for longer names to come.
const SOCKET_PATH_BYTES_MAX: usize = 100;

/// Paths of one project. Making this value touches nothing; [`Self::prepare`] creates the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectPaths {
    root: PathBuf,
    base: PathBuf,
    directory: PathBuf,
}

/// The project at or above `start`: the nearest directory with `config/anvil.toml` or `Cargo.toml`.
///
/// # Errors
/// [`Error::NoDirectory`] and [`Error::NoProject`].
pub fn locate(start: &Path) -> Result<ProjectPaths, Error> {
    let start = start.canonicalize().ok().filter(|path| path.is_dir()).ok_or(Error::NoDirectory(start.to_owned()))?;
    let root = start
        .ancestors()
        .find(|directory| directory.join("config/anvil.toml").is_file() || directory.join("Cargo.toml").is_file())
        .ok_or_else(|| Error::NoProject(start.clone()))?;
    Ok(ProjectPaths::of_root(root))
}

impl ProjectPaths {
    /// For a root that is already known: absolute and without symbolic links, as [`locate`] and the daemon's
    /// `--project` have it.
    pub fn of_root(root: &Path) -> Self {
        let runtime = env::var_os("XDG_RUNTIME_DIR").filter(|value| !value.is_empty()).map(PathBuf::from);
        Self::with_runtime(root, runtime.as_deref())
    }

    /// The same with a given value of `XDG_RUNTIME_DIR`. One that does not exist, is not absolute or makes the
    /// socket's path too long is passed over, as the system would not accept it.
    pub fn with_runtime(root: &Path, runtime: Option<&Path>) -> Self {
        let digest = Sha256::digest(root.as_os_str().as_encoded_bytes());
        let key: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let temporary = PathBuf::from(format!("/tmp/anvil-{}", rustix::process::geteuid().as_raw()));
        let of_base = |base: PathBuf| Self { root: root.to_owned(), directory: base.join(&key), base };
        runtime
            .filter(|path| path.is_absolute() && path.is_dir())
            .map(|path| of_base(path.join("anvil")))
            .filter(|paths| paths.socket().as_os_str().len() <= SOCKET_PATH_BYTES_MAX)
            .unwrap_or_else(|| of_base(temporary))
    }

    /// Creates and checks the directories.
    ///
    /// # Errors
    /// [`Error::UnsafeDirectory`] and [`Error::Io`].
    pub fn prepare(&self) -> Result<(), Error> {
        secure_directory(&self.base)?;
        secure_directory(&self.directory)
    }

    /// The project's root, absolute and without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The runtime directory of this project.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    pub fn socket(&self) -> PathBuf {
        self.directory.join(format!("rpc-{PROTOCOL}.sock"))
    }

    pub fn lock(&self) -> PathBuf {
        self.directory.join("daemon.lock")
    }

    pub fn record(&self) -> PathBuf {
        self.directory.join("daemon.json")
    }

    pub fn start_lock(&self) -> PathBuf {
        self.directory.join("start.lock")
    }

    pub fn log(&self) -> PathBuf {
        self.directory.join("anvild.log")
    }

    pub fn stderr(&self) -> PathBuf {
        self.directory.join("stderr.log")
    }
}
