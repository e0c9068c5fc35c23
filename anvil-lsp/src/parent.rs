//! Whether the editor's process still lives: one that is killed may leave its end of the pipe open in a child.

use rustix::{
    event::{PollFd, PollFlags, poll},
    process::{Pid, PidfdFlags, pidfd_open},
};
use tokio::sync::watch;

/// Resolves when the process ends whose number comes through `processes`. Never, if none comes.
pub(crate) async fn ended(mut processes: watch::Receiver<Option<u32>>) {
    // `Err`: the conversation ended before it began, which is seen elsewhere.
    let process = processes.wait_for(Option::is_some).await.ok().and_then(|process| *process);
    let pid = process.and_then(|process| Pid::from_raw(i32::try_from(process).ok()?));
    let has_ended = match pid {
        // A thread that waits costs nothing, and goes with the server.
        Some(pid) => tokio::task::spawn_blocking(move || wait(pid)).await.unwrap_or(Ok(())),
        None => return std::future::pending().await,
    };
    if let Err(error) = has_ended {
        // In a container of its own, its number means nothing here.
        tracing::warn!(%error, "the editor's process cannot be watched");
        std::future::pending::<()>().await;
    }
}

/// Waits until a process has ended.
pub(crate) fn wait(pid: Pid) -> rustix::io::Result<()> {
    let process = match pidfd_open(pid, PidfdFlags::empty()) {
        Err(rustix::io::Errno::SRCH) => return Ok(()),
        opened => opened?,
    };
    while let Err(error) = poll(&mut [PollFd::new(&process, PollFlags::IN)], None) {
        if error != rustix::io::Errno::INTR {
            return Err(error);
        }
    }
    Ok(())
}
