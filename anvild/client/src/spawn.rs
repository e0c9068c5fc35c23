//! Connects to the daemon of a project and starts it if need be.
//!
//! One start at a time: a client holds `start.lock` from the moment it finds no daemon until its daemon has reported.
//! The others wait in the kernel, and when their turn comes the daemon is there to connect to. A client that is killed
//! meanwhile loses the lock with its process.

use std::{
    env,
    ffi::OsStr,
    fs::File,
    io::Read,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use anvild_protocol::PROTOCOL;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    sync::oneshot,
};

use crate::{
    ConnectOptions, Connection, Error, FailedStart, ProjectPaths, StartReport, connect,
    lock::{lock_is_held, open_lock, read_record},
    process::DaemonProcess,
    stop, version,
};

/// From the first attempt to the greeting, all steps together.
const START_LIMIT: Duration = Duration::from_secs(30);
/// How often a long step is reported.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);
/// Between looks at a daemon that holds the lock and does not listen: neither its socket nor its lock tells of a change.
const RETRY_INTERVAL: Duration = Duration::from_millis(25);
/// The line of a [`StartReport`]; a daemon that prints more is not one.
const REPORT_BYTES_MAX: u64 = 64 * 1024;
/// How much of the daemon's standard error a failed start shows.
const STDERR_TAIL_BYTES: usize = 4096;

/// How to start a daemon.
#[derive(Debug, Clone)]
pub struct SpawnOptions {
    /// The daemon's program; `None`: [`find_daemon_exe`], looked up only if a start is needed.
    pub daemon_exe: Option<PathBuf>,
    pub connect: ConnectOptions,
}

/// What [`connect_or_spawn`] is doing, for people who wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A daemon of an older version is ended first.
    Replacing { version: String },
    /// The daemon's process has been started.
    Starting { exe: PathBuf },
    /// It still takes.
    Waiting { elapsed: Duration },
}

/// Connects; starts the daemon if none listens, and replaces one that is older than this client.
///
/// # Errors
/// Those of [`connect`] but [`Error::NotRunning`]; [`Error::NewerVersion`], [`Error::NewerProtocol`];
/// [`Error::StartFailed`] and its kin when the start fails.
pub async fn connect_or_spawn(
    paths: &ProjectPaths,
    options: &SpawnOptions,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<Connection, Error> {
    match current(paths, options).await? {
        Found::Current(connection) => return Ok(connection),
        Found::Older(_) | Found::None => {}
    }
    let deadline = Deadline::after(START_LIMIT);
    paths.prepare()?;
    let _turn = take_turn(paths, &deadline, progress).await?;
    // Whoever held the lock before us has probably started it.
    match current(paths, options).await? {
        Found::Current(connection) => return Ok(connection),
        Found::Older(connection) => {
            progress(Step::Replacing { version: connection.daemon().version.clone() });
            stop::shut_down(paths, connection).await?;
        }
        Found::None => replace_other_protocol(paths, progress).await?,
    }
    start(paths, options, &deadline, progress).await
}

/// `anvild` next to this program, else the first in `PATH`.
///
/// # Errors
/// [`Error::DaemonExeMissing`].
pub fn find_daemon_exe() -> Result<PathBuf, Error> {
    let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("anvild")));
    let path = env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(env::split_paths(&path).map(|directory| directory.join("anvild")))
        .find(|candidate| candidate.is_absolute() && candidate.is_file())
        .ok_or(Error::DaemonExeMissing)
}

enum Found {
    Current(Connection),
    Older(Connection),
    None,
}

async fn current(paths: &ProjectPaths, options: &SpawnOptions) -> Result<Found, Error> {
    let connection = match connect(paths, &options.connect).await {
        Ok(connection) => connection,
        // A connection that breaks during the greeting belongs to a daemon that is going away.
        Err(Error::NotRunning(_) | Error::Disconnected) => return Ok(Found::None),
        Err(error) => return Err(error),
    };
    let own = &options.connect.version;
    match version::compare(&connection.daemon().version, own) {
        std::cmp::Ordering::Equal => Ok(Found::Current(connection)),
        std::cmp::Ordering::Less => Ok(Found::Older(connection)),
        std::cmp::Ordering::Greater => {
            Err(Error::NewerVersion { daemon: connection.daemon().version.clone(), own: own.clone() })
        }
    }
}

/// A daemon of another protocol listens on another socket, but holds the same lock.
async fn replace_other_protocol(paths: &ProjectPaths, progress: &mut (dyn FnMut(Step) + Send)) -> Result<(), Error> {
    let Some(record) = read_record(paths).filter(|record| record.protocol != PROTOCOL) else { return Ok(()) };
    if !lock_is_held(paths)? {
        return Ok(());
    }
    if record.protocol > PROTOCOL {
        return Err(Error::NewerProtocol { pid: record.pid, protocol: record.protocol });
    }
    let Some(process) = DaemonProcess::open_holder(record.pid, &paths.lock()) else { return Ok(()) };
    progress(Step::Replacing { version: record.version });
    stop::terminate(&process, record.pid).await.map(|_| ())
}

async fn start(
    paths: &ProjectPaths,
    options: &SpawnOptions,
    deadline: &Deadline,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<Connection, Error> {
    let exe = options.daemon_exe.clone().map_or_else(find_daemon_exe, Ok)?;
    loop {
        let mut child = launch(paths, &exe)?;
        progress(Step::Starting { exe: exe.clone() });
        let Some(report) = with_progress(read_report(&mut child), deadline, progress).await else {
            // It holds no lock that anybody could rely on; left alone it might come up later, unannounced.
            let _ = child.start_kill();
            return Err(Error::StartTimeout { seconds: START_LIMIT.as_secs(), stderr: stderr_tail(paths) });
        };
        match report {
            Some(StartReport::Ready { version, .. }) if version != options.connect.version => {
                let connection = connect(paths, &options.connect).await?;
                stop::shut_down(paths, connection).await?;
                return Err(Error::ExeVersion { exe, version, own: options.connect.version.clone() });
            }
            Some(StartReport::Ready { .. }) => return connect(paths, &options.connect).await,
            Some(StartReport::Already { pid }) => {
                match with_progress(connect_to_other(paths, options), deadline, progress).await {
                    Some(Ok(Some(connection))) => return Ok(connection),
                    // The other one was on its way out.
                    Some(Ok(None)) => {}
                    Some(Err(error)) => return Err(error),
                    None => return Err(Error::Unresponsive { pid }),
                }
            }
            Some(StartReport::Error(failed)) => {
                let FailedStart { message, exit_code, hint } = failed;
                return Err(Error::StartFailed { message, exit_code, hint });
            }
            None => return Err(Error::StartDied { stderr: stderr_tail(paths) }),
        }
    }
}

/// Detached: its own process group, so that a Ctrl-C meant for the client does not reach it.
fn launch(paths: &ProjectPaths, exe: &PathBuf) -> Result<Child, Error> {
    let stderr = paths.stderr();
    let stderr = File::create(&stderr).map_err(Error::io(stderr))?;
    let mut command = Command::new(exe);
    command
        .arg("--project")
        .arg(paths.root())
        .current_dir(paths.root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .process_group(0);
    for (name, _) in env::vars_os().filter(|(name, _)| belongs_to_a_cargo_run(name)) {
        command.env_remove(name);
    }
    command.spawn().map_err(Error::io(exe))
}

/// `cargo run` gives its child the variables of the package that it ran and of its job server. To the daemon's own
/// cargo they would be another package's, and file descriptors that are not there.
fn belongs_to_a_cargo_run(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS", "CARGO_CRATE_NAME", "CARGO_BIN_NAME", "CARGO_PRIMARY_PACKAGE"]
            .contains(&name)
        || name == "OUT_DIR"
}

async fn read_report(child: &mut Child) -> Option<StartReport> {
    let mut lines = BufReader::new(child.stdout.take()?.take(REPORT_BYTES_MAX)).lines();
    StartReport::parse(&lines.next_line().await.ok()??)
}

/// Somebody else's daemon holds the lock: one that was started without the start lock, and binds its socket right after
/// it took its own, or one that was just killed, whose lock ends a moment after its socket. `None` once it is gone.
async fn connect_to_other(paths: &ProjectPaths, options: &SpawnOptions) -> Result<Option<Connection>, Error> {
    let mut interval = tokio::time::interval(RETRY_INTERVAL);
    loop {
        interval.tick().await;
        match current(paths, options).await? {
            Found::Current(connection) | Found::Older(connection) => return Ok(Some(connection)),
            Found::None if !lock_is_held(paths)? => return Ok(None),
            Found::None => {}
        }
    }
}

/// Waits for `start.lock`. The file is locked as long as the result lives.
async fn take_turn(
    paths: &ProjectPaths,
    deadline: &Deadline,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<File, Error> {
    let path = paths.start_lock();
    let file = open_lock(&path)?;
    let (sender, receiver) = oneshot::channel();
    // A thread, not the runtime's blocking pool: a runtime waits for its pool when it ends, and a lock that is not
    // granted would keep the program from ending. The thread ends with the lock: granted to nobody, the file closes.
    std::thread::spawn(move || {
        let result = file.lock().map(|()| file);
        let _ = sender.send(result);
    });
    match with_progress(receiver, deadline, progress).await {
        Some(Ok(result)) => result.map_err(Error::io(path)),
        Some(Err(_)) | None => Err(Error::StartTimeout { seconds: START_LIMIT.as_secs(), stderr: String::new() }),
    }
}

/// Runs the future until the deadline (`None`), and says every second that it still takes.
async fn with_progress<T>(
    future: impl Future<Output = T>,
    deadline: &Deadline,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Option<T> {
    tokio::pin!(future);
    let mut interval = tokio::time::interval_at(tokio::time::Instant::now() + PROGRESS_INTERVAL, PROGRESS_INTERVAL);
    loop {
        tokio::select! {
            output = &mut future => return Some(output),
            () = tokio::time::sleep_until(deadline.at.into()) => return None,
            _ = interval.tick() => progress(Step::Waiting { elapsed: deadline.started.elapsed() }),
        }
    }
}

struct Deadline {
    started: Instant,
    at: Instant,
}

impl Deadline {
    fn after(limit: Duration) -> Self {
        let started = Instant::now();
        Self { started, at: started + limit }
    }
}

fn stderr_tail(paths: &ProjectPaths) -> String {
    let mut text = Vec::new();
    if let Ok(file) = File::open(paths.stderr()) {
        // Panics and the like: a file of this process alone, so its beginning is short.
        let _ = file.take(1024 * 1024).read_to_end(&mut text);
    }
    let start = text.len().saturating_sub(STDERR_TAIL_BYTES);
    String::from_utf8_lossy(&text[start..]).trim().to_owned()
}
