//! `anvil restart`: a new host for the newest good generation.

use anvild_client::exit_code;
use anvild_protocol::AnvilDaemonClient;
use clap::Args as ClapArgs;

use crate::{failure::Failure, project::ProjectArgs, terminal};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {}

pub(crate) async fn run(project: &ProjectArgs, Args {}: &Args) -> Result<u8, Failure> {
    project.connect_or_spawn().await?.rpc().app_restart().await?;
    terminal::talk("a new host takes over");
    Ok(exit_code::OK)
}
