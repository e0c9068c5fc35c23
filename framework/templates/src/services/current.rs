//! The services of the request that is being answered on this thread.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use super::Services;

thread_local! {
    static CURRENT: RefCell<Vec<Arc<Services>>> = const { RefCell::new(Vec::new()) };
}

static DEFAULT: LazyLock<Arc<Services>> = LazyLock::new(Arc::default);

/// Asks the current services. What asks must not enter a scope.
#[inline]
pub(crate) fn ask<R>(question: impl FnOnce(&Arc<Services>) -> R) -> R {
    CURRENT.with_borrow(|current| question(current.last().unwrap_or_else(|| &DEFAULT)))
}

/// Runs `body` with these services as the current ones.
pub fn scope<R>(services: Arc<Services>, body: impl FnOnce() -> R) -> R {
    let _entered = Entered::new(services);
    body()
}

/// The services are current while the future is polled, on whatever thread, and not between.
pub fn with_services<F: Future>(services: Arc<Services>, future: F) -> WithServices<F> {
    WithServices { services, future: Box::pin(future) }
}

/// A future with services of its own.
pub struct WithServices<F> {
    services: Arc<Services>,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for WithServices<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let _entered = Entered::new(self.services.clone());
        self.future.as_mut().poll(context)
    }
}

impl<F> fmt::Debug for WithServices<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithServices").field("services", &self.services).finish_non_exhaustive()
    }
}

/// Leaves the scope even if what runs in it panics.
struct Entered;

impl Entered {
    fn new(services: Arc<Services>) -> Self {
        CURRENT.with_borrow_mut(|current| current.push(services));
        Self
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.with_borrow_mut(Vec::pop);
    }
}
