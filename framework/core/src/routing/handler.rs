//! The trait of functions that answer requests.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};

use crate::container::Container;

/// What a handler returns once it is erased.
pub type HandlerFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler without its type.
pub type HandlerFn = Arc<dyn Fn(Request, Container) -> HandlerFuture + Send + Sync>;

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
    fn erase(self) -> HandlerFn;
}

/// Marks a response as the refusal of an extractor, so that it is rendered in the form that the client asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rejected;

fn rejected(mut response: Response) -> Response {
    response.extensions_mut().insert(Rejected);
    response
}

impl<F, Fut, R> Handler<((),)> for F
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = R> + Send + 'static,
    R: IntoResponse,
{
    fn erase(self) -> HandlerFn {
        Arc::new(move |_, _| {
            let answer = self();
            Box::pin(async move { answer.await.into_response() })
        })
    }
}

macro_rules! impl_handler {
    ($($part:ident)*; $last:ident) => {
        #[allow(non_snake_case, unused_mut, reason = "the arguments are named after their types; one argument takes no parts")]
        impl<F, Fut, R, M, $($part,)* $last> Handler<(M, $($part,)* $last,)> for F
        where
            F: Fn($($part,)* $last) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = R> + Send + 'static,
            R: IntoResponse,
            $($part: FromRequestParts<Container> + Send,)*
            $last: FromRequest<Container, M> + Send,
        {
            fn erase(self) -> HandlerFn {
                Arc::new(move |request: Request, container: Container| {
                    let handler = self.clone();
                    Box::pin(async move {
                        let (mut parts, body) = request.into_parts();
                        $(
                            let $part = match $part::from_request_parts(&mut parts, &container).await {
                                Ok(value) => value,
                                Err(refusal) => return rejected(refusal.into_response()),
                            };
                        )*
                        let request = Request::from_parts(parts, body);
                        let $last = match $last::from_request(request, &container).await {
                            Ok(value) => value,
                            Err(refusal) => return rejected(refusal.into_response()),
                        };
                        handler($($part,)* $last).await.into_response()
                    })
                })
            }
        }
    };
}

impl_handler!(; A1);
impl_handler!(A1; A2);
impl_handler!(A1 A2; A3);
impl_handler!(A1 A2 A3; A4);
impl_handler!(A1 A2 A3 A4; A5);
impl_handler!(A1 A2 A3 A4 A5; A6);
impl_handler!(A1 A2 A3 A4 A5 A6; A7);
impl_handler!(A1 A2 A3 A4 A5 A6 A7; A8);
impl_handler!(A1 A2 A3 A4 A5 A6 A7 A8; A9);
impl_handler!(A1 A2 A3 A4 A5 A6 A7 A8 A9; A10);
impl_handler!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10; A11);
impl_handler!(A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11; A12);
