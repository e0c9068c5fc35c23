//! `workspace/executeCommand`: what one can ask the daemon for from within the editor.

use anvild_protocol::{Lifecycle, StartRequest, WaitOutcome, WaitReply, WaitRequest};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::{projects::ProjectView, snapshot::Snapshot};

/// The names, as clients register them.
pub(crate) const ALL: &[&str] = &[
    "anvil.startApp",
    "anvil.stopApp",
    "anvil.restartApp",
    "anvil.rollback",
    "anvil.waitLive",
    "anvil.doctor",
    "anvil.showAbiReport",
    "anvil.useDaemonDiagnostics",
];

/// How long `anvil.waitLive` waits.
const WAIT_MS: u64 = 120_000;

/// Runs a command. The first argument may be the folder of the project; otherwise there must be only one.
///
/// # Errors
/// Invalid parameters for a command that does not exist; a failed request with a sentence for everything else.
pub(crate) async fn run(snapshot: &Snapshot, command: &str, arguments: &[Value]) -> Result<Value> {
    let project = project(snapshot, arguments)?;
    match command {
        "anvil.startApp" => {
            let request = StartRequest { hot: true, addr: None, package: None, lifecycle: Lifecycle::Detached };
            call(project, "app/start", json!(request)).await?;
            Ok(said("the app is being started"))
        }
        "anvil.stopApp" => {
            call(project, "app/stop", Value::Null).await?;
            Ok(said("the app has ended"))
        }
        "anvil.restartApp" => {
            call(project, "app/restart", Value::Null).await?;
            Ok(said("a new host takes over"))
        }
        "anvil.rollback" => {
            call(project, "reload/rollback", Value::Null).await?;
            Ok(said("the generation before is being brought back; the next save is built as usual"))
        }
        "anvil.waitLive" => {
            let reply = call(project, "reload/wait", json!(WaitRequest { timeout_ms: WAIT_MS })).await?;
            let reply: WaitReply = serde_json::from_value(reply).map_err(|error| failed(error.to_string()))?;
            Ok(said(match reply.outcome {
                WaitOutcome::Live => format!("generation {} answers requests", reply.live),
                WaitOutcome::Failed => {
                    format!("generation {} failed; {} answers requests", reply.generation, reply.live)
                }
                WaitOutcome::Timeout => format!("generation {} is not live yet", reply.generation),
            }))
        }
        "anvil.doctor" => {
            let checks = call(project, "daemon/doctor", Value::Null).await?;
            Ok(json!({ "message": "what `anvil doctor` found", "checks": checks }))
        }
        "anvil.showAbiReport" => {
            let root = json!({ "root": project.root });
            let report = crate::features::layouts::report(snapshot, &root).await?;
            Ok(json!({ "message": report["text"], "text": report["text"] }))
        }
        other => Err(Error::invalid_params(format!("there is no command `{other}`; there are {}", ALL.join(", ")))),
    }
}

fn said(message: impl Into<String>) -> Value {
    json!({ "message": message.into() })
}

/// The project that is meant.
pub(crate) fn project<'s>(snapshot: &'s Snapshot, arguments: &[Value]) -> Result<&'s ProjectView> {
    let named = arguments.first().and_then(Value::as_str);
    let mut projects =
        snapshot.daemons.iter().filter(|project| named.is_none_or(|named| project.root.as_os_str() == named));
    match (projects.next(), projects.next()) {
        (Some(project), None) => Ok(project),
        (Some(_), Some(_)) => Err(failed("there are several projects; give the folder of one as the first argument")),
        (None, _) if !snapshot.client.settings.trusted => {
            Err(failed("the workspace is not trusted, so no daemon is used"))
        }
        (None, _) => Err(failed("no folder of the workspace is an Anvilforge project, or `anvil.daemon` is `off`")),
    }
}

pub(crate) async fn call(project: &ProjectView, method: &'static str, params: Value) -> Result<Value> {
    project.handle.call(method, params).await.map_err(failed)
}

/// `RequestFailed` of the protocol: the request was right and could not be carried out.
pub(crate) fn failed(message: impl Into<String>) -> Error {
    Error { code: ErrorCode::ServerError(-32803), message: message.into().into(), data: None }
}
