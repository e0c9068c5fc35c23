//! What an application host and the daemon that supervises it say to each other.
//!
//! Data only. The daemon and every project's framework are built at different times, so this format is versioned by
//! [`CONTROL_VERSION`], grows by adding, and is frozen by the golden files under `tests/golden`. Used by `anvil_dev`
//! (the host's end) and by `anvild`.
//!
//! Framing: one JSON document per line, UTF-8, at most [`FRAME_BYTES_MAX`] bytes, in both directions over one Unix stream
//! socket that the daemon creates and the host inherits.
#![forbid(unsafe_code)]

mod env;
mod layout;
mod message;

pub use env::{
    ENV_CONTROL_FD, ENV_GENERATION, ENV_HOT, ENV_LISTEN_FD, ENV_PROJECT, ENV_SERVED, ENV_TOKEN, HOST_CONTROL_FD,
    HOST_LISTEN_FD,
};
pub use layout::{FieldLayout, Fingerprint, LayoutChange, SourcePlace, TypeLayout};
pub use message::{
    Accepted, BrowserStatus, ConfigOutcome, Fault, FromHost, LibraryFile, LoadLibraries, Refusal, RouteError,
    RouteSummary, ServedRequest, ToHost,
};

/// Version of this format. A host that answers [`FromHost::Hello`] with another number is refused with a diagnostic.
pub const CONTROL_VERSION: u32 = 2;

/// Longest line either side accepts. Derivation: the largest message is a refusal with two layouts of every value in the
/// container, a few hundred bytes a field; 4 MiB is three orders of magnitude above any real one.
pub const FRAME_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Prefix of the symbols under which `#[derive(Layout)]` exports a type's description from an app library.
pub const LAYOUT_SYMBOL_PREFIX: &str = "__anvil_layout_";

/// Symbol of the function that registers an app's routes: `fn(&mut RouteSink)`.
pub const ROUTES_SYMBOL: &str = "anvil_register_routes";

/// Symbol of the optional function that fills the container: see `#[anvilforge::boot]`.
pub const BOOT_SYMBOL: &str = "anvil_boot";

/// Symbol of the `u64` (returned by a function) that changes when the source of the boot function changes.
pub const BOOT_FINGERPRINT_SYMBOL: &str = "__anvil_boot_fingerprint";
