//! Files below `public/`, for paths that no route takes.

use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

use crate::config::Config;

/// A request for a file. It owns what it needs, because a request body cannot be borrowed across an await.
pub(super) struct Lookup {
    request: axum::http::Request<Body>,
    folder: ServeDir,
    cache_control: Option<HeaderValue>,
}

/// What to look up for this request; `None` where its method or path can name no file.
pub(super) fn lookup(request: &Request, config: &Config, root: &Path) -> Option<Lookup> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return None;
    }
    if config.static_files.dir.is_empty() || !is_servable(request.uri().path()) {
        return None;
    }
    let mut copy = axum::http::Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    copy.headers_mut().clone_from(request.headers());
    let folder = ServeDir::new(root.join(&config.static_files.dir)).redirect_to_trailing_slash(false);
    let cache = config.static_files.cache_control.as_deref().or(config.app.debug.then_some("no-cache"));
    Some(Lookup { request: copy, folder, cache_control: cache.and_then(|text| HeaderValue::from_str(text).ok()) })
}

impl Lookup {
    /// The file, or `None` if there is none.
    pub(super) async fn serve(self) -> Option<Response> {
        let response = self.folder.oneshot(self.request).await.unwrap_or_else(|never| match never {});
        if response.status() == StatusCode::NOT_FOUND {
            return None;
        }
        let mut response = response.map(Body::new);
        if let Some(value) = self.cache_control {
            response.headers_mut().insert(header::CACHE_CONTROL, value);
        }
        Some(response)
    }
}

/// Plain names below the folder only: nothing that climbs, starts with a dot (except `.well-known`, RFC 8615), or that some
/// file system reads in another way. Checked on the decoded path, before `ServeDir` checks again.
fn is_servable(path: &str) -> bool {
    let Some(decoded) = percent_decode(path) else { return false };
    let Some(relative) = decoded.strip_prefix('/') else { return false };
    if decoded.contains(['\\', '\0', ':']) || decoded.chars().any(char::is_control) {
        return false;
    }
    let mut segments = relative.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        let hidden = segment.starts_with('.') && segment != ".well-known";
        if hidden || (segment.is_empty() && !is_last) {
            return false;
        }
    }
    true
}

/// `None` for anything that is not valid: a broken escape, bytes that are no UTF-8, an escaped slash.
fn percent_decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        let decoded = (high * 16 + low) as u8;
        if decoded == b'/' {
            return None;
        }
        bytes.push(decoded);
    }
    String::from_utf8(bytes).ok()
}
