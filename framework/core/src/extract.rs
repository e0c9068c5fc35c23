//! Handler arguments that come from the container. Axum's own extractors work beside them.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sqlx::SqlitePool;

use crate::cache::Cache;
use crate::config::Config;
use crate::container::Container;
use crate::error::Error;
use crate::layout::Layout;

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
