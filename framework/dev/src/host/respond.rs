//! One request: who answers it, and what is added to the answer in development.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anvil_control::BrowserStatus;
use anvil_core::NeedsBuild;
use axum::body::Body;
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

/// Longest time from a save until the daemon says that it builds. It takes some 20 ms.
const NOTICED_MAX: Duration = Duration::from_secs(2);

/// Longest wait of a page for the compiler.
const BUILD_MAX: Duration = Duration::from_secs(120);

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

/// The app's answer.
async fn app(host: &Host, request: Request) -> Response {
    let Some(requests) = &host.requests else { return built(host, request).await };
    let (method, started) = (request.method().clone(), Instant::now());
    let response = built(host, request).await;
    let generation = response.headers().get(GENERATION_HEADER).and_then(|number| number.to_str().ok()?.parse().ok());
    requests.note(&method, started, generation.unwrap_or_default(), &response);
    response
}

/// The same. A page whose template needs the compiler is asked for again once that is done.
async fn built(host: &Host, request: Request) -> Response {
    let again = repeated(&request);
    let before = host.live.current().map_or(0, |current| current.generation);
    let response = ask(host, request).await;
    let needs_build = response.extensions().get::<NeedsBuild>().is_some();
    let Some(again) = again.filter(|_| needs_build) else { return response };
    if built_since(host, before).await { ask(host, again).await } else { response }
}

/// The same request, if asking twice does no harm.
fn repeated(request: &Request) -> Option<Request> {
    if !request.method().is_safe() {
        return None;
    }
    let mut again = Request::new(Body::empty());
    again.method_mut().clone_from(request.method());
    again.uri_mut().clone_from(request.uri());
    again.headers_mut().clone_from(request.headers());
    *again.extensions_mut() = request.extensions().clone();
    Some(again)
}

/// Waits until something newer than `before` is live. Without a build, or where it fails, there is nothing to wait for.
async fn built_since(host: &Host, before: u64) -> bool {
    let mut status = host.status.subscribe();
    let is_newer =
        |status: &BrowserStatus| matches!(status, BrowserStatus::Live { generation } if *generation > before);
    let begun = status.wait_for(|status| is_newer(status) || matches!(status, BrowserStatus::Building { .. }));
    if tokio::time::timeout(NOTICED_MAX, begun).await.is_err() {
        return false;
    }
    let done = status.wait_for(|status| !matches!(status, BrowserStatus::Building { .. }));
    matches!(tokio::time::timeout(BUILD_MAX, done).await, Ok(Ok(status)) if is_newer(&status))
}

async fn ask(host: &Host, request: Request) -> Response {
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
