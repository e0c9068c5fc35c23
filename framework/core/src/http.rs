//! What a request meets: id, limits, route or static file, panics, errors, access log.

mod files;
mod limits;
mod request_id;

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use anvil_control::{RouteError, RouteSummary};
use axum::body::{Body, HttpBody as _};
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use tower::{Layer as _, ServiceExt as _};

use crate::config::Config;
use crate::container::Container;
use crate::error::{Occurrence, Raised, RequestFacts, render};
use crate::panics::{self, Backtraces, catch_async};
use crate::routing::{self, Erased, Rejected, RouteNote, RouteSink, RouteTable, Routes, UrlTable};
use crate::templates;

pub use request_id::RequestId;

/// Longest text of a refused extractor that is read back to be rendered.
const REFUSAL_BYTES_MAX: usize = 16 * 1024;

/// In the extensions of a response: a changed template can only be shown once it is compiled. Only in development.
#[derive(Debug, Clone, Copy)]
pub struct NeedsBuild;

/// In the extensions of a response, in development: what the app made it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Path of the route, as it was registered.
    pub route: String,
    /// The view that the handler returned.
    pub view: Option<String>,
}

/// An app that answers requests: one generation's routes over a container. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct HttpApp {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    routes: Routes,
    urls: Arc<UrlTable>,
    /// What templates ask for.
    services: Arc<forge::Services>,
    /// Made when somebody asks.
    summaries: OnceLock<Vec<RouteSummary>>,
    container: Container,
}

impl HttpApp {
    /// Builds the router.
    ///
    /// # Errors
    /// Every registration that cannot stand.
    pub fn build(sink: RouteSink, container: Container) -> Result<Self, Vec<RouteError>> {
        Self::make(sink, container, None)
    }

    /// The next generation of this app, over the same container. Takes over what an edit does not change.
    ///
    /// # Errors
    /// As [`HttpApp::build`].
    #[doc(hidden)]
    pub fn rebuild(&self, sink: RouteSink) -> Result<Self, Vec<RouteError>> {
        Self::make(sink, self.inner.container.clone(), Some(&self.inner))
    }

    fn make(mut sink: RouteSink, container: Container, before: Option<&Inner>) -> Result<Self, Vec<RouteError>> {
        panics::install_panic_hook();
        let templates = std::mem::take(&mut sink.templates);
        let before = before.map(|before| (&before.routes, &before.urls));
        let RouteTable { routes, fallback, urls } = routing::build(sink, &container, before)?;
        let unmatched = Unmatched { container: container.clone(), fallback };
        let routes = routes.rest(|router| {
            router.fallback(move |request: Request| {
                let unmatched = unmatched.clone();
                async move { unmatched.answer(request).await }
            })
        });
        let services = templates::services(templates, urls.clone(), &container);
        let summaries = OnceLock::new();
        Ok(Self { inner: Arc::new(Inner { routes, urls, services, summaries, container }) })
    }

    /// The registered routes, in order.
    pub fn routes(&self) -> &[RouteSummary] {
        self.inner.summaries.get_or_init(|| self.inner.routes.summaries())
    }

    /// Whether [`HttpApp::routes`] says the same of both, without making the lists.
    #[doc(hidden)]
    pub fn has_routes_of(&self, other: &Self) -> bool {
        self.inner.routes.are_told_as(&other.inner.routes)
    }

    pub fn container(&self) -> &Container {
        &self.inner.container
    }

    /// Answers `request`, whatever happens in the app's code.
    pub async fn call(&self, mut request: Request) -> Response {
        let started = Instant::now();
        let config = self.inner.container.config();
        let id = request_id::assign(&mut request);
        let facts = RequestFacts {
            id: id.as_str().to_owned(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
        };
        request.extensions_mut().insert(self.inner.urls.clone());
        request.extensions_mut().insert(self.inner.container.clone());
        let route = templates::are_live().then(RouteNote::default);
        if let Some(route) = &route {
            request.extensions_mut().insert(route.clone());
        }
        let mut view = None;

        let services = templates::at(&self.inner.services, &config);
        let mut response = match forge::with_services(services, self.answer(request, &config)).await {
            Ok(mut response) => {
                view = response.extensions_mut().remove::<forge::Rendered>();
                self.presentable(response, &facts, &config).await
            }
            Err(what) => self.failed(&what, &facts, &config),
        };
        if let Some(id) = id.header_value() {
            response.headers_mut().insert(request_id::HEADER, id);
        }
        if let Some(route) = route.as_deref().and_then(OnceLock::get) {
            let answered = Answered { route: route.as_str().to_owned(), view: view.map(|forge::Rendered(view)| view) };
            response.extensions_mut().insert(answered);
        }
        if facts.method == Method::HEAD {
            drop_body(&mut response);
        }
        tracing::info!(
            target: "anvil::access",
            method = %facts.method,
            path = facts.uri.path(),
            status = response.status().as_u16(),
            duration_ms = started.elapsed().as_micros() as f64 / 1000.0,
            request_id = %facts.id,
        );
        response
    }

    async fn answer(&self, request: Request, config: &Config) -> Result<Response, Occurrence> {
        let request = limits::body(request, config.server.body_limit)?;
        let backtraces = if config.app.debug { Backtraces::Taken } else { Backtraces::Skipped };
        let routed = catch_async(backtraces, async {
            let router = self.inner.routes.router(request.uri().path());
            // The limit is enforced on the body itself, so that a changed configuration applies at once; axum's own, which the
            // extractors would add, is switched off.
            DefaultBodyLimit::disable().layer(router).oneshot(request).await
        });
        let result = match config.server.request_timeout {
            None => routed.await,
            Some(limit) => tokio::time::timeout(limit, routed).await.map_err(|_| {
                let message = format!("no answer within {} ms (`server.request_timeout`)", limit.as_millis());
                Occurrence::Status(StatusCode::SERVICE_UNAVAILABLE, Some(message))
            })?,
        };
        match result {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(never)) => match never {},
            Err(panic) => Err(Occurrence::Panic(panic)),
        }
    }

    /// Gives errors and refusals of the app's code the form that the client asked for.
    async fn presentable(&self, mut response: Response, facts: &RequestFacts, config: &Config) -> Response {
        let status = response.status();
        if let Some(error) = response.extensions_mut().remove::<Arc<forge::Error>>() {
            let place = error.location().map(|at| templates::place(at, self.inner.container.root()));
            let needs_build = matches!(error.kind(), forge::ErrorKind::NeedsRust { .. });
            let mut failed = keep_headers(self.failed(&Occurrence::Template(error, place), facts, config), &response);
            if needs_build {
                failed.extensions_mut().insert(NeedsBuild);
            }
            return failed;
        }
        if let Some(Raised(error)) = response.extensions_mut().remove::<Raised>() {
            return keep_headers(self.failed(&Occurrence::Error(error), facts, config), &response);
        }
        if !status.is_client_error() && !status.is_server_error() {
            return response;
        }
        let refused = response.extensions_mut().remove::<Rejected>().is_some() && is_plain_text(&response);
        let bare = response.body().is_end_stream() && !response.headers().contains_key(header::CONTENT_TYPE);
        if refused || (bare && facts.method != Method::HEAD) {
            let (parts, body) = response.into_parts();
            let text = if refused { read_text(body).await } else { None };
            let what = Occurrence::Status(status, text);
            return keep_headers(self.failed(&what, facts, config), &Response::from_parts(parts, ()));
        }
        if status.is_server_error() {
            Occurrence::Status(status, None).report(facts);
        }
        response
    }

    fn failed(&self, what: &Occurrence, facts: &RequestFacts, config: &Config) -> Response {
        if what.status().is_server_error() {
            let place = what.place().map(|place| format!("{}:{}:{}", place.file, place.line, place.column));
            tracing::error!(
                target: "anvil::error",
                request_id = %facts.id,
                method = %facts.method,
                path = facts.uri.path(),
                place,
                "{}",
                what.chain().join(": ")
            );
        }
        what.report(facts);
        render(what, facts, config.app.debug, self.inner.container.root())
    }
}

/// What answers where no route does: a static file, the app's fallback, or 404.
#[derive(Clone)]
struct Unmatched {
    container: Container,
    fallback: Option<Erased>,
}

impl Unmatched {
    async fn answer(self, request: Request) -> Response {
        let lookup = files::lookup(&request, &self.container.config(), self.container.root());
        if let Some(lookup) = lookup
            && let Some(response) = lookup.serve().await
        {
            return response;
        }
        match self.fallback {
            Some(fallback) => fallback.oneshot(request).await.unwrap_or_else(|never| match never {}),
            // Without a body: `presentable` gives it one.
            None => status_only(StatusCode::NOT_FOUND),
        }
    }
}

fn status_only(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Headers that middleware or axum put on an error's response (`allow`, cookies, …) survive its rendering.
fn keep_headers<B>(mut rendered: Response, original: &Response<B>) -> Response {
    for (name, value) in original.headers() {
        let about_body =
            [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CACHE_CONTROL];
        if !about_body.contains(name) {
            rendered.headers_mut().append(name, value.clone());
        }
    }
    rendered
}

fn is_plain_text(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_none_or(|kind| kind.starts_with("text/plain"))
}

async fn read_text(body: Body) -> Option<String> {
    let limited = http_body_util::Limited::new(body, REFUSAL_BYTES_MAX);
    let bytes = limited.collect().await.ok()?.to_bytes();
    String::from_utf8(bytes.into()).ok().filter(|text| !text.is_empty())
}

fn drop_body(response: &mut Response) {
    if let Some(length) = response.body().size_hint().exact()
        && length > 0
        && !response.headers().contains_key(header::CONTENT_LENGTH)
    {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
}
