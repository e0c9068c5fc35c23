//! JSON in requests and responses.
//!
//! Every handler's type makes the compiler repeat what is generic here, at every edit. So that is next to nothing: futures are
//! written by hand, and whatever does not name `T` is a function of its own.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::de::SliceRead;
use serde_json::{Deserializer, Serializer};

use super::{BodyFuture, SERDE_TEXT_BYTES_MAX, json_path, read_body, shortened};
use crate::error::Error;

/// JSON, as an argument (`Json(post): Json<Post>`) or as a response (`Json(post)`).
///
/// A body that cannot be read answers 415 without `content-type: application/json` (or `application/…+json`), 413 over
/// `server.body_limit`, 400 if it is not JSON, and 422 if it is JSON of another shape; the message of the latter names the
/// place: `tags[0].name: invalid type: integer 1, expected a string at line 1 column 20`.
///
/// `Option<Json<T>>` is `None` without a content type.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    fn from_request(request: Request, _: &S) -> impl Future<Output = Result<Self, Error>> + Send {
        FromBody { body: json_body(request), target: PhantomData }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Option<Self>, Error> {
        if !request.headers().contains_key(header::CONTENT_TYPE) {
            return Ok(None);
        }
        match (FromBody { body: json_body(request), target: PhantomData }).await {
            Ok(json) => Ok(Some(json)),
            Err(error) => Err(error),
        }
    }
}

/// Reads the body, then `T` from it.
struct FromBody<T> {
    body: BodyFuture,
    target: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Future for FromBody<T> {
    type Output = Result<Json<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let bytes = match self.body.as_mut().poll(context) {
            Poll::Ready(Ok(bytes)) => bytes,
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => return Poll::Pending,
        };
        // What `serde_json::from_slice` does in two more generic functions.
        let mut source = Deserializer::from_slice(&bytes);
        Poll::Ready(match T::deserialize(&mut source) {
            Ok(value) => match beyond(source, &bytes) {
                None => Ok(Json(value)),
                Some(error) => Err(error),
            },
            Err(error) => Err(refusal(&error, &bytes)),
        })
    }
}

fn json_body(request: Request) -> BodyFuture {
    if !is_json(request.headers()) {
        let message = "the body must be JSON, sent with `content-type: application/json`";
        let error = Error::status(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
        return Box::pin(std::future::ready(Err(error)));
    }
    read_body(request)
}

/// `application/json` or `application/…+json` (RFC 6839), with any parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.strip_prefix("application/").is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

/// What is wrong if something follows the value.
fn beyond(mut source: Deserializer<SliceRead<'_>>, text: &[u8]) -> Option<Error> {
    source.end().err().map(|error| refusal(&error, text))
}

fn refusal(error: &serde_json::Error, text: &[u8]) -> Error {
    let full = error.to_string();
    let place = match error.line() {
        // A type that reads no token of its own has refused the whole body.
        0 => String::new(),
        line => format!(" at line {line} column {}", error.column()),
    };
    let what = full.strip_suffix(&place).unwrap_or(&full);
    let shown = shortened(what, SERDE_TEXT_BYTES_MAX);
    if !error.is_data() {
        return Error::bad_request(format!("the body is not valid JSON: {shown}{place}"));
    }
    let path = json_path::locate(text, error.line(), error.column(), what);
    let colon = if path.is_empty() { "" } else { ": " };
    Error::unprocessable(format!("the JSON body does not fit: {path}{colon}{shown}{place}"))
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut text = Vec::with_capacity(128);
        let written = self.0.serialize(&mut Serializer::new(&mut text));
        respond(text, written)
    }
}

fn respond(text: Vec<u8>, written: serde_json::Result<()>) -> Response {
    if let Err(error) = written {
        return Error::from(error).context("write the response as JSON").into_response();
    }
    let mut response = Response::new(Body::from(Bytes::from(text)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
