//! What clients ask of the daemon's loop.

use anvild_protocol::{
    AbiChange, ClientId, Diagnostic, DoctorCheck, ExplainRequest, ForgeCheck, ForgeChecked, ForgeLower, ForgeLowered,
    Hello, HistoryEntry, LogLine, LogsRequest, OverlayClear, OverlayReply, OverlaySet, RequestRow, Rollback, RouteRow,
    StartRequest, Status, WaitReply, WaitRequest, WatchDecision, error_code,
};
use jsonrpsee::types::ErrorObjectOwned;
use tokio::sync::oneshot;

/// Where an answer goes. `reply.is_closed()` and `reply.closed().await` tell that the client no longer wants it.
/// Dropping it unanswered tells the client that the daemon is stopping.
pub type Reply<T> = oneshot::Sender<Result<T, ErrorObjectOwned>>;

/// One message to the loop. Per client: `Connected` first, `Gone` last, calls in between.
#[derive(Debug)]
pub enum RpcCall {
    /// A client said hello; it has been answered already.
    Connected {
        client: ClientId,
        hello: Hello,
    },
    /// The connection of a client that had said hello ended. Its unanswered calls are void.
    Gone {
        client: ClientId,
    },
    Status {
        reply: Reply<Status>,
    },
    Shutdown {
        client: ClientId,
        reply: Reply<()>,
    },
    /// `tail` is within its bound.
    Logs {
        request: LogsRequest,
        reply: Reply<Vec<LogLine>>,
    },
    Doctor {
        reply: Reply<Vec<DoctorCheck>>,
    },
    AppStart {
        client: ClientId,
        request: StartRequest,
        reply: Reply<Status>,
    },
    AppStop {
        client: ClientId,
        reply: Reply<()>,
    },
    AppRestart {
        reply: Reply<()>,
    },
    AppRoutes {
        reply: Reply<Vec<RouteRow>>,
    },
    /// `timeout_ms` is at most a day. Void when `reply` is closed.
    Wait {
        client: ClientId,
        request: WaitRequest,
        reply: Reply<WaitReply>,
    },
    /// Void when `reply` is closed.
    OverlaySet {
        client: ClientId,
        request: OverlaySet,
        reply: Reply<OverlayReply>,
    },
    OverlayClear {
        request: OverlayClear,
        reply: Reply<()>,
    },
    /// Void when `reply` is closed.
    ForgeCheck {
        client: ClientId,
        request: ForgeCheck,
        reply: Reply<ForgeChecked>,
    },
    ForgeLower {
        request: ForgeLower,
        reply: Reply<ForgeLowered>,
    },
    ForgeRequests {
        reply: Reply<Vec<RequestRow>>,
    },
    AbiReport {
        reply: Reply<Vec<AbiChange>>,
    },
    Rollback {
        reply: Reply<Rollback>,
    },
    Explain {
        request: ExplainRequest,
        reply: Reply<Option<HistoryEntry>>,
    },
    History {
        reply: Reply<Vec<HistoryEntry>>,
    },
    Diagnostics {
        reply: Reply<Vec<Diagnostic>>,
    },
    WatchWhy {
        reply: Reply<Vec<WatchDecision>>,
    },
}

/// An error for a client; `code` is one of [`error_code`].
pub fn call_error(code: i32, message: impl Into<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(code, message, None::<()>)
}

pub(super) fn stopping() -> ErrorObjectOwned {
    call_error(error_code::STOPPING, "the daemon is shutting down")
}
