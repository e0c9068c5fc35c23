//! Runs compilers so that none outlives the daemon and any can be cancelled at once.
//!
//! Every build process is started through a guard: this program again, in a process group of its own, with a pipe from the
//! daemon as standard input. The guard kills its group when that pipe closes, which the kernel does even after `kill -9`
//! of the daemon; killing only cargo would leave its rustc children running. Called by the builder alone.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, BufRead as _, Read as _, Write as _},
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    path::PathBuf,
    process::{ExitCode, Stdio},
};

use rustix::process::Pid;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader},
    process::{Child, ChildStdin},
    sync::watch,
};

/// First argument that makes this program a guard.
pub const GUARD_ARGUMENT: &str = "__guard";
/// May follow it, with how nice the program is to others.
const NICE_ARGUMENT: &str = "__nice";
/// May follow these: the program's standard input is the first line that the guard is sent.
const FED_ARGUMENT: &str = "__fed";

/// Longest line kept from a compiler. A rustc message with its rendering is a few KiB; macro-heavy ones reach some 100 KiB.
const LINE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A command to run.
#[derive(Debug, Clone)]
pub(crate) struct CommandLine {
    pub(crate) program: OsString,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) directory: PathBuf,
    pub(crate) environment: Environment,
    pub(crate) priority: Priority,
    pub(crate) input: Input,
}

/// What a command reads from its standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    Nothing,
    /// Waits for the line of [`Started::feed`].
    Line,
}

/// Who gets the processor first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Priority {
    #[default]
    Normal,
    /// Gives way to what somebody waits for. On a busy machine it still gets a share, for things go better once it is done.
    Low,
    /// Only what nobody else wants.
    Background,
}

impl Priority {
    fn niceness(self) -> i32 {
        match self {
            Self::Normal => 0,
            Self::Low => 7,
            Self::Background => 19,
        }
    }
}

/// The environment of a command.
#[derive(Debug, Clone)]
pub(crate) enum Environment {
    /// The daemon's own, with changes; `None` removes.
    Inherited(Vec<(String, Option<OsString>)>),
    /// Exactly this.
    Only(BTreeMap<String, String>),
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// Exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    /// Everything it wrote to standard error.
    pub(crate) stderr: String,
}

/// Why a command has no end to report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error("the build was cancelled")]
    Cancelled,
    #[error("cannot run `{program}`")]
    Spawn { program: String, source: io::Error },
    #[error("lost the output of `{program}`")]
    Read { program: String, source: io::Error },
}

/// Turns true when the running build shall end.
pub(crate) type Cancel = watch::Receiver<bool>;

/// Which stream a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Stdout,
    Stderr,
}

/// Runs the command to its end, or kills it with all its children when `cancel` turns true.
///
/// `on_line` sees each line while the command runs.
pub(crate) async fn run(
    line: &CommandLine,
    cancel: &mut Cancel,
    on_line: impl FnMut(Output, &str),
) -> Result<Finished, RunError> {
    if *cancel.borrow() {
        return Err(RunError::Cancelled);
    }
    Started::new(line)?.finish(cancel, on_line).await
}

/// A command on its way. Dropping it kills it with all its children.
#[derive(Debug)]
pub(crate) struct Started {
    program: String,
    child: Child,
    /// Held until the end: closing it is the order to die.
    leash: Option<ChildStdin>,
}

impl Started {
    pub(crate) fn new(line: &CommandLine) -> Result<Self, RunError> {
        let program = line.program.to_string_lossy().into_owned();
        let mut child = spawn(line).map_err(|source| RunError::Spawn { program: program.clone(), source })?;
        let leash = child.stdin.take();
        Ok(Self { program, child, leash })
    }

    /// Gives a command that waits for its [`Input::Line`] what it waits for. The text has no line breaks.
    pub(crate) async fn feed(&mut self, text: &str) -> io::Result<()> {
        let Some(leash) = &mut self.leash else { return Err(io::ErrorKind::BrokenPipe.into()) };
        leash.write_all(format!("{text}\n").as_bytes()).await?;
        leash.flush().await
    }

    /// Whether it has not ended yet.
    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Lets it take only what nobody else wants of the processor.
    pub(crate) fn give_way(&self) {
        if let Some(group) = self.group() {
            // It may have ended by itself in the meantime.
            let _ = rustix::process::setpriority_pgrp(Some(group), Priority::Background.niceness());
        }
    }

    fn group(&self) -> Option<Pid> {
        self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw)
    }

    /// Waits for its end, as [`run`] does.
    pub(crate) async fn finish(
        mut self,
        cancel: &mut Cancel,
        mut on_line: impl FnMut(Output, &str),
    ) -> Result<Finished, RunError> {
        let result = tokio::select! {
            result = collect(&mut self.child, &mut on_line) => result,
            () = cancelled(cancel) => {
                self.kill();
                let _ = self.child.wait().await;
                return Err(RunError::Cancelled);
            }
        };
        let program = self.program.clone();
        let (stderr, status) = result.map_err(|source| RunError::Read { program: program.clone(), source })?;
        if status.code() == Some(GUARD_CANNOT_SPAWN) {
            let source = io::Error::new(io::ErrorKind::NotFound, stderr.trim().to_owned());
            return Err(RunError::Spawn { program, source });
        }
        let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
        Ok(Finished { code, stderr })
    }

    fn kill(&self) {
        if let Some(group) = self.group() {
            // It may have ended by itself in the meantime.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Exit code by which the guard says that the program itself could not be started. Cargo and rustc use 0, 1 and 101.
const GUARD_CANNOT_SPAWN: i32 = 213;

fn spawn(line: &CommandLine) -> io::Result<Child> {
    let mut command = std::process::Command::new("/proc/self/exe");
    command.arg(GUARD_ARGUMENT);
    if line.priority != Priority::Normal {
        command.arg(NICE_ARGUMENT).arg(line.priority.niceness().to_string());
    }
    if line.input == Input::Line {
        command.arg(FED_ARGUMENT);
    }
    command.arg(&line.program).args(&line.arguments).current_dir(&line.directory);
    match &line.environment {
        Environment::Inherited(changes) => {
            for (name, value) in changes {
                match value {
                    Some(value) => command.env(name, value),
                    None => command.env_remove(name),
                };
            }
        }
        Environment::Only(all) => {
            command.env_clear().envs(all);
        }
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut command = tokio::process::Command::from(command);
    command.kill_on_drop(true);
    command.spawn()
}

/// Resolves when the running build shall end.
pub(crate) async fn cancelled(cancel: &mut Cancel) {
    // An error means that the builder itself is gone: nobody wants the result any more.
    let _ = cancel.wait_for(|cancelled| *cancelled).await;
}

async fn collect(
    child: &mut Child,
    on_line: &mut impl FnMut(Output, &str),
) -> io::Result<(String, std::process::ExitStatus)> {
    let mut stdout = lines(child.stdout.take());
    let mut stderr = lines(child.stderr.take());
    let mut said = String::new();
    let (mut stdout_open, mut stderr_open) = (true, true);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    while stdout_open || stderr_open {
        tokio::select! {
            read = next_line(&mut stdout, &mut out), if stdout_open => match read? {
                true => { on_line(Output::Stdout, &String::from_utf8_lossy(&out)); out.clear(); }
                false => stdout_open = false,
            },
            read = next_line(&mut stderr, &mut err), if stderr_open => match read? {
                true => {
                    let text = String::from_utf8_lossy(&err).into_owned();
                    on_line(Output::Stderr, &text);
                    if said.len() < LINE_BYTES_MAX {
                        said.push_str(&text);
                        said.push('\n');
                    }
                    err.clear();
                }
                false => stderr_open = false,
            },
        }
    }
    Ok((said, child.wait().await?))
}

type Lines = Option<BufReader<Box<dyn AsyncRead + Unpin + Send>>>;

fn lines(stream: Option<impl AsyncRead + Unpin + Send + 'static>) -> Lines {
    stream.map(|stream| BufReader::with_capacity(64 * 1024, Box::new(stream) as Box<dyn AsyncRead + Unpin + Send>))
}

/// Appends the next line to `line`, without its end. False at the end of the stream. Keeps its state in `line`, so it may be
/// dropped and called again; a line over the limit loses its tail.
async fn next_line(reader: &mut Lines, line: &mut Vec<u8>) -> io::Result<bool> {
    let Some(reader) = reader else { return Ok(false) };
    loop {
        let available = reader.fill_buf().await?;
        if available.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(available.len());
        if line.len() < LINE_BYTES_MAX {
            line.extend_from_slice(&available[..taken]);
        }
        reader.consume(taken + usize::from(end.is_some()));
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// The guard's whole program: runs `arguments` and ends as it ends; kills its process group when standard input closes.
#[must_use]
pub fn guard(mut arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let mut program = arguments.next();
    if program.as_ref().is_some_and(|argument| argument == NICE_ARGUMENT) {
        let niceness = arguments.next().and_then(|niceness| niceness.to_str()?.parse().ok());
        // Refused at worst, and then the program runs as any other.
        let _ = rustix::process::nice(niceness.unwrap_or_default());
        program = arguments.next();
    }
    let is_fed = program.as_ref().is_some_and(|argument| argument == FED_ARGUMENT);
    if is_fed {
        program = arguments.next();
    }
    let Some(program) = program else { return ExitCode::from(2) };
    let stdin = if is_fed { Stdio::piped() } else { Stdio::null() };
    let spawned = std::process::Command::new(&program).args(arguments).stdin(stdin).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(u8::try_from(GUARD_CANNOT_SPAWN).unwrap_or(u8::MAX));
        }
    };
    let input = child.stdin.take();
    std::thread::spawn(move || {
        let mut leash = io::stdin().lock();
        if let Some(mut input) = input {
            let mut line = Vec::new();
            if matches!(leash.read_until(b'\n', &mut line), Ok(read) if read > 0) && line.ends_with(b"\n") {
                // A program that has ended reads nothing, and its end is reported.
                let _ = input.write_all(&line);
            }
        }
        let mut byte = [0_u8; 1];
        while matches!(leash.read(&mut byte), Ok(read) if read > 0) {}
        // The daemon is gone. This ends the compiler, its linker and this process.
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::KILL);
    });
    match child.wait() {
        Ok(status) => {
            let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(_) => ExitCode::from(1),
    }
}
