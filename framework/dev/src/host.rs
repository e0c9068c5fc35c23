//! The host: the process that holds the container, serves requests, and takes new app libraries from the daemon.
//!
//! Threads: the caller's waits for the end; `anvil-control` reads commands, `anvil-say` writes answers, `anvil-load` runs the
//! app's boot and registering functions, and a tokio runtime runs requests. So a registering function that never returns
//! stops nothing but loading, and a runtime that is stuck in the app's code still ends when the daemon says so.

mod browser;
mod control;
mod descriptions;
mod dispatch;
mod forward;
mod inherit;
mod load;
mod loader;
mod requests;
mod respond;
mod serve;
mod traffic;
mod verify;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use anvil_control::{BrowserStatus, CONTROL_VERSION, FromHost};
use anvil_core::Config;
use arc_swap::ArcSwap;
use tokio::sync::{mpsc, watch};

use crate::{ABI_VERSION, App, GENERATION, LiveState};
use browser::Guard;
use control::{ReadEnd, Reader, Say};
use dispatch::Dispatch;
use requests::Requests;
use traffic::{Count, Phase};

/// Commands that may wait for the runtime. The daemon sends a handful in a host's life.
const COMMANDS_MAX: usize = 64;

/// What is said last is worth waiting for, but not for long.
const FLUSH_TIME: Duration = Duration::from_secs(1);

/// What a host is told at its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSettings {
    /// Absolute path of the project's folder.
    pub project: PathBuf,
    /// Secret of the browser channel; empty: there is none.
    pub token: String,
    /// Generation that the host is started for.
    pub generation: u64,
    /// The daemon wants to know what routes have answered.
    pub tells_requests: bool,
}

/// Why a host came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostEnd {
    /// The next host took over.
    Drained,
    /// The daemon asked for it.
    Stopped,
    /// The control socket is at its end.
    DaemonGone,
    /// The control channel or the listening socket cannot be used; standard error says why.
    Failed,
}

/// Shared by everything in a host.
#[derive(Debug)]
struct Host {
    live: LiveState,
    listen: SocketAddr,
    guard: Guard,
    /// Host names of the app's configuration.
    names: ArcSwap<Vec<String>>,
    status: watch::Sender<BrowserStatus>,
    phase: watch::Sender<Phase>,
    /// Answers that end only with their connection (`text/event-stream`). A drain does not wait for these.
    streams: Count,
    /// Upgraded connections that were passed on. A drain leaves them all its time.
    tunnels: Count,
    requests: Option<Requests>,
}

impl Host {
    fn new(listen: SocketAddr, settings: &HostSettings) -> Arc<Self> {
        Arc::new(Self {
            live: LiveState::new(),
            listen,
            guard: Guard::new(settings.token.clone(), listen),
            names: ArcSwap::default(),
            status: watch::Sender::new(BrowserStatus::Building { generation: settings.generation, refresh: false }),
            phase: watch::Sender::new(Phase::Serving),
            streams: Count::default(),
            tunnels: Count::default(),
            requests: settings.tells_requests.then(Requests::default),
        })
    }

    fn configured_names(&self) -> Arc<Vec<String>> {
        self.names.load_full()
    }

    fn configure(&self, config: &Config) {
        self.names.store(Arc::new(browser::configured_names(&config.server.addr, &config.app.url)));
    }
}

/// What the waiting thread is told.
#[derive(Debug)]
enum Notice {
    /// It is over.
    Ended(HostEnd),
    /// It is over at that time, even if nobody says so any more.
    EndsBy(Instant, HostEnd),
}

/// Takes what the daemon left for this process and runs until the end.
pub(crate) fn run_inherited(app: App) -> Result<ExitCode, String> {
    inherit::die_with_parent();
    let inherit::Inherited { control, listener, settings } = inherit::take()?;
    let end = run_host(control, listener, app, settings).map_err(|error| format!("the host cannot start: {error}"))?;
    match end {
        HostEnd::Drained | HostEnd::Stopped => Ok(ExitCode::SUCCESS),
        HostEnd::Failed => Ok(ExitCode::FAILURE),
        HostEnd::DaemonGone => {
            // Not an orderly exit: destructors of the app could hang, and nobody is left to kill this process.
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Runs a host over a control socket and a listening socket, until its end. Nothing is accepted from `listener` before the
/// daemon says so.
///
/// Threads of the app's code may still run when this returns; a program exits then.
///
/// # Errors
/// The runtime or a thread cannot be started.
pub fn run_host(control: UnixStream, listener: TcpListener, app: App, settings: HostSettings) -> io::Result<HostEnd> {
    anvil_core::install_panic_hook();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("anvil-app").build()?;
    let (say, _writer) = control::writer(control.try_clone()?)?;
    say.must(FromHost::Hello {
        control: CONTROL_VERSION,
        abi: ABI_VERSION,
        pid: std::process::id(),
        framework: env!("CARGO_PKG_VERSION").to_owned(),
    });
    let host = Host::new(listener.local_addr()?, &settings);
    tell_faults(&say);

    let (notify, notices) = sync_channel(COMMANDS_MAX);
    let (commands, commanded) = mpsc::channel(COMMANDS_MAX);
    if let Some(requests) = &host.requests {
        runtime.spawn(requests.tell(say.clone()));
    }
    let traffic = serve::serve(host.clone(), listener, commanded, say.clone());
    let ended = notify.clone();
    runtime.spawn(async move {
        let end = traffic.await;
        // The waiting thread is gone only if another end came first.
        let _ = ended.send(Notice::Ended(end));
    });
    let loads = load::spawn(host.clone(), app, settings.project, runtime.handle().clone(), say.clone())?;
    let mut dispatch = Dispatch::new(host, say.clone(), commands, loads, notify.clone());
    let mut reader = Reader::new(control.try_clone()?);
    std::thread::Builder::new().name("anvil-control".to_owned()).spawn(move || {
        let end = loop {
            match reader.next() {
                Ok(message) => dispatch.obey(message),
                Err(ReadEnd::Eof) => break HostEnd::DaemonGone,
                Err(ReadEnd::Broken(error)) => {
                    tracing::error!(%error, "the control channel is broken");
                    break HostEnd::Failed;
                }
            }
        };
        let _ = notify.send(Notice::Ended(end));
    })?;

    let end = wait(&notices, &say);
    // Lets the two threads of the channel end; a process that exits does not need it, a test does.
    let _ = control.shutdown(std::net::Shutdown::Both);
    runtime.shutdown_background();
    Ok(end)
}

fn tell_faults(say: &Say) {
    let say = say.clone();
    anvil_core::set_fault_sink(Box::new(move |fault| say.may(FromHost::Fault(fault))));
    anvil_core::set_generation_source(|| GENERATION.get());
    anvil_core::set_live_templates();
}

fn wait(notices: &Receiver<Notice>, say: &Say) -> HostEnd {
    let mut limit: Option<(Instant, HostEnd)> = None;
    let end = loop {
        let notice = match limit {
            None => notices.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some((at, _)) => notices.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match (notice, limit) {
            (Ok(Notice::Ended(end)), _) => break end,
            (Ok(Notice::EndsBy(at, end)), _) => limit = Some((at, end)),
            (Err(RecvTimeoutError::Timeout), Some((_, end))) => {
                if end == HostEnd::Drained {
                    say.must(FromHost::Drained);
                }
                break end;
            }
            (Err(_), _) => break HostEnd::Failed,
        }
    };
    if matches!(end, HostEnd::Drained | HostEnd::Stopped) {
        say.flush(FLUSH_TIME);
    }
    end
}
