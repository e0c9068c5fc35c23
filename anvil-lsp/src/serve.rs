//! Puts the parts together for one conversation.

use tokio::{
    io::{AsyncRead, AsyncWrite, BufReader},
    sync::{mpsc, watch},
};
use tower_lsp::{LspService, Server};

use crate::{
    frames,
    ordered::{Ordered, Phase},
    outbox, parent,
    server::LanguageServer,
    state::State,
};

/// Events that wait for the state; a client that sends faster waits.
const EVENTS_WAITING: usize = 512;
/// Messages that wait for the client.
const OUTGOING_WAITING: usize = 512;
/// Requests that run side by side. A notification needs a place too, and `$/cancelRequest` is one.
const CONCURRENT: usize = 256;
/// Between reading a message and handling it.
const PIPE_BYTES: usize = 64 * 1024;

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// After `shutdown`, as the protocol wants it.
    Orderly,
    /// The client is gone, or said `exit` alone.
    Lost,
}

/// Speaks with a client until it says `exit`, closes its stream, or its process ends.
pub async fn serve<I, O>(input: I, output: O) -> Exit
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let (events, received) = mpsc::channel(EVENTS_WAITING);
    let (outgoing, outgoing_received) = mpsc::channel(OUTGOING_WAITING);
    let (service, socket) = LspService::build(|client| LanguageServer::new(client, events.clone()))
        .custom_method("anvil/generatedRust", LanguageServer::generated_rust)
        .custom_method("anvil/abiReport", LanguageServer::abi_report)
        .custom_method("anvil/status", LanguageServer::status)
        .custom_method("anvil/debug/textHash", LanguageServer::text_hash)
        .finish();
    let outbox = tokio::spawn(outbox::run(service.inner().client().clone(), outgoing_received));
    let state = tokio::spawn(State::new(events.downgrade(), outgoing).run(received));

    let (passed, pipe) = tokio::io::duplex(PIPE_BYTES);
    let reading = tokio::spawn(frames::pass_on(BufReader::new(input), passed));
    let (phase, phases) = watch::channel(Phase::Silent);
    let (process, processes) = watch::channel(None);
    let ordered = Ordered::new(service, events, phase, process);
    let serving = Server::new(pipe, output, socket).concurrency_level(CONCURRENT).serve(ordered);
    tokio::select! {
        () = serving => {}
        () = parent::ended(processes) => tracing::info!("the editor's process has ended"),
    }
    for task in [reading.abort_handle(), state.abort_handle(), outbox.abort_handle()] {
        task.abort();
    }
    if *phases.borrow() == Phase::ShutDown { Exit::Orderly } else { Exit::Lost }
}
