//! `anvil wait`: returns when everything saved before the call is live, has failed, or time is up.

use std::time::{Duration, Instant};

use anvild_client::{Error, ProjectPaths, exit_code};
use anvild_protocol::{AnvilDaemonClient, WaitOutcome, WaitReply, WaitRequest};
use clap::Args as ClapArgs;

use crate::{
    diagnostic,
    failure::Failure,
    project::{ProjectArgs, connect_or_spawn_at},
    terminal::{self, Style},
};

/// The daemon keeps the time; past this much more it does not answer at all.
const GRACE: Duration = Duration::from_secs(10);
/// Daemons in a row that may die while this command waits.
const ATTEMPTS_MAX: u32 = 5;
/// More seconds than anybody waits, and few enough for every clock.
const SECONDS_MAX: f64 = 86_400.0;

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Seconds to wait at most
    #[arg(long, value_name = "S", default_value = "120", value_parser = parse_seconds)]
    timeout: Duration,
}

pub(crate) async fn run(project: &ProjectArgs, args: &Args) -> Result<u8, Failure> {
    let paths = project.paths()?;
    let deadline = Instant::now() + args.timeout;
    let mut attempts = 1;
    let reply = loop {
        match ask(&paths, deadline).await {
            // The daemon died; its successor looks at everything on disk when it starts.
            Err(Error::Disconnected) if attempts < ATTEMPTS_MAX && Instant::now() < deadline => attempts += 1,
            result => break result?,
        }
    };
    report(&reply, args.timeout)
}

async fn ask(paths: &ProjectPaths, deadline: Instant) -> Result<WaitReply, Error> {
    let connection = connect_or_spawn_at(paths).await?;
    let left = deadline.saturating_duration_since(Instant::now());
    let request = WaitRequest { timeout_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX) };
    match tokio::time::timeout(left + GRACE, connection.rpc().wait(request)).await {
        Ok(reply) => Ok(reply?),
        Err(_) => Err(Error::Unresponsive { pid: Some(connection.daemon().pid) }),
    }
}

fn report(reply: &WaitReply, timeout: Duration) -> Result<u8, Failure> {
    let WaitReply { outcome, generation, live, diagnostics } = reply;
    match outcome {
        WaitOutcome::Live => {
            terminal::print(&format!("generation {live} is live"))?;
            Ok(exit_code::OK)
        }
        WaitOutcome::Failed => {
            let style = Style::of_stderr();
            for diagnostic in diagnostics {
                terminal::talk(&diagnostic::render(diagnostic, style));
            }
            let stays =
                if live.0 == 0 { "nothing is live".to_owned() } else { format!("generation {live} stays live") };
            terminal::print(&format!("generation {generation} failed; {stays}"))?;
            Ok(exit_code::FAILED)
        }
        WaitOutcome::Timeout => {
            terminal::print(&format!("generation {generation} is not live after {} s", timeout.as_secs_f64()))?;
            Ok(exit_code::USAGE_OR_TIMEOUT)
        }
    }
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if !(0.0..=SECONDS_MAX).contains(&seconds) {
        return Err(format!("must be between 0 and {SECONDS_MAX}"));
    }
    Ok(Duration::from_secs_f64(seconds))
}
