//! `anvil rpc`: any method by its name, for scripts and for people who look closely.

use anvild_client::{Error, RawParams, exit_code};
use clap::Args as ClapArgs;
use serde_json::Value;

use crate::{failure::Failure, project::ProjectArgs, terminal};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Such as `daemon/status`; the list is docs/protocol/methods.md
    method: String,
    /// The argument as JSON; an array is the list of all arguments
    params: Option<String>,
}

pub(crate) async fn run(project: &ProjectArgs, args: &Args) -> Result<u8, Failure> {
    let params: Option<Value> = match &args.params {
        Some(text) => Some(serde_json::from_str(text).map_err(|error| {
            Failure::new(exit_code::USAGE_OR_TIMEOUT, format!("the argument is not JSON: {error}"))
        })?),
        None => None,
    };
    let connection = project.connect_or_spawn().await?;
    let answer = connection.call_raw(&args.method, RawParams::new(params)).await.map_err(|error| match error {
        Error::Call(call) => {
            let error = Error::Call(call.clone());
            let detail = call.data().map(|data| format!(": {data}")).unwrap_or_default();
            Failure::Said {
                message: format!("{}{detail} (code {})", call.message(), call.code()),
                hint: error.hint(),
                exit_code: error.exit_code(),
            }
        }
        error => error.into(),
    })?;
    terminal::print(&answer.to_string())?;
    Ok(exit_code::OK)
}
