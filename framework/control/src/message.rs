//! The two closed sets of messages.

use serde::{Deserialize, Serialize};

use crate::layout::{LayoutChange, SourcePlace};

/// Daemon → host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToHost {
    /// Load the app's libraries and publish their routes. The first time they also boot the container. Answered by
    /// [`FromHost::Loaded`] or [`FromHost::Refused`] with the same generation.
    Load(LoadLibraries),
    /// Start taking connections from the listening socket. Answered by [`FromHost::Accepting`].
    Accept,
    /// Stop taking connections; those that are open go on. Answered by [`FromHost::NotAccepting`].
    StopAccepting,
    /// Finish what is in flight, pass later requests of open connections to the new host, then exit with status 0.
    /// Answered by [`FromHost::Drained`].
    Drain { deadline_ms: u64 },
    /// Read `.env` and `config/anvil.toml` again. Answered by [`FromHost::Configured`].
    Configure { generation: u64 },
    /// A change that needed no code (a file under `public/`): stamp responses with this generation. Answered by
    /// [`FromHost::Advanced`].
    Advance { generation: u64 },
    /// What open pages should show.
    Announce(BrowserStatus),
    /// Finish requests in flight for at most `deadline_ms`, then exit with status 0.
    Stop { deadline_ms: u64 },
}

/// The libraries of [`ToHost::Load`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadLibraries {
    pub generation: u64,
    /// All that the app consists of, in the order in which they boot and register. The host opens those that it has not opened
    /// yet. Empty for a host into which the app is linked statically.
    pub libraries: Vec<LibraryFile>,
    /// Generation of the last [`Accepted`] that the daemon has the routes of, from this host: where nothing of them has changed
    /// since, they are not told again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_routes: Option<u64>,
}

/// One app library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryFile {
    /// Package that it was compiled from.
    pub package: String,
    /// Absolute path of the shared object.
    pub path: String,
    /// Lowercase hexadecimal SHA-256 of the file at `path`. The host checks it before loading.
    pub sha256: String,
    /// Exported symbols that describe types (`__anvil_layout_…`), read from the file by the daemon, and those of the libraries
    /// that it needs.
    pub layout_symbols: Vec<String>,
    /// The library exports [`crate::BOOT_SYMBOL`].
    pub has_boot: bool,
}

/// What pages of the app show about the loop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BrowserStatus {
    /// A build is running. With `refresh`, only templates were saved, which the host reads at every request: pages refresh
    /// themselves now.
    Building {
        generation: u64,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        refresh: bool,
    },
    /// This generation is live: pages that were rendered by an older one refresh themselves.
    Live { generation: u64 },
    /// The last build failed. `rendered` is the compiler's own text, without colours; `title` one line.
    Failed { generation: u64, title: String, rendered: String },
}

/// Host → daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromHost {
    /// First message of every host.
    Hello {
        control: u32,
        abi: u32,
        pid: u32,
        framework: String,
    },
    Loaded(Accepted),
    Refused {
        generation: u64,
        /// Package of the library that is refused; absent where it is about all of them.
        library: Option<String>,
        refusal: Refusal,
    },
    Accepting,
    NotAccepting,
    Draining {
        in_flight: u64,
    },
    Drained,
    Configured {
        generation: u64,
        outcome: ConfigOutcome,
    },
    Advanced {
        generation: u64,
    },
    /// A request ended in an error or a panic of the app's code.
    Fault(Fault),
    /// The newest request of each route that was asked for since the last such message. Only where [`crate::ENV_SERVED`] is set.
    Served {
        requests: Vec<ServedRequest>,
    },
}

/// The libraries that are now published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub generation: u64,
    /// Absent: they are those of [`LoadLibraries::known_routes`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routes: Option<Vec<RouteSummary>>,
    /// Time of dlopen and symbol look-up.
    pub open_us: u64,
    /// Time of the boot functions (first load only).
    pub boot_us: u64,
    /// Time of the registering functions and of building the router.
    pub register_us: u64,
    /// Time of the store that publishes the router.
    pub publish_us: u64,
}

/// One registered route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteSummary {
    pub method: String,
    pub path: String,
    pub name: Option<String>,
    /// Name of the handler's function, as the compiler prints it.
    pub handler: String,
    pub place: Option<SourcePlace>,
    pub middleware: Vec<String>,
}

/// A request that a route has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServedRequest {
    /// Generation whose router answered.
    pub generation: u64,
    pub method: String,
    /// As it was registered: `/posts/{id}`.
    pub route: String,
    /// The view that the handler returned.
    pub view: Option<String>,
    pub status: u16,
    /// Microseconds until the head of the answer was there.
    pub took_us: u64,
    /// Milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// Why a host did not take what it was given. What was published before stays so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// The file is not the one the daemon built.
    HashMismatch,
    /// The dynamic loader's own message.
    Open {
        message: String,
    },
    MissingSymbol {
        symbol: String,
    },
    /// Loading would let new code read old values wrongly. Nothing of the library has run.
    LayoutChanged {
        changes: Vec<LayoutChange>,
    },
    /// The boot function differs from the one that filled this container.
    BootChanged,
    /// The boot function returned an error.
    BootFailed {
        message: String,
    },
    /// The boot or the registering function panicked.
    Panicked {
        message: String,
        place: Option<SourcePlace>,
        backtrace: String,
    },
    /// The routes contradict each other; one message per conflict.
    Routes {
        errors: Vec<RouteError>,
    },
    /// `.env` or `config/anvil.toml` is wrong.
    Config {
        message: String,
        place: Option<SourcePlace>,
    },
}

/// A registration that cannot stand, with the place of the call and of the one it contradicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteError {
    pub message: String,
    pub place: Option<SourcePlace>,
    pub other: Option<SourcePlace>,
}

/// Answer to [`ToHost::Configure`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ConfigOutcome {
    /// The next request sees it.
    Applied,
    /// These keys are used when a host starts (`database.url`, …): a handover applies them.
    NeedsHandover { keys: Vec<String> },
    /// The old configuration stays.
    Invalid { message: String, place: Option<SourcePlace> },
}

/// An error or a panic while a request was handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub generation: u64,
    pub method: String,
    pub path: String,
    pub status: u16,
    pub panicked: bool,
    pub message: String,
    pub place: Option<SourcePlace>,
}
