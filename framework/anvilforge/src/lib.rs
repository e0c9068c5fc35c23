//! Anvilforge: a web framework whose Rust code reloads like a script.
//!
//! This crate defines nothing. It re-exports the framework so that an app needs one dependency, and so that the development
//! loop can put one shared library in its place.
//!
//! ```no_run
//! use anvilforge::prelude::*;
//!
//! #[anvilforge::routes]
//! pub fn routes(r: &mut RouteSink) {
//!     r.get("/hello/{name}", hello).name("hello");
//! }
//!
//! async fn hello(Path(name): Path<String>) -> String {
//!     format!("hello {name}")
//! }
//!
//! #[tokio::main]
//! async fn main() -> anvilforge::Result<()> {
//!     anvilforge::Application::new().routes(routes).run().await
//! }
//! ```
//!
//! # Templates
//!
//! Askama's derive names the crate `askama` in the code that it writes. An app without a direct dependency on `askama` says
//! where it is:
//!
//! ```
//! use anvilforge::prelude::*;
//!
//! #[derive(Template)]
//! #[template(askama = anvilforge::askama, source = "<p>{{ title }}</p>", ext = "html")]
//! struct Page<'a> {
//!     title: &'a str,
//! }
//! assert_eq!(Page { title: "a & b" }.render().unwrap(), "<p>a &#38; b</p>");
//! ```
//!
//! The same goes for serde: `#[serde(crate = "anvilforge::serde")]`, or a direct dependency, which is what `anvil new` writes.
#![forbid(unsafe_code)]

pub use anvil_core as core;
pub use anvil_dev as dev;
pub use forge;

pub use anvil_core::layout::{Layout, Opaque};
pub use anvil_core::{
    Application, Cache, Config, Container, ContainerBuilder, Error, HttpApp, Result, RouteSink, TestClient, abort,
    abort_if, abort_unless,
};
pub use anvil_derive::{Component, Layout, View, boot, routes, view};
pub use forge::View;
/// The templates that the crate was built with, for [`RouteSink::templates`].
pub use forge::embedded as templates;
pub use {askama, axum, serde, serde_json, sqlx, tokio, tracing};

pub mod prelude;

/// Paths that generated code uses. Not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use anvil_core::control::TypeLayout;
    pub use anvil_core::{ContainerBuilder, Result, RouteSink, layout};
}
