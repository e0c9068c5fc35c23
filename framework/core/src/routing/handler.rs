//! The trait of functions that answer requests.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};

use super::entry::HandlerBox;
use crate::container::Container;

/// What a handler returns once it is erased.
pub type HandlerFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler without its type.
pub type HandlerFn = Arc<dyn ErasedHandler>;

/// What a route calls. A trait of its own rather than `dyn Fn`, because the compiler makes three functions of a closure behind
/// `dyn Fn` and an app has hundreds of handlers: they are most of what an edit compiles.
pub trait ErasedHandler: Send + Sync {
    /// Answers a request; what is wrong with the request is an answer too.
    fn call(&self, request: Request, container: Container) -> HandlerFuture;
}

/// An `async fn` that answers requests. Implemented for functions and closures of up to twelve arguments; there is nothing to
/// implement by hand.
///
/// Every argument is an extractor: all implement [`FromRequestParts<Container>`](axum::extract::FromRequestParts), the last may
/// implement [`FromRequest<Container>`](axum::extract::FromRequest) and so read the body. The result implements
/// [`IntoResponse`](axum::response::IntoResponse).
#[diagnostic::on_unimplemented(
    message = "this function cannot handle a route",
    label = "not a handler",
    note = "a handler is an `async fn` whose arguments are extractors (`Path`, `Query`, `Db`, `Inject`, …)",
    note = "an argument that reads the body (`Json`, `Form`, `Request`, …) must be the last one",
    note = "the result must turn into a response: text, `Html`, `Json`, `Redirect`, `Response`, or `Result<_>` of one of these"
)]
pub trait Handler<Args>: Clone + Send + Sync + Sized + 'static {
    #[doc(hidden)]
    fn erase(self) -> HandlerBox;
}

/// Marks a response as the refusal of an extractor, so that it is rendered in the form that the client asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rejected;

fn rejected(mut response: Response) -> Response {
    response.extensions_mut().insert(Rejected);
    response
}

/// The kinds of a handler's arguments, of which there is no value.
type Kinds<Args> = PhantomData<fn() -> Args>;

// For tuples, so that the handler's own type comes first: the compiler puts the code beside the handler's, and an edit of one
// module leaves the code for handlers of other modules alone.

impl<F, Fut, R> ErasedHandler for (F, Kinds<((),)>)
where
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = R> + Send + 'static,
    R: IntoResponse,
{
    fn call(&self, _: Request, _: Container) -> HandlerFuture {
        let answer = self.0();
        Box::pin(async move { answer.await.into_response() })
    }
}

impl<F, Fut, R> Handler<((),)> for F
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = R> + Send + 'static,
    R: IntoResponse,
{
    fn erase(self) -> HandlerBox {
        HandlerBox::of::<F>(Arc::new((self, PhantomData)))
    }
}

/// Kind of a handler whose last argument takes the whole request.
#[derive(Debug)]
pub enum WithBody {}

/// Kind of a handler whose arguments leave the body alone.
#[derive(Debug)]
pub enum WithoutBody {}

/// Implements both traits for functions of some arguments. `$bound` is what the last one is beside the parts, and the block how
/// it is read.
macro_rules! impl_handler {
    ($kind:ident, [$($arg:ident: $bound:ident),*], |$request:ident, $container:ident| $read:block) => {
        #[allow(non_snake_case, unused_mut, reason = "the arguments are named after their types; one argument takes no parts")]
        impl<F, Fut, R, $($arg,)*> ErasedHandler for (F, Kinds<($kind, $($arg,)*)>)
        where
            F: Fn($($arg,)*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = R> + Send + 'static,
            R: IntoResponse,
            $($arg: $bound<Container> + Send,)*
        {
            fn call(&self, $request: Request, $container: Container) -> HandlerFuture {
                let handler = self.0.clone();
                Box::pin(async move {
                    let ($($arg,)*) = $read;
                    handler($($arg,)*).await.into_response()
                })
            }
        }

        impl<F, Fut, R, $($arg,)*> Handler<($kind, $($arg,)*)> for F
        where
            F: Fn($($arg,)*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = R> + Send + 'static,
            R: IntoResponse,
            $($arg: $bound<Container> + Send + 'static,)*
        {
            fn erase(self) -> HandlerBox {
                HandlerBox::of::<F>(Arc::new((self, PhantomData)))
            }
        }
    };
}

macro_rules! extracted {
    ($extracting:expr) => {
        match $extracting.await {
            Ok(value) => value,
            Err(refusal) => return rejected(refusal.into_response()),
        }
    };
}

macro_rules! impl_handlers {
    ($($part:ident)*; $last:ident) => {
        impl_handler!(WithBody, [$($part: FromRequestParts,)* $last: FromRequest], |request, container| {
            let (mut parts, body) = request.into_parts();
            $(let $part = extracted!($part::from_request_parts(&mut parts, &container));)*
            let request = Request::from_parts(parts, body);
            ($($part,)* extracted!($last::from_request(request, &container)),)
        });
        impl_handler!(WithoutBody, [$($part: FromRequestParts,)* $last: FromRequestParts], |request, container| {
            let (mut parts, _) = request.into_parts();
            $(let $part = extracted!($part::from_request_parts(&mut parts, &container));)*
            ($($part,)* extracted!($last::from_request_parts(&mut parts, &container)),)
        });
    };
}

impl_handlers!(; A1);
impl_handlers!(A1; A2);
impl_handlers!(A1 A2; A3);
impl_handlers!(A1 A2 A3; A4);
impl_handlers!(A1 A2 A3 A4; A5);
impl_handlers!(A1 A2 A3 A4 A5; A6);
impl_handlers!(A1 A2 A3 A4 A5 A6; A7);
impl_handlers!(A1 A2 A3 A4 A5 A6 A7; A8);
impl_handlers!(A1 A2 A3 A4 A5 A6 A7 A8; A9);
impl_handlers!(A1 A2 A3 A4 A5 A6 A7 A8 A9; A10);
impl_handlers!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10; A11);
impl_handlers!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11; A12);
