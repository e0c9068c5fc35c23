//! What the daemon hands to a new host: two descriptors and a few environment variables.
#![allow(unsafe_code, reason = "a number in the environment becomes an owned descriptor here, once")]

use std::net::TcpListener;
use std::os::fd::{FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use anvil_control::{ENV_CONTROL_FD, ENV_GENERATION, ENV_LISTEN_FD, ENV_PROJECT, ENV_SERVED, ENV_TOKEN};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Signal, set_parent_process_death_signal};

use super::HostSettings;

/// Everything that a host starts with.
#[derive(Debug)]
pub(crate) struct Inherited {
    pub(crate) control: UnixStream,
    pub(crate) listener: TcpListener,
    pub(crate) settings: HostSettings,
}

/// Takes the inheritance, once per process.
pub(crate) fn take() -> Result<Inherited, String> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.swap(true, Ordering::AcqRel) {
        return Err("a process is a host only once".to_owned());
    }
    let (control, listen) = (number(ENV_CONTROL_FD)?, number(ENV_LISTEN_FD)?);
    if control == listen {
        return Err(format!("`{ENV_CONTROL_FD}` and `{ENV_LISTEN_FD}` name the same descriptor"));
    }
    let settings = HostSettings {
        project: std::env::var_os(ENV_PROJECT).map(PathBuf::from).ok_or_else(|| missing(ENV_PROJECT))?,
        token: std::env::var(ENV_TOKEN).unwrap_or_default(),
        tells_requests: std::env::var_os(ENV_SERVED).is_some_and(|value| value == "1"),
        generation: std::env::var(ENV_GENERATION).ok().and_then(|text| text.parse().ok()).unwrap_or(0),
    };
    let (control, listener) = (UnixStream::from(own(control)?), TcpListener::from(own(listen)?));
    Ok(Inherited { control, listener, settings })
}

/// Ends this process with the daemon, whatever its runtime is doing. A daemon that died before this call is noticed at the
/// control socket, which is at its end then.
pub(crate) fn die_with_parent() {
    if let Err(error) = set_parent_process_death_signal(Some(Signal::KILL)) {
        tracing::warn!(%error, "the host would outlive a daemon that dies while the host is stuck");
    }
}

fn number(name: &str) -> Result<RawFd, String> {
    let text = std::env::var(name).map_err(|_| missing(name))?;
    // 0 to 2 are the standard streams and belong to std.
    text.parse().ok().filter(|number| *number > 2).ok_or_else(|| format!("`{name}` is no descriptor: `{text}`"))
}

fn missing(name: &str) -> String {
    format!("`{name}` is not set: this program is started by `anvil dev`, not by hand")
}

fn own(number: RawFd) -> Result<OwnedFd, String> {
    // SAFETY: the daemon opened the descriptor for this process before it started, so nothing else in it owns the number, and
    // `take` runs once, before any other file is opened. Guarded by the daemon's tests, which start real hosts.
    let descriptor = unsafe { OwnedFd::from_raw_fd(number) };
    // Also the check that it is open. The app's own child processes must not hold either socket.
    match fcntl_setfd(&descriptor, FdFlags::CLOEXEC) {
        Ok(()) => Ok(descriptor),
        Err(error) => {
            // It is not open, so there is nothing to close either.
            let _ = descriptor.into_raw_fd();
            Err(format!("descriptor {number} is not open: {error}"))
        }
    }
}
