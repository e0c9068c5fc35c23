//! Handler arguments: what comes from the container, here, and what serde reads from the request, below. Axum's own extractors
//! work beside them.

mod form;
mod json;
mod json_path;
mod pairs;
mod query;

use std::borrow::Cow;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use sqlx::SqlitePool;

use crate::cache::Cache;
use crate::config::Config;
use crate::container::Container;
use crate::error::Error;
use crate::layout::Layout;

pub use form::Form;
pub use json::Json;
pub use query::Query;

/// A value of the container: `Inject(stats): Inject<Stats>`. A missing one answers 500.
#[derive(Debug)]
pub struct Inject<T>(pub Arc<T>);

impl<T> Deref for Inject<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Clone for Inject<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Layout + Send + Sync> FromRequestParts<Container> for Inject<T> {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, container: &Container) -> Result<Self, Error> {
        container.get::<T>().map(Inject)
    }
}

/// The database pool: `Db(db): Db`.
#[derive(Debug, Clone)]
pub struct Db(pub SqlitePool);

impl Deref for Db {
    type Target = SqlitePool;

    fn deref(&self) -> &SqlitePool {
        &self.0
    }
}

macro_rules! from_container {
    ($type:ty, $container:ident => $value:expr) => {
        impl FromRequestParts<Container> for $type {
            type Rejection = std::convert::Infallible;

            async fn from_request_parts(_: &mut Parts, $container: &Container) -> Result<Self, Self::Rejection> {
                Ok($value)
            }
        }
    };
}

from_container!(Db, container => Db(container.db().clone()));
from_container!(Cache, container => container.cache().clone());
from_container!(Container, container => container.clone());
from_container!(Arc<Config>, container => container.config());
from_container!(Config, container => (*container.config()).clone());

/// The whole body, or why there is none.
type BodyFuture = Pin<Box<dyn Future<Output = Result<Bytes, Error>> + Send>>;

/// Reads the body, within the limit that [`crate::http`] has put on it.
fn read_body(request: Request) -> BodyFuture {
    Box::pin(async move { Bytes::from_request(request, &()).await.map_err(Error::from) })
}

/// Longest text of serde that a client gets to read. It repeats what the client sent.
const SERDE_TEXT_BYTES_MAX: usize = 1024;

/// `text`, cut to at most `max` bytes and a sign that there was more.
fn shortened(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..text.floor_char_boundary(max)]))
}
