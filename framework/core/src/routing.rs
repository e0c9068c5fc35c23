//! What an app registers, and how a handler becomes one erased function.
//!
//! Erasing happens at the call of `route(..)`, in the app's crate, with one small closure per handler. The app therefore never
//! instantiates axum's service towers, which is most of what an edit used to cost the compiler.

mod entry;
mod handler;
mod middleware;
mod path;
mod routes;
mod service;
mod sink;
mod table;
mod urls;

pub use entry::{HandlerBox, RouteEntry, handler_to_method_router};
pub(crate) use handler::Rejected;
pub use handler::{ErasedHandler, Handler, HandlerFn, HandlerFuture};
pub use middleware::{Inline, Middleware, MiddlewareFn, Named, Next};
pub(crate) use routes::Routes;
pub(crate) use service::{Erased, RouteNote};
pub use sink::{GroupHandle, RouteHandle, RouteSink};
pub(crate) use table::{RouteTable, build};
pub(crate) use urls::UrlTable;
pub use urls::Urls;
