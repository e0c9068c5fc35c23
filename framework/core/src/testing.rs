//! A client that calls an app without a socket, for tests of apps.

mod response;

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::http::HttpApp;
pub use response::TestResponse;

/// Calls an [`HttpApp`] and keeps cookies like a browser with one origin.
#[derive(Debug, Clone)]
pub struct TestClient {
    app: HttpApp,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    headers: HeaderMap,
}

/// A request that is sent when it is awaited: `client.post("/posts").form(&[("title", "x")]).await`.
#[derive(Debug)]
pub struct TestRequest {
    client: TestClient,
    request: Request,
}

impl TestClient {
    pub fn new(app: HttpApp) -> Self {
        Self { app, cookies: Arc::default(), headers: HeaderMap::new() }
    }

    pub fn app(&self) -> &HttpApp {
        &self.app
    }

    /// Sends this header with every request.
    ///
    /// # Panics
    /// Name or value cannot stand in a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = header_pair(name, value);
        self.headers.insert(name, value);
        self
    }

    /// Asks for JSON with every request.
    #[must_use]
    pub fn accepting_json(self) -> Self {
        self.with_header("accept", "application/json")
    }

    /// The value of a cookie that the app has set.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub fn get(&self, path: &str) -> TestRequest {
        self.request(Method::GET, path)
    }

    pub fn head(&self, path: &str) -> TestRequest {
        self.request(Method::HEAD, path)
    }

    pub fn post(&self, path: &str) -> TestRequest {
        self.request(Method::POST, path)
    }

    pub fn put(&self, path: &str) -> TestRequest {
        self.request(Method::PUT, path)
    }

    pub fn patch(&self, path: &str) -> TestRequest {
        self.request(Method::PATCH, path)
    }

    pub fn delete(&self, path: &str) -> TestRequest {
        self.request(Method::DELETE, path)
    }

    /// # Panics
    /// `path` is no URI.
    #[track_caller]
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap_or_else(|error| panic!("`{path}` is no URI: {error}"));
        request.headers_mut().clone_from(&self.headers);
        TestRequest { client: self.clone(), request }
    }

    fn cookie_header(&self) -> Option<HeaderValue> {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { None } else { HeaderValue::from_str(&pairs.join("; ")).ok() }
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for text in headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let Some((name, value)) = pair.trim().split_once('=') else { continue };
            let gone = attributes.split(';').any(|attribute| attribute.trim().eq_ignore_ascii_case("max-age=0"));
            if gone || value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl TestRequest {
    /// # Panics
    /// Name or value cannot stand in a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = header_pair(name, value);
        self.request.headers_mut().insert(name, value);
        self
    }

    /// Sends `value` as JSON and asks for JSON.
    ///
    /// # Panics
    /// `value` cannot be written as JSON.
    #[must_use]
    pub fn json(self, value: &impl Serialize) -> Self {
        let text = serde_json::to_string(value).expect("the value has a form in JSON");
        self.header("content-type", "application/json").header("accept", "application/json").body(text)
    }

    /// Sends `fields` as a browser's form does.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", form_text(name), form_text(value))).collect();
        self.header("content-type", "application/x-www-form-urlencoded").body(pairs.join("&"))
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    async fn send(mut self) -> TestResponse {
        if let Some(cookies) = self.client.cookie_header() {
            self.request.headers_mut().entry(header::COOKIE).or_insert(cookies);
        }
        let response = self.client.app.call(self.request).await;
        self.client.keep_cookies(response.headers());
        TestResponse::read(response).await
    }
}

impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = BoxFuture<'static, TestResponse>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

fn header_pair(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("`{name}` is no header name"));
    let value = value.parse().unwrap_or_else(|_| panic!("the value of `{name}` cannot stand in a header"));
    (name, value)
}

fn form_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => safe.push(byte as char),
            b' ' => safe.push('+'),
            _ => safe.push_str(&format!("%{byte:02X}")),
        }
    }
    safe
}
