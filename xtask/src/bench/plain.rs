//! What the loop is compared with: the same app, edited the same way, with nothing but cargo.

use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use super::{app::App, hot::wait_for_mark, http::Client};
use crate::command;

pub(super) struct Plain {
    app: App,
    program: PathBuf,
    addr: SocketAddr,
    running: Option<Child>,
}

impl Plain {
    /// Builds everything once, so that later builds compile only what was edited.
    pub(super) fn build(app: App) -> Result<Self> {
        // Free now; nobody else asks for it before the program does.
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let program = target().join("debug/bench-app");
        let plain = Self { app, program, addr, running: None };
        plain.cargo("bench-handlers")?;
        plain.cargo("bench-app")?;
        Ok(plain)
    }

    /// Edit to the end of the build of the dylib. Loading it is not counted.
    pub(super) fn dylib(&self, module: usize, mark: &str) -> Result<Duration> {
        let saved = Instant::now();
        self.app.edit(module, mark)?;
        self.cargo("bench-handlers")?;
        Ok(saved.elapsed())
    }

    /// Edit to the first correct byte of the restarted program.
    pub(super) fn restart(&mut self, module: usize, mark: &str) -> Result<Duration> {
        let saved = Instant::now();
        let path = self.app.edit(module, mark)?;
        self.cargo("bench-app")?;
        self.stop();
        let log = File::create(self.app.root().join("program.log"))?;
        let mut program = Command::new(&self.program);
        program.current_dir(self.app.root()).env("APP_ADDR", self.addr.to_string());
        program.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.running = Some(program.spawn().context("cannot start the program")?);
        wait_for_mark(&mut Client::new(self.addr), &path, mark).with_context(|| self.last_words())?;
        Ok(saved.elapsed())
    }

    fn cargo(&self, package: &str) -> Result<()> {
        let mut cargo = command::cargo(["build", "--quiet", "--package", package, "--target-dir"]);
        command::run(cargo.arg(target()).current_dir(self.app.root()))
    }

    fn last_words(&self) -> String {
        fs::read_to_string(self.app.root().join("program.log")).unwrap_or_default()
    }

    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.kill();
            let _ = running.wait();
        }
    }
}

/// A build directory of its own is part of the comparison: nothing that the daemon built is used. The sizes share it, since
/// they have the same dependencies.
fn target() -> PathBuf {
    command::root().join("target/bench/plain")
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.stop();
    }
}
