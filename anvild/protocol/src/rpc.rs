//! The methods, as one typed trait that both sides implement.

use jsonrpsee::{core::SubscriptionResult, proc_macros::rpc, types::ErrorObjectOwned};
use serde::{Deserialize, Serialize};

use crate::{
    AbiChange, Diagnostic, Event, ForgeCheck, ForgeChecked, ForgeLower, ForgeLowered, Generation, HistoryEntry,
    LogLine, RequestRow, RouteRow, Status,
};

/// Codes of JSON-RPC errors.
pub mod error_code {
    /// `daemon/hello` was not called, or with another protocol.
    pub const VERSION: i32 = -32001;
    /// The project cannot be used as it is; the message says what to do.
    pub const PROJECT: i32 = -32003;
    /// The address is taken; the message says by whom.
    pub const ADDRESS: i32 = -32004;
    /// The app is not running.
    pub const STOPPED: i32 = -32011;
    /// The daemon is shutting down.
    pub const STOPPING: i32 = -32010;
    /// The file is no template of the app, or it cannot be shown as Rust; the message says why.
    pub const TEMPLATE: i32 = -32012;
    /// There is nothing to go back to, or something else is on its way to be live; the message says which.
    pub const ROLLBACK: i32 = -32013;
    /// Too many calls of this connection are under way.
    pub const LIMIT: i32 = -32014;
}

/// Who the client is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// `PROTOCOL` of the client.
    pub protocol: u32,
    /// Version of the client's package.
    pub version: String,
    /// `anvil`, `anvil-lsp`, `test`.
    pub client: String,
    /// Process id of the client.
    pub pid: u32,
}

/// Who the daemon is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelloReply {
    /// `PROTOCOL` of the daemon.
    pub protocol: u32,
    /// Version of the daemon's package.
    pub version: String,
    /// Process id of the daemon.
    pub pid: u32,
    /// Absolute path of the project.
    pub root: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequest {
    /// Swap into the living host; otherwise every change is a handover.
    pub hot: bool,
    /// `host:port` to listen on; absent: `server.addr` of `config/anvil.toml`, else `127.0.0.1:8080`.
    pub addr: Option<String>,
    /// Package of the one app library; absent: those that the configuration names, or the only candidate.
    pub package: Option<String>,
    /// How long the app lives.
    pub lifecycle: Lifecycle,
}

/// How long an app that was started lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// Until `app/stop`, or until no client is left that started it (an attached terminal died).
    Attached,
    /// Until `app/stop`.
    Detached,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitRequest {
    /// Milliseconds.
    pub timeout_ms: u64,
}

/// How a wait ended, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitOutcome {
    /// Everything saved before the call answers requests.
    Live,
    /// It does not build or was refused; `diagnostics` says why.
    Failed,
    Timeout,
}

/// How a wait ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitReply {
    pub outcome: WaitOutcome,
    /// The generation waited for.
    pub generation: Generation,
    /// The one that answers requests; 0 while nothing serves.
    pub live: Generation,
    /// As they stand, all sources.
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogsRequest {
    /// Newest lines to return, at most 10 000.
    pub tail: u32,
}

/// The text of a file as it stands in an editor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlaySet {
    /// Absolute, or relative to the project.
    pub file: String,
    /// What the file would hold if it were saved now.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlayClear {
    /// Absolute, or relative to the project.
    pub file: String,
}

/// Whether there is a patch for an unsaved text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverlayOutcome {
    /// A patch is built. It goes live when exactly this is saved.
    Ready,
    /// A newer text came before the patch was built.
    Replaced,
    /// There is no patch for it; `why` says why. A save is built as usual.
    None,
}

/// What became of an unsaved text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverlayReply {
    pub outcome: OverlayOutcome,
    /// One sentence, where there is no patch.
    pub why: Option<String>,
}

/// What `reload/rollback` has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollback {
    /// The generation that was live.
    pub from: Generation,
    /// The one that will answer again.
    pub to: Generation,
}

/// Which generation `build/explain` is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExplainRequest {
    /// Absent: the one that something happened to last.
    pub generation: Option<Generation>,
}

/// One watched path and what the daemon did about its event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchDecision {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// Relative to the project where inside.
    pub path: String,
    /// `changed`, `unchanged content`, `ignored: …`.
    pub decision: String,
    /// The one that the change belongs to; absent where it was passed over.
    pub generation: Option<Generation>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoctorLevel {
    Ok,
    Warning,
    Error,
}

/// One finding about the machine or the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorCheck {
    /// Stable name: `rustc`, `linker`, `inotify`, `disk`, `project`, …
    pub id: String,
    pub level: DoctorLevel,
    /// One sentence about what was found.
    pub detail: String,
    /// What to do; absent when nothing needs doing.
    pub fix: Option<String>,
}

/// The daemon's methods.
#[rpc(client, server)]
pub trait AnvilDaemon {
    /// First call of every connection.
    #[method(name = "daemon/hello")]
    async fn hello(&self, hello: Hello) -> Result<HelloReply, ErrorObjectOwned>;

    /// One consistent view.
    #[method(name = "daemon/status")]
    async fn status(&self) -> Result<Status, ErrorObjectOwned>;

    /// Ends the app and the daemon. Returns when the app has ended.
    #[method(name = "daemon/shutdown")]
    async fn shutdown(&self) -> Result<(), ErrorObjectOwned>;

    /// The newest lines of the app and the daemon.
    #[method(name = "daemon/logs")]
    async fn logs(&self, request: LogsRequest) -> Result<Vec<LogLine>, ErrorObjectOwned>;

    /// Checks of the machine and the project.
    #[method(name = "daemon/doctor")]
    async fn doctor(&self) -> Result<Vec<DoctorCheck>, ErrorObjectOwned>;

    /// Starts the app, or returns at once if it runs with the same settings. Does not wait for the build.
    #[method(name = "app/start")]
    async fn app_start(&self, request: StartRequest) -> Result<Status, ErrorObjectOwned>;

    /// Ends the app; the daemon stays. Returns when the host has ended.
    #[method(name = "app/stop")]
    async fn app_stop(&self) -> Result<(), ErrorObjectOwned>;

    /// Starts a new host for the newest good generation and moves traffic to it.
    #[method(name = "app/restart")]
    async fn app_restart(&self) -> Result<(), ErrorObjectOwned>;

    /// The live routes.
    #[method(name = "app/routes")]
    async fn app_routes(&self) -> Result<Vec<RouteRow>, ErrorObjectOwned>;

    /// Resolves when all that was saved before the call is live, has failed, or time is up.
    #[method(name = "reload/wait")]
    async fn wait(&self, request: WaitRequest) -> Result<WaitReply, ErrorObjectOwned>;

    /// Has the patch for an unsaved text built ahead. Nothing of it is live before exactly that text is saved. Resolves when
    /// the patch is built or it is clear that there will be none. Ends with the connection.
    #[method(name = "overlay/set")]
    async fn overlay_set(&self, request: OverlaySet) -> Result<OverlayReply, ErrorObjectOwned>;

    /// The file counts as it is on the disk again.
    #[method(name = "overlay/clear")]
    async fn overlay_clear(&self, request: OverlayClear) -> Result<(), ErrorObjectOwned>;

    /// Type errors of a template as it stands in an editor. A newer call of the same connection replaces one that is not answered.
    #[method(name = "forge/check")]
    async fn forge_check(&self, request: ForgeCheck) -> Result<ForgeChecked, ErrorObjectOwned>;

    /// The Rust that a template becomes.
    #[method(name = "forge/lower")]
    async fn forge_lower(&self, request: ForgeLower) -> Result<ForgeLowered, ErrorObjectOwned>;

    /// The newest request of each route that was asked for since the app was started, the newest first. Those of the last quarter of a
    /// second may be missing.
    #[method(name = "forge/requests")]
    async fn forge_requests(&self) -> Result<Vec<RequestRow>, ErrorObjectOwned>;

    /// The newest changes of types that are held in the container, newest first, at most 20.
    #[method(name = "abi/report")]
    async fn abi_report(&self) -> Result<Vec<AbiChange>, ErrorObjectOwned>;

    /// Goes back to the last generation before the live one that a full build has made. The files stay as they are: what is saved next
    /// is built and goes live as usual. Answers when it has begun; `reload/history` says how it ended.
    #[method(name = "reload/rollback")]
    async fn rollback(&self) -> Result<Rollback, ErrorObjectOwned>;

    /// What happened to one generation last, with the times of its stages; null where that is not known any more.
    #[method(name = "build/explain")]
    async fn explain(&self, request: ExplainRequest) -> Result<Option<HistoryEntry>, ErrorObjectOwned>;

    /// What happened to the last generations, newest first, at most 100.
    #[method(name = "reload/history")]
    async fn history(&self) -> Result<Vec<HistoryEntry>, ErrorObjectOwned>;

    /// The diagnostics as they stand.
    #[method(name = "build/diagnostics")]
    async fn diagnostics(&self) -> Result<Vec<Diagnostic>, ErrorObjectOwned>;

    /// The last watched paths and what was decided, newest first, at most 100.
    #[method(name = "watch/why")]
    async fn watch_why(&self) -> Result<Vec<WatchDecision>, ErrorObjectOwned>;

    /// A stream of [`Event`].
    #[subscription(name = "event/subscribe" => "event", unsubscribe = "event/unsubscribe", item = Event)]
    async fn events(&self) -> SubscriptionResult;
}
