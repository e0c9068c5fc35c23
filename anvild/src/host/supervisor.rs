//! Owns one host process from its start to its end and turns what it does into [`HostEvent`]s.
//!
//! One task per host. It never waits for the host: orders queue up to a bound, and a host that exceeds a bound is killed with
//! the reason in its [`HostEvent::Exited`].

use std::{
    collections::VecDeque,
    os::fd::OwnedFd,
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anvil_control::{FromHost, ToHost};
use anvild_engine::ProcessEnd;
use anvild_protocol::{HostId, LogLine, LogStream};
use tokio::{
    net::UnixStream,
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};

use super::{
    control::{FrameReader, FrameWriter, Incoming},
    lines::LineReader,
    process::{self, HostSpec, Process, SpawnError},
};

/// Orders that wait for a host. Derivation: the engine sends a few per generation; hundreds mean that nobody reads.
const ORDERS_MAX: usize = 256;
/// Lines of standard error kept for [`ProcessEnd`].
const STDERR_TAIL_LINES: usize = 40;
/// How long after the process's end its last words are collected. They are already in the pipes, unless a grandchild that left
/// the process group holds a pipe open.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long a host may live after it closed its control socket, which it does while it exits.
const CLOSING: Duration = Duration::from_secs(5);

/// What a host did.
#[derive(Debug, Clone, PartialEq)]
pub enum HostEvent {
    /// First event of every host.
    Spawned { host: HostId, pid: u32 },
    /// A control message.
    Said { host: HostId, message: FromHost },
    /// A line of its output.
    Log { host: HostId, line: LogLine },
    /// Last event of every host. `killed_because` says why the supervisor itself killed it (garbage or a flood on the control
    /// socket, orders that are not read); the same sentence is the last line of `end.stderr_tail`.
    Exited { host: HostId, end: ProcessEnd, killed_because: Option<String> },
}

/// The host cannot take orders any more; [`HostEvent::Exited`] follows or has been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host is gone")]
pub struct HostGone;

/// A host process. Dropping the handle kills the process group.
#[derive(Debug)]
pub struct HostHandle {
    host: HostId,
    pid: u32,
    descriptor: Arc<OwnedFd>,
    orders: mpsc::Sender<ToHost>,
    killed_because: Arc<OnceLock<String>>,
    task: JoinHandle<()>,
}

impl HostHandle {
    /// Starts a host that inherits `listener`. Events go to `events`; while that is full, the host's output waits in its pipes.
    ///
    /// Runs the fork on the calling thread, and must be called on one that lives as long as the daemon, inside a tokio runtime:
    /// hosts ask the kernel to end them with the thread that started them. The daemon's own runtime is `current_thread` on its
    /// main thread, so any task will do; `spawn_blocking` would not.
    pub fn spawn(
        spec: &HostSpec,
        listener: &std::net::TcpListener,
        events: mpsc::Sender<HostEvent>,
    ) -> Result<Self, SpawnError> {
        let (process, pipes) = Process::spawn(spec, listener)?;
        let (pid, descriptor) = (process.pid(), process.descriptor());
        let (orders, queue) = mpsc::channel(ORDERS_MAX);
        let killed_because = Arc::new(OnceLock::new());
        pipes.control.set_nonblocking(true)?;
        let (read_half, write_half) = UnixStream::from_std(pipes.control)?.into_split();
        let supervisor = Supervisor {
            host: spec.host,
            ended: process.watch_end()?,
            process,
            reader: Some(FrameReader::new(read_half)),
            writer: FrameWriter::new(write_half, queue),
            stdout: LineReader::open(pipes.stdout)?,
            stderr: LineReader::open(pipes.stderr)?,
            stderr_tail: VecDeque::new(),
            closing_until: None,
            killed_because: Arc::clone(&killed_because),
            events,
        };
        let task = tokio::spawn(supervisor.run());
        Ok(Self { host: spec.host, pid, descriptor, orders, killed_because, task })
    }

    pub fn host(&self) -> HostId {
        self.host
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Queues a message. A host that lets 256 of them wait is killed.
    pub fn tell(&self, message: ToHost) -> Result<(), HostGone> {
        match self.orders.try_send(message) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(HostGone),
            Err(mpsc::error::TrySendError::Full(_)) => {
                let _ = self.killed_because.set(format!("it let {ORDERS_MAX} orders wait without reading them"));
                self.kill();
                Err(HostGone)
            }
        }
    }

    /// SIGKILL for the process, and for its group as soon as it is dead. [`HostEvent::Exited`] follows.
    pub fn kill(&self) {
        process::kill(&self.descriptor);
    }

    /// True once [`HostEvent::Exited`] has been sent.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

impl Drop for HostHandle {
    fn drop(&mut self) {
        // The task is left to see the exit, to kill the group and to report. Should the runtime end first, dropping the task's
        // `Process` does the killing.
        self.kill();
    }
}

#[derive(Debug)]
struct Supervisor {
    host: HostId,
    process: Process,
    /// Resolves when the process is dead and not yet reaped.
    ended: oneshot::Receiver<()>,
    /// `None` after the end of the conversation.
    reader: Option<FrameReader>,
    writer: FrameWriter,
    stdout: LineReader,
    stderr: LineReader,
    stderr_tail: VecDeque<String>,
    closing_until: Option<Instant>,
    killed_because: Arc<OnceLock<String>>,
    events: mpsc::Sender<HostEvent>,
}

/// One thing a host did.
enum Step {
    Control(Incoming),
    Line(LogStream, Option<String>),
    WriterDone,
    ClosingTooLong,
    Ended,
}

impl Supervisor {
    async fn run(mut self) {
        self.send(HostEvent::Spawned { host: self.host, pid: self.process.pid() }).await;
        loop {
            match self.step().await {
                Step::Ended => break,
                step => self.take(step).await,
            }
        }
        // Children first: they may hold the pipes open.
        self.process.kill_group();
        let last_words = async {
            while self.reader.is_some() || self.stdout.is_open() || self.stderr.is_open() {
                let step = self.step_output().await;
                self.take(step).await;
            }
        };
        let _ = timeout(LAST_WORDS, last_words).await;
        let (code, signal) = self.process.reap().map_or((None, None), process::end_of);
        let killed_because = self.killed_because.get().cloned();
        if let Some(reason) = &killed_because {
            self.keep_stderr(format!("anvild killed the host because {reason}"));
        }
        let end = ProcessEnd { code, signal, stderr_tail: self.stderr_tail.drain(..).collect() };
        self.send(HostEvent::Exited { host: self.host, end, killed_because }).await;
    }

    async fn step(&mut self) -> Step {
        let closing_until = self.closing_until;
        tokio::select! {
            _ = &mut self.ended => Step::Ended,
            () = self.writer.run(), if self.writer.is_open() => Step::WriterDone,
            step = step_output(&mut self.reader, &mut self.stdout, &mut self.stderr) => step,
            () = sleep_until(closing_until.unwrap_or_else(Instant::now)), if closing_until.is_some() => Step::ClosingTooLong,
        }
    }

    async fn step_output(&mut self) -> Step {
        step_output(&mut self.reader, &mut self.stdout, &mut self.stderr).await
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Control(Incoming::Message(message)) => self.send(HostEvent::Said { host: self.host, message }).await,
            Step::Control(Incoming::Closed) => {
                self.reader = None;
                self.closing_until = Some(Instant::now() + CLOSING);
            }
            Step::Control(Incoming::Broken(reason)) => {
                self.reader = None;
                self.kill_because(reason);
            }
            Step::Line(stream, Some(text)) => {
                if stream == LogStream::Stderr {
                    self.keep_stderr(text.clone());
                }
                let line = LogLine { at_ms: unix_ms(), stream, text };
                self.send(HostEvent::Log { host: self.host, line }).await;
            }
            Step::ClosingTooLong => {
                self.closing_until = None;
                self.kill_because("it closed its control socket and did not exit".to_owned());
            }
            Step::Line(_, None) | Step::WriterDone | Step::Ended => {}
        }
    }

    fn kill_because(&self, reason: String) {
        let _ = self.killed_because.set(reason);
        self.process.kill_group();
    }

    fn keep_stderr(&mut self, line: String) {
        if self.stderr_tail.len() == STDERR_TAIL_LINES {
            self.stderr_tail.pop_front();
        }
        self.stderr_tail.push_back(line);
    }

    async fn send(&self, event: HostEvent) {
        // Nobody listens any more: the daemon is going away, and so will this process with its handle.
        let _ = self.events.send(event).await;
    }
}

/// Waits for the next word of the host. At least one of the three must be open, or this never returns.
async fn step_output(reader: &mut Option<FrameReader>, stdout: &mut LineReader, stderr: &mut LineReader) -> Step {
    let said = async {
        match reader {
            Some(reader) => reader.next().await,
            None => std::future::pending().await,
        }
    };
    let (out_open, err_open) = (stdout.is_open(), stderr.is_open());
    tokio::select! {
        incoming = said => Step::Control(incoming),
        line = stdout.next(), if out_open => Step::Line(LogStream::Stdout, line),
        line = stderr.next(), if err_open => Step::Line(LogStream::Stderr, line),
    }
}

fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
