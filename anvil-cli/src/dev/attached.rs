//! The attached form: one session with the daemon after another, until somebody ends the app.

use std::{collections::VecDeque, io, time::Duration};

use anvild_client::{Connection, Error, ProjectPaths, exit_code};
use anvild_protocol::{AnvilDaemonClient, StartRequest, error_code};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{
    screen::{Lines, Screen},
    view::{Show, View},
};
use crate::{failure::Failure, project::connect_or_spawn_at};

/// Between attempts to come back after the daemon died; doubled each time.
const BACKOFF: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(5);
/// Attempts in a row in which the app did not come up.
const ATTEMPTS_MAX: u32 = 10;

/// How a session ended.
enum End {
    /// Somebody ended the app or the daemon.
    Over,
    /// The connection broke.
    Broken,
    /// The user wants to leave; the connection where there is one already.
    Interrupted(Option<Connection>),
}

struct Dev<'a> {
    paths: &'a ProjectPaths,
    request: &'a StartRequest,
    screen: Screen,
    view: View,
    signals: Signals,
    /// Sessions in a row in which the app did not come up.
    failures: u32,
}

pub(super) async fn run(paths: &ProjectPaths, request: &StartRequest) -> Result<u8, Failure> {
    let mut dev = Dev {
        paths,
        request,
        screen: Screen::new(Lines::Stdout),
        view: View::new(Screen::style(Lines::Stdout)),
        signals: Signals::new()?,
        failures: 0,
    };
    loop {
        match dev.session().await {
            Ok(End::Over | End::Interrupted(None)) => return Ok(exit_code::OK),
            Ok(End::Interrupted(Some(connection))) => return dev.stop(&connection).await,
            Ok(End::Broken) if dev.failures < ATTEMPTS_MAX => {
                dev.screen.talk("the daemon ended unexpectedly; starting it again");
            }
            Ok(End::Broken) => return Err(super::broken()),
            Err(SessionError::Client(error))
                if dev.failures > 0 && dev.failures < ATTEMPTS_MAX && is_passing(&error) => {}
            Err(error) => return Err(error.into()),
        }
        dev.failures += 1;
        dev.view.reconnected();
        let pause = BACKOFF.saturating_mul(1 << (dev.failures - 1).min(10)).min(BACKOFF_MAX);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = dev.signals.next() => return Ok(exit_code::OK),
        }
    }
}

impl Dev<'_> {
    async fn session(&mut self) -> Result<End, SessionError> {
        let connection = tokio::select! {
            connection = connect_or_spawn_at(self.paths) => connection?,
            () = self.signals.next() => return Ok(End::Interrupted(None)),
        };
        let started = async {
            // Subscribed first, so that nothing falls between the status and the stream.
            let events = connection.rpc().events().await?;
            let status = connection.rpc().app_start(self.request.clone()).await?;
            Ok::<_, jsonrpsee::core::ClientError>((events, status))
        };
        let (mut events, status) = tokio::select! {
            started = started => started.map_err(Error::from)?,
            () = self.signals.next() => return Ok(End::Interrupted(Some(connection))),
        };
        let mut shows = VecDeque::from(self.view.resync(&status));
        loop {
            while let Some(show) = shows.pop_front() {
                if self.react(show, &connection, &mut shows).await? {
                    return Ok(End::Over);
                }
            }
            let event = tokio::select! {
                event = events.next() => event,
                () = self.signals.next() => return Ok(End::Interrupted(Some(connection))),
            };
            let Some(Ok(event)) = event else { return Ok(End::Broken) };
            shows.extend(self.view.event(event));
        }
    }

    /// `true` when the command is over.
    async fn react(
        &mut self,
        show: Show,
        connection: &Connection,
        shows: &mut VecDeque<Show>,
    ) -> Result<bool, SessionError> {
        self.screen.show(&show)?;
        match show {
            Show::Ready { addr } => {
                self.failures = 0;
                let line = ready_line(&self.view, connection, &addr).await;
                self.screen.show(&line)?;
            }
            Show::Behind => {
                // A broken connection shows in the stream as well.
                if let Ok(status) = connection.rpc().status().await {
                    shows.extend(self.view.resync(&status));
                }
            }
            Show::Stopped => {
                self.screen.talk("the app was stopped");
                return Ok(true);
            }
            Show::DaemonEnds { reason } => {
                self.screen.talk(&format!("the daemon ends: {reason}"));
                return Ok(true);
            }
            Show::Line(_) | Show::Progress { .. } | Show::ProgressEnd | Show::NotUp => {}
        }
        Ok(false)
    }

    /// Ends the app politely; a second signal leaves at once, and the daemon ends the app of a client that is gone.
    async fn stop(mut self, connection: &Connection) -> Result<u8, Failure> {
        self.screen.talk("stopping the app; Ctrl-C again leaves at once");
        tokio::select! {
            stopped = connection.rpc().app_stop() => match stopped.map_err(Error::from) {
                Ok(()) | Err(Error::Disconnected) => Ok(exit_code::OK),
                Err(Error::Call(error)) if [error_code::STOPPED, error_code::STOPPING].contains(&error.code()) => {
                    Ok(exit_code::OK)
                }
                Err(error) => Err(error.into()),
            },
            () = connection.closed() => Ok(exit_code::OK),
            () = self.signals.next() => Ok(exit_code::INTERRUPTED),
        }
    }
}

/// With what only a question tells; a question that fails is left out.
pub(super) async fn ready_line(view: &View, connection: &Connection, addr: &str) -> Show {
    let app = connection.rpc().status().await.ok().and_then(|status| status.project.app);
    let routes = connection.rpc().app_routes().await.ok().map(|routes| routes.len());
    view.ready_line(addr, app.as_deref(), routes)
}

/// What may be otherwise in a moment, after a daemon died: its hosts still end, its address is still taken.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Disconnected | Error::StartDied { .. } | Error::Unresponsive { .. } | Error::Busy => true,
        Error::Call(error) => [error_code::ADDRESS, error_code::STOPPING].contains(&error.code()),
        _ => false,
    }
}

enum SessionError {
    Client(Error),
    Output(io::Error),
}

impl From<Error> for SessionError {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}

impl From<io::Error> for SessionError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Client(error) => error.into(),
            SessionError::Output(error) => error.into(),
        }
    }
}

/// What asks this command to end: Ctrl-C, `kill`, a closed terminal.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}
