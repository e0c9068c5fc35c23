//! Puts the script of the browser channel into HTML pages while they stream: before the last `</body>` of the markup, else at
//! the end.
//!
//! What follows a `</body>` is held back until it is clear that no other follows: a few bytes in practice, at most
//! [`HELD_BYTES_MAX`]. Everything else passes through as it comes.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    LAST_MODIFIED,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::scanner::{Found, Scanner};

/// Most bytes held back behind a `</body>`. A page with more than this after it gets the script right there.
pub(crate) const HELD_BYTES_MAX: usize = 8 * 1024 * 1024;

/// An app that wants a page left alone sets this response header; it is removed on the way out.
pub(crate) const NO_INJECT: HeaderName = HeaderName::from_static("x-anvil-no-inject");

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");

/// What of a request decides whether its answer is a page.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    page: bool,
    /// The page came from a form: loading it again would send the form again.
    posted: bool,
}

impl Wanted {
    /// `host_allowed` is the verdict on the request's `Host`.
    pub(crate) fn by(method: &Method, headers: &HeaderMap, host_allowed: bool) -> Self {
        let document = headers.get(SEC_FETCH_DEST).is_none_or(|destination| destination == "document");
        let fragment = headers.contains_key(HX_REQUEST) || headers.contains_key(X_REQUESTED_WITH);
        let page = host_allowed && document && !fragment && *method != Method::HEAD;
        Self { page, posted: *method != Method::GET }
    }
}

/// Adds the script to `response` if it is a page. `token` is the secret of the browser channel.
pub(crate) fn inject(wanted: &Wanted, token: &str, generation: u64, mut response: Response) -> Response {
    let opted_out = response.headers_mut().remove(NO_INJECT).is_some();
    if opted_out || !wanted.page || !is_page(&response) {
        return response;
    }
    let nonce = nonce(response.headers());
    let snippet = snippet(token, generation, wanted.posted, nonce.as_deref());
    let headers = response.headers_mut();
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match length.and_then(|length| length.checked_add(snippet.len() as u64)) {
        Some(length) => headers.insert(CONTENT_LENGTH, HeaderValue::from(length)),
        None => headers.remove(CONTENT_LENGTH),
    };
    // A page from the browser's cache would name an old generation for ever.
    headers.remove(ETAG);
    headers.remove(LAST_MODIFIED);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.map(|body| Body::new(InjectBody { body, injector: Injector::new(snippet), ended: false }))
}

fn is_page(response: &Response) -> bool {
    let headers = response.headers();
    let bodyless = matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT | StatusCode::RESET_CONTENT
    );
    let attachment = headers
        .get(CONTENT_DISPOSITION)
        .is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"attachment"));
    let encoded =
        headers.get(CONTENT_ENCODING).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    let html = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_html);
    html && !bodyless && !response.status().is_informational() && !attachment && !encoded
}

fn is_html(content_type: &str) -> bool {
    let content_type = content_type.to_ascii_lowercase();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    // The scanner reads ASCII-compatible encodings only.
    essence == "text/html" && !content_type.contains("utf-16") && !content_type.contains("utf-32")
}

/// The nonce that the page's own policy asks of scripts.
fn nonce(headers: &HeaderMap) -> Option<String> {
    let policy = headers.get(CONTENT_SECURITY_POLICY)?.to_str().ok()?;
    let start = policy.find("'nonce-")? + "'nonce-".len();
    let nonce = policy[start..].split('\'').next()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
    (!nonce.is_empty() && nonce.bytes().all(plain)).then(|| nonce.to_owned())
}

fn snippet(token: &str, generation: u64, posted: bool, nonce: Option<&str>) -> Bytes {
    let nonce = nonce.map(|nonce| format!(" nonce=\"{nonce}\"")).unwrap_or_default();
    let posted = if posted { "&posted=1" } else { "" };
    let script = format!(
        "<script src=\"/__anvil/client.js?token={token}&generation={generation}{posted}\"{nonce} defer></script>"
    );
    Bytes::from(script)
}

/// Feeds on chunks, gives back what may go out.
#[derive(Debug)]
pub(crate) struct Injector {
    scanner: Scanner,
    /// Absent once it is out.
    snippet: Option<Bytes>,
    held: Vec<u8>,
    /// Where in `held` the `<` of an undecided tag is.
    open: Option<usize>,
    /// Where in `held` the last `</body` begins.
    body_end: Option<usize>,
}

impl Injector {
    pub(crate) fn new(snippet: Bytes) -> Self {
        Self { scanner: Scanner::new(), snippet: Some(snippet), held: Vec::new(), open: None, body_end: None }
    }

    pub(crate) fn feed(&mut self, chunk: &[u8]) -> Vec<u8> {
        if self.snippet.is_none() {
            return chunk.to_vec();
        }
        for &byte in chunk {
            match self.scanner.step(byte) {
                Found::Nothing => {}
                Found::Open => self.open = Some(self.held.len()),
                Found::Other => self.open = None,
                Found::BodyEnd => self.body_end = self.open.take(),
            }
            self.held.push(byte);
        }
        if self.held.len() > HELD_BYTES_MAX {
            return self.finish();
        }
        let keep_from = self.body_end.or(self.open).unwrap_or(self.held.len());
        let kept = self.held.split_off(keep_from);
        self.open = self.open.map(|at| at - keep_from);
        self.body_end = self.body_end.map(|at| at - keep_from);
        std::mem::replace(&mut self.held, kept)
    }

    /// The rest, with the script if it is not out yet.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        let mut out = std::mem::take(&mut self.held);
        if let Some(snippet) = self.snippet.take() {
            let at = self.body_end.unwrap_or(out.len());
            out.splice(at..at, snippet);
        }
        out
    }

    /// Bytes that will come out beyond those that go in.
    fn outstanding(&self) -> u64 {
        (self.held.len() + self.snippet.as_ref().map_or(0, Bytes::len)) as u64
    }
}

struct InjectBody {
    body: Body,
    injector: Injector,
    ended: bool,
}

impl HttpBody for InjectBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            let out = match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) => this.injector.feed(&chunk),
                    // Trailers of a page: nobody reads them, and the script must come before.
                    Err(_) => Vec::new(),
                },
                None => {
                    this.ended = true;
                    this.injector.finish()
                }
            };
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(Bytes::from(out)))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        let (inner, more) = (self.body.size_hint(), self.injector.outstanding());
        let mut hint = SizeHint::new();
        if let Some(upper) = inner.upper().and_then(|upper| upper.checked_add(more)) {
            hint.set_upper(upper);
        }
        hint.set_lower(inner.lower().saturating_add(more).min(hint.upper().unwrap_or(u64::MAX)));
        hint
    }
}

#[cfg(test)]
#[path = "inject_tests.rs"]
mod tests;
