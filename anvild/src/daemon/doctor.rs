//! `daemon/doctor`: looks at the machine and the project for what slows the loop down or stops it.

use std::path::{Path, PathBuf};

use anvild_protocol::{DoctorCheck, DoctorLevel, WatchBackend, WatchSnapshot};

use super::Daemon;
use crate::rpc::Reply;

/// Below this a build may fail in the middle; a deps library with its crates takes about one GiB.
const FREE_BYTES_MIN: u64 = 2 * 1024 * 1024 * 1024;
/// Watched directories that leave room for editors and other tools.
const WATCHES_MIN: u64 = 8192;

impl Daemon {
    /// Answers from a thread of the pool, since programs are started.
    pub(super) fn examine(&self, reply: Reply<Vec<DoctorCheck>>) {
        let root = self.root.clone();
        let target = self.project.as_ref().map(|project| project.target.clone());
        let watch = self.watch.as_ref().map(|watch| watch.snapshot());
        let app = self.project.as_ref().map(|project| project.app_name());
        let lost_lines = self.log_file.dropped();
        tokio::task::spawn_blocking(move || {
            let mut checks = vec![tool(&root, "cargo"), tool(&root, "rustc"), linker()];
            checks.extend([inotify(), disk(target.as_deref().unwrap_or(&root)), project(app)]);
            checks.extend(watch.map(watching));
            checks.push(log(lost_lines));
            // An error means that the client has gone.
            let _ = reply.send(Ok(checks));
        });
    }
}

fn check(id: &str, level: DoctorLevel, detail: impl Into<String>, fix: Option<&str>) -> DoctorCheck {
    DoctorCheck { id: id.to_owned(), level, detail: detail.into(), fix: fix.map(str::to_owned) }
}

fn tool(root: &Path, name: &str) -> DoctorCheck {
    let output = std::process::Command::new(name).arg("--version").current_dir(root).output();
    match output {
        Ok(output) if output.status.success() => {
            check(name, DoctorLevel::Ok, String::from_utf8_lossy(&output.stdout).trim(), None)
        }
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            check(name, DoctorLevel::Error, text, Some("repair the toolchain with `rustup`"))
        }
        Err(error) => {
            let fix = "install Rust from https://rustup.rs and restart the daemon with `anvil stop --daemon`";
            check(name, DoctorLevel::Error, format!("cannot run it: {error}"), Some(fix))
        }
    }
}

fn linker() -> DoctorCheck {
    let fast: Vec<_> = ["wild", "mold"].into_iter().filter(|name| on_path(name)).collect();
    let found = if fast.is_empty() { "none on PATH".to_owned() } else { format!("{} on PATH", fast.join(", ")) };
    if on_path("cc") {
        let detail = format!("cc with rustc's own lld; faster linkers: {found}");
        return check("linker", DoctorLevel::Ok, detail, None);
    }
    check(
        "linker",
        DoctorLevel::Error,
        "no `cc` on PATH",
        Some("install a C toolchain: `apt-get install gcc libc6-dev`"),
    )
}

/// A full disk does not stop the daemon, but what its log should say is only in memory then.
fn log(lost_lines: u64) -> DoctorCheck {
    if lost_lines == 0 {
        return check("log", DoctorLevel::Ok, "every line was written", None);
    }
    let detail = format!("{lost_lines} lines could not be written; `anvil logs` has the newest of them");
    check("log", DoctorLevel::Warning, detail, Some("make room on the disk of the runtime directory"))
}

fn on_path(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

fn inotify() -> DoctorCheck {
    let limit = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches");
    match limit.ok().and_then(|text| text.trim().parse::<u64>().ok()) {
        Some(limit) if limit < WATCHES_MIN => check(
            "inotify",
            DoctorLevel::Warning,
            format!("{limit} directories can be watched"),
            Some("raise it: `sysctl fs.inotify.max_user_watches=524288`"),
        ),
        Some(limit) => check("inotify", DoctorLevel::Ok, format!("{limit} directories can be watched"), None),
        None => {
            check("inotify", DoctorLevel::Warning, "the limit cannot be read; polling is used if watching fails", None)
        }
    }
}

fn disk(folder: &Path) -> DoctorCheck {
    let existing = folder.ancestors().find(|path| path.exists()).map_or_else(|| PathBuf::from("/"), Path::to_owned);
    match rustix::fs::statvfs(&existing) {
        Ok(facts) => {
            let free = facts.f_bavail.saturating_mul(facts.f_frsize);
            let detail = format!("{} MiB free for {}", free / 1024 / 1024, folder.display());
            if free < FREE_BYTES_MIN {
                return check("disk", DoctorLevel::Warning, detail, Some("free some space before the next build"));
            }
            check("disk", DoctorLevel::Ok, detail, None)
        }
        Err(error) => check("disk", DoctorLevel::Warning, format!("{}: {error}", existing.display()), None),
    }
}

fn project(app: Option<String>) -> DoctorCheck {
    match app {
        Some(app) => check("project", DoctorLevel::Ok, registering(&app), None),
        None => check("project", DoctorLevel::Ok, "not read yet; `anvil dev --hot` does", None),
    }
}

fn registering(apps: &str) -> String {
    let verb = if apps.contains(", ") { "register" } else { "registers" };
    format!("`{}` {verb} the routes", apps.replace(", ", "`, `"))
}

fn watching(watch: WatchSnapshot) -> DoctorCheck {
    let size = format!("{} files in {} directories", watch.files, watch.directories);
    match watch.backend {
        WatchBackend::Inotify => check("watch", DoctorLevel::Ok, size, None),
        WatchBackend::Polling => {
            let reason = watch.reason.unwrap_or_default();
            check(
                "watch",
                DoctorLevel::Warning,
                format!("{size}, by polling: {reason}"),
                Some("edits show up to a second later"),
            )
        }
    }
}
