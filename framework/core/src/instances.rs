//! Generic code of the dependencies, compiled here once so that no app compiles it at every edit.
//!
//! Without optimization a crate uses the instances of generic functions that the crates below it have already. What nearly
//! every app needs — a query against the pool, the parsing of strings and numbers out of JSON and forms — is therefore
//! instantiated by functions that nobody calls. Optimized builds do not share instances and drop all of this.

use axum::extract::{FromRequest as _, FromRequestParts as _, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, SqlitePool, sqlite::SqliteRow};

use crate::container::Container;
use crate::error::Result;
use crate::extract::{Form, Json, Query};

/// The types of which data is usually made.
#[derive(Debug, Serialize, Deserialize)]
pub struct Leaves {
    text: String,
    texts: Vec<String>,
    optional_text: Option<String>,
    signed: i64,
    optional_signed: Option<i64>,
    unsigned: u64,
    short: i32,
    page: u32,
    optional_page: Option<u32>,
    size: usize,
    number: f64,
    optional_number: Option<f64>,
    flag: bool,
    optional_flag: Option<bool>,
}

/// Reading of JSON bodies.
///
/// # Errors
/// The body does not fit.
pub async fn read_json(request: Request, container: &Container) -> Result<Json<Leaves>> {
    Json::from_request(request, container).await
}

/// Writing of JSON bodies.
pub fn write_json(leaves: Leaves) -> Response {
    Json(leaves).into_response()
}

/// Reading of queries.
///
/// # Errors
/// The query does not fit.
pub async fn read_query(parts: &mut Parts, container: &Container) -> Result<Query<Leaves>> {
    Query::from_request_parts(parts, container).await
}

/// Writing of forms.
pub fn write_form(leaves: Leaves) -> Response {
    Form(leaves).into_response()
}

/// Every way to run a statement, with the values that are bound most.
///
/// # Errors
/// Those of the database.
pub async fn run(pool: &SqlitePool) -> Result<()> {
    let query = || {
        sqlx::query("")
            .bind(0_i64)
            .bind(0_i32)
            .bind(0.0_f64)
            .bind(false)
            .bind("")
            .bind(String::new())
            .bind(Option::<i64>::None)
            .bind(Option::<String>::None)
            .bind(Option::<&str>::None)
    };
    query().execute(pool).await?;
    query().fetch_one(pool).await?;
    query().fetch_optional(pool).await?;
    query().fetch_all(pool).await?;
    let mut transaction = pool.begin().await?;
    query().execute(&mut *transaction).await?;
    query().fetch_one(&mut *transaction).await?;
    query().fetch_optional(&mut *transaction).await?;
    query().fetch_all(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// Reading of columns, by name and by number.
///
/// # Errors
/// A column is missing or holds something else.
pub fn read_row(row: &SqliteRow) -> Result<()> {
    macro_rules! columns {
        ($($type:ty),*) => {$(
            row.try_get::<$type, _>("")?;
            row.try_get::<Option<$type>, _>("")?;
            row.try_get::<$type, _>(0)?;
        )*};
    }
    columns!(String, i64, i32, f64, bool);
    Ok(())
}
