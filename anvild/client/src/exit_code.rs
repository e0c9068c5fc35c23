//! Exit codes of `anvil` and `anvild`; the table for people is in `docs/cli.md`.

/// Done.
pub const OK: u8 = 0;
/// The build failed, the app could not start, or what was waited for will not come.
pub const FAILED: u8 = 1;
/// Wrong arguments; for `anvil wait`, time is up.
pub const USAGE_OR_TIMEOUT: u8 = 2;
/// The project cannot be used: no Cargo project, no clear entry, wrong settings, no cargo.
pub const PROJECT: u8 = 3;
/// The daemon could not be found, started or reached.
pub const DAEMON: u8 = 4;
/// The daemon and the client have versions that do not fit.
pub const VERSION: u8 = 5;
/// The address is taken.
pub const ADDRESS: u8 = 6;
/// The app is not running.
pub const STOPPED: u8 = 7;
/// The runtime directory or a file in it cannot be used or is not safe.
pub const DIRECTORY: u8 = 8;
/// A call failed in a way that is not the user's doing.
pub const INTERNAL: u8 = 70;
/// Ended by a second Ctrl-C.
pub const INTERRUPTED: u8 = 130;
