//! The temporary folder that one run lends to its tests, so that what they leave behind is found and removed.

use std::{
    env, fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Short: the paths of Unix sockets below it have room for 107 bytes.
const PREFIX: &str = "anvil-test-";

/// Processes that are ending when the last test ends get this long to be gone.
const GRACE: Duration = Duration::from_secs(10);

/// Removed when dropped.
pub(super) struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Creates one, and removes those of runs that were killed.
    pub(super) fn create() -> Result<Self> {
        let temp = env::temp_dir();
        for entry in fs::read_dir(&temp).with_context(|| format!("cannot read {}", temp.display()))?.flatten() {
            let name = entry.file_name();
            let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.parse::<u32>().ok());
            if owner.is_some_and(|pid| !Path::new("/proc").join(pid.to_string()).exists()) {
                // Somebody else's is not ours to remove.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let path = temp.join(format!("{PREFIX}{}", process::id()));
        let mut private = fs::DirBuilder::new();
        private.mode(0o700).create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        Ok(Self { path })
    }

    /// Makes it the temporary folder of the command, and the one for the sockets and locks of daemons.
    pub(super) fn lend<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("TMPDIR", &self.path).env("XDG_RUNTIME_DIR", &self.path)
    }

    /// Fails where a process that was started by the tests is still there. They are ended, so that the next run starts
    /// clean.
    pub(super) fn nobody_left(&self) -> Result<()> {
        let deadline = Instant::now() + GRACE;
        let mut left = self.processes();
        while !left.is_empty() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(50));
            left = self.processes();
        }
        if left.is_empty() {
            return Ok(());
        }
        for (pid, _) in &left {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
        let names: Vec<String> = left.iter().map(|(pid, name)| format!("{name} ({pid})")).collect();
        bail!("processes outlived the tests that started them: {}", names.join(", "));
    }

    /// Processes with this temporary folder in their environment: it is inherited by everything the tests start.
    fn processes(&self) -> Vec<(u32, String)> {
        let wanted = format!("TMPDIR={}", self.path.display());
        let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
        entries
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
            .filter(|pid| {
                let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
                environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
            })
            .map(|pid| (pid, fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()))
            .collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            eprintln!("warning: {} stays behind: {error}", self.path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn what_outlives_its_test_is_found() {
        let scratch = Scratch { path: env::temp_dir().join(format!("anvil-scratch-{}", process::id())) };
        fs::create_dir_all(&scratch.path).expect("the temporary folder is writable");
        assert!(scratch.nobody_left().is_ok());
        let mut command = Command::new("cat");
        command.stdin(process::Stdio::piped()).stdout(process::Stdio::piped());
        let mut cat = scratch.lend(&mut command).spawn().expect("cat starts");
        // The kernel shows the environment of a process a moment after `exec`: one that answers has it.
        cat.stdin.as_mut().expect("piped").write_all(b"?").expect("cat reads");
        cat.stdout.as_mut().expect("piped").read_exact(&mut [0]).expect("cat answers");
        assert_eq!(scratch.processes().iter().map(|(pid, _)| *pid).collect::<Vec<_>>(), [cat.id()]);
        drop(cat.stdin.take());
        cat.wait().expect("cat ends with its input");
        assert!(scratch.processes().is_empty());
    }
}
