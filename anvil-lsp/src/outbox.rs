//! What the server says unasked, in order: one task, so that a client that reads slowly holds up this and not the state.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower_lsp::{
    Client,
    ls_types::{
        Diagnostic, DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, MessageType,
        Registration, Uri, notification::Notification,
    },
};

/// Files that are asked to be watched; what the daemon says of them counts as well.
const WATCHED: [&str; 7] =
    ["**/*.forge.html", "**/*.rs", "**/Cargo.toml", "**/config/*.toml", "**/lang/**", "**/.env", "**/public/**"];

/// One thing to say.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Publish {
        uri: Uri,
        diagnostics: Vec<Diagnostic>,
        version: Option<i32>,
    },
    /// The client asks for all diagnostics again.
    RefreshDiagnostics,
    RefreshLenses,
    ReloadStatus(Value),
    ServerStatus {
        is_quiescent: bool,
        problem: Option<String>,
    },
    Log(MessageType, String),
    /// Ask the client to report changed files.
    Watch,
}

/// `anvil/reloadStatus`: which generation answers requests, and what is under way.
#[derive(Debug)]
enum ReloadStatus {}

impl Notification for ReloadStatus {
    type Params = Value;
    const METHOD: &'static str = "anvil/reloadStatus";
}

/// In rust-analyzer's shape, so that status lines know it.
#[derive(Debug)]
enum ServerStatus {}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ServerStatusParams {
    health: String,
    quiescent: bool,
    message: Option<String>,
}

impl Notification for ServerStatus {
    type Params = ServerStatusParams;
    const METHOD: &'static str = "experimental/serverStatus";
}

/// Until the state has ended.
pub(crate) async fn run(client: Client, mut outgoing: mpsc::Receiver<Outgoing>) {
    while let Some(message) = outgoing.recv().await {
        say(&client, message).await;
    }
}

async fn say(client: &Client, message: Outgoing) {
    match message {
        Outgoing::Publish { uri, diagnostics, version } => client.publish_diagnostics(uri, diagnostics, version).await,
        // Requests: their answers are of no interest, and nothing waits for them.
        Outgoing::RefreshDiagnostics => {
            let client = client.clone();
            tokio::spawn(async move { client.workspace_diagnostic_refresh().await });
        }
        Outgoing::RefreshLenses => {
            let client = client.clone();
            tokio::spawn(async move { client.code_lens_refresh().await });
        }
        Outgoing::ReloadStatus(status) => client.send_notification::<ReloadStatus>(status).await,
        Outgoing::ServerStatus { is_quiescent, problem } => {
            let health = if problem.is_some() { "warning" } else { "ok" }.to_owned();
            let params = ServerStatusParams { health, quiescent: is_quiescent, message: problem };
            client.send_notification::<ServerStatus>(params).await;
        }
        Outgoing::Log(kind, text) => client.log_message(kind, text).await,
        Outgoing::Watch => {
            let client = client.clone();
            tokio::spawn(async move {
                if let Err(error) = client.register_capability(vec![watch_registration()]).await {
                    tracing::info!(%error, "the client does not watch files");
                }
            });
        }
    }
}

fn watch_registration() -> Registration {
    let watchers =
        WATCHED.map(|glob| FileSystemWatcher { glob_pattern: GlobPattern::String(glob.to_owned()), kind: None });
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: watchers.into() };
    Registration {
        id: "anvil-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!(options)),
    }
}
