//! From clients' calls to events and answers.

use std::time::{Duration, Instant};

use anvild_engine::{Event, WaitId};
use anvild_protocol::{
    AppState, ClientId, Generation, HistoryEntry, OverlayOutcome, OverlayReply, OverlaySet, Rollback, WaitReply,
    WaitRequest, error_code,
};

use super::{Daemon, Internal};
use crate::{
    builder::OverlayCall,
    rpc::{Reply, RpcCall, call_error},
};

impl Daemon {
    pub(super) async fn on_call(&mut self, call: RpcCall) {
        match call {
            RpcCall::Connected { client, .. } => {
                self.clients.insert(client);
            }
            RpcCall::Gone { client } => self.on_gone(client).await,
            RpcCall::Status { reply } => {
                let _ = reply.send(Ok(self.status()));
            }
            RpcCall::Shutdown { reply, .. } => {
                self.stops.push(reply);
                self.feed(Event::ShutDown { reason: "a client asked for it".to_owned() });
            }
            RpcCall::Logs { request, reply } => {
                let _ = reply.send(Ok(self.log.tail(request.tail)));
            }
            RpcCall::Doctor { reply } => self.examine(reply),
            RpcCall::AppStart { client, request, reply } => self.on_app_start(client, request, reply),
            RpcCall::AppStop { reply, .. } => {
                self.stops.push(reply);
                self.feed(Event::StopApp { reason: "a client asked for it".to_owned() });
            }
            RpcCall::AppRestart { reply } => {
                let answer = self.running().map(|()| self.feed(Event::RestartApp));
                let _ = reply.send(answer);
            }
            RpcCall::AppRoutes { reply } => {
                let _ = reply.send(self.running().map(|()| self.engine.routes()));
            }
            RpcCall::Wait { request, reply, .. } => self.on_wait(&request, reply),
            RpcCall::OverlaySet { client, request, reply } => self.on_overlay(client, request, reply).await,
            RpcCall::OverlayClear { request, reply } => {
                if let Some(builder) = &self.builder {
                    builder.overlay(OverlayCall::Clear { file: self.root.join(request.file) }).await;
                }
                let _ = reply.send(Ok(()));
            }
            RpcCall::ForgeCheck { client, request, reply } => self.on_forge_check(client, request, reply),
            RpcCall::ForgeLower { request, reply } => self.on_forge_lower(request, reply),
            RpcCall::ForgeRequests { reply } => {
                let _ = reply.send(Ok(self.requests.rows(&self.engine.routes())));
            }
            RpcCall::AbiReport { reply } => {
                let _ = reply.send(Ok(self.engine.snapshot().abi));
            }
            RpcCall::Rollback { reply } => {
                let _ = reply.send(self.roll_back());
            }
            RpcCall::Explain { request, reply } => {
                let _ = reply.send(Ok(self.explain(request.generation)));
            }
            RpcCall::History { reply } => {
                let _ = reply.send(Ok(self.engine.snapshot().history));
            }
            RpcCall::Diagnostics { reply } => {
                let _ = reply.send(Ok(self.engine.snapshot().diagnostics));
            }
            RpcCall::WatchWhy { reply } => {
                let _ = reply.send(Ok(self.decisions.list()));
            }
        }
    }

    async fn on_gone(&mut self, client: ClientId) {
        self.clients.remove(&client);
        if let Some(builder) = &self.builder {
            builder.overlay(OverlayCall::Gone { client }).await;
        }
        self.feed(Event::ClientGone(client));
    }

    async fn on_overlay(&self, client: ClientId, request: OverlaySet, reply: Reply<OverlayReply>) {
        if let Err(stopped) = self.running() {
            let _ = reply.send(Err(stopped));
            return;
        }
        let Some(builder) = &self.builder else {
            let why = Some("the app is being started".to_owned());
            let _ = reply.send(Ok(OverlayReply { outcome: OverlayOutcome::None, why }));
            return;
        };
        let (sender, answer) = tokio::sync::oneshot::channel();
        let OverlaySet { file, text } = request;
        builder.overlay(OverlayCall::Set { client, file: self.root.join(file), text, reply: sender }).await;
        tokio::spawn(async move {
            // Without an answer the builder is gone, and the dropped reply says so.
            if let Ok(answer) = answer.await {
                let _ = reply.send(Ok(answer));
            }
        });
    }

    fn explain(&self, wanted: Option<Generation>) -> Option<HistoryEntry> {
        let is_meant = |entry: &HistoryEntry| wanted.is_none_or(|wanted| entry.generation == wanted);
        self.engine.snapshot().history.into_iter().find(is_meant)
    }

    fn roll_back(&mut self) -> Result<Rollback, jsonrpsee::types::ErrorObjectOwned> {
        self.running()?;
        let to = self.engine.rollback().map_err(|why| call_error(error_code::ROLLBACK, why))?;
        let from = self.engine.snapshot().generation.live;
        self.feed(Event::RollBack);
        Ok(Rollback { from, to })
    }

    fn running(&self) -> Result<(), jsonrpsee::types::ErrorObjectOwned> {
        if self.engine.state() == AppState::Stopped {
            return Err(call_error(error_code::STOPPED, "the app is not running; start it with `anvil dev --hot`"));
        }
        Ok(())
    }

    /// Scans first: what was saved before the call counts even if its event has not come, or never will.
    fn on_wait(&mut self, request: &WaitRequest, reply: Reply<WaitReply>) {
        self.next_wait += 1;
        let wait = WaitId(self.next_wait);
        let deadline = Instant::now() + Duration::from_millis(request.timeout_ms);
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.waits.insert(wait, answer);
        let watch = self.watch.clone();
        let internal = self.internal.clone();
        tokio::spawn(async move {
            if let Some(watch) = watch {
                watch.sync().await;
            }
            // An error at any send means that the daemon ends, and the dropped reply says so.
            let _ = internal.send(Internal::Scanned { wait, deadline }).await;
            deliver(wait, reply, answered, internal).await;
        });
    }
}

/// Passes the answer on, or reports that nobody waits any more.
async fn deliver(
    wait: WaitId,
    mut reply: Reply<WaitReply>,
    answered: tokio::sync::oneshot::Receiver<WaitReply>,
    internal: tokio::sync::mpsc::Sender<Internal>,
) {
    let answer = tokio::select! {
        answer = answered => answer,
        () = reply.closed() => {
            let _ = internal.send(Internal::WaitGone(wait)).await;
            return;
        }
    };
    if let Ok(answer) = answer {
        let _ = reply.send(Ok(answer));
    }
}
