//! The daemon of one benchmark app, reached as a user reaches it: through the `anvil` command.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, de::DeserializeOwned};

use crate::command;

/// The first build compiles the framework with all its dependencies.
const FIRST_BUILD_S: u32 = 1800;
/// Any later change of state.
const CHANGE: Duration = Duration::from_secs(120);
/// How often a state is asked for. Each asking starts a process, so not while something is being measured.
const PAUSE: Duration = Duration::from_millis(50);

/// Ends with its daemon when dropped.
pub(crate) struct Daemon {
    anvil: PathBuf,
    project: PathBuf,
}

/// The part of `anvil status --json` that is used here.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Status {
    pub(crate) daemon: DaemonProcess,
    pub(crate) app: App,
    pub(crate) generation: Generation,
    build: Build,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct DaemonProcess {
    pub(crate) pid: u32,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Generation {
    pub(crate) live: u64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct App {
    pub(crate) state: String,
    addr: Option<SocketAddr>,
    pub(crate) pid: Option<u32>,
    pub(crate) rss_bytes: Option<u64>,
    pub(crate) libraries_loaded: u64,
}

#[derive(Debug, Clone, Deserialize)]
struct Build {
    state: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Diagnostic {
    code: String,
    message: String,
}

/// The part of a row of `reload/history` that is used here.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct HistoryEntry {
    pub(crate) generation: u64,
    pub(crate) kind: String,
    pub(crate) outcome: String,
    pub(crate) reason: String,
    pub(crate) stages: Stages,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Stages {
    pub(crate) detect_ms: u64,
    pub(crate) build_ms: u64,
    pub(crate) swap_ms: u64,
    pub(crate) total_ms: u64,
}

/// What `overlay/set` answers.
#[derive(Debug, Deserialize)]
struct OverlayReply {
    outcome: String,
    why: Option<String>,
}

impl Daemon {
    /// Starts the app on a free port and waits until it answers.
    pub(crate) fn start(anvil: &Path, project: &Path) -> Result<Self> {
        let daemon = Self { anvil: anvil.to_owned(), project: project.to_owned() };
        let mut dev = daemon.anvil(["dev", "--hot", "--detach", "--addr", "127.0.0.1:0", "--project"]);
        command::run(dev.arg(project)).context("the app does not start")?;
        let mut wait = daemon.anvil(["wait", "--timeout", &FIRST_BUILD_S.to_string()]);
        if let Err(error) = command::run(&mut wait) {
            return Err(error.context(daemon.complaint()));
        }
        Ok(daemon)
    }

    /// Waits until everything saved so far is live.
    pub(crate) fn live(&self) -> Result<()> {
        let mut wait = self.anvil(["wait", "--timeout", &CHANGE.as_secs().to_string()]);
        // What it prints is for people; the exit code says it all.
        command::output(&mut wait).map(drop).with_context(|| self.complaint())
    }

    /// The registered routes, as `app/routes` gives them.
    pub(crate) fn routes<T: DeserializeOwned>(&self) -> Result<T> {
        read(&mut self.anvil(["rpc", "app/routes"]))
    }

    fn anvil<const N: usize>(&self, args: [&str; N]) -> Command {
        let mut command = Command::new(&self.anvil);
        // All sizes have the same dependencies, so they share them.
        let target = command::root().join("target/bench/daemon");
        command.args(args).current_dir(&self.project).env("CARGO_TARGET_DIR", target);
        command::without_cargo_run(&mut command);
        command
    }

    pub(crate) fn status(&self) -> Result<Status> {
        read(&mut self.anvil(["status", "--json"]))
    }

    pub(crate) fn addr(&self) -> Result<SocketAddr> {
        self.status()?.app.addr.context("the app listens nowhere")
    }

    /// The newest entry of the history.
    pub(crate) fn newest(&self) -> Result<HistoryEntry> {
        let history: Vec<HistoryEntry> = read(&mut self.anvil(["rpc", "reload/history"]))?;
        history.into_iter().next().context("the history is empty")
    }

    /// Hands over a text that is not saved yet, and waits until its patch is built.
    pub(crate) fn ahead(&self, file: &str, text: &str) -> Result<()> {
        let request = serde_json::json!({ "file": file, "text": text }).to_string();
        let reply: OverlayReply = read(&mut self.anvil(["rpc", "overlay/set", &request]))?;
        if reply.outcome != "ready" {
            bail!("nothing was built ahead: {}", reply.why.unwrap_or(reply.outcome));
        }
        Ok(())
    }

    /// Waits until nothing is being built, so that the next measurement has the machine to itself.
    pub(crate) fn settle(&self) -> Result<Status> {
        self.wait_for("the end of the build", |status| status.build.state == "idle" && status.app.state == "running")
    }

    /// Replaces the serving host by a new one and waits until that serves.
    pub(crate) fn hand_over(&self) -> Result<()> {
        let before = self.settle()?.app.pid;
        command::output(&mut self.anvil(["rpc", "app/restart"]))?;
        let other = |status: &Status| status.app.state == "running" && status.app.pid != before;
        self.wait_for("the new host", other).map(drop)
    }

    fn wait_for(&self, what: &str, reached: impl Fn(&Status) -> bool) -> Result<Status> {
        let deadline = Instant::now() + CHANGE;
        loop {
            let status = self.status()?;
            if reached(&status) {
                return Ok(status);
            }
            if Instant::now() > deadline {
                bail!("waited {} s for {what}: {}", CHANGE.as_secs(), self.complaint());
            }
            thread::sleep(PAUSE);
        }
    }

    /// What the daemon says about the app, for an error.
    pub(crate) fn complaint(&self) -> String {
        match self.status() {
            Err(error) => format!("{error:#}"),
            Ok(status) => {
                let said = status.diagnostics.iter().map(|said| format!("; {} {}", said.code, said.message));
                format!("the app is {}{}", status.app.state, said.collect::<String>())
            }
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Err(error) = command::run(&mut self.anvil(["stop", "--daemon"])) {
            eprintln!("warning: {error:#}");
        }
    }
}

fn read<T: DeserializeOwned>(command: &mut Command) -> Result<T> {
    let text = command::output(command)?;
    serde_json::from_str(&text).with_context(|| format!("cannot read what {} printed", command::shown(command)))
}
