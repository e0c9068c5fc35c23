//! What subscribers of `event/subscribe` receive.

use serde::{Deserialize, Serialize};

use crate::{AppState, BuildKind, BuildOutcome, Diagnostic, Generation};

/// One notification. `seq` rises by one per daemon; a gap means that the subscriber was too slow and must read
/// `daemon/status` again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Rises by one for each event of a daemon.
    pub seq: u64,
    #[serde(flatten)]
    pub kind: EventKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "topic", rename_all = "snake_case")]
pub enum EventKind {
    /// A change set was accepted.
    Changed { generation: Generation, files: Vec<String>, files_total: u32 },
    /// A long build goes on (first build, cargo).
    Progress(BuildProgress),
    /// A build started, went live or ended otherwise.
    Build(BuildChange),
    /// The app or its host changed state.
    App(AppChange),
    /// The diagnostics as they now stand, all sources.
    Diagnostics { generation: Generation, diagnostics: Vec<Diagnostic> },
    /// A line of the app.
    Log(LogLine),
    /// The daemon is going away.
    Stopping { reason: String },
}

/// How far a long build is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildProgress {
    pub generation: Generation,
    /// What is being done: `crates`, `deps library`, `app library`, `host`.
    pub stage: String,
    /// Crates finished so far and expected; 0 where not known.
    pub done: u32,
    /// Crates expected; 0 where not known.
    pub total: u32,
    /// The crate or file at hand.
    pub unit: Option<String>,
    /// Since the build began.
    pub elapsed_ms: u64,
}

/// Milliseconds by stage. A stage that did not happen is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StageMillis {
    /// First event of the change set to its acceptance.
    pub detect_ms: u64,
    /// Compiler and linker.
    pub build_ms: u64,
    /// Hand the result to the host: load, register, publish; or start a host and move traffic.
    pub swap_ms: u64,
    /// From the first event to live or to the failure.
    pub total_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BuildChange {
    Started {
        generation: Generation,
        reason: String,
    },
    Ended {
        generation: Generation,
        kind: BuildKind,
        outcome: BuildOutcome,
        /// Why this way, in one sentence.
        reason: String,
        files: Vec<String>,
        files_total: u32,
        stages: StageMillis,
    },
}

/// The app as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppChange {
    pub state: AppState,
    /// `host:port` of the listening socket; absent while stopped.
    pub addr: Option<String>,
    /// Process id of the serving host; absent while none serves.
    pub pid: Option<u32>,
    /// The generation that answers requests; 0 while nothing serves.
    pub live: Generation,
    /// What happened, where it is not evident: `the host died with signal 11 (SIGSEGV)`.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogStream {
    Stdout,
    Stderr,
    /// The daemon's own line.
    Daemon,
}

/// A line of the app or of the daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
    pub stream: LogStream,
    /// Without its line end.
    pub text: String,
}
