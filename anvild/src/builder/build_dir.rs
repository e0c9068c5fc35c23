//! Where the builder keeps what it makes: `target/anvil/` of the project's workspace. Names only, and the one check that
//! nobody else can write there.

use std::{
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use super::inspect::short_hash;

/// Longest name of a folder that names all app libraries; file systems take 255 bytes.
const NAME_BYTES_MAX: usize = 120;

/// The folders of one app.
#[derive(Debug, Clone)]
pub(crate) struct BuildDir {
    root: PathBuf,
    app: String,
    /// The app library among several that patches are made of.
    part: Option<String>,
}

impl BuildDir {
    /// Makes the folders. Those that libraries are loaded from are private to the user: whoever can write there can run code in the
    /// host.
    pub(crate) fn open(target: &Path, apps: &[&str]) -> io::Result<Self> {
        let directory = Self { root: target.join("anvil"), app: name_of(apps), part: None };
        // The system's own words lack the place.
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", directory.root.display()));
        directory.create().map_err(named)?;
        if apps.len() > 1 {
            apps.iter().try_for_each(|app| directory.part(app).create()).map_err(named)?;
        }
        Ok(directory)
    }

    /// The same with folders of its own for the patches of one app library among several.
    pub(crate) fn part(&self, app: &str) -> Self {
        Self { part: Some(app.to_owned()), ..self.clone() }
    }

    fn create(&self) -> io::Result<()> {
        std::fs::create_dir_all(&self.root)?;
        // The standard mark for backup programs and our own watcher.
        let tag = self.root.join("CACHEDIR.TAG");
        if !tag.exists() {
            std::fs::write(tag, "Signature: 8a477f597d28d172789f06886806bc55\n")?;
        }
        for folder in [
            self.hot(),
            self.libraries(),
            self.facades(),
            self.programs(),
            self.deps(),
            self.hosts(),
            self.output(),
            self.bases(),
            self.ahead(),
            self.ready(),
        ] {
            private(&folder)?;
        }
        std::fs::create_dir_all(self.incremental())
    }

    /// Cargo's target folder for the hot loop, apart from the user's own so that neither waits for the other's lock.
    pub(crate) fn cargo(&self) -> PathBuf {
        self.root.join("cargo")
    }

    /// Records of the wrapper. Units of another workspace that shares the target folder can have the same names.
    pub(crate) fn captures(&self, workspace: &Path) -> PathBuf {
        let scope = short_hash([workspace.as_os_str().as_encoded_bytes(), env!("CARGO_PKG_VERSION").as_bytes()]);
        self.root.join("capture").join(scope)
    }

    fn hot(&self) -> PathBuf {
        self.root.join("hot").join(&self.app)
    }

    /// App libraries, one file per generation.
    pub(crate) fn libraries(&self) -> PathBuf {
        self.hot().join("gen")
    }

    /// What app libraries name as the framework, by content, where that is no library that is loaded.
    pub(crate) fn facades(&self) -> PathBuf {
        self.hot().join("facade")
    }

    /// Host programs with the app linked into them, one file per generation.
    pub(crate) fn programs(&self) -> PathBuf {
        self.hot().join("program")
    }

    /// Where rustc writes before the file gets its generation's name.
    pub(crate) fn output(&self) -> PathBuf {
        self.hot().join("out")
    }

    /// Deps libraries, by content: shared by all apps of the target folder.
    pub(crate) fn deps(&self) -> PathBuf {
        self.root.join("deps")
    }

    /// Host programs, likewise.
    pub(crate) fn hosts(&self) -> PathBuf {
        self.root.join("host")
    }

    /// A folder that app libraries do not share.
    fn own(&self, name: &str) -> PathBuf {
        match &self.part {
            Some(part) => self.hot().join(name).join(part),
            None => self.hot().join(name),
        }
    }

    /// The sources of the newest patch, and what rustc makes of them.
    pub(crate) fn patch(&self) -> PathBuf {
        self.own("patch")
    }

    /// The same for patches of what is not saved yet.
    pub(crate) fn ahead(&self) -> PathBuf {
        self.own("ahead")
    }

    /// Their libraries, until somebody saves.
    pub(crate) fn ready(&self) -> PathBuf {
        self.hot().join("ready")
    }

    /// The copy of the app's source that bases are compiled from.
    pub(crate) fn mirror(&self) -> PathBuf {
        self.own("mirror")
    }

    /// Bases, one file each.
    pub(crate) fn bases(&self) -> PathBuf {
        self.own("base")
    }

    /// Empty libraries in place of those that patches are linked against.
    pub(crate) fn stubs(&self) -> PathBuf {
        self.hot().join("stub")
    }

    /// What checks of unsaved templates of one crate are made of.
    pub(crate) fn check(&self, crate_name: &str) -> PathBuf {
        self.hot().join("check").join(crate_name)
    }

    /// Patches about which patch and full build did not agree.
    pub(crate) fn disagreements(&self) -> PathBuf {
        self.own("disagreements")
    }

    pub(crate) fn incremental(&self) -> PathBuf {
        self.own("incremental")
    }
}

/// What the folder of an app of these packages is called.
fn name_of(apps: &[&str]) -> String {
    let name = apps.join("+");
    if name.len() <= NAME_BYTES_MAX {
        return name;
    }
    format!("{}+{}", apps.first().copied().unwrap_or_default(), short_hash(apps))
}

fn private(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let metadata = std::fs::symlink_metadata(folder)?;
    let mine = metadata.is_dir() && metadata.uid() == rustix::process::geteuid().as_raw();
    if !mine {
        let message = format!("{} is not a folder of this user", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    if metadata.mode() & 0o077 != 0 {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Removes libraries of earlier daemons and of generations that no host needs any more.
pub(crate) fn remove_libraries_except(folder: &Path, keep: &[String]) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if !keep.iter().any(|kept| Path::new(kept) == path) {
            // Left for the next time if it cannot be removed now.
            let _ = std::fs::remove_file(path);
        }
    }
}
