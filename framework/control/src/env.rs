//! Environment variables and descriptors that a host inherits from the daemon.

/// Set to `1` in a process that the daemon supervises.
pub const ENV_HOT: &str = "ANVIL_HOT";
/// Absolute path of the project's folder, the one with `config/` and `public/`.
pub const ENV_PROJECT: &str = "ANVIL_PROJECT";
/// Number of the inherited descriptor of the control socket.
pub const ENV_CONTROL_FD: &str = "ANVIL_CONTROL_FD";
/// Number of the inherited descriptor of the listening TCP socket.
pub const ENV_LISTEN_FD: &str = "ANVIL_LISTEN_FD";
/// Secret of the browser channel: 32 lowercase hexadecimal digits, new for each daemon.
pub const ENV_TOKEN: &str = "ANVIL_BROWSER_TOKEN";
/// Generation that the host is started for.
pub const ENV_GENERATION: &str = "ANVIL_GENERATION";

/// Set to `1` by a daemon that wants [`FromHost::Served`](crate::FromHost::Served): an older one would take it for nonsense.
pub const ENV_SERVED: &str = "ANVIL_SERVED";

/// The descriptor on which the daemon places the control socket.
pub const HOST_CONTROL_FD: i32 = 3;
/// The descriptor on which the daemon places the listening socket.
pub const HOST_LISTEN_FD: i32 = 4;
