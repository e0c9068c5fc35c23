//! The browser channel: a script that pages load, and a stream of the daemon's state for it. Both below `/__anvil/`, both
//! read-only, on the app's own origin and port. Used by [`super::respond`] only.

mod guard;
mod inject;
mod scanner;

use std::convert::Infallible;
use std::time::Duration;

use anvil_control::BrowserStatus;
use axum::body::Body;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use tokio::sync::watch;

pub(crate) use guard::{Denied, Guard, configured_names};
pub(crate) use inject::{Wanted, inject};

use super::traffic::Phase;

/// Everything below this path is the browser channel's.
pub(crate) const PREFIX: &str = "/__anvil/";

const SCRIPT: &str = include_str!("browser/client.js");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Idle time after which a comment is sent, so that a dead page's connection is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Answers a request below [`PREFIX`].
pub(crate) fn answer(
    verdict: Result<(), Denied>,
    request: &Parts,
    status: watch::Receiver<BrowserStatus>,
    phase: watch::Receiver<Phase>,
) -> Response {
    let mut response = match verdict {
        Err(denied) => refuse(denied),
        Ok(()) => match request.uri.path() {
            "/__anvil/client.js" => ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response(),
            "/__anvil/events" => {
                let mut events = Sse::new(events(status, phase))
                    .keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("alive"))
                    .into_response();
                events.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                events
            }
            _ => (StatusCode::NOT_FOUND, "there is no such part of the browser channel\n").into_response(),
        },
    };
    protect(response.headers_mut());
    response
}

fn refuse(denied: Denied) -> Response {
    let text = match denied {
        Denied::Method => {
            let headers = [(ALLOW, "GET")];
            return (StatusCode::METHOD_NOT_ALLOWED, headers, "the browser channel is read-only\n").into_response();
        }
        Denied::Host => "this host name is not the app's\n",
        Denied::Origin | Denied::Site => "only pages of this app may use the browser channel\n",
        Denied::Token => "the token of the browser channel is missing or old\n",
    };
    (StatusCode::FORBIDDEN, Body::from(text)).into_response()
}

/// No other origin may embed, sniff, frame or keep what is served here. There are no CORS headers on purpose.
fn protect(headers: &mut HeaderMap) {
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
}

/// The state now, then every later one. A reader that is slow misses states in between, never the last. Ends when the host
/// hands over, so that the page connects to the next one.
fn events(
    status: watch::Receiver<BrowserStatus>,
    phase: watch::Receiver<Phase>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut status = status;
    status.mark_changed();
    stream::unfold((status, phase), |(mut status, mut phase)| async move {
        let ending = async {
            let _ = phase.wait_for(|phase| phase.is_ending()).await;
        };
        let changed = tokio::select! {
            biased;
            () = ending => return None,
            changed = status.changed() => changed,
        };
        changed.ok()?;
        let json = serde_json::to_string(&*status.borrow_and_update()).ok()?;
        Some((Ok(Event::default().data(json)), (status, phase)))
    })
}
