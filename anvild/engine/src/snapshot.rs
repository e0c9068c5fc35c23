//! The engine's part of `daemon/status`.

use anvild_protocol::{AbiChange, AppSnapshot, BuildSnapshot, Diagnostic, GenerationSnapshot, HistoryEntry, RouteRow};

use crate::engine::Engine;
use crate::findings::absolute;

/// One consistent view of what the engine knows. The shell adds what it knows itself: process, project, watcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineSnapshot {
    pub app: AppSnapshot,
    pub generation: GenerationSnapshot,
    pub build: BuildSnapshot,
    pub diagnostics: Vec<Diagnostic>,
    /// Newest first, at most 100.
    pub history: Vec<HistoryEntry>,
    /// Newest first, at most 20.
    pub abi: Vec<AbiChange>,
}

impl Engine {
    /// How things stand after the last event.
    pub fn snapshot(&self) -> EngineSnapshot {
        let serving = self.hosts.serving();
        EngineSnapshot {
            app: AppSnapshot {
                state: self.state(),
                addr: self.addr().map(str::to_owned),
                pid: serving.and_then(|host| host.pid),
                rss_bytes: serving.and_then(|host| host.rss_bytes),
                hot: self.is_hot(),
                libraries_loaded: serving.map_or(0, |host| host.loads),
                restarts: self.recovery.restarts(),
            },
            generation: GenerationSnapshot { saved: self.saved(), built: self.ledger.built(), live: self.live() },
            build: BuildSnapshot { state: self.builds.state(), last: self.ledger.last().cloned() },
            diagnostics: self.board.all(),
            history: self.ledger.history().cloned().collect(),
            abi: self.abi_reports.list(),
        }
    }

    /// Routes of the serving host, as registered.
    pub fn routes(&self) -> Vec<RouteRow> {
        let routes = self.hosts.serving().into_iter().flat_map(|host| &host.routes);
        routes
            .map(|route| RouteRow {
                method: route.method.clone(),
                path: route.path.clone(),
                name: route.name.clone(),
                handler: route.handler.clone(),
                file: route.place.as_ref().map(|place| absolute(&self.config.root, &place.file)),
                line: route.place.as_ref().map(|place| place.line),
                middleware: route.middleware.clone(),
            })
            .collect()
    }
}
