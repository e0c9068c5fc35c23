//! `daemon/status`: one consistent view, put together when it is asked for.

use anvild_protocol::{DaemonSnapshot, PROTOCOL, ProjectSnapshot, Status, WatchBackend, WatchSnapshot};

use super::Daemon;
use crate::host::rss_bytes;

impl Daemon {
    pub(super) fn status(&self) -> Status {
        let engine = self.engine.snapshot();
        let mut app = engine.app;
        app.rss_bytes = app.pid.and_then(rss_bytes);
        Status {
            daemon: DaemonSnapshot {
                pid: std::process::id(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                protocol: PROTOCOL,
                uptime_s: self.started.elapsed().as_secs(),
                rss_bytes: rss_bytes(std::process::id()).unwrap_or(0),
                clients: u32::try_from(self.clients.len()).unwrap_or(u32::MAX),
                subscriptions: u32::try_from(self.publisher.subscriptions()).unwrap_or(u32::MAX),
            },
            project: ProjectSnapshot {
                root: self.root.to_string_lossy().into_owned(),
                app: self.project.as_ref().map(|project| project.app_name()),
            },
            app,
            generation: engine.generation,
            build: engine.build,
            watch: self.watch.as_ref().map_or_else(nothing_watched, |watch| watch.snapshot()),
            diagnostics: engine.diagnostics,
        }
    }
}

/// Before the first start of the app there is nothing to watch for.
fn nothing_watched() -> WatchSnapshot {
    WatchSnapshot { backend: WatchBackend::Inotify, reason: None, directories: 0, files: 0, overflows: 0 }
}
