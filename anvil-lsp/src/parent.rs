//! Whether the editor's process still lives: one that is killed may leave its end of the pipe open in a child.

use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::{io::unix::AsyncFd, sync::watch};

/// Resolves when the process ends whose number comes through `processes`. Never, if none comes.
pub(crate) async fn ended(mut processes: watch::Receiver<Option<u32>>) {
    let process = match processes.wait_for(Option::is_some).await {
        Ok(process) => *process,
        // The conversation ended before it began; that is seen elsewhere.
        Err(_) => None,
    };
    let pid = process.and_then(|process| Pid::from_raw(i32::try_from(process).ok()?));
    let Some(pid) = pid else { return std::future::pending().await };
    match pidfd_open(pid, PidfdFlags::NONBLOCK) {
        Ok(descriptor) => match AsyncFd::new(descriptor) {
            Ok(descriptor) => drop(descriptor.readable().await),
            Err(error) => {
                tracing::warn!(%error, "the editor's process cannot be watched");
                std::future::pending().await
            }
        },
        // It has ended already.
        Err(rustix::io::Errno::SRCH) => {}
        Err(error) => {
            // In a container of its own, its number means nothing here.
            tracing::warn!(%error, "the editor's process cannot be watched");
            std::future::pending().await
        }
    }
}
