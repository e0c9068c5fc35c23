//! Forms, as a browser sends them. As lean in generic code as [`super::json`], for the same reason.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::Error as Mismatch;

use super::pairs::Pairs;
use super::{BodyFuture, read_body};
use crate::error::Error;

const KIND: &str = "application/x-www-form-urlencoded";

/// A form, as an argument (`Form(post): Form<Post>`) or as a response.
///
/// `GET` and `HEAD` carry it in the query, other methods in the body. A body answers 415 with another content type than
/// `application/x-www-form-urlencoded`, 413 over `server.body_limit`, and 422 where it does not fit; a query that does not fit
/// answers 400. The message names the field: `age: invalid digit found in string`.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct Form<T>(pub T);

impl<T> Deref for Form<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Form<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Error;

    fn from_request(request: Request, _: &S) -> impl Future<Output = Result<Self, Error>> + Send {
        let (text, misfit) = form_text(request);
        FromText { text, misfit, target: PhantomData }
    }
}

/// Reads query or body, then `T` from it.
struct FromText<T> {
    text: BodyFuture,
    misfit: StatusCode,
    target: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Future for FromText<T> {
    type Output = Result<Form<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let text = match self.text.as_mut().poll(context) {
            Poll::Ready(Ok(text)) => text,
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => return Poll::Pending,
        };
        let mut pairs = Pairs::new(&text);
        Poll::Ready(match T::deserialize(&mut pairs) {
            Ok(value) => Ok(Form(value)),
            Err(error) => Err(refusal(self.misfit, &error, &pairs)),
        })
    }
}

/// Where the form is, and the status of one that does not fit.
fn form_text(request: Request) -> (BodyFuture, StatusCode) {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let query = request.uri().query().unwrap_or_default();
        let text = Ok(Bytes::copy_from_slice(query.as_bytes()));
        return (Box::pin(std::future::ready(text)), StatusCode::BAD_REQUEST);
    }
    if !is_form(request.headers()) {
        let message = format!("the body must be a form, sent with `content-type: {KIND}`");
        let refused = Err(Error::status(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        return (Box::pin(std::future::ready(refused)), StatusCode::UNPROCESSABLE_ENTITY);
    }
    (read_body(request), StatusCode::UNPROCESSABLE_ENTITY)
}

fn is_form(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(KIND)
}

fn refusal(status: StatusCode, error: &Mismatch, pairs: &Pairs<'_>) -> Error {
    Error::status(status, format!("the form does not fit: {}", pairs.explain(error)))
}

impl<T: Serialize> IntoResponse for Form<T> {
    fn into_response(self) -> Response {
        respond(serde_urlencoded::to_string(&self.0))
    }
}

fn respond(written: Result<String, serde_urlencoded::ser::Error>) -> Response {
    match written {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(KIND));
            response
        }
        Err(error) => Error::from(error).context("write the response as a form").into_response(),
    }
}
