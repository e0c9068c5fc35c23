//! A daemon of one test, with a runtime directory of its own. It ends with the test.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anvild_client::{ConnectOptions, Connection, ProjectPaths, StartReport};
use anvild_protocol::{
    AnvilDaemonClient as _, AppState, Diagnostic, HistoryEntry, Lifecycle, StartRequest, Status, WaitOutcome,
    WaitReply, WaitRequest,
};

use super::{Answer, Project, get, project::shared_target};

/// For everything that only must happen in the end. The first test builds all dependencies.
pub(crate) const PATIENCE: Duration = Duration::from_secs(540);

/// A running daemon and a connection to it.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
    runtime: tempfile::TempDir,
    root: PathBuf,
    environment: Vec<(String, String)>,
    pub(crate) connection: Connection,
}

impl Daemon {
    /// Starts the daemon; the app is not started.
    pub(crate) async fn start(project: &Project) -> Self {
        Self::start_with(project, &[]).await
    }

    /// The same with more environment variables.
    pub(crate) async fn start_with(project: &Project, environment: &[(&str, &str)]) -> Self {
        // Short: the path of a Unix socket has at most 107 bytes.
        let runtime = tempfile::Builder::new().prefix("anvil-rt-").tempdir().expect("a runtime directory");
        let root = project.root();
        let environment: Vec<_> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let child = spawn(&root, &runtime, &environment);
        let connection = connect(&root, &runtime).await;
        Self { child, runtime, root, environment, connection }
    }

    /// Starts daemon and app, hot, and waits until the first generation answers.
    pub(crate) async fn hot(project: &Project) -> (Self, SocketAddr) {
        let daemon = Self::start(project).await;
        daemon.app(true).await.expect("the app starts");
        daemon.live().await;
        let addr = daemon.addr().await;
        (daemon, addr)
    }

    /// `app/start` on a port of the system's choice.
    pub(crate) async fn app(&self, hot: bool) -> Result<Status, String> {
        self.app_at(hot, "127.0.0.1:0").await
    }

    /// `app/start`.
    pub(crate) async fn app_at(&self, hot: bool, addr: &str) -> Result<Status, String> {
        let request = StartRequest { hot, addr: Some(addr.to_owned()), package: None, lifecycle: Lifecycle::Detached };
        self.connection.rpc().app_start(request).await.map_err(|error| error.to_string())
    }

    pub(crate) async fn status(&self) -> Status {
        self.connection.rpc().status().await.expect("the daemon answers")
    }

    pub(crate) async fn addr(&self) -> SocketAddr {
        self.status().await.app.addr.expect("the app listens").parse().expect("an address")
    }

    /// Waits until everything saved so far is decided.
    pub(crate) async fn wait(&self) -> WaitReply {
        let timeout_ms = u64::try_from(PATIENCE.as_millis()).expect("fits");
        self.connection.rpc().wait(WaitRequest { timeout_ms }).await.expect("the daemon answers")
    }

    /// Waits until everything saved so far answers requests.
    #[track_caller]
    pub(crate) fn live(&self) -> impl Future<Output = WaitReply> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let reply = self.wait().await;
            let status = self.status().await;
            assert_eq!(reply.outcome, WaitOutcome::Live, "{caller}: {reply:#?}\n{status:#?}\n{}", self.log());
            reply
        }
    }

    /// Waits until everything saved so far is decided, and it must not have gone live.
    #[track_caller]
    pub(crate) fn failed(&self) -> impl Future<Output = Vec<Diagnostic>> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let reply = self.wait().await;
            assert_eq!(reply.outcome, WaitOutcome::Failed, "{caller}: {reply:#?}\n{}", self.log());
            reply.diagnostics
        }
    }

    /// The newest entry of the history.
    pub(crate) async fn last(&self) -> HistoryEntry {
        self.history().await.into_iter().next().expect("something has happened")
    }

    /// The newest entries, newest first.
    pub(crate) async fn history(&self) -> Vec<HistoryEntry> {
        self.connection.rpc().history().await.expect("the daemon answers")
    }

    /// Waits until the status is as wanted.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, wanted: impl Fn(&Status) -> bool) -> impl Future<Output = Status> {
        let caller = std::panic::Location::caller();
        let what = what.to_owned();
        let started = Instant::now();
        async move {
            loop {
                let status = self.status().await;
                if wanted(&status) {
                    return status;
                }
                assert!(started.elapsed() < PATIENCE, "{caller}: never {what}: {status:#?}\n{}", self.log());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// Waits until the app runs.
    pub(crate) async fn running(&self) -> Status {
        self.until("running", |status| status.app.state == AppState::Running).await
    }

    /// `GET path` of the app, which must answer.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        get(self.addr().await, path).await.unwrap_or_else(|error| panic!("{path}: {error}\n{}", self.log()))
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Kills the daemon as the kernel would when memory is short, and starts another.
    pub(crate) async fn kill_and_restart(&mut self) {
        self.kill();
        self.restart().await;
    }

    /// `kill -9`, and it is gone when this returns.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("the daemon can be killed");
        self.child.wait().expect("the daemon has ended");
    }

    /// Waits for the end of a daemon that was told to end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.child.wait().expect("the daemon has ended")
    }

    /// Another daemon in the place of one that has ended.
    pub(crate) async fn restart(&mut self) {
        self.child = spawn(&self.root, &self.runtime, &self.environment);
        self.connection = connect(&self.root, &self.runtime).await;
    }

    /// Where the daemon's socket, lock and log are.
    pub(crate) fn paths(&self) -> ProjectPaths {
        ProjectPaths::with_runtime(&self.root, Some(self.runtime.path()))
    }

    /// The daemon's log, for messages of failed tests.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(self.paths().log()).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Its hosts and compilers go with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(root: &std::path::Path, runtime: &tempfile::TempDir, environment: &[(String, String)]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anvild"));
    command
        .arg("--project")
        .arg(root)
        .env("XDG_RUNTIME_DIR", runtime.path())
        .env("CARGO_TARGET_DIR", shared_target())
        .env_remove("APP_ADDR")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("the daemon starts");
    let stdout = child.stdout.take().expect("a pipe");
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line).expect("the daemon reports");
    let report = StartReport::parse(&line);
    assert!(matches!(report, Some(StartReport::Ready { .. })), "the daemon said {line:?}");
    child
}

async fn connect(root: &std::path::Path, runtime: &tempfile::TempDir) -> Connection {
    let paths = ProjectPaths::with_runtime(root, Some(runtime.path()));
    anvild_client::connect(&paths, &ConnectOptions::new("test")).await.expect("the daemon is there")
}
