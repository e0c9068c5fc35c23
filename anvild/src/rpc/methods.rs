//! The methods of one connection: each checks the greeting and the client's share, and passes the call on.

use std::{sync::Arc, time::Duration};

use anvild_protocol::{
    AbiChange, AnvilDaemonServer, ClientId, Diagnostic, DoctorCheck, ExplainRequest, ForgeCheck, ForgeChecked,
    ForgeLower, ForgeLowered, Hello, HelloReply, HistoryEntry, LogLine, LogsRequest, OverlayClear, OverlayReply,
    OverlaySet, PROTOCOL, RequestRow, Rollback, RouteRow, StartRequest, Status, WaitReply, WaitRequest, WatchDecision,
    error_code,
};
use jsonrpsee::{
    PendingSubscriptionSink,
    core::{SubscriptionResult, async_trait},
    types::ErrorObjectOwned,
};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

use super::{
    EventSource, Identity, Reply, RpcCall,
    call::{call_error, stopping},
    connection::Cutter,
    events,
};

/// Of [`LogsRequest::tail`].
const TAIL_MAX: u32 = 10_000;
/// Of [`WaitRequest::timeout_ms`]: a day. A greater number would leave the range of the clock.
const WAIT_MS_MAX: u64 = 24 * 60 * 60 * 1000;

pub(super) struct Methods {
    pub(super) client: ClientId,
    pub(super) identity: Identity,
    pub(super) calls: mpsc::Sender<RpcCall>,
    pub(super) events: EventSource,
    /// Turns true when the server stops; every subscription holds a receiver until it has forwarded all.
    pub(super) ending: watch::Sender<bool>,
    pub(super) drain: Duration,
    pub(super) in_flight: Arc<Semaphore>,
    pub(super) greeted: watch::Sender<bool>,
    pub(super) cutter: Cutter,
}

type Answer<T> = Result<T, ErrorObjectOwned>;

impl Methods {
    /// Asks the loop and waits for its answer. Dropped with the connection, which closes the [`Reply`].
    async fn ask<T>(&self, call: impl FnOnce(Reply<T>) -> RpcCall) -> Answer<T> {
        self.check_greeting()?;
        let _share = self
            .in_flight
            .try_acquire()
            .map_err(|_| call_error(error_code::LIMIT, "too many calls of this connection are under way"))?;
        let (reply, answer) = oneshot::channel();
        self.calls.send(call(reply)).await.map_err(|_| stopping())?;
        answer.await.unwrap_or_else(|_| Err(stopping()))
    }

    fn check_greeting(&self) -> Answer<()> {
        if *self.greeted.borrow() { Ok(()) } else { Err(call_error(error_code::VERSION, "call `daemon/hello` first")) }
    }
}

#[async_trait]
impl AnvilDaemonServer for Methods {
    async fn hello(&self, hello: Hello) -> Answer<HelloReply> {
        if hello.protocol != PROTOCOL {
            let message = format!("this daemon speaks protocol {PROTOCOL}, the client {}", hello.protocol);
            return Err(call_error(error_code::VERSION, message));
        }
        // Reserved first: between the greeting and the notice nothing may fail, or `Gone` would come without it.
        let notice = self.calls.reserve().await.map_err(|_| stopping())?;
        if !self.greeted.send_replace(true) {
            notice.send(RpcCall::Connected { client: self.client, hello });
        }
        let Identity { version, root, pid } = self.identity.clone();
        Ok(HelloReply { protocol: PROTOCOL, version, pid, root })
    }

    async fn status(&self) -> Answer<Status> {
        self.ask(|reply| RpcCall::Status { reply }).await
    }

    async fn shutdown(&self) -> Answer<()> {
        self.ask(|reply| RpcCall::Shutdown { client: self.client, reply }).await
    }

    async fn logs(&self, request: LogsRequest) -> Answer<Vec<LogLine>> {
        let request = LogsRequest { tail: request.tail.min(TAIL_MAX) };
        self.ask(|reply| RpcCall::Logs { request, reply }).await
    }

    async fn doctor(&self) -> Answer<Vec<DoctorCheck>> {
        self.ask(|reply| RpcCall::Doctor { reply }).await
    }

    async fn app_start(&self, request: StartRequest) -> Answer<Status> {
        self.ask(|reply| RpcCall::AppStart { client: self.client, request, reply }).await
    }

    async fn app_stop(&self) -> Answer<()> {
        self.ask(|reply| RpcCall::AppStop { client: self.client, reply }).await
    }

    async fn app_restart(&self) -> Answer<()> {
        self.ask(|reply| RpcCall::AppRestart { reply }).await
    }

    async fn app_routes(&self) -> Answer<Vec<RouteRow>> {
        self.ask(|reply| RpcCall::AppRoutes { reply }).await
    }

    async fn wait(&self, request: WaitRequest) -> Answer<WaitReply> {
        let request = WaitRequest { timeout_ms: request.timeout_ms.min(WAIT_MS_MAX) };
        self.ask(|reply| RpcCall::Wait { client: self.client, request, reply }).await
    }

    async fn overlay_set(&self, request: OverlaySet) -> Answer<OverlayReply> {
        self.ask(|reply| RpcCall::OverlaySet { client: self.client, request, reply }).await
    }

    async fn overlay_clear(&self, request: OverlayClear) -> Answer<()> {
        self.ask(|reply| RpcCall::OverlayClear { request, reply }).await
    }

    async fn forge_check(&self, request: ForgeCheck) -> Answer<ForgeChecked> {
        self.ask(|reply| RpcCall::ForgeCheck { client: self.client, request, reply }).await
    }

    async fn forge_lower(&self, request: ForgeLower) -> Answer<ForgeLowered> {
        self.ask(|reply| RpcCall::ForgeLower { request, reply }).await
    }

    async fn forge_requests(&self) -> Answer<Vec<RequestRow>> {
        self.ask(|reply| RpcCall::ForgeRequests { reply }).await
    }

    async fn abi_report(&self) -> Answer<Vec<AbiChange>> {
        self.ask(|reply| RpcCall::AbiReport { reply }).await
    }

    async fn rollback(&self) -> Answer<Rollback> {
        self.ask(|reply| RpcCall::Rollback { reply }).await
    }

    async fn explain(&self, request: ExplainRequest) -> Answer<Option<HistoryEntry>> {
        self.ask(|reply| RpcCall::Explain { request, reply }).await
    }

    async fn history(&self) -> Answer<Vec<HistoryEntry>> {
        self.ask(|reply| RpcCall::History { reply }).await
    }

    async fn diagnostics(&self) -> Answer<Vec<Diagnostic>> {
        self.ask(|reply| RpcCall::Diagnostics { reply }).await
    }

    async fn watch_why(&self) -> Answer<Vec<WatchDecision>> {
        self.ask(|reply| RpcCall::WatchWhy { reply }).await
    }

    async fn events(&self, pending: PendingSubscriptionSink) -> SubscriptionResult {
        if let Err(error) = self.check_greeting() {
            pending.reject(error).await;
            return Ok(());
        }
        // Before the subscription is confirmed: what happens after the confirmation is in the stream.
        let events = self.events.subscribe();
        let sink = pending.accept().await?;
        events::forward(events, self.ending.subscribe(), sink, self.drain, self.cutter.clone()).await;
        Ok(())
    }
}
