//! Keeps messages in order: the layer between the transport, which calls it for each message in turn, and the protocol library,
//! which runs what the calls return side by side.
//!
//! What changes something is handed to the state within the call. So is the request for a snapshot that every other request
//! reads: it is taken between the changes before the message and those behind it, however late its handler runs.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    task::{Context, Poll, ready},
};

use futures_util::{FutureExt, future::BoxFuture};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::PollSender;
use tower::Service;
use tower_lsp::{
    jsonrpc::{Error, ErrorCode, Id, Request, Response},
    ls_types::InitializeParams,
};

use crate::{
    frames,
    snapshot::Snapshot,
    state::{Change, Event},
};

/// `ServerNotInitialized`.
const NOT_INITIALIZED: i64 = -32002;

tokio::task_local! {
    static SNAPSHOT: std::cell::RefCell<Option<oneshot::Receiver<Snapshot>>>;
}

/// The snapshot of the request that is being handled. To be asked for once.
///
/// # Errors
/// An internal error outside of a request, and when the server is ending.
pub(crate) async fn snapshot() -> Result<Snapshot, Error> {
    let receiver = SNAPSHOT.try_with(std::cell::RefCell::take).ok().flatten();
    let receiver = receiver.ok_or_else(Error::internal_error)?;
    receiver.await.map_err(|_| Error::internal_error())
}

/// See the module.
pub(crate) struct Ordered<S> {
    inner: S,
    state: PollSender<Event>,
    phase: watch::Sender<Phase>,
    /// The number of the client's process, once it has said it.
    process: watch::Sender<Option<u32>>,
}

/// How far the conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Silent,
    Initialized,
    ShutDown,
}

impl<S> Ordered<S> {
    pub(crate) fn new(
        inner: S,
        state: mpsc::Sender<Event>,
        phase: watch::Sender<Phase>,
        process: watch::Sender<Option<u32>>,
    ) -> Self {
        Self { inner, state: PollSender::new(state), phase, process }
    }

    /// The answer to a request that the library would answer otherwise than the protocol says, or not at all.
    fn refused(&self, request: &Request) -> Option<Response> {
        let id = request.id()?.clone();
        let error = match (*self.phase.borrow(), request.method()) {
            (Phase::Silent, "initialize") => return None,
            // Whether there is such a method is the second question.
            (Phase::Silent, _) => Error {
                code: ErrorCode::ServerError(NOT_INITIALIZED),
                message: "the conversation begins with `initialize`".into(),
                data: None,
            },
            (Phase::ShutDown, _) => Error::invalid_request(),
            // The library takes every one for a notification.
            (Phase::Initialized, method) if method.starts_with("$/") => Error::method_not_found(),
            (Phase::Initialized, _) => return None,
        };
        Some(Response::from_error(id, error))
    }

    /// What the state must learn from this message. `Err`: its parameters are not what the protocol says.
    fn event(&mut self, request: &Request, snapshot: oneshot::Sender<Snapshot>) -> Result<Option<Event>, String> {
        let phase = *self.phase.borrow();
        if phase == Phase::Silent {
            if request.method() != "initialize" {
                return Ok(None);
            }
            let params: InitializeParams = params(request)?;
            self.phase.send_replace(Phase::Initialized);
            self.process.send_replace(params.process_id);
            return Ok(Some(Event::Changed(Change::Initialize(Box::new(params)))));
        }
        if phase == Phase::ShutDown {
            return Ok(None);
        }
        let change = match request.method() {
            "initialized" => Change::Initialized,
            "textDocument/didOpen" => Change::Open(params(request)?),
            "textDocument/didChange" => Change::Edit(params(request)?),
            "textDocument/didSave" => Change::Save(params(request)?),
            "textDocument/didClose" => Change::Close(params(request)?),
            "workspace/didChangeConfiguration" => Change::Settings(params(request)?),
            "workspace/didChangeWorkspaceFolders" => Change::Folders(params(request)?),
            "workspace/didChangeWatchedFiles" => Change::Watched(params(request)?),
            "shutdown" => {
                self.phase.send_replace(Phase::ShutDown);
                return Ok(None);
            }
            _ if request.id().is_some() => return Ok(Some(Event::Snapshot(snapshot))),
            _ => return Ok(None),
        };
        Ok(Some(Event::Changed(change)))
    }
}

fn params<T: DeserializeOwned>(request: &Request) -> Result<T, String> {
    T::deserialize(request.params().unwrap_or(&serde_json::Value::Null)).map_err(|error| error.to_string())
}

/// Parameters that some clients leave out and others send: the library wants exactly one way.
fn with_usual_params(request: Request) -> Request {
    let is_bare = matches!(request.method(), "shutdown" | "exit");
    let is_missing = request.params().is_none() && request.method().starts_with("anvil/");
    let is_superfluous = is_bare && request.params().is_some();
    if !is_missing && !is_superfluous {
        return request;
    }
    let (method, id, _) = request.into_parts();
    let mut usual = Request::build(method);
    if is_missing {
        usual = usual.params(serde_json::Value::Object(serde_json::Map::new()));
    }
    match id {
        Some(id) => usual.id(id).finish(),
        None => usual.finish(),
    }
}

impl<S> Service<Request> for Ordered<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Error: Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Option<Response>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // A state that has ended takes nothing more; `call` finds out.
        let _ = ready!(self.state.poll_reserve(context));
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == frames::REFUSED {
            let refusal = Error::deserialize(request.params().unwrap_or(&serde_json::Value::Null));
            let error = refusal.unwrap_or_else(|_| Error::invalid_request());
            return std::future::ready(Ok(Some(Response::from_error(Id::Null, error)))).boxed();
        }
        let request = with_usual_params(request);
        if let Some(refused) = self.refused(&request) {
            return std::future::ready(Ok(Some(refused))).boxed();
        }
        let (sender, receiver) = oneshot::channel();
        match self.event(&request, sender) {
            Ok(Some(event)) => {
                let _ = self.state.send_item(event);
            }
            Ok(None) => {}
            Err(problem) => {
                tracing::warn!(method = request.method(), %problem, "wrong parameters");
                let Some(id) = request.id() else { return std::future::ready(Ok(None)).boxed() };
                let answer = Response::from_error(id.clone(), Error::invalid_params(problem));
                return std::future::ready(Ok(Some(answer))).boxed();
            }
        }
        let id = request.id().cloned();
        let method = request.method().to_owned();
        let handling = SNAPSHOT.scope(std::cell::RefCell::new(Some(receiver)), self.inner.call(request));
        let caught = AssertUnwindSafe(handling).catch_unwind();
        async move {
            caught.await.unwrap_or_else(|panic| {
                let problem = message_of(panic.as_ref());
                tracing::error!(method, problem, "a request ended in a panic");
                Ok(id.map(|id| Response::from_error(id, panicked(&method, problem))))
            })
        }
        .boxed()
    }
}

/// The error of a request whose handler panicked.
pub(crate) fn panicked(method: &str, problem: &str) -> Error {
    Error {
        code: ErrorCode::InternalError,
        message: format!("`{method}` failed within the server: {problem}").into(),
        data: None,
    }
}

pub(crate) fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message")
}
