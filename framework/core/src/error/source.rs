//! Which status a foreign error means, and whether its text is for clients.

use std::error::Error as StdError;

use axum::extract::rejection::{BytesRejection, FormRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::StatusCode;

/// Status and, where the error is about what the client sent, the text to answer.
pub(super) fn classify(error: &(dyn StdError + Send + Sync + 'static)) -> (StatusCode, Option<String>) {
    if let Some(sqlx::Error::RowNotFound) = error.downcast_ref() {
        return (StatusCode::NOT_FOUND, None);
    }
    macro_rules! rejections {
        ($($rejection:ty),*) => {$(
            if let Some(rejection) = error.downcast_ref::<$rejection>() {
                return (rejection.status(), Some(rejection.body_text()));
            }
        )*};
    }
    rejections!(JsonRejection, FormRejection, QueryRejection, PathRejection, BytesRejection);
    (StatusCode::INTERNAL_SERVER_ERROR, None)
}
