//! One connection: the Unix socket, WebSocket framing, `daemon/hello`.

use std::{io, sync::Arc, time::Duration};

use anvild_protocol::{AnvilDaemonClient, Hello, HelloReply, MESSAGE_BYTES_MAX, PROTOCOL};
use jsonrpsee::{
    core::{JsonRawValue, client::ClientT, traits::ToRpcParams},
    ws_client::{WsClient, WsClientBuilder},
};
use tokio::net::UnixStream;

use crate::{Error, ProjectPaths};

/// The daemon answers the handshake and `daemon/hello` at once; a stopped or starved one may need a moment.
const HELLO_LIMIT: Duration = Duration::from_secs(10);

/// Calls such as `reload/wait` and `app/stop` take as long as they take; callers bound them themselves.
const CALL_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Who is calling.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// `anvil`, `anvil-lsp`, `test`.
    pub client: String,
    /// Version of the client's package; decides whether a running daemon is too old or too new.
    pub version: String,
}

impl ConnectOptions {
    /// With the version of this package, which is that of all packages of a release.
    pub fn new(client: impl Into<String>) -> Self {
        Self { client: client.into(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// A greeted connection. Clones share it. Methods are those of
/// [`AnvilDaemonClient`] on [`Self::rpc`].
#[derive(Debug, Clone)]
pub struct Connection {
    rpc: Arc<WsClient>,
    daemon: HelloReply,
}

impl Connection {
    /// For the typed methods of [`AnvilDaemonClient`].
    pub fn rpc(&self) -> &WsClient {
        &self.rpc
    }

    /// What the daemon said of itself.
    pub fn daemon(&self) -> &HelloReply {
        &self.daemon
    }

    /// Resolves when the connection has ended, from either side.
    pub async fn closed(&self) {
        self.rpc.on_disconnect().await;
    }

    /// Any method by its name.
    ///
    /// # Errors
    /// [`Error::Call`] with the daemon's error, [`Error::Disconnected`].
    pub async fn call_raw(&self, method: &str, params: RawParams) -> Result<serde_json::Value, Error> {
        Ok(self.rpc.request(method, params).await?)
    }
}

/// Parameters as JSON: an array is the list of arguments, any other value is the only argument.
#[derive(Debug, Clone)]
pub struct RawParams(Option<serde_json::Value>);

impl RawParams {
    pub fn new(value: Option<serde_json::Value>) -> Self {
        Self(value.map(|value| if value.is_array() { value } else { serde_json::Value::Array(vec![value]) }))
    }
}

impl ToRpcParams for RawParams {
    fn to_rpc_params(self) -> Result<Option<Box<JsonRawValue>>, serde_json::Error> {
        self.0.map(|value| serde_json::value::to_raw_value(&value)).transpose()
    }
}

/// Connects to the daemon that listens, whatever its version.
///
/// # Errors
/// [`Error::NotRunning`] when nobody listens; [`Error::Busy`], [`Error::Unresponsive`], [`Error::Call`] when somebody
/// does and refuses; [`Error::UnsafeDirectory`].
pub async fn connect(paths: &ProjectPaths, options: &ConnectOptions) -> Result<Connection, Error> {
    let socket = paths.socket();
    if paths.directory().exists() {
        // Before anything is said: a directory that others could have prepared may hold somebody else's socket.
        paths.prepare()?;
    }
    let stream = UnixStream::connect(&socket).await.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Error::NotRunning(paths.root().to_owned()),
        // Something is where the directory should be; it says what.
        io::ErrorKind::NotADirectory => paths.prepare().err().unwrap_or(Error::NotRunning(paths.root().to_owned())),
        _ => Error::Io { path: socket, source: error },
    })?;
    let pid = stream.peer_cred().ok().and_then(|credentials| credentials.pid()).and_then(|pid| u32::try_from(pid).ok());
    match tokio::time::timeout(HELLO_LIMIT, greet(stream, options)).await {
        Ok(result) => result,
        Err(_) => Err(Error::Unresponsive { pid }),
    }
}

async fn greet(stream: UnixStream, options: &ConnectOptions) -> Result<Connection, Error> {
    let rpc = WsClientBuilder::new()
        .max_request_size(MESSAGE_BYTES_MAX)
        .max_response_size(MESSAGE_BYTES_MAX)
        .request_timeout(CALL_LIMIT)
        // The name only fills the Host header; nothing is resolved.
        .build_with_stream("ws://anvild/", stream)
        .await
        .map_err(handshake_error)?;
    let hello = Hello {
        protocol: PROTOCOL,
        version: options.version.clone(),
        client: options.client.clone(),
        pid: std::process::id(),
    };
    let daemon = rpc.hello(hello).await?;
    Ok(Connection { rpc: Arc::new(rpc), daemon })
}

/// A daemon with too many clients answers the upgrade with 503.
fn handshake_error(error: jsonrpsee::core::ClientError) -> Error {
    use jsonrpsee::client_transport::ws::WsHandshakeError;
    if let jsonrpsee::core::ClientError::Transport(source) = &error
        && let Some(WsHandshakeError::Rejected { status_code: 503 }) = source.downcast_ref()
    {
        return Error::Busy;
    }
    Error::from(error)
}
