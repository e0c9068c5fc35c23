//! `anvil dev`: runs the app under the daemon and shows every edit going live.
//!
//! Attached, the app lives as long as this command: Ctrl-C ends it. When the daemon dies, a new one is started and the
//! app with it, with the same settings. Detached, the command returns as soon as the app is live.

mod attached;
mod detached;
mod screen;
mod view;

use anvild_client::exit_code;
use anvild_protocol::{Lifecycle, StartRequest};
use clap::Args as ClapArgs;

use crate::{failure::Failure, project::ProjectArgs};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Swap changed code into the living app; without it every edit starts a new host and moves traffic to it
    #[arg(long)]
    hot: bool,
    /// Address to listen on [default: `server.addr` of config/anvil.toml, else 127.0.0.1:8080]
    #[arg(long, value_name = "HOST:PORT", value_parser = parse_addr)]
    addr: Option<String>,
    /// Package of the app library, where several packages register routes
    #[arg(long, value_name = "NAME")]
    package: Option<String>,
    /// Return once the app is live; it then runs until `anvil stop`
    #[arg(long)]
    detach: bool,
}

pub(crate) async fn run(project: &ProjectArgs, args: Args) -> Result<u8, Failure> {
    let paths = project.paths()?;
    let lifecycle = if args.detach { Lifecycle::Detached } else { Lifecycle::Attached };
    let request = StartRequest { hot: args.hot, addr: args.addr, package: args.package, lifecycle };
    match lifecycle {
        Lifecycle::Attached => attached::run(&paths, &request).await,
        Lifecycle::Detached => detached::run(&paths, request).await,
    }
}

/// The daemon resolves the name; only the shape is checked here, where the mistake was made.
fn parse_addr(text: &str) -> Result<String, String> {
    let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port.parse::<u16>());
    match port {
        Some(Ok(_)) => Ok(text.to_owned()),
        Some(Err(_)) => Err("the port must be a number from 0 to 65535".to_owned()),
        None => Err("expected HOST:PORT, such as 127.0.0.1:8080".to_owned()),
    }
}

/// The stream of events ended, or could not be read.
fn broken() -> Failure {
    Failure::new(exit_code::DAEMON, "the connection to the daemon broke")
}
