//! `anvil stop`: ends the app, or the daemon with it.

use anvild_client::{Error, StopOutcome, connect, exit_code, stop_daemon};
use anvild_protocol::AnvilDaemonClient;
use clap::Args as ClapArgs;

use crate::{
    failure::Failure,
    project::{ProjectArgs, options},
    terminal,
};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// End the daemon too, of whatever version
    #[arg(long)]
    daemon: bool,
}

pub(crate) async fn run(project: &ProjectArgs, args: &Args) -> Result<u8, Failure> {
    let paths = project.paths()?;
    if args.daemon {
        terminal::talk(&match stop_daemon(&paths, &options()).await? {
            StopOutcome::NotRunning => "no daemon was running".to_owned(),
            StopOutcome::ShutDown { pid } => format!("the daemon (process {pid}) has ended"),
            StopOutcome::Terminated { pid } => format!("the daemon (process {pid}) has ended after SIGTERM"),
            StopOutcome::Killed { pid } => format!("the daemon (process {pid}) did not react and was killed"),
        });
        return Ok(exit_code::OK);
    }
    match connect(&paths, &options()).await {
        Ok(connection) => {
            connection.rpc().app_stop().await?;
            terminal::talk("the app has ended");
        }
        Err(Error::NotRunning(_)) => terminal::talk("no daemon was running"),
        Err(error) => return Err(error.into()),
    }
    Ok(exit_code::OK)
}
