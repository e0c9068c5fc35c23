//! The command with a project and a runtime directory of its own; and what the tests of the daemon have that serves here too.

#[path = "../../../../anvild/tests/real/harness/http.rs"]
mod http;
#[path = "../../../../anvild/tests/real/harness/processes.rs"]
pub(crate) mod processes;
#[path = "../../../../anvild/tests/real/harness/project.rs"]
mod project;

use std::{
    ffi::{OsStr, OsString},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::{Duration, Instant},
};

use anvild_client::{ProjectPaths, read_record};
use serde_json::Value;
use tokio::process::Command;

pub(crate) use project::Project;

/// For everything that only must happen in the end. The first test builds all dependencies.
pub(crate) const PATIENCE: Duration = Duration::from_secs(540);

/// The command. Its daemon ends with it.
#[derive(Debug)]
pub(crate) struct Anvil {
    root: PathBuf,
    runtime: tempfile::TempDir,
    environment: Vec<(OsString, OsString)>,
}

/// What a command that has ended said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Anvil {
    /// In the project's folder.
    pub(crate) fn new(project: &Project) -> Self {
        let exe = Path::new(env!("CARGO_BIN_EXE_anvil")).with_file_name("anvild");
        assert!(exe.is_file(), "{} is missing: build it with `cargo build -p anvild`", exe.display());
        // Short: the path of a Unix socket has at most 107 bytes.
        let runtime = tempfile::Builder::new().prefix("anvil-rt-").tempdir().expect("a runtime directory");
        let anvil = Self { root: project.root(), runtime, environment: Vec::new() };
        anvil.with("CARGO_TARGET_DIR", project::shared_target())
    }

    /// With this environment variable from now on; a daemon that runs already keeps its own.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.into(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn runtime(&self) -> &Path {
        self.runtime.path()
    }

    pub(crate) fn paths(&self) -> ProjectPaths {
        ProjectPaths::with_runtime(&self.root, Some(self.runtime.path()))
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::from(self.plain(arguments));
        command.kill_on_drop(true);
        command
    }

    fn plain(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_anvil"));
        command
            .args(arguments)
            .current_dir(&self.root)
            .env_remove("APP_ADDR")
            .env_remove("ANVILD_IDLE_S")
            .env("XDG_RUNTIME_DIR", self.runtime.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub(crate) async fn say(&self, arguments: &[&str]) -> Said {
        let output = tokio::time::timeout(PATIENCE, self.command(arguments).output()).await;
        said(&output.unwrap_or_else(|_| panic!("`anvil {arguments:?}` does not end")).expect("it starts"))
    }

    /// Runs it to an end with this code.
    #[track_caller]
    pub(crate) fn ends(&self, arguments: &[&str], code: i32) -> impl Future<Output = Said> {
        let caller = std::panic::Location::caller();
        async move {
            let said = self.say(arguments).await;
            assert_eq!(said.code, Some(code), "{caller}: `anvil {arguments:?}`: {said:#?}\n{}", self.log());
            said
        }
    }

    /// Starts the app detached on a port of the system's choice; where it is.
    #[track_caller]
    pub(crate) fn up(&self, more: &[&str]) -> impl Future<Output = SocketAddr> {
        let arguments = [&["dev", "--hot", "--detach", "--addr", "127.0.0.1:0"], more].concat();
        let caller = std::panic::Location::caller();
        async move {
            let said = self.say(&arguments).await;
            let addr = said.out.trim_end().strip_prefix("http://").and_then(|addr| addr.parse().ok());
            assert_eq!(said.code, Some(0), "{caller}: {said:#?}\n{}", self.log());
            addr.unwrap_or_else(|| panic!("{caller}: the address is the only line of data: {said:#?}"))
        }
    }

    /// `anvil status --json`.
    pub(crate) async fn status(&self) -> Value {
        let said = self.ends(&["status", "--json"], 0).await;
        serde_json::from_str(&said.out).expect("one JSON object")
    }

    /// Waits until the status is as wanted.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> impl Future<Output = Value> {
        let caller = std::panic::Location::caller();
        let what = what.to_owned();
        let started = Instant::now();
        async move {
            loop {
                let status = self.status().await;
                if wanted(&status) {
                    return status;
                }
                assert!(started.elapsed() < PATIENCE, "{caller}: never {what}: {status:#}\n{}", self.log());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// The newest lines of the daemon's log, for messages of failed tests.
    pub(crate) fn log(&self) -> String {
        let text = std::fs::read_to_string(self.paths().log()).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let pid = read_record(&self.paths()).map(|record| record.pid);
        let stopped = self.plain(&["stop", "--daemon"]).output();
        if let Some(process) = pid.and_then(processes::Process::find)
            && !stopped.is_ok_and(|output| output.status.success())
        {
            processes::signal(process.pid, "KILL");
        }
    }
}

pub(crate) fn said(output: &Output) -> Said {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// What `GET path` answers: the body.
#[track_caller]
pub(crate) fn body(addr: SocketAddr, path: &str) -> impl Future<Output = String> {
    let caller = std::panic::Location::caller();
    async move {
        let answer = http::get(addr, path).await.unwrap_or_else(|error| panic!("{caller}: {path}: {error}"));
        assert_eq!(answer.status, 200, "{caller}: {path}: {answer:#?}");
        assert!(answer.generation().is_some(), "{caller}: every answer carries its generation");
        answer.body
    }
}

/// Whether nobody listens there.
pub(crate) fn is_free(addr: SocketAddr) -> bool {
    std::net::TcpStream::connect(addr).is_err()
}

/// Waits until the process is gone.
#[track_caller]
pub(crate) fn gone(process: &processes::Process) -> impl Future<Output = ()> {
    let family = vec![process.clone()];
    async move { processes::all_gone(&family, Path::new("/does/not/exist")).await }
}
