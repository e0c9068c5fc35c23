//! HTTP, container, configuration, routing and errors of Anvilforge.
//!
//! An app reaches this crate through the facade `anvilforge`; `anvil_dev` builds the development host on it. It knows
//! nothing of the daemon. Suggested reading order: [`routing`] (what an app registers), [`http`] (what a request meets),
//! [`container`] (what lives longer than a request), [`error`], [`server`], [`application`].
#![deny(unsafe_code)]

pub mod application;
pub mod cache;
pub mod config;
pub mod container;
pub mod database;
pub mod error;
pub mod extract;
pub mod faults;
pub mod http;
#[doc(hidden)]
pub mod instances;
pub mod layout;
pub mod logging;
pub mod panics;
pub mod routing;
pub mod server;
mod templates;
pub mod testing;

pub use anvil_control as control;
pub use application::{Application, BootFn};
pub use cache::Cache;
pub use config::{CONFIG_KEYS, Config, ConfigError, ConfigKey};
pub use container::{ConfigReload, Container, ContainerBuilder};
pub use error::{Error, OrAbort, Result, ResultContext, abort, abort_if, abort_unless};
pub use extract::{Db, Form, Inject, Json, Query};
pub use faults::{set_fault_sink, set_generation_source};
pub use http::{Answered, HttpApp, NeedsBuild};
pub use layout::Layout;
pub use panics::install_panic_hook;
pub use routing::{
    ErasedHandler, GroupHandle, Handler, HandlerBox, HandlerFn, HandlerFuture, Middleware, Next, RouteEntry,
    RouteHandle, RouteSink, Urls,
};
pub use server::{Server, serve};
pub use templates::{Embedded, set_live_templates};
pub use testing::TestClient;

/// A future on the heap, as a boot function returns it.
pub type BoxFuture<'a, T> = futures_util::future::BoxFuture<'a, T>;
