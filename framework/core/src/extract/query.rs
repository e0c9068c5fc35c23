//! The query of a request. As lean in generic code as [`super::json`], for the same reason.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::de::value::Error as Mismatch;

use super::pairs::Pairs;
use crate::error::Error;

/// The query: `Query(filter): Query<Filter>`. One that does not fit answers 400 and names the parameter:
/// `page: invalid digit found in string`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Query<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    fn from_request_parts(parts: &mut Parts, _: &S) -> impl Future<Output = Result<Self, Error>> + Send {
        FromParts { parts, target: PhantomData }
    }
}

/// Reads `T` when it is first polled.
struct FromParts<'a, T> {
    parts: &'a Parts,
    target: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Future for FromParts<'_, T> {
    type Output = Result<Query<T>, Error>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let mut pairs = pairs(self.parts);
        Poll::Ready(match T::deserialize(&mut pairs) {
            Ok(value) => Ok(Query(value)),
            Err(error) => Err(refusal(&error, &pairs)),
        })
    }
}

fn pairs(parts: &Parts) -> Pairs<'_> {
    Pairs::new(parts.uri.query().unwrap_or_default().as_bytes())
}

fn refusal(error: &Mismatch, pairs: &Pairs<'_>) -> Error {
    Error::bad_request(format!("the query does not fit: {}", pairs.explain(error)))
}
