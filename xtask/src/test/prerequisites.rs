//! What the tests need besides Rust: found, or installed where that needs nobody's consent, or asked for.
//!
//! Distribution packages are installed as root only; everybody else is told the command. The test runner is built from
//! source where it is missing, without optimisation: that takes minutes once, and a third of an optimised build.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::command::{self, cargo};

/// Any version from here on reads `.config/nextest.toml`; this one is known to build with the Rust of this workspace.
const NEXTEST: &str = "0.9.143";

/// A Debian package and the programs of which one is enough.
const PACKAGES: &[(&str, &[&str])] = &[
    ("gcc", &["cc", "gcc", "clang"]),
    ("git", &["git"]),
    ("chromium", &["chromium", "chromium-browser", "google-chrome"]),
    ("nodejs", &["node"]),
    ("npm", &["npm"]),
    ("neovim", &["nvim"]),
];

/// Packages that are more than a program, and a command that succeeds where they are there.
const PARTS: &[(&[&str], &[&str])] = &[
    (&["python3", "python3-venv"], &["python3", "-m", "ensurepip", "--version"]),
    (&["emacs-nox", "elpa-eglot"], &["emacs", "--batch", "--eval", "(progn (package-initialize) (require 'eglot))"]),
];

/// Blade, which templates are compared with, and what runs it.
const PHP: &[&str] = &["php-cli", "php-illuminate-view"];

/// Where the package of Illuminate puts Blade; on PHP's search path, so that it is found by asking PHP.
const BLADE: &str = "exit((int) !stream_resolve_include_path('Illuminate/View/autoload.php'));";

pub(super) fn ensure() -> Result<()> {
    packages()?;
    ensure_php()?;
    components()?;
    runner()
}

pub(crate) fn ensure_php() -> Result<()> {
    if command::on_path("php") && answers(Command::new("php").args(["-r", BLADE])) {
        return Ok(());
    }
    install(PHP)
}

fn packages() -> Result<()> {
    let mut missing: Vec<&str> = missing(command::on_path);
    for (packages, probe) in PARTS {
        if !(command::on_path(probe[0]) && answers(Command::new(probe[0]).args(&probe[1..]))) {
            missing.extend(*packages);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    install(&missing)
}

fn install(missing: &[&str]) -> Result<()> {
    let install = format!("apt-get install {}", missing.join(" "));
    if !command::on_path("apt-get") || fs::metadata("/proc/self")?.uid() != 0 {
        bail!("{} missing: run `{install}` as root, or install them in your system's way", missing.join(" and "));
    }
    eprintln!("    missing: {}; running `{install}`", missing.join(", "));
    command::run(apt_get().arg("update"))?;
    command::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(missing))
}

fn missing(present: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let absent = PACKAGES.iter().filter(|(_, programs)| !programs.iter().any(|program| present(program)));
    absent.map(|(package, _)| *package).collect()
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.arg("--quiet").env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}

fn components() -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if answers(&mut cargo([subcommand, "--version"])) {
            continue;
        }
        eprintln!("    missing: {component}; running `rustup component add {component}`");
        let mut rustup = Command::new("rustup");
        command::run(rustup.args(["component", "add", component]))
            .with_context(|| format!("{component} is missing: install it next to your cargo"))?;
    }
    Ok(())
}

fn runner() -> Result<()> {
    if answers(&mut cargo(["nextest", "--version"])) {
        return Ok(());
    }
    eprintln!("    missing: cargo-nextest; building it, which takes some minutes once");
    let mut install = cargo(["install", "cargo-nextest", "--version", NEXTEST, "--locked", "--debug"]);
    install.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    command::run(&mut install).context("install cargo-nextest yourself: https://nexte.st")
}

fn answers(command: &mut Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several_programs_is_enough() {
        let others = ["clang", "git", "google-chrome", "node", "npm", "nvim"];
        assert_eq!(missing(|program| others.contains(&program)), Vec::<&str>::new());
        assert_eq!(missing(|program| others[1..].contains(&program)), ["gcc"]);
    }
}
