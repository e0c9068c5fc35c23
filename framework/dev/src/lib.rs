//! The hot-reload ABI of Anvilforge and, with the feature `host`, the process that reloads.
//!
//! Always there: what an app library and a host agree on ([`abi`]), what answers requests ([`LiveState`], [`GENERATION`]), and
//! the entry of a host program ([`live_server`]). With `host`: the loader, the daemon's control channel, draining, and the
//! browser channel (the module `host`). A release build never has that feature, and with it goes every `unsafe` of the framework.
//!
//! An app exports one function; both forms mean the same:
//!
//! ```
//! # extern crate anvil_dev as anvilforge;
//! # mod by_hand {
//! use anvil_dev::RouteSink;
//!
//! async fn hello() -> &'static str {
//!     "hello"
//! }
//!
//! #[unsafe(no_mangle)]
//! pub extern "Rust" fn anvil_register_routes(r: &mut RouteSink) {
//!     r.route("GET", "/", hello);
//! }
//! # }
//! # mod by_attribute {
//! # use anvil_dev::RouteSink;
//! # async fn hello() -> &'static str { "hello" }
//!
//! #[anvil_derive::routes]
//! pub fn routes(r: &mut RouteSink) {
//!     r.route("GET", "/", hello);
//! }
//! # }
//! # fn main() {}
//! ```
#![deny(unsafe_code)]

pub mod abi;
mod app;
#[cfg(feature = "host")]
pub mod host;
mod live;

pub use abi::{ABI_VERSION, is_hot_mode};
pub use anvil_core::routing::handler_to_method_router;
pub use anvil_core::{BootFn, ErasedHandler, HandlerBox, HandlerFn, RouteEntry, RouteSink};
pub use app::{App, live_server};
pub use live::{GENERATION, LiveState, Published, RegistrationManifest, RegistryGeneration};

/// What code written by `anvil_derive` names. The facade re-exports it under the same name; nothing in it is stable.
#[doc(hidden)]
pub mod __private {
    pub use anvil_control::TypeLayout;
    pub use anvil_core::{ContainerBuilder, Result, RouteSink, layout};
}
