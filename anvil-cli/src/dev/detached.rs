//! `anvil dev --detach`: starts the app and returns once it is live, with its address as the only data.

use std::collections::VecDeque;

use anvild_client::{ProjectPaths, exit_code};
use anvild_protocol::{AnvilDaemonClient, StartRequest};

use super::{
    screen::{Lines, Screen},
    view::{Show, View},
};
use crate::{failure::Failure, project::connect_or_spawn_at, status::url, terminal};

pub(super) async fn run(paths: &ProjectPaths, request: StartRequest) -> Result<u8, Failure> {
    let connection = connect_or_spawn_at(paths).await?;
    let mut events = connection.rpc().events().await?;
    let status = connection.rpc().app_start(request).await?;
    let mut screen = Screen::new(Lines::Stderr);
    let mut view = View::new(Screen::style(Lines::Stderr));
    let mut shows = VecDeque::from(view.resync(&status));
    loop {
        while let Some(show) = shows.pop_front() {
            screen.show(&show)?;
            match show {
                Show::Ready { addr } => {
                    terminal::print(&url(&addr))?;
                    return Ok(exit_code::OK);
                }
                Show::NotUp | Show::Stopped => return Ok(exit_code::FAILED),
                Show::DaemonEnds { reason } => {
                    return Err(Failure::new(exit_code::DAEMON, format!("the daemon ends: {reason}")));
                }
                Show::Behind => {
                    let status = connection.rpc().status().await?;
                    shows.extend(view.resync(&status));
                }
                Show::Line(_) | Show::Progress { .. } | Show::ProgressEnd => {}
            }
        }
        let Some(Ok(event)) = events.next().await else { return Err(super::broken()) };
        shows.extend(view.event(event));
    }
}
