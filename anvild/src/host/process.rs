//! One host process: how it is started, and the guarantee that it and its children are gone when its owner is.

use std::{
    ffi::OsString,
    fs::File,
    io,
    net::TcpListener,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{
            net::UnixStream,
            process::{CommandExt, ExitStatusExt},
        },
    },
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
};

use anvil_control::{
    ENV_CONTROL_FD, ENV_GENERATION, ENV_HOT, ENV_LISTEN_FD, ENV_PROJECT, ENV_SERVED, ENV_TOKEN, HOST_CONTROL_FD,
    HOST_LISTEN_FD,
};
use anvild_protocol::{Generation, HostId};
use command_fds::{CommandFdExt, FdMapping};
use rustix::{
    io::Errno,
    process::{
        Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, pidfd_send_signal, waitid,
    },
};
use tokio::sync::oneshot;

/// What to start.
#[derive(Debug)]
pub struct HostSpec {
    pub host: HostId,
    /// Absolute path of the host program.
    pub program: PathBuf,
    pub args: Vec<OsString>,
    /// Absolute path of the project: working directory and `ANVIL_PROJECT`.
    pub project: PathBuf,
    /// The generation the host is started for.
    pub generation: Generation,
    /// Secret of the browser channel: 32 lowercase hexadecimal digits.
    pub token: String,
    /// Set on top of the daemon's own environment and of the `ANVIL_…` variables.
    pub env: Vec<(OsString, OsString)>,
}

/// Why a host could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    #[error("cannot start {}: {source}", program.display())]
    Program { program: PathBuf, source: io::Error },
    /// Sockets, descriptors.
    #[error("cannot prepare the start of a host: {0}")]
    Prepare(#[from] io::Error),
}

/// A running process that leads a process group of its own.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    group: Pid,
    descriptor: Arc<OwnedFd>,
    reaped: bool,
}

/// The daemon's ends of what a new process was given.
#[derive(Debug)]
pub(super) struct Pipes {
    pub(super) control: UnixStream,
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
}

impl Process {
    /// Starts the process on the calling thread. The kernel ends a host when the *thread* that started it ends
    /// (`PR_SET_PDEATHSIG`), so this must not run on a pool thread.
    pub(super) fn spawn(spec: &HostSpec, listener: &TcpListener) -> Result<(Self, Pipes), SpawnError> {
        // While these are open, descriptors 3 and 4 are taken in the daemon. Otherwise the pipe over which the standard library
        // reports a failed exec could get one of the two numbers, and the mapping would overwrite it in the child.
        let _low_numbers = [File::open("/dev/null")?, File::open("/dev/null")?];
        let (control, host_end) = UnixStream::pair()?;
        let mut command = command(spec);
        let mappings = vec![
            FdMapping { parent_fd: host_end.into(), child_fd: HOST_CONTROL_FD },
            FdMapping { parent_fd: listener.as_fd().try_clone_to_owned()?, child_fd: HOST_LISTEN_FD },
        ];
        command.fd_mappings(mappings).map_err(io::Error::other)?;
        let mut child =
            command.spawn().map_err(|source| SpawnError::Program { program: spec.program.clone(), source })?;
        // The command holds the host's end of the socket: while it is open here, the host's death is not seen as an end.
        drop(command);
        let stdout = child.stdout.take().map(OwnedFd::from);
        let stderr = child.stderr.take().map(OwnedFd::from);
        let process = Self::adopt(child)?;
        let missing = || io::Error::other("the process has no output pipe");
        let pipes = Pipes { control, stdout: stdout.ok_or_else(missing)?, stderr: stderr.ok_or_else(missing)? };
        Ok((process, pipes))
    }

    fn adopt(mut child: Child) -> Result<Self, SpawnError> {
        let group = Pid::from_child(&child);
        match pidfd_open(group, PidfdFlags::empty()) {
            Ok(descriptor) => Ok(Self { child, group, descriptor: Arc::new(descriptor), reaped: false }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(SpawnError::Prepare(error.into()))
            }
        }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Names the process safely even after its number is reused.
    pub(super) fn descriptor(&self) -> Arc<OwnedFd> {
        Arc::clone(&self.descriptor)
    }

    /// Says when the process has ended, without reaping it: its number must stay taken until the group is killed. That rules
    /// out the waiting of tokio's child processes; a thread that sleeps in `waitid` costs less than an unsafe registration of
    /// the descriptor. It ends with the process, which never outlives `self`.
    pub(super) fn watch_end(&self) -> io::Result<oneshot::Receiver<()>> {
        let (ended, watch) = oneshot::channel();
        let descriptor = self.descriptor();
        std::thread::Builder::new().name("host-end".to_owned()).spawn(move || {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while let Err(Errno::INTR) = waitid(WaitId::PidFd(descriptor.as_fd()), options) {}
            let _ = ended.send(());
        })?;
        Ok(watch)
    }

    /// Kills the process and everything it started that stayed in its group.
    pub(super) fn kill_group(&self) {
        // As long as the leader is not reaped, its number cannot belong to another group.
        if !self.reaped {
            let _ = kill_process_group(self.group, Signal::KILL);
        }
    }

    /// Takes the exit status of a process that has ended, after killing what is left of its group.
    pub(super) fn reap(&mut self) -> io::Result<ExitStatus> {
        self.kill_group();
        let status = self.child.wait()?;
        self.reaped = true;
        Ok(status)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.reaped {
            // Short: the whole group has just been killed.
            let _ = self.reap();
        }
    }
}

/// Kills the one process behind `descriptor`; its supervisor then sees the exit and kills the group.
pub(super) fn kill(descriptor: &OwnedFd) {
    let _ = pidfd_send_signal(descriptor, Signal::KILL);
}

/// Exit code and signal.
pub(super) fn end_of(status: ExitStatus) -> (Option<i32>, Option<i32>) {
    (status.code(), status.signal())
}

fn command(spec: &HostSpec) -> Command {
    let mut command = Command::new(&spec.program);
    command
        .args(&spec.args)
        .current_dir(&spec.project)
        .env(ENV_HOT, "1")
        .env(ENV_PROJECT, &spec.project)
        .env(ENV_CONTROL_FD, HOST_CONTROL_FD.to_string())
        .env(ENV_LISTEN_FD, HOST_LISTEN_FD.to_string())
        .env(ENV_TOKEN, &spec.token)
        .env(ENV_GENERATION, spec.generation.to_string())
        .env(ENV_SERVED, "1")
        .envs(spec.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    command
}
