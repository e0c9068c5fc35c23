//! What can happen to the engine: the only way in.

use std::time::Instant;

use anvil_control::FromHost;
use anvild_protocol::{ClientId, Diagnostic, Generation, HostId};

/// One thing that happened in the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A client wants the app up. The listening socket is already bound to `addr`.
    StartApp { hot: bool, addr: String, attached: Option<ClientId> },
    /// A client wants the app down. Answered by `Effect::AppStopped` when no host is left.
    StopApp { reason: String },
    /// A client wants a fresh host for the newest good generation.
    RestartApp,
    /// A client wants the code from before the live one back. Nothing happens where [`Engine::rollback`](crate::Engine::rollback) says
    /// that there is none.
    RollBack,
    /// A connection ended. Attached clients own the app: when the last one goes, the app stops.
    ClientGone(ClientId),
    /// The daemon must end: stop the app, then `Effect::Exit`.
    ShutDown { reason: String },
    /// The scan found changed content.
    Changed(ChangeSet),
    /// A client waits until everything saved so far is decided. The shell has scanned just before.
    Wait { request: WaitId, deadline: Instant },
    /// The client of that wait is gone.
    WaitGone(WaitId),
    /// The build of `StartBuild` with this generation has made a patch: the changed modules on an earlier library. Comes at
    /// most once, before the `BuildFinished` of that generation, whose result audits it. `reason` says what is in it:
    /// `1 module`.
    PatchBuilt { generation: Generation, artifact: Artifact, reason: String },
    /// The build of `StartBuild` with this generation ended.
    BuildFinished { generation: Generation, result: BuildResult },
    /// The host's process exists.
    HostSpawned { host: HostId, pid: u32 },
    /// The host's process could not be started.
    HostSpawnFailed { host: HostId, message: String },
    /// The host said something over its control socket.
    HostSaid { host: HostId, message: FromHost },
    /// The host's process ended.
    HostExited { host: HostId, end: ProcessEnd },
    /// Resident memory of a host, sampled after a load.
    HostMemory { host: HostId, rss_bytes: u64 },
    /// `poll_timeout` passed.
    Tick,
}

/// Number of a parked `reload/wait`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WaitId(pub u64);

/// Changed files that were accepted together, and what they need.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeSet {
    /// Paths as shown to people: relative to the project where inside.
    pub files: Vec<String>,
    pub need: Need,
    /// When the first event of the set was seen.
    pub first_seen: Instant,
}

/// The least that makes a change live. The order is the order of weight: a merged set needs the greatest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Nothing is built: files that the host reads at every request.
    Advance,
    /// The host reads its configuration again.
    Configure,
    /// The compiler is replayed for the local crates.
    Library,
    /// Cargo decides again. The reason is shown: `Cargo.toml changed`.
    Cargo { reason: String },
}

/// What a build left behind: enough to load it and to start a host for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Generation it was built for.
    pub generation: Generation,
    /// The host program and deps library it fits. A living host takes it only if its own image is the same.
    pub image: ImageId,
    /// All that the app consists of, in the order in which they boot and register. Empty where the app is linked into the host
    /// program.
    pub libraries: Vec<Library>,
}

impl Artifact {
    /// Whether one of its libraries holds only the changed modules.
    pub(crate) fn is_patch(&self) -> bool {
        self.libraries.iter().any(|library| library.base.is_some())
    }

    /// The files that a host opens to run it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &String> {
        self.libraries.iter().flat_map(Library::files)
    }

    /// The libraries to run it with in a host that runs `running`. Of a source that is there already, whole or as a patch, the
    /// library stays: another one of it would only be another set of statics.
    pub(crate) fn beside<'a>(&self, running: impl Iterator<Item = &'a Library> + Clone) -> Vec<Library> {
        let there = |wanted: &Library| {
            running.clone().find(|library| library.package == wanted.package && library.source == wanted.source)
        };
        self.libraries.iter().map(|library| there(library).unwrap_or(library).clone()).collect()
    }
}

/// One app library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// Package that it was compiled from. No two libraries of an artifact have the same.
    pub package: String,
    /// Generation in which the source that it was compiled from was new. A patch and the full build that audits it have the same.
    pub source: Generation,
    /// Absolute path.
    pub path: String,
    /// Absolute path of the library that this is a patch of and is loaded beside; absent where it is whole.
    pub base: Option<String>,
    /// Absolute paths of the libraries that it shares with others of the app. The dynamic loader opens them with it.
    pub shared: Vec<String>,
    pub sha256: String,
    pub layout_symbols: Vec<String>,
    pub has_boot: bool,
}

impl Library {
    /// The files that a host opens for it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &String> {
        self.base.iter().chain(&self.shared).chain([&self.path])
    }
}

/// Identity of a host program with its deps library: a content hash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageId(pub String);

/// How a build ended.
#[derive(Debug, Clone, PartialEq)]
pub enum BuildResult {
    /// `warnings` are the compiler's. `reason` says which way it took: `replayed blog`, `cargo: Cargo.toml changed`.
    Built { artifact: Artifact, reason: String, warnings: Vec<Diagnostic> },
    /// The user's code or manifest is wrong.
    Failed { diagnostics: Vec<Diagnostic> },
    /// `CancelBuild` was obeyed.
    Cancelled,
}

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessEnd {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// Last lines of standard error, at most 40.
    pub stderr_tail: Vec<String>,
}
