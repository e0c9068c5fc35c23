//! A name for every request, in logs and in the response.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};

pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id of a proxy that is taken over; a UUID has 36 characters, trace ids of known proxies up to 100.
const BYTES_MAX: usize = 128;

/// The id of a request, in its extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn header_value(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

/// Takes the proxy's id if it is sane, else makes a UUID of version 7, which sorts by time.
pub(super) fn assign(request: &mut Request) -> RequestId {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(|text| is_sane(text));
    let id = RequestId(given.map_or_else(|| uuid::Uuid::now_v7().to_string().into(), Arc::from));
    request.extensions_mut().insert(id.clone());
    id
}

fn is_sane(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(&byte);
    !text.is_empty() && text.len() <= BYTES_MAX && text.bytes().all(fits)
}
