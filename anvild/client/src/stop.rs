//! Ends a daemon: politely over RPC, and by signal where that is not possible (another protocol, no answer).

use std::time::{Duration, Instant};

use anvild_protocol::{AnvilDaemonClient, PROTOCOL};

use crate::{
    ConnectOptions, Connection, Error, ProjectPaths, connect,
    lock::{lock_is_held, read_record},
    process::DaemonProcess,
};

/// For the app to drain and the daemon to end after `daemon/shutdown` or SIGTERM.
const END_LIMIT: Duration = Duration::from_secs(15);
/// For a lock whose holder cannot be found to find one or to become free.
const LOOK_LIMIT: Duration = Duration::from_secs(2);
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// After SIGKILL.
const KILL_LIMIT: Duration = Duration::from_secs(5);

/// How a daemon was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopOutcome {
    /// There was none.
    NotRunning,
    /// By `daemon/shutdown`.
    ShutDown { pid: u32 },
    /// By SIGTERM.
    Terminated { pid: u32 },
    /// By SIGKILL, because it reacted to nothing else.
    Killed { pid: u32 },
}

/// Ends the daemon of this project, of whatever version and protocol.
///
/// # Errors
/// [`Error::Unresponsive`] when a process holds the lock that cannot be found or ended.
pub async fn stop_daemon(paths: &ProjectPaths, options: &ConnectOptions) -> Result<StopOutcome, Error> {
    match connect(paths, options).await {
        Ok(connection) => return shut_down(paths, connection).await,
        Err(error @ Error::UnsafeDirectory { .. }) => return Err(error),
        // No answer on this protocol's socket; the lock and the record know the rest.
        Err(_) => {}
    }
    if !paths.directory().exists() {
        return Ok(StopOutcome::NotRunning);
    }
    let started = Instant::now();
    let mut interval = tokio::time::interval(LOOK_INTERVAL);
    loop {
        interval.tick().await;
        if !lock_is_held(paths)? {
            return Ok(StopOutcome::NotRunning);
        }
        let pid = read_record(paths).map(|record| record.pid);
        let holder = pid.and_then(|pid| Some((pid, DaemonProcess::open_holder(pid, &paths.lock())?)));
        if let Some((pid, process)) = holder {
            return terminate(&process, pid).await;
        }
        // Held by nobody who can be found: a daemon that is just starting or ending, for a moment. Or a stranger.
        if started.elapsed() > LOOK_LIMIT {
            return Err(Error::Unresponsive { pid });
        }
    }
}

/// Asks, then insists. The daemon's process has ended when this returns.
pub(crate) async fn shut_down(paths: &ProjectPaths, connection: Connection) -> Result<StopOutcome, Error> {
    debug_assert_eq!(connection.daemon().protocol, PROTOCOL, "the socket's name has the protocol");
    let pid = connection.daemon().pid;
    let Some(process) = DaemonProcess::open_holder(pid, &paths.lock()) else {
        // Another pid namespace: its process cannot be seen from here, so the answer must do.
        connection.rpc().shutdown().await?;
        return Ok(StopOutcome::ShutDown { pid });
    };
    let asked = tokio::time::timeout(END_LIMIT, connection.rpc().shutdown()).await;
    if matches!(asked, Ok(Ok(()) | Err(_))) && process.ended_within(END_LIMIT).await {
        return Ok(StopOutcome::ShutDown { pid });
    }
    terminate(&process, pid).await
}

pub(crate) async fn terminate(process: &DaemonProcess, pid: u32) -> Result<StopOutcome, Error> {
    process.terminate();
    if process.ended_within(END_LIMIT).await {
        return Ok(StopOutcome::Terminated { pid });
    }
    process.kill();
    if process.ended_within(KILL_LIMIT).await {
        return Ok(StopOutcome::Killed { pid });
    }
    Err(Error::Unresponsive { pid: Some(pid) })
}
