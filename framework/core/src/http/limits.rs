//! The limit on request bodies.

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::StatusCode;
use http_body_util::Limited;

use crate::error::Occurrence;

/// Refuses a body that says it is too long, and cuts off one that turns out to be: extractors answer 413 for it.
pub(super) fn body(request: Request, limit: u64) -> Result<Request, Occurrence> {
    if request.body().size_hint().lower() > limit {
        let message = format!("the request body is longer than {limit} bytes");
        return Err(Occurrence::Status(StatusCode::PAYLOAD_TOO_LARGE, Some(message)));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(request.map(|body| Body::new(Limited::new(body, limit))))
}
