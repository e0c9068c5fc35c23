//! A daemon's process by pidfd: signals reach the process that was checked, never a later one with the same number, and
//! its end is an event.

use std::{
    fs,
    os::fd::OwnedFd,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal},
};

/// A living process, or the remains of one.
#[derive(Debug)]
pub(crate) struct DaemonProcess {
    pidfd: Arc<OwnedFd>,
}

impl DaemonProcess {
    /// `None` when there is no such process.
    pub(crate) fn open(pid: u32) -> Option<Self> {
        let pid = Pid::from_raw(i32::try_from(pid).ok()?)?;
        Some(Self { pidfd: Arc::new(pidfd_open(pid, PidfdFlags::empty()).ok()?) })
    }

    /// Like [`Self::open`], and the process must have the lock file open: a record may outlive its daemon, and its
    /// number may by now belong to somebody else's process.
    pub(crate) fn open_holder(pid: u32, lock: &Path) -> Option<Self> {
        let process = Self::open(pid)?;
        let lock = lock.canonicalize().ok()?;
        let holds = fs::read_dir(format!("/proc/{pid}/fd"))
            .ok()?
            .flatten()
            .any(|entry| fs::read_link(entry.path()).is_ok_and(|target| target == lock));
        holds.then_some(process)
    }

    pub(crate) fn terminate(&self) {
        // ESRCH: it has ended, which is what was wanted.
        let _ = pidfd_send_signal(&self.pidfd, Signal::TERM);
    }

    pub(crate) fn kill(&self) {
        let _ = pidfd_send_signal(&self.pidfd, Signal::KILL);
    }

    /// `true` once the process has ended; `false` when it has not within the time.
    pub(crate) async fn ended_within(&self, limit: Duration) -> bool {
        let pidfd = Arc::clone(&self.pidfd);
        // `poll` on the blocking pool: bounded by the limit, and tokio has no safe way to register a foreign descriptor.
        tokio::task::spawn_blocking(move || wait_readable(&pidfd, limit)).await.unwrap_or(false)
    }
}

/// A pidfd is readable once its process has ended.
fn wait_readable(pidfd: &OwnedFd, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout =
            Timespec { tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX), tv_nsec: left.subsec_nanos().into() };
        match poll(&mut [PollFd::new(pidfd, PollFlags::IN)], Some(&timeout)) {
            Err(rustix::io::Errno::INTR) => {}
            Ok(ready) => return ready > 0,
            Err(_) => return false,
        }
    }
}
