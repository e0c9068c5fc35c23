//! The one tower service that every route is, whatever its handler.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use tower::{Layer, Service, ServiceExt};

use super::handler::{ErasedHandler, HandlerFn, HandlerFuture};
use super::middleware::{MiddlewareFn, Next};
use crate::container::Container;

#[derive(Clone)]
pub(crate) struct Erased {
    handler: HandlerFn,
    chain: Arc<[MiddlewareFn]>,
    container: Container,
}

impl Erased {
    pub(crate) fn new(handler: HandlerFn, chain: Arc<[MiddlewareFn]>, container: Container) -> Self {
        Self { handler, chain, container }
    }
}

impl fmt::Debug for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Erased").field("middleware", &self.chain.len()).finish_non_exhaustive()
    }
}

impl Service<Request> for Erased {
    type Response = Response;
    type Error = Infallible;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        note_route(&request);
        let answer: HandlerFuture = if self.chain.is_empty() {
            self.handler.call(request, self.container.clone())
        } else {
            Next::new(self.chain.clone(), self.handler.clone(), self.container.clone()).call(request)
        };
        Box::pin(async move { Ok(answer.await) })
    }
}

/// In the extensions of a request, for whoever wants to know which route it met. Only in development.
pub(crate) type RouteNote = Arc<OnceLock<MatchedPath>>;

fn note_route(request: &Request) {
    let extensions = request.extensions();
    if let (Some(note), Some(path)) = (extensions.get::<RouteNote>(), extensions.get::<MatchedPath>()) {
        // The outermost counts: it is the one that the app's table of routes has.
        let _ = note.set(path.clone());
    }
}

/// A tower service as a handler.
struct Wrapped<S>(S);

impl<S> ErasedHandler for Wrapped<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    fn call(&self, request: Request, _: Container) -> HandlerFuture {
        let service = self.0.clone();
        Box::pin(async move { service.oneshot(request).await.unwrap_or_else(|never| match never {}) })
    }
}

/// A whole axum router as a handler.
pub(super) fn router_handler(router: Router) -> HandlerFn {
    Arc::new(Wrapped(router))
}

/// Puts a chain of middleware around every route of an axum router.
#[derive(Clone)]
pub(super) struct ChainLayer {
    pub(super) chain: Arc<[MiddlewareFn]>,
    pub(super) container: Container,
}

impl<S> Layer<S> for ChainLayer
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    type Service = Erased;

    fn layer(&self, inner: S) -> Erased {
        Erased::new(Arc::new(Wrapped(inner)), self.chain.clone(), self.container.clone())
    }
}
