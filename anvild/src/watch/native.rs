//! The backend of the operating system (inotify on Linux), and which file systems it cannot be trusted on.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use notify::{
    ErrorKind, Event, EventHandler, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind, RenameMode},
};

use super::backend::{Backend, BackendError, HintSender, Step};

/// Events of the operating system.
#[derive(Debug)]
pub struct NativeBackend {
    /// `None` only while dropping.
    watcher: Option<RecommendedWatcher>,
    dead: Arc<AtomicBool>,
}

impl NativeBackend {
    pub fn open(hints: HintSender) -> Result<Self, BackendError> {
        let dead = Arc::new(AtomicBool::new(false));
        let handler = Handler { hints, dead: Arc::clone(&dead) };
        let watcher = notify::recommended_watcher(handler).map_err(explain)?;
        Ok(Self { watcher: Some(watcher), dead })
    }

    fn living(&mut self) -> Result<&mut RecommendedWatcher, BackendError> {
        // notify panics when it talks to its thread after that has ended.
        let ended = || BackendError::Other("the thread that reads events has ended".to_owned());
        if self.dead.load(Ordering::Acquire) {
            return Err(ended());
        }
        self.watcher.as_mut().ok_or_else(ended)
    }
}

impl Backend for NativeBackend {
    fn watch(&mut self, dir: &Path) -> Result<(), BackendError> {
        self.living()?.watch(dir, RecursiveMode::NonRecursive).map_err(explain)
    }

    fn unwatch(&mut self, dir: &Path) {
        if let Ok(watcher) = self.living() {
            // The only error is that the folder is not watched, because it is gone.
            let _ = watcher.unwatch(dir);
        }
    }
}

impl Drop for NativeBackend {
    fn drop(&mut self) {
        if self.dead.load(Ordering::Acquire) {
            // Its destructor would panic (see `living`); what is leaked is one closed channel.
            std::mem::forget(self.watcher.take());
        }
    }
}

#[derive(Debug)]
struct Handler {
    hints: HintSender,
    dead: Arc<AtomicBool>,
}

impl EventHandler for Handler {
    fn handle_event(&mut self, event: notify::Result<Event>) {
        match event {
            Ok(event) if event.need_rescan() => self.hints.lost(),
            Ok(event) if may_be_a_change(event.kind) => {
                let step = step_of(event.kind);
                for path in event.paths {
                    self.hints.hint(path, step);
                }
            }
            Ok(_) => {}
            Err(error) => self.hints.died(error.to_string()),
        }
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        // Also when the backend is dropped: nobody listens to this then.
        self.dead.store(true, Ordering::Release);
        self.hints.died("the thread that reads events has ended".to_owned());
    }
}

/// Reading is no change. Letting it through would make every scan and every compiler run cause the next scan.
fn may_be_a_change(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

fn step_of(kind: EventKind) -> Step {
    match kind {
        EventKind::Create(_) => Step::Created,
        EventKind::Access(AccessKind::Close(AccessMode::Write))
        | EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Step::Written,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Step::Gone,
        // Both ends of a move were told one by one before.
        EventKind::Modify(ModifyKind::Metadata(_) | ModifyKind::Name(RenameMode::Both)) => Step::Aside,
        _ => Step::Writing,
    }
}

fn explain(error: notify::Error) -> BackendError {
    // inotify_add_watch answers ENOSPC when the watches are spent, inotify_init EMFILE when the instances are.
    const EMFILE: i32 = rustix::io::Errno::MFILE.raw_os_error();
    match error.kind {
        ErrorKind::MaxFilesWatch => BackendError::LimitReached,
        ErrorKind::PathNotFound => BackendError::NotFound,
        ErrorKind::Io(source) if source.raw_os_error() == Some(EMFILE) => BackendError::LimitReached,
        ErrorKind::Io(source) if source.kind() == io::ErrorKind::NotFound => BackendError::NotFound,
        ErrorKind::Io(source) => BackendError::Io(source),
        ErrorKind::Generic(message) => BackendError::Other(message),
        other @ (ErrorKind::WatchNotFound | ErrorKind::InvalidConfig(_)) => BackendError::Other(format!("{other:?}")),
    }
}

/// What to do about spent watches, with the limit where it is known.
pub(super) fn limit_reason() -> String {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").unwrap_or_default();
    let limit = limit.trim();
    let limit = if limit.is_empty() { String::new() } else { format!(" ({limit})") };
    format!(
        "polling, because the limit of watched folders{limit} is reached; raise it with \
         `sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024`"
    )
}

/// File systems on which changes made elsewhere (the other side of a mount) cause no events here: `statfs` type and name.
/// <https://man7.org/linux/man-pages/man2/statfs.2.html>
const SILENT: [(u32, &str); 10] = [
    (0x0102_1997, "9p"),
    (0x5346_4846, "drvfs"),
    (0x6969, "nfs"),
    (0x6573_5546, "fuse"),
    (0x517B, "smb"),
    (0xFF53_4D42, "cifs"),
    (0xFE53_4D42, "smb2"),
    (0x786F_4256, "vboxsf"),
    (0x00C3_6400, "ceph"),
    (0x5346_414F, "afs"),
];

/// Why the roots have to be polled, if one is on a file system without dependable events.
pub(super) fn silent_file_system(roots: &[PathBuf]) -> Option<String> {
    roots.iter().find_map(|root| {
        let kind = rustix::fs::statfs(root).ok()?.f_type;
        // The kernel's field is signed on some machines; the magic numbers are 32 bits.
        let (_, name) = SILENT.iter().find(|(magic, _)| i128::from(*magic) == i128::from(kind) & 0xFFFF_FFFF)?;
        Some(format!("polling, because {} is on a {name} file system, which does not report changes", root.display()))
    })
}
