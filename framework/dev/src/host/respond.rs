//! One request: who answers it, and what is added to the answer in development.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::header::{CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Host;
use super::browser;
use super::forward::forward;
use super::traffic::{CountedBody, Phase};

/// Header of every response: the generation whose router answered.
pub(crate) const GENERATION_HEADER: HeaderName = HeaderName::from_static("x-anvil-generation");

/// Longest wait for the outcome of a handover. It takes milliseconds; if nothing is heard for this long the handover has
/// failed without a word, and this host goes on.
const HOLD_MAX: Duration = Duration::from_secs(1);

pub(crate) async fn respond(host: Arc<Host>, request: Request) -> Response {
    let mut response = match decided_phase(&host).await {
        Phase::Forwarding => counted(&host, forward(host.listen, request, &host.tunnels).await),
        // Not counted: these streams end by themselves when the phase changes, and a drain waits for that.
        _ if request.uri().path().starts_with(browser::PREFIX) => browser_channel(&host, request),
        Phase::Serving | Phase::Holding | Phase::Stopping => counted(&host, app(&host, request).await),
    };
    let ending = host.phase.borrow().is_ending();
    if ending && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Counts the response as long as it lasts if it is an endless one.
fn counted(host: &Host, response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
        return response.map(|body| CountedBody::wrap(body, host.streams.enter()));
    }
    response
}

async fn decided_phase(host: &Host) -> Phase {
    let mut phase = host.phase.subscribe();
    let decided = phase.wait_for(|phase| *phase != Phase::Holding);
    match tokio::time::timeout(HOLD_MAX, decided).await {
        Ok(Ok(phase)) => *phase,
        _ => Phase::Serving,
    }
}

fn browser_channel(host: &Host, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let verdict = host.guard.check(&parts, &host.configured_names());
    let mut response = browser::answer(verdict, &parts, host.status.subscribe(), host.phase.subscribe());
    stamp(&mut response, host.live.current().map_or(0, |current| current.generation));
    response
}

async fn app(host: &Host, request: Request) -> Response {
    let Some(current) = host.live.current() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "the app has not started yet\n").into_response();
    };
    let has_channel = !host.guard.token().is_empty();
    let host_allowed =
        has_channel && host.guard.host_allowed(request.uri(), request.headers(), &host.configured_names());
    let wanted = browser::Wanted::by(request.method(), request.headers(), host_allowed);
    let mut response = current.app.call(request).await;
    stamp(&mut response, current.generation);
    browser::inject(&wanted, host.guard.token(), current.generation, response)
}

fn stamp(response: &mut Response, generation: u64) {
    response.headers_mut().insert(GENERATION_HEADER, HeaderValue::from(generation));
}
