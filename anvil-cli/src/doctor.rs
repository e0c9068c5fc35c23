//! `anvil doctor`: what can be checked without a daemon, then the daemon's own checks.

use std::{env, path::Path, process::Stdio, time::Duration};

use anvild_client::{Error, exit_code, find_daemon_exe};
use anvild_protocol::{AnvilDaemonClient, DoctorCheck, DoctorLevel};
use clap::Args as ClapArgs;
use tokio::process::Command;

use crate::{
    failure::Failure,
    project::{ProjectArgs, connect_or_spawn_at},
    terminal::{self, Style},
};

/// A program that only prints its version; rustup may have to look around first.
const VERSION_LIMIT: Duration = Duration::from_secs(20);

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Print a JSON array
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(project: &ProjectArgs, args: &Args) -> Result<u8, Failure> {
    let checks = check_all(project).await;
    if args.json {
        let text =
            serde_json::to_string(&checks).map_err(|error| Failure::new(exit_code::INTERNAL, error.to_string()))?;
        terminal::print(&text)?;
    } else {
        let style = Style::of_stdout();
        for check in &checks {
            terminal::print(&render(check, style))?;
        }
    }
    let failed = checks.iter().any(|check| check.level == DoctorLevel::Error);
    Ok(if failed { exit_code::FAILED } else { exit_code::OK })
}

async fn check_all(project: &ProjectArgs) -> Vec<DoctorCheck> {
    let paths = project.paths();
    let folder = paths.as_ref().map_or_else(|_| Path::new(".").to_owned(), |paths| paths.root().to_owned());
    let mut checks = vec![
        match &paths {
            Ok(paths) => ok("project", paths.root().display().to_string()),
            Err(error) => failed("project", error),
        },
        program("cargo", env_or("CARGO", "cargo"), &folder).await,
        program("rustc", env_or("RUSTC", "rustc"), &folder).await,
        daemon_program(&folder).await,
    ];
    let Ok(paths) = paths else { return checks };
    checks.push(match paths.prepare() {
        Ok(()) => ok("runtime-directory", paths.directory().display().to_string()),
        Err(error) => failed("runtime-directory", &error),
    });
    let answer = match connect_or_spawn_at(&paths).await {
        Ok(connection) => {
            let daemon = connection.daemon();
            checks.push(ok("daemon", format!("process {}, version {}", daemon.pid, daemon.version)));
            connection.rpc().doctor().await.map_err(Error::from)
        }
        Err(error) => Err(error),
    };
    match answer {
        Ok(theirs) => {
            // The daemon knows better: it builds with its own environment, not with this terminal's.
            checks.retain(|check| theirs.iter().all(|their| their.id != check.id));
            checks.extend(theirs);
        }
        Err(error) => checks.push(failed("daemon", &error)),
    }
    checks
}

async fn program(id: &str, program: std::ffi::OsString, folder: &Path) -> DoctorCheck {
    match version_of(&program, folder).await {
        Ok(version) => ok(id, version),
        Err(detail) => DoctorCheck {
            id: id.to_owned(),
            level: DoctorLevel::Error,
            detail,
            fix: Some("install Rust from https://rustup.rs and open a new terminal".to_owned()),
        },
    }
}

async fn daemon_program(folder: &Path) -> DoctorCheck {
    let exe = match find_daemon_exe() {
        Ok(exe) => exe,
        Err(error) => return failed("anvild", &error),
    };
    match version_of(exe.as_os_str(), folder).await {
        Ok(version) if version.split_whitespace().last() == Some(env!("CARGO_PKG_VERSION")) => {
            ok("anvild", format!("{version}, {}", exe.display()))
        }
        Ok(version) => failed("anvild", &Error::ExeVersion { exe, version, own: env!("CARGO_PKG_VERSION").to_owned() }),
        Err(detail) => DoctorCheck { id: "anvild".to_owned(), level: DoctorLevel::Error, detail, fix: None },
    }
}

async fn version_of(program: &std::ffi::OsStr, folder: &Path) -> Result<String, String> {
    let output =
        Command::new(program).arg("--version").current_dir(folder).stdin(Stdio::null()).kill_on_drop(true).output();
    let name = program.display();
    match tokio::time::timeout(VERSION_LIMIT, output).await {
        Ok(Ok(output)) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        Ok(Ok(output)) => Err(format!("`{name} --version` failed: {}", String::from_utf8_lossy(&output.stderr).trim())),
        Ok(Err(error)) => Err(format!("`{name}` cannot be run: {error}")),
        Err(_) => Err(format!("`{name} --version` does not end")),
    }
}

fn env_or(name: &str, default: &str) -> std::ffi::OsString {
    env::var_os(name).unwrap_or_else(|| default.into())
}

fn ok(id: &str, detail: impl Into<String>) -> DoctorCheck {
    DoctorCheck { id: id.to_owned(), level: DoctorLevel::Ok, detail: detail.into(), fix: None }
}

fn failed(id: &str, error: &Error) -> DoctorCheck {
    DoctorCheck { id: id.to_owned(), level: DoctorLevel::Error, detail: error.to_string(), fix: error.hint() }
}

fn render(check: &DoctorCheck, style: Style) -> String {
    let level = match check.level {
        DoctorLevel::Ok => style.green("ok     "),
        DoctorLevel::Warning => style.yellow("warning"),
        DoctorLevel::Error => style.red("error  "),
    };
    let mut text = format!("{level}  {:<18} {}", check.id, check.detail);
    if let Some(fix) = &check.fix {
        text.push_str(&format!("\n         {:<18} {} {fix}", "", style.cyan("fix:")));
    }
    text
}
