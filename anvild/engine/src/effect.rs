//! What the engine wants done: the only way out. The shell executes these in order and decides nothing.

use anvil_control::ToHost;
use anvild_protocol::{EventKind, Generation, HostId, WaitReply};

use crate::event::{Artifact, Need, WaitId};

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Build this generation. Never issued while another build runs.
    StartBuild { generation: Generation, need: Need },
    /// Kill the running build; `Event::BuildFinished` still follows.
    CancelBuild,
    /// Start a host process for this artifact. `Event::HostSpawned` or `HostSpawnFailed` follows.
    SpawnHost { host: HostId, artifact: Artifact },
    /// Send over the control socket. A host that is gone is reported by `HostExited`, not here.
    Tell { host: HostId, message: ToHost },
    /// SIGKILL. `HostExited` follows.
    KillHost { host: HostId },
    /// Answer connections with this page while no host accepts; `None` stops that.
    Placeholder(Option<PlaceholderPage>),
    /// Tell subscribers.
    Publish(EventKind),
    /// Answer a parked wait.
    ReplyWait { request: WaitId, reply: WaitReply },
    /// Close the listening socket and answer the clients that asked for the stop.
    AppStopped,
    /// Artifacts other than these may be deleted from disk.
    KeepArtifacts { libraries: Vec<String> },
    /// End the daemon.
    Exit { reason: String },
}

/// Shown by the daemon itself while nothing serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceholderPage {
    /// One line: `building`, `the build failed`.
    pub title: String,
    /// Plain text, without colours.
    pub detail: String,
}
