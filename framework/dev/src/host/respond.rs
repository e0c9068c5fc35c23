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
use super::traffic::Phase;

/// Header of every response: the generation whose router answered.
pub(crate) const GENERATION_HEADER: HeaderName = HeaderName::from_static("x-anvil-generation");

/// Longest wait for the outcome of a handover. It takes milliseconds; if nothing is heard for this long the handover has
/// failed without a word, and this host goes on.
const HOLD_MAX: Duration = Duration::from_secs(1);

pub(crate) async fn respond(host: Arc<Host>, request: Request) -> Response {
    let mut response = match decided_phase(&host).await {
        Phase::Forwarding => forward(host.listen, request).await,
        Phase::Serving | Phase::Holding | Phase::Stopping => answer_here(&host, request).await,
    };
    let ending = host.phase.borrow().is_ending();
    if ending && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let kind = response.headers().get(CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
        response = response.map(|body| host.streams.count(body));
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

async fn answer_here(host: &Host, request: Request) -> Response {
    let configured = host.configured_names();
    if request.uri().path().starts_with(browser::PREFIX) {
        let (parts, _) = request.into_parts();
        let verdict = host.guard.check(&parts, &configured);
        let mut response = browser::answer(verdict, &parts, host.status.subscribe(), host.phase.subscribe());
        stamp(&mut response, host.live.current().map_or(0, |current| current.generation));
        return response;
    }
    let Some(current) = host.live.current() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "the app has not started yet\n").into_response();
    };
    let has_channel = !host.guard.token().is_empty();
    let host_allowed = has_channel && host.guard.host_allowed(request.uri(), request.headers(), &configured);
    let wanted = browser::Wanted::by(request.method(), request.headers(), host_allowed);
    let mut response = current.app.call(request).await;
    stamp(&mut response, current.generation);
    browser::inject(&wanted, host.guard.token(), current.generation, response)
}

fn stamp(response: &mut Response, generation: u64) {
    response.headers_mut().insert(GENERATION_HEADER, HeaderValue::from(generation));
}
