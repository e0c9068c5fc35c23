//! A daemon played by the test, on a real socket, and the command pointed at it.

use std::{
    fs,
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex},
};

use anvild_client::{ProjectPaths, locate};
use anvild_protocol::{
    AbiChange, AnvilDaemonServer, AppSnapshot, AppState, BuildKind, BuildOutcome, BuildSnapshot, BuildState,
    DaemonSnapshot, Diagnostic, DoctorCheck, DoctorLevel, Event, EventKind, ExplainRequest, ForgeCheck, ForgeChecked,
    ForgeLower, ForgeLowered, Generation, GenerationSnapshot, Hello, HelloReply, HistoryEntry, LastBuild, LogLine,
    LogStream, LogsRequest, OverlayClear, OverlayOutcome, OverlayReply, OverlaySet, PROTOCOL, ProjectSnapshot,
    RequestRow, Rollback, RouteRow, StartRequest, Status, WaitReply, WaitRequest, WatchBackend, WatchDecision,
    WatchSnapshot, error_code,
};
use jsonrpsee::{
    PendingSubscriptionSink,
    core::{SubscriptionResult, async_trait, server::SubscriptionMessage},
    server::{Server, serve_with_graceful_shutdown, stop_channel},
    types::ErrorObjectOwned,
};
use tempfile::TempDir;
use tokio::{
    net::UnixListener,
    process::{Child, Command},
    sync::{Mutex as AsyncMutex, broadcast, mpsc},
    task::JoinHandle,
};

type Answer<T> = Result<T, ErrorObjectOwned>;

/// The command, with a folder and a runtime directory of its own.
pub(crate) struct Anvil {
    folder: TempDir,
    runtime: TempDir,
}

impl Anvil {
    pub(crate) fn new() -> Self {
        let anvil = Self::without_project();
        fs::write(anvil.folder.path().join("Cargo.toml"), "").unwrap();
        anvil
    }

    pub(crate) fn without_project() -> Self {
        Self { folder: TempDir::new().unwrap(), runtime: TempDir::new().unwrap() }
    }

    pub(crate) fn runtime(&self) -> &Path {
        self.runtime.path()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anvil"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("XDG_RUNTIME_DIR", self.runtime.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    fn paths(&self) -> ProjectPaths {
        ProjectPaths::with_runtime(locate(self.folder.path()).unwrap().root(), Some(self.runtime.path()))
    }
}

/// SIGINT, as Ctrl-C sends it.
pub(crate) fn interrupt(child: &Child) {
    let pid = child.id().expect("it runs").to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
}

pub(crate) struct FakeDaemon {
    anvil: Anvil,
    script: Script,
    started: AsyncMutex<mpsc::Receiver<StartRequest>>,
    stopped: AsyncMutex<mpsc::Receiver<()>>,
    serving: JoinHandle<()>,
}

/// What the daemon answers.
#[derive(Clone)]
struct Script {
    root: String,
    state: Arc<Mutex<State>>,
    events: broadcast::Sender<EventKind>,
    started: mpsc::Sender<StartRequest>,
    stopped: mpsc::Sender<()>,
}

#[derive(Default)]
struct State {
    seq: u64,
    wait: Option<WaitReply>,
    refusal: Option<ErrorObjectOwned>,
    routes: Option<Vec<RouteRow>>,
    never_stop: bool,
}

impl FakeDaemon {
    pub(crate) async fn start() -> Self {
        let anvil = Anvil::new();
        let (started_sender, started) = mpsc::channel(8);
        let (stopped_sender, stopped) = mpsc::channel(8);
        let script = Script {
            root: anvil.paths().root().display().to_string(),
            state: Arc::default(),
            events: broadcast::Sender::new(64),
            started: started_sender,
            stopped: stopped_sender,
        };
        let serving = serve(&anvil.paths(), script.clone());
        Self { anvil, script, started: started.into(), stopped: stopped.into(), serving }
    }

    pub(crate) fn anvil(&self, arguments: &[&str]) -> Command {
        self.anvil.command(arguments)
    }

    pub(crate) fn publish(&self, kind: EventKind) {
        self.script.events.send(kind).expect("a subscriber");
    }

    /// The next `app/start`.
    pub(crate) async fn started(&self) -> StartRequest {
        self.started.lock().await.recv().await.unwrap()
    }

    /// The next `app/stop`.
    pub(crate) async fn stopped(&self) {
        self.stopped.lock().await.recv().await.unwrap();
    }

    pub(crate) fn answer_waits(&self, reply: WaitReply) {
        self.script.state.lock().unwrap().wait = Some(reply);
    }

    pub(crate) fn refuse_starts(&self, code: i32, message: &str) {
        self.script.state.lock().unwrap().refusal = Some(ErrorObjectOwned::owned(code, message, None::<()>));
    }

    pub(crate) fn have_routes(&self, routes: Vec<RouteRow>) {
        self.script.state.lock().unwrap().routes = Some(routes);
    }

    pub(crate) fn never_stop(&self) {
        self.script.state.lock().unwrap().never_stop = true;
    }

    /// All connections break, and a successor listens. It listens first: the command must not find the socket without
    /// anybody behind it and start a real daemon.
    pub(crate) async fn die_and_return(&mut self) {
        let successor = serve(&self.anvil.paths(), self.script.clone());
        let dead = std::mem::replace(&mut self.serving, successor);
        dead.abort();
        let _ = dead.await;
    }
}

fn serve(paths: &ProjectPaths, script: Script) -> JoinHandle<()> {
    paths.prepare().unwrap();
    let _ = fs::remove_file(paths.socket());
    let listener = UnixListener::bind(paths.socket()).unwrap();
    tokio::spawn(async move {
        // Dropped with this task: the sessions of all connections end with it.
        let (stop, _server) = stop_channel();
        let service = Server::builder().to_service_builder();
        let methods = script.into_rpc();
        let mut connections = tokio::task::JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = service.clone().build(methods.clone(), stop.clone());
            let stopped = stop.clone().shutdown();
            connections.spawn(async move { serve_with_graceful_shutdown(stream, service, stopped).await.is_ok() });
        }
    })
}

#[async_trait]
impl AnvilDaemonServer for Script {
    async fn hello(&self, _hello: Hello) -> Answer<HelloReply> {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(HelloReply { protocol: PROTOCOL, version, pid: 4242, root: self.root.clone() })
    }

    async fn status(&self) -> Answer<Status> {
        Ok(status())
    }

    async fn shutdown(&self) -> Answer<()> {
        Ok(())
    }

    async fn logs(&self, request: LogsRequest) -> Answer<Vec<LogLine>> {
        let line = |at_ms, stream, text: &str| LogLine { at_ms, stream, text: text.to_owned() };
        let lines = [line(1, LogStream::Daemon, "one"), line(2, LogStream::Stdout, "two")];
        let skip = lines.len().saturating_sub(usize::try_from(request.tail).unwrap());
        Ok(lines[skip..].to_vec())
    }

    async fn doctor(&self) -> Answer<Vec<DoctorCheck>> {
        Ok(vec![DoctorCheck {
            id: "inotify".to_owned(),
            level: DoctorLevel::Warning,
            detail: "8192 watches".to_owned(),
            fix: Some("raise fs.inotify.max_user_watches".to_owned()),
        }])
    }

    async fn app_start(&self, request: StartRequest) -> Answer<Status> {
        if let Some(refusal) = self.state.lock().unwrap().refusal.clone() {
            return Err(refusal);
        }
        self.started.send(request).await.unwrap();
        let mut status = status();
        status.app.state = AppState::Starting;
        status.diagnostics.clear();
        status.generation.live = Generation(0);
        Ok(status)
    }

    async fn app_stop(&self) -> Answer<()> {
        self.stopped.send(()).await.unwrap();
        if self.state.lock().unwrap().never_stop {
            std::future::pending::<()>().await;
        }
        Ok(())
    }

    async fn app_restart(&self) -> Answer<()> {
        Ok(())
    }

    async fn app_routes(&self) -> Answer<Vec<RouteRow>> {
        let stopped = || ErrorObjectOwned::owned(error_code::STOPPED, "the app is not running", None::<()>);
        self.state.lock().unwrap().routes.clone().ok_or_else(stopped)
    }

    async fn wait(&self, _request: WaitRequest) -> Answer<WaitReply> {
        Ok(self.state.lock().unwrap().wait.clone().unwrap())
    }

    async fn overlay_set(&self, _request: OverlaySet) -> Answer<OverlayReply> {
        Ok(OverlayReply { outcome: OverlayOutcome::None, why: None })
    }

    async fn overlay_clear(&self, _request: OverlayClear) -> Answer<()> {
        Ok(())
    }

    async fn forge_check(&self, _request: ForgeCheck) -> Answer<ForgeChecked> {
        Err(not_played("forge/check"))
    }

    async fn forge_lower(&self, _request: ForgeLower) -> Answer<ForgeLowered> {
        Err(not_played("forge/lower"))
    }

    async fn forge_requests(&self) -> Answer<Vec<RequestRow>> {
        Ok(Vec::new())
    }

    async fn abi_report(&self) -> Answer<Vec<AbiChange>> {
        Ok(Vec::new())
    }

    async fn rollback(&self) -> Answer<Rollback> {
        Err(not_played("reload/rollback"))
    }

    async fn explain(&self, _request: ExplainRequest) -> Answer<Option<HistoryEntry>> {
        Ok(None)
    }

    async fn history(&self) -> Answer<Vec<HistoryEntry>> {
        Ok(Vec::new())
    }

    async fn diagnostics(&self) -> Answer<Vec<Diagnostic>> {
        Ok(Vec::new())
    }

    async fn watch_why(&self) -> Answer<Vec<WatchDecision>> {
        Ok(Vec::new())
    }

    async fn events(&self, pending: PendingSubscriptionSink) -> SubscriptionResult {
        let mut events = self.events.subscribe();
        let sink = pending.accept().await?;
        loop {
            let kind = tokio::select! {
                kind = events.recv() => kind?,
                () = sink.closed() => return Ok(()),
            };
            let seq = {
                let mut state = self.state.lock().unwrap();
                state.seq += 1;
                state.seq
            };
            let json = serde_json::value::to_raw_value(&Event { seq, kind })?;
            sink.send(SubscriptionMessage::from(json)).await?;
        }
    }
}

/// For methods that the command never calls.
fn not_played(method: &str) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(error_code::PROJECT, format!("`{method}` is not played"), None::<()>)
}

fn status() -> Status {
    Status {
        daemon: DaemonSnapshot {
            pid: 4242,
            version: "0.1.0".to_owned(),
            protocol: PROTOCOL,
            uptime_s: 61,
            rss_bytes: 12_345_678,
            clients: 1,
            subscriptions: 0,
        },
        project: ProjectSnapshot { root: "/home/ada/blog".to_owned(), app: Some("blog".to_owned()) },
        app: AppSnapshot {
            state: AppState::Running,
            addr: Some("127.0.0.1:4000".to_owned()),
            pid: Some(4243),
            rss_bytes: Some(23_456_789),
            hot: true,
            libraries_loaded: 3,
            restarts: 1,
        },
        generation: GenerationSnapshot { saved: Generation(8), built: Generation(8), live: Generation(7) },
        build: BuildSnapshot {
            state: BuildState::Idle,
            last: Some(LastBuild {
                generation: Generation(8),
                kind: BuildKind::Swap,
                outcome: BuildOutcome::Failed,
                duration_ms: 391,
            }),
        },
        watch: WatchSnapshot { backend: WatchBackend::Inotify, reason: None, directories: 12, files: 80, overflows: 0 },
        diagnostics: vec![
            Diagnostic::error(anvild_protocol::Source::Config, "ANV0201", "unknown key `server.prot`")
                .at("/home/ada/blog/config/anvil.toml", 2, 1)
                .help("did you mean `server.port`?"),
        ],
    }
}
