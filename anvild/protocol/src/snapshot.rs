//! One consistent view of the daemon: what `anvil status --json` prints.

use serde::{Deserialize, Serialize};

use crate::{Diagnostic, Generation};

/// The whole view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    pub daemon: DaemonSnapshot,
    pub project: ProjectSnapshot,
    pub app: AppSnapshot,
    pub generation: GenerationSnapshot,
    pub build: BuildSnapshot,
    pub watch: WatchSnapshot,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaemonSnapshot {
    pub pid: u32,
    /// Version of its package.
    pub version: String,
    /// `PROTOCOL` of the daemon.
    pub protocol: u32,
    /// Seconds since its start.
    pub uptime_s: u64,
    /// Resident memory.
    pub rss_bytes: u64,
    /// Connected clients.
    pub clients: u32,
    /// Subscriptions to events (`event/subscribe`) among them.
    pub subscriptions: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSnapshot {
    /// Absolute path.
    pub root: String,
    /// Package of the app library, several separated by `, `; absent until the project has been read.
    pub app: Option<String>,
}

/// Whether the app answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppState {
    /// Nobody asked for the app.
    Stopped,
    /// The first build or a host is under way and nothing serves yet.
    Starting,
    /// A host serves `generation.live`.
    Running,
    /// A new host takes over; the old one still serves.
    HandingOver,
    /// The host died; a restart is scheduled.
    Crashed,
    /// Nothing serves, and nothing will until the next edit.
    Failed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppSnapshot {
    pub state: AppState,
    /// `host:port` of the listening socket; absent while stopped.
    pub addr: Option<String>,
    /// Process id of the serving host.
    pub pid: Option<u32>,
    /// Resident memory of the serving host.
    pub rss_bytes: Option<u64>,
    /// `true` for `anvil dev --hot`.
    pub hot: bool,
    /// App libraries and patches that the serving host has opened since it started.
    pub libraries_loaded: u32,
    /// Restarts after a death since the last good generation.
    pub restarts: u32,
}

/// How far what is saved has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationSnapshot {
    /// Newest change set on disk.
    pub saved: Generation,
    /// Newest that built.
    pub built: Generation,
    /// The one that answers requests; 0 while nothing serves.
    pub live: Generation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildState {
    Idle,
    Building,
}

/// The way a generation went live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildKind {
    /// A template was shown without the compiler.
    Template,
    /// Only the changed modules were compiled.
    Patch,
    /// It took effect in the living host: a new app library, a configuration or a static file.
    Swap,
    /// A new host took over from the old one.
    Handover,
    /// A host was started where none served.
    Restart,
}

/// How a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildOutcome {
    /// It is, or was, live.
    Live,
    /// The compiler or cargo refused it.
    Failed,
    /// It built, and the host refused it or died of it.
    Refused,
    /// A newer save replaced it.
    Cancelled,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildSnapshot {
    pub state: BuildState,
    /// The newest generation that ended in another way than replaced; absent before the first.
    pub last: Option<LastBuild>,
}

/// How the newest generation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBuild {
    pub generation: Generation,
    pub kind: BuildKind,
    pub outcome: BuildOutcome,
    /// Save to live (or to the failure), in milliseconds.
    pub duration_ms: u64,
}

/// How changes of files are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchBackend {
    Inotify,
    Polling,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchSnapshot {
    pub backend: WatchBackend,
    /// Why polling, in one sentence; absent for the native backend.
    pub reason: Option<String>,
    /// Watched.
    pub directories: u32,
    /// Of which the content is known.
    pub files: u32,
    /// How often the system lost events; each was followed by a full scan.
    pub overflows: u32,
}

/// One line of `reload/history`: what happened to a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub generation: Generation,
    pub kind: BuildKind,
    pub outcome: BuildOutcome,
    /// Why this way, in one sentence.
    pub reason: String,
    /// Paths relative to the project, at most 8.
    pub files: Vec<String>,
    /// How many there were.
    pub files_total: u32,
    pub stages: crate::StageMillis,
}

/// One row of `forge/requests`: the newest request of a route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestRow {
    /// Of the request: `GET`.
    pub method: String,
    /// Path of the route, as it was registered: `/posts/{id}`.
    pub route: String,
    /// The view that the handler returned; absent where it returned something else.
    pub view: Option<String>,
    /// Name of the handler's function, as the compiler prints it; absent where the route is not registered any more.
    pub handler: Option<String>,
    /// Where the route is registered; absolute.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// Of the answer.
    pub status: u16,
    /// Milliseconds until the head of the answer was there.
    pub ms: f64,
    /// The generation that answered.
    pub generation: Generation,
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// One row of `app/routes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteRow {
    /// `GET`, `GET|POST` or `ANY`.
    pub method: String,
    /// As it was registered: `/posts/{id}`.
    pub path: String,
    /// The full name, with the prefixes of its groups.
    pub name: Option<String>,
    /// Name of the function, as the compiler prints it.
    pub handler: String,
    /// Where it is registered; absolute.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// Names, outermost first.
    pub middleware: Vec<String>,
}
