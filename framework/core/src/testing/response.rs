//! A response that a test looks at.

use axum::body::{Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::de::DeserializeOwned;

/// Status, headers and the whole body.
#[derive(Debug, Clone)]
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl TestResponse {
    pub(super) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("the body can be read to its end");
        Self { status: parts.status, headers: parts.headers, body }
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// # Panics
    /// The body does not read as `T`.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("the body does not read as JSON: {error}\n{}", self.text()),
        }
    }

    /// # Panics
    /// The status is another one.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "status; the body is:\n{}", self.text());
        self
    }

    /// # Panics
    /// The status is not 200.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        self.assert_status(200)
    }

    /// # Panics
    /// The body does not contain `text`.
    #[track_caller]
    pub fn assert_see(&self, text: &str) -> &Self {
        assert!(self.text().contains(text), "`{text}` is not in the body:\n{}", self.text());
        self
    }

    /// # Panics
    /// The body contains `text`.
    #[track_caller]
    pub fn assert_dont_see(&self, text: &str) -> &Self {
        assert!(!self.text().contains(text), "`{text}` is in the body:\n{}", self.text());
        self
    }

    /// # Panics
    /// The response does not redirect to `location`.
    #[track_caller]
    pub fn assert_redirect(&self, location: &str) -> &Self {
        assert!(self.status.is_redirection(), "{} is no redirect; the body is:\n{}", self.status, self.text());
        assert_eq!(self.header("location"), Some(location), "location");
        self
    }

    /// # Panics
    /// The header is missing or has another value.
    #[track_caller]
    pub fn assert_header(&self, name: &str, value: &str) -> &Self {
        assert_eq!(self.header(name), Some(value), "header `{name}`");
        self
    }

    /// # Panics
    /// The body is not this JSON value.
    #[track_caller]
    pub fn assert_json(&self, value: &serde_json::Value) -> &Self {
        assert_eq!(&self.json::<serde_json::Value>(), value, "JSON body");
        self
    }
}
