//! The way to the daemon of a project: connects, starts it if that is wanted, listens, and comes back after a loss.
//!
//! One task for each project. It tells the state what it hears, and carries out what it is asked.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anvild_client::{
    ConnectOptions, Connection, ProjectPaths, RawParams, SpawnOptions, connect, connect_or_spawn, locate,
};
use anvild_protocol::{AnvilDaemonClient, Event as DaemonEvent, EventKind, RouteRow, Status};
use jsonrpsee::core::client::Subscription;
use rustix::process::Pid;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::{parent, settings::DaemonUse, state::Event};

/// Between attempts to find a daemon that nobody has started yet.
const ATTACH_INTERVAL: Duration = Duration::from_secs(2);
/// After a daemon that could not be started, doubled up to the next.
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_LAST: Duration = Duration::from_secs(60);
/// How long a daemon may take to end.
const LEAVE_LIMIT: Duration = Duration::from_secs(10);
/// Calls that wait for their turn.
const CALLS_WAITING: usize = 32;

/// What is known of a project's daemon and app.
#[derive(Debug, Clone, Default)]
pub(crate) struct DaemonView {
    pub link: Link,
    /// As of the last event.
    pub status: Option<Status>,
    pub routes: Vec<RouteRow>,
    /// A build is under way.
    pub is_building: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Link {
    #[default]
    Off,
    /// Nobody listens yet, or not any more.
    Waiting,
    Connecting,
    Connected,
    /// It could not be started or spoken to; the next attempt comes by itself.
    Failed(String),
}

/// What the task heard.
#[derive(Debug)]
pub(crate) enum News {
    Link(Link),
    /// All that can be asked, after connecting and after events were lost.
    Status(Box<Status>),
    Routes(Vec<RouteRow>),
    Event(Box<EventKind>),
}

/// A call by name; the error is a sentence.
#[derive(Debug)]
pub(crate) struct Call {
    pub method: &'static str,
    pub params: Value,
    pub answer: oneshot::Sender<Result<Value, String>>,
}

/// The task of one project. It ends when this is dropped.
#[derive(Debug, Clone)]
pub(crate) struct DaemonHandle {
    pub root: PathBuf,
    calls: mpsc::Sender<Call>,
}

impl DaemonHandle {
    /// Starts the task. Nothing for a folder without a project.
    pub(crate) fn spawn(folder: &Path, usage: DaemonUse, state: mpsc::Sender<Event>) -> Option<Self> {
        let paths = locate(folder).ok()?;
        let root = paths.root().to_owned();
        let (calls, received) = mpsc::channel(CALLS_WAITING);
        let link = Task { paths, usage, state, calls: received };
        // Ends by itself: with its handle, or with the state.
        tokio::spawn(link.run());
        Some(Self { root, calls })
    }

    /// Calls a method of the daemon.
    ///
    /// # Errors
    /// Why there is no answer, in a sentence.
    pub(crate) async fn call(&self, method: &'static str, params: Value) -> Result<Value, String> {
        let (answer, received) = oneshot::channel();
        let call = Call { method, params, answer };
        self.calls.try_send(call).map_err(|_| "the daemon is busy with other calls; try again".to_owned())?;
        received.await.map_err(|_| "the daemon went away; it is being looked for again".to_owned())?
    }
}

struct Task {
    paths: ProjectPaths,
    usage: DaemonUse,
    state: mpsc::Sender<Event>,
    calls: mpsc::Receiver<Call>,
}

/// Why a conversation ended.
enum End {
    /// Nobody needs this task any more.
    Unused,
    /// It never began: the daemon is about to end, and its socket is still there.
    Refused,
    /// The daemon said that it stops.
    Stopped,
    Lost,
}

impl Task {
    async fn run(mut self) {
        let mut spawns = self.usage == DaemonUse::Start;
        let mut retry = RETRY_FIRST;
        loop {
            let connection = match self.connect(spawns).await {
                Ok(connection) => connection,
                Err(link) => {
                    let pause = if link == Link::Waiting { ATTACH_INTERVAL } else { retry };
                    retry = (retry * 2).min(RETRY_LAST);
                    if self.tell(News::Link(link)).await.is_err() || self.refuse_calls_for(pause).await.is_err() {
                        return;
                    }
                    continue;
                }
            };
            retry = RETRY_FIRST;
            let pid = connection.daemon().pid;
            match self.converse(connection).await {
                End::Unused => return,
                End::Refused => {}
                // Somebody ended it on purpose; starting it again would be a fight.
                End::Stopped => spawns = false,
                End::Lost => spawns = self.usage == DaemonUse::Start && self.was_killed(pid).await,
            }
            if self.tell(News::Link(Link::Waiting)).await.is_err() {
                return;
            }
        }
    }

    /// Whether a daemon that is gone did not end by itself: one that does takes its socket along. Its last word may get lost with the
    /// connection.
    async fn was_killed(&self, pid: u32) -> bool {
        if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
            let ended = tokio::task::spawn_blocking(move || parent::wait(pid));
            // One that hangs is spoken to again.
            let _ = tokio::time::timeout(LEAVE_LIMIT, ended).await;
        }
        self.paths.socket().exists()
    }

    async fn connect(&mut self, spawns: bool) -> Result<Connection, Link> {
        let options = ConnectOptions::new("anvil-lsp");
        let connected = if spawns {
            // The first of several that run at once starts it; the others wait for that.
            let _ = self.tell(News::Link(Link::Connecting)).await;
            connect_or_spawn(&self.paths, &SpawnOptions { daemon_exe: None, connect: options }, &mut |_| {}).await
        } else {
            connect(&self.paths, &options).await
        };
        connected.map_err(|error| match error {
            anvild_client::Error::NotRunning(_) => Link::Waiting,
            error => Link::Failed(error.to_string()),
        })
    }

    async fn converse(&mut self, connection: Connection) -> End {
        let connection = Arc::new(connection);
        let Ok(mut events) = connection.rpc().events().await else { return End::Refused };
        if self.tell(News::Link(Link::Connected)).await.is_err() {
            return End::Unused;
        }
        let mut next_seq = None;
        if self.refresh(&connection).await.is_err() {
            return End::Refused;
        }
        loop {
            tokio::select! {
                call = self.calls.recv() => {
                    let Some(call) = call else { return End::Unused };
                    tokio::spawn(carry_out(Arc::clone(&connection), call));
                }
                event = next(&mut events) => {
                    let Some(event) = event else { return End::Lost };
                    let is_gap = next_seq.is_some_and(|next| event.seq != next);
                    next_seq = Some(event.seq + 1);
                    let stops = matches!(event.kind, EventKind::Stopping { .. });
                    let is_live = matches!(&event.kind, EventKind::App(change) if change.live.0 > 0);
                    if self.tell(News::Event(Box::new(event.kind))).await.is_err() {
                        return End::Unused;
                    }
                    if stops {
                        return End::Stopped;
                    }
                    if is_gap || is_live {
                        // One that is stopping does not answer any more, and says so in an event to come.
                        let _ = self.refresh(&connection).await;
                    }
                }
            }
        }
    }

    /// Asks for everything, which makes up for events that were lost.
    async fn refresh(&mut self, connection: &Connection) -> Result<(), ()> {
        let status = connection.rpc().status().await.map_err(|_| ())?;
        self.tell(News::Status(Box::new(status))).await?;
        // The app may not run; then it has no routes.
        let routes = connection.rpc().app_routes().await.unwrap_or_default();
        self.tell(News::Routes(routes)).await
    }

    async fn tell(&self, news: News) -> Result<(), ()> {
        let root = self.paths.root().to_owned();
        self.state.send(Event::Daemon { root, news }).await.map_err(|_| ())
    }

    /// Waits, and says to whoever calls that nobody is there. `Err`: nobody needs this task any more.
    async fn refuse_calls_for(&mut self, pause: Duration) -> Result<(), ()> {
        let until = tokio::time::Instant::now() + pause;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => return Ok(()),
                call = self.calls.recv() => {
                    let call = call.ok_or(())?;
                    let _ = call.answer.send(Err("no daemon runs for this project; run `anvil dev`".to_owned()));
                }
            }
        }
    }
}

async fn next(events: &mut Subscription<DaemonEvent>) -> Option<DaemonEvent> {
    loop {
        match events.next().await? {
            Ok(event) => return Some(event),
            Err(error) => tracing::warn!(%error, "an event of the daemon could not be read"),
        }
    }
}

async fn carry_out(connection: Arc<Connection>, call: Call) {
    let Call { method, params, mut answer } = call;
    let params = (!params.is_null()).then_some(params);
    tokio::select! {
        result = connection.call_raw(method, RawParams::new(params)) => {
            let _ = answer.send(result.map_err(|error| error.to_string()));
        }
        // Whoever asked does not want to know any more.
        () = answer.closed() => {}
    }
}
