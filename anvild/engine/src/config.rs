//! The limits that the engine decides by. The daemon sets the root and leaves the rest, tests shorten what they test.

use std::path::PathBuf;
use std::time::Duration;

/// Bounds of waiting and of growth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineConfig {
    /// Absolute path of the workspace: places that the compiler gives relative to it become absolute in diagnostics.
    pub root: PathBuf,
    /// App libraries and patches that one host loads before a handover recycles it. They are never unloaded: about 1 MB for
    /// a library and less than half of that for a patch.
    pub libraries_max: u32,
    /// Resident bytes at which a host is recycled by the next change.
    pub host_rss_max: u64,
    /// Longest time a living host may take for a load, a configuration or an advance.
    pub load_deadline: Duration,
    /// Longest time from starting a host to its first registered library. Boot may migrate a database.
    pub ready_deadline: Duration,
    /// Longest time a host may take to stop or to start accepting.
    pub takeover_deadline: Duration,
    /// Time that an old host gets to finish its requests.
    pub drain_deadline: Duration,
    /// Added to [`Self::drain_deadline`] before the kill, so that a host which obeys it is not killed while it exits.
    pub drain_grace: Duration,
    /// Time that hosts get when the app stops.
    pub stop_deadline: Duration,
    /// Wait before the second restart after a death; doubles with each further one. The first is at once.
    pub backoff_first: Duration,
    /// Longest wait before a restart.
    pub backoff_max: Duration,
    /// A host that lived this long ends the series of deaths; also the window of [`Self::deaths_max`].
    pub death_window: Duration,
    /// Deaths within the window after which the app is left down until the next change.
    pub deaths_max: u32,
}

impl EngineConfig {
    /// The limits of the product.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            // A long day of patches; whole libraries meet the bound on memory first.
            libraries_max: 600,
            host_rss_max: 1024 * 1024 * 1024,
            load_deadline: Duration::from_secs(10),
            ready_deadline: Duration::from_secs(30),
            takeover_deadline: Duration::from_secs(2),
            drain_deadline: Duration::from_secs(10),
            drain_grace: Duration::from_secs(1),
            stop_deadline: Duration::from_secs(5),
            backoff_first: Duration::from_millis(250),
            backoff_max: Duration::from_secs(30),
            death_window: Duration::from_secs(60),
            deaths_max: 5,
        }
    }
}
