//! What the daemon and its clients (`anvil`, `anvil-lsp`, tests) say to each other: JSON-RPC 2.0 over WebSocket framing on a
//! Unix socket.
//!
//! Data and one typed trait; no I/O. Lines and columns are 1-based everywhere. A change that an older client could
//! misread raises [`PROTOCOL`].
#![forbid(unsafe_code)]

mod diagnostic;
mod event;
mod ids;
mod rpc;
mod snapshot;

pub use diagnostic::{Diagnostic, Label, Severity, Source};
pub use event::{AppChange, BuildChange, BuildProgress, Event, EventKind, LogLine, LogStream, StageMillis};
pub use ids::{ClientId, Generation, HostId};
pub use rpc::{
    AnvilDaemonClient, AnvilDaemonServer, DoctorCheck, DoctorLevel, Hello, HelloReply, Lifecycle, LogsRequest,
    OverlayClear, OverlayOutcome, OverlayReply, OverlaySet, StartRequest, WaitOutcome, WaitReply, WaitRequest,
    WatchDecision, error_code,
};
pub use snapshot::{
    AppSnapshot, AppState, BuildKind, BuildOutcome, BuildSnapshot, BuildState, DaemonSnapshot, GenerationSnapshot,
    HistoryEntry, LastBuild, ProjectSnapshot, RouteRow, Status, WatchBackend, WatchSnapshot,
};

/// Version of this protocol. It is part of the socket's name, so clients of another version never connect by mistake.
pub const PROTOCOL: u32 = 1;

/// Largest message in bytes that either side accepts.
pub const MESSAGE_BYTES_MAX: u32 = 16 * 1024 * 1024;
