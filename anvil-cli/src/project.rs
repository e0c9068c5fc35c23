//! Which project a command is about, and the way to its daemon.

use std::{env, path::PathBuf};

use anvild_client::{
    ConnectOptions, Connection, Error, ProjectPaths, SpawnOptions, Step, connect, connect_or_spawn, locate,
};
use clap::Args;

use crate::{failure::Failure, terminal};

#[derive(Debug, Args)]
pub(crate) struct ProjectArgs {
    /// Folder of the project, or one below it [default: the current folder]
    #[arg(long, global = true, value_name = "DIR")]
    project: Option<PathBuf>,
}

impl ProjectArgs {
    pub(crate) fn paths(&self) -> Result<ProjectPaths, Error> {
        match &self.project {
            Some(project) => locate(project),
            None => locate(&env::current_dir().map_err(|source| Error::Io { path: PathBuf::from("."), source })?),
        }
    }

    /// To the daemon that runs.
    pub(crate) async fn connect(&self) -> Result<Connection, Failure> {
        Ok(connect(&self.paths()?, &options()).await?)
    }

    /// To the daemon, started if need be.
    pub(crate) async fn connect_or_spawn(&self) -> Result<Connection, Failure> {
        Ok(connect_or_spawn_at(&self.paths()?).await?)
    }
}

pub(crate) async fn connect_or_spawn_at(paths: &ProjectPaths) -> Result<Connection, Error> {
    connect_or_spawn(paths, &SpawnOptions { daemon_exe: None, connect: options() }, &mut say).await
}

pub(crate) fn options() -> ConnectOptions {
    ConnectOptions::new("anvil")
}

fn say(step: Step) {
    match step {
        Step::Starting { .. } => {}
        Step::Replacing { version } => {
            terminal::talk(&format!("the running daemon has version {version}; replacing it"))
        }
        Step::Waiting { elapsed } => terminal::talk(&format!("waiting for the daemon, {} s", elapsed.as_secs())),
    }
}
