//! The shell around the engine: one task that turns the world into events and effects into the world. Decides nothing.
//!
//! The runtime is `current_thread` on the process's main thread, because hosts ask the kernel to die with the thread that
//! started them.

mod app_start;
mod calls;
mod descriptors;
mod doctor;
mod effects;
mod forge;
mod idle;
mod places;
mod requests;
mod status;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Instant,
};

use anvild_client::{Error as ClientError, FailedStart, StartReport};
use anvild_engine::{Engine, Event, WaitId};
use anvild_protocol::{HostId, LogLine, LogStream, WaitReply};
use tokio::sync::{mpsc, oneshot};

use crate::{
    builder::{BuilderEvent, BuilderHandle},
    host::{BoundListener, HostEvent, HostHandle, Placeholder},
    project::{BuildInputs, CrateId, Project, Settings},
    rpc::{Identity, Limits, Publisher, Reply, RpcCall, RpcServer},
    state_dir::{LogFile, LogLimits, LogRing, OwnedStateDir, Ownership, StateDir, report_start},
    watch::{Roots, WatchBatch, WatchHandle},
};

/// Calls that wait for the loop; callers wait beyond it.
const CALLS_MAX: usize = 256;
/// Host events that wait for the loop; hosts' output waits in its pipes beyond it.
const HOST_EVENTS_MAX: usize = 1024;
/// Ends of tasks that the loop itself started.
const INTERNAL_MAX: usize = 64;

/// Everything the loop owns.
struct Daemon {
    root: PathBuf,
    started: Instant,
    engine: Engine,
    publisher: Publisher,
    log: LogRing,
    log_file: Arc<LogFile>,
    token: String,
    clients: BTreeSet<anvild_protocol::ClientId>,
    /// When the last client left or the app stopped; the clock of the idle exit.
    idle_since: Option<Instant>,
    exit: Option<String>,

    settings: Settings,
    project: Option<Arc<Project>>,
    package: Option<String>,
    inputs: BuildInputs,
    /// Crates changed since the running build started, or since the last successful one.
    dirty: BTreeSet<CrateId>,
    /// Files changed since the last build was started, with the crates that they belong to.
    changed: BTreeMap<PathBuf, BTreeSet<CrateId>>,
    /// What the running build compiles; absent while none runs.
    in_build: Option<BTreeSet<CrateId>>,
    /// `Cargo.lock` changed during the running build. Whether cargo wrote it is known when the build ends.
    lock_changed: Option<Instant>,
    libraries: Option<PathBuf>,
    builder: Option<BuilderHandle>,
    watch: Option<Arc<WatchHandle>>,
    watched: Roots,

    listener: Option<BoundListener>,
    placeholder: Option<Placeholder>,
    hosts: BTreeMap<HostId, HostHandle>,
    host_events: mpsc::Sender<HostEvent>,
    internal: mpsc::Sender<Internal>,

    waits: BTreeMap<WaitId, oneshot::Sender<WaitReply>>,
    next_wait: u64,
    stops: Vec<Reply<()>>,
    /// Starts that came while the app was stopping; taken up when it has stopped.
    parked_starts: Vec<app_start::Discovered>,
    decisions: world::Decisions,
    requests: requests::Requests,
}

/// What comes back from tasks that the loop started.
enum Internal {
    /// The project was read for `app/start`.
    Discovered(Box<app_start::Discovered>),
    /// A full scan before a `reload/wait` is done; its changes were delivered before.
    Scanned { wait: WaitId, deadline: Instant },
    /// The client of this wait is gone.
    WaitGone(WaitId),
}

/// The streams that the loop listens to.
struct Inbox {
    calls: mpsc::Receiver<RpcCall>,
    batches: mpsc::Receiver<WatchBatch>,
    /// Replaced together with the watcher and the builder.
    builder: mpsc::Receiver<BuilderEvent>,
    hosts: mpsc::Receiver<HostEvent>,
    internal: mpsc::Receiver<Internal>,
}

/// Runs the daemon for the project in `root` until it is told to stop or has been idle for long.
pub fn serve(root: &Path) -> ExitCode {
    descriptors::close_inherited();
    let root = match root.canonicalize() {
        Ok(root) => root,
        Err(error) => {
            return refuse(format!("cannot open {}: {error}", root.display()), None, anvild_client::exit_code::PROJECT);
        }
    };
    let owned = match StateDir::open(&root).and_then(StateDir::acquire_lock) {
        Ok(Ownership::Owned(owned)) => owned,
        Ok(Ownership::Taken(record)) => {
            return said(&report_start(&StartReport::Already { pid: record.map(|record| record.pid) }));
        }
        Err(error) => return refuse_error(&error),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(error.to_string(), None, anvild_client::exit_code::INTERNAL),
    };
    runtime.block_on(run(root, owned))
}

fn refuse_error(error: &ClientError) -> ExitCode {
    refuse(error.to_string(), error.hint(), error.exit_code())
}

fn refuse(message: String, hint: Option<String>, exit_code: u8) -> ExitCode {
    let _ = report_start(&StartReport::Error(FailedStart { message, exit_code, hint }));
    ExitCode::from(exit_code)
}

fn said(result: &std::io::Result<()>) -> ExitCode {
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run(root: PathBuf, owned: OwnedStateDir) -> ExitCode {
    let log_file = Arc::new(LogFile::open(&owned.paths().log(), LogLimits::default()));
    trace_to(&log_file);
    let socket = match owned.bind() {
        Ok(socket) => socket,
        Err(error) => return refuse_error(&error),
    };
    let mut publisher = Publisher::new();
    let (call_sender, calls) = mpsc::channel(CALLS_MAX);
    let (stop_server, stopped) = oneshot::channel::<()>();
    let server = RpcServer {
        identity: Identity::of_this_process(&root),
        calls: call_sender,
        events: publisher.source(),
        limits: Limits::default(),
    };
    let server = tokio::spawn(server.serve(socket, async {
        // An error means that the loop is gone, which is the same order.
        let _ = stopped.await;
    }));
    let ready = StartReport::Ready {
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        socket: owned.paths().socket(),
    };
    if report_start(&ready).is_err() {
        return ExitCode::FAILURE;
    }
    let (daemon, inbox) = Daemon::new(root, log_file, std::mem::take(&mut publisher), calls);
    let reason = daemon.run(inbox).await;
    tracing::info!(reason, "the daemon ends");
    let _ = stop_server.send(());
    let _ = server.await;
    drop(owned);
    ExitCode::SUCCESS
}

fn trace_to(log: &Arc<LogFile>) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ANVILD_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,jsonrpsee=warn"));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(Arc::clone(log));
    // Fails only where a test in the same process has set one.
    let _ = subscriber.try_init();
}

impl Daemon {
    fn new(
        root: PathBuf,
        log_file: Arc<LogFile>,
        publisher: Publisher,
        calls: mpsc::Receiver<RpcCall>,
    ) -> (Self, Inbox) {
        let (host_events, hosts) = mpsc::channel(HOST_EVENTS_MAX);
        let (internal_sender, internal) = mpsc::channel(INTERNAL_MAX);
        // Both get their real ends when the app is first started.
        let (_, batches) = mpsc::channel(1);
        let (_, builder) = mpsc::channel(1);
        // A wrong file is reported when the app is started.
        let settings = Settings::read(&root).unwrap_or_default();
        let daemon = Self {
            started: Instant::now(),
            engine: Engine::new(settings.engine_config(&root)),
            root,
            publisher,
            log: LogRing::new(),
            log_file,
            token: uuid::Uuid::new_v4().simple().to_string(),
            clients: BTreeSet::new(),
            idle_since: Some(Instant::now()),
            exit: None,
            settings,
            project: None,
            package: None,
            inputs: BuildInputs::default(),
            dirty: BTreeSet::new(),
            changed: BTreeMap::new(),
            in_build: None,
            lock_changed: None,
            libraries: None,
            builder: None,
            watch: None,
            watched: Roots::default(),
            listener: None,
            placeholder: None,
            hosts: BTreeMap::new(),
            host_events,
            internal: internal_sender,
            waits: BTreeMap::new(),
            next_wait: 0,
            stops: Vec::new(),
            parked_starts: Vec::new(),
            decisions: world::Decisions::default(),
            requests: requests::Requests::default(),
        };
        (daemon, Inbox { calls, batches, builder, hosts, internal })
    }

    /// The loop. Gives back why it ended.
    async fn run(mut self, mut inbox: Inbox) -> String {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
        loop {
            self.perform(&mut inbox).await;
            if let Some(reason) = self.exit.take() {
                return reason;
            }
            let wake = self.wake_at();
            // Batches before the ends of scans: a scan's changes were sent before its end, and must be seen before it.
            tokio::select! {
                biased;
                Some(event) = inbox.hosts.recv() => self.on_host(event),
                Some(batch) = inbox.batches.recv() => self.on_batch(batch),
                Some(event) = inbox.builder.recv() => self.on_builder(event, &mut inbox).await,
                Some(message) = inbox.internal.recv() => self.on_internal(message, &mut inbox).await,
                Some(call) = inbox.calls.recv() => self.on_call(call).await,
                () = terminated(&mut terminate) => self.feed(Event::ShutDown { reason: "it was asked to end".to_owned() }),
                () = sleep_until(wake) => self.on_wake(),
            }
        }
    }

    /// Gives the engine an event, at the present time.
    fn feed(&mut self, event: Event) {
        self.engine.handle(Instant::now(), event);
    }

    fn wake_at(&self) -> Option<Instant> {
        [self.engine.poll_timeout(), self.idle_deadline()].into_iter().flatten().min()
    }

    fn on_wake(&mut self) {
        let now = Instant::now();
        if self.engine.poll_timeout().is_some_and(|at| at <= now) {
            self.feed(Event::Tick);
        }
        if self.idle_deadline().is_some_and(|at| at <= now) {
            self.idle_since = None;
            self.feed(Event::ShutDown { reason: "nobody needed it for a while".to_owned() });
        }
    }

    /// A line of the daemon itself, for `anvil logs` and attached terminals.
    fn say(&mut self, text: impl Into<String>) {
        let line = LogLine { at_ms: world::epoch_ms(), stream: LogStream::Daemon, text: text.into() };
        self.keep_line(line);
    }

    fn keep_line(&mut self, line: LogLine) {
        self.log_file.write_line(&format!("{} {:?}: {}", line.at_ms, line.stream, line.text));
        let kept = self.log.push(line);
        self.publisher.publish(anvild_protocol::EventKind::Log(kept));
    }
}

async fn terminated(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
