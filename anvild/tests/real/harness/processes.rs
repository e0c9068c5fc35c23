//! Looks at processes from outside, through `/proc`: who descends from whom, who still lives. Also used by the tests of the
//! `anvil` command.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// For a process to be gone after it was killed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process, told apart from a later one with the same number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    /// In ticks since the machine started.
    started: String,
    name: String,
}

/// Fields of `/proc/<pid>/stat` from the third on; the second is the name, which may hold anything.
fn fields(pid: u32) -> Option<(String, Vec<String>)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, rest) = text.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    Some((name, rest.split_ascii_whitespace().map(str::to_owned).collect()))
}

impl Process {
    /// `None` if there is no such process, or only its remains.
    pub(crate) fn find(pid: u32) -> Option<Self> {
        let (name, fields) = fields(pid)?;
        (fields[0] != "Z" && fields[0] != "X").then(|| Self { pid, started: fields[19].clone(), name })
    }

    pub(crate) fn lives(&self) -> bool {
        Self::find(self.pid).is_some_and(|found| found.started == self.started)
    }
}

fn all() -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("the system has /proc").flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// Children, their children, and so on.
pub(crate) fn descendants(pid: u32) -> Vec<Process> {
    let parents: Vec<(u32, u32)> =
        all().into_iter().filter_map(|pid| Some((pid, fields(pid)?.1.get(1)?.parse().ok()?))).collect();
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    found.into_iter().skip(1).filter_map(Process::find).collect()
}

/// Processes that work in this folder or below it: cargo, compilers and hosts of one project.
pub(crate) fn inside(folder: &Path) -> Vec<Process> {
    let works_there = |pid: &u32| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(folder));
    all().into_iter().filter(works_there).filter_map(Process::find).collect()
}

/// Waits until none of these lives and nobody works in `folder` any more.
#[track_caller]
pub(crate) fn all_gone(family: &[Process], folder: &Path) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    let started = Instant::now();
    async move {
        loop {
            let left: Vec<_> = family.iter().filter(|process| process.lives()).cloned().chain(inside(folder)).collect();
            if left.is_empty() {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{caller}: still there: {left:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Sends a signal by its name: `KILL`, `TERM`, `INT`.
pub(crate) fn signal(pid: u32, name: &str) {
    let status = std::process::Command::new("kill").args(["-s", name, &pid.to_string()]).status().expect("kill runs");
    assert!(status.success(), "{name} to {pid}");
}
