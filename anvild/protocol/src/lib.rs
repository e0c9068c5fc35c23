//! What the daemon and its clients (`anvil`, `anvil-lsp`, tests) say to each other: JSON-RPC 2.0 over WebSocket framing on a
//! Unix socket.
//!
//! Data and one typed trait; no I/O. Lines and columns are 1-based everywhere. A change that an older client could
//! misread raises [`PROTOCOL`].
#![forbid(unsafe_code)]

mod abi;
mod diagnostic;
mod event;
mod forge;
mod ids;
mod rpc;
mod snapshot;

pub use abi::{AbiAction, AbiChange, AbiField, AbiLayout};
pub use diagnostic::{Diagnostic, Label, Severity, Source};
pub use event::{AppChange, BuildChange, BuildProgress, Event, EventKind, LogLine, LogStream, StageMillis};
pub use forge::{CheckOutcome, ForgeCheck, ForgeChecked, ForgeLower, ForgeLowered};
pub use ids::{ClientId, Generation, HostId};
pub use rpc::{
    AnvilDaemonClient, AnvilDaemonServer, DoctorCheck, DoctorLevel, ExplainRequest, Hello, HelloReply, Lifecycle,
    LogsRequest, OverlayClear, OverlayOutcome, OverlayReply, OverlaySet, Rollback, StartRequest, WaitOutcome,
    WaitReply, WaitRequest, WatchDecision, error_code,
};
pub use snapshot::{
    AppSnapshot, AppState, BuildKind, BuildOutcome, BuildSnapshot, BuildState, DaemonSnapshot, GenerationSnapshot,
    HistoryEntry, LastBuild, ProjectSnapshot, RequestRow, RouteRow, Status, WatchBackend, WatchSnapshot,
};

/// Version of this protocol. It is part of the socket's name, so clients of another version never connect by mistake.
///
/// A method, a field of a result, a field of an argument that may be absent, and a code are added without raising it: who does not
/// know them passes over them. Whatever an older side could misread raises it.
pub const PROTOCOL: u32 = 1;

/// Largest message in bytes that either side accepts.
pub const MESSAGE_BYTES_MAX: u32 = 16 * 1024 * 1024;
