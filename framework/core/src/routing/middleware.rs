//! Functions around handlers.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use super::handler::{HandlerFn, HandlerFuture};
use crate::container::Container;

/// A middleware without its type.
pub type MiddlewareFn = Arc<dyn Fn(Request, Next) -> HandlerFuture + Send + Sync>;

/// Kind of a middleware that is a function.
#[derive(Debug)]
pub enum Inline {}

/// Kind of a middleware that is the name of a registered one.
#[derive(Debug)]
pub enum Named {}

/// What `.middleware(..)` takes: an `async fn(Request, Next) -> impl IntoResponse`, or the name given to
/// [`RouteSink::middleware_alias`](super::RouteSink::middleware_alias).
#[diagnostic::on_unimplemented(
    message = "this cannot be used as a middleware",
    label = "not a middleware",
    note = "a middleware is an `async fn(Request, Next) -> impl IntoResponse`, or the name of one that was registered with \
            `middleware_alias`"
)]
pub trait Middleware<Kind>: 'static {
    #[doc(hidden)]
    fn erase(self) -> MiddlewareUse;
}

/// One use of a middleware, before names are looked up.
#[doc(hidden)]
#[derive(Clone)]
pub struct MiddlewareUse {
    pub(super) name: &'static str,
    /// Absent: `name` is that of a registered one.
    pub(super) function: Option<MiddlewareFn>,
    pub(super) place: Option<&'static Location<'static>>,
}

impl fmt::Debug for MiddlewareUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Middleware<Named> for &'static str {
    fn erase(self) -> MiddlewareUse {
        MiddlewareUse { name: self, function: None, place: None }
    }
}

impl<F, Fut, R> Middleware<Inline> for F
where
    F: Fn(Request, Next) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = R> + Send + 'static,
    R: IntoResponse,
{
    fn erase(self) -> MiddlewareUse {
        let function: MiddlewareFn = Arc::new(move |request, next| {
            let answer = self(request, next);
            Box::pin(async move { answer.await.into_response() })
        });
        MiddlewareUse { name: std::any::type_name::<F>(), function: Some(function), place: None }
    }
}

/// The rest of the way to the handler.
pub struct Next {
    chain: Arc<[MiddlewareFn]>,
    position: usize,
    handler: HandlerFn,
    container: Container,
}

impl Next {
    pub(super) fn new(chain: Arc<[MiddlewareFn]>, handler: HandlerFn, container: Container) -> Self {
        Self { chain, position: 0, handler, container }
    }

    /// Goes on with `request`.
    pub async fn run(self, request: Request) -> Response {
        self.call(request).await
    }

    pub(super) fn call(mut self, request: Request) -> HandlerFuture {
        match self.chain.get(self.position).cloned() {
            Some(middleware) => {
                self.position += 1;
                middleware(request, self)
            }
            None => self.handler.call(request, self.container),
        }
    }

    /// The app's container.
    pub fn container(&self) -> &Container {
        &self.container
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("middleware_left", &(self.chain.len() - self.position)).finish()
    }
}
