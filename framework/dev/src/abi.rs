//! What an app library and a host agree on.
//!
//! An app library is a shared object that was compiled by the same compiler and linked against the same deps library as the
//! host; the daemon checks both before it asks the host to load it. It exports, with Rust's own calling convention:
//!
//! | symbol | signature | |
//! |---|---|---|
//! | `anvil_register_routes` | `fn(&mut RouteSink)` | required; by hand or by `#[anvilforge::routes]` |
//! | `anvil_boot` | [`BootFn`] | optional; by `#[anvilforge::boot]` |
//! | `__anvil_boot_fingerprint` | `fn() -> u64` | with `anvil_boot` |
//! | `__anvil_layout_…` | `fn() -> TypeLayout` | one for each type with `#[derive(Layout)]` and without parameters |
//!
//! An app may consist of several app libraries. The host calls what they export one after the other, on one container and one sink.
//!
//! Statics and thread-locals of an app library start anew with every load; those of the framework and of third-party
//! crates live once, in the deps library. Code is never unloaded.

use anvil_control::ENV_HOT;
pub use anvil_core::BootFn;

/// Version of the agreement above. It changes with the table, or with the meaning of a type in it.
pub const ABI_VERSION: u32 = 1;

/// This process is supervised by the daemon: `ANVIL_HOT` is `1`.
pub fn is_hot_mode() -> bool {
    std::env::var_os(ENV_HOT).is_some_and(|value| value == "1")
}
