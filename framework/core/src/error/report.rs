//! One failed request, ready to be rendered: what happened and what was asked.

use std::path::Path;
use std::sync::Arc;

use anvil_control::{Fault, SourcePlace};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::excerpt::{self, Excerpt};
use super::frames::{Frame, locate, resolve};
use super::negotiate::{Form, form_for};
use super::{Error, page, reason, redact};
use crate::faults;
use crate::panics::PanicRecord;

/// What is kept of a request until its response is known.
#[derive(Debug, Clone)]
pub(crate) struct RequestFacts {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
}

/// What went wrong.
pub(crate) enum Occurrence {
    Error(Arc<Error>),
    Panic(PanicRecord),
    /// A page could not be made.
    Template(Arc<forge::Error>, Option<SourcePlace>),
    /// A bare status, with a text for the client where there is one.
    Status(StatusCode, Option<String>),
}

/// A frame of the stack and the source around it, which only the innermost ones have.
pub(super) struct TracedFrame {
    pub(super) frame: Frame,
    pub(super) excerpt: Option<Excerpt>,
}

/// Frames with an excerpt. Each costs the reading of a file while a request waits.
const EXCERPTS_MAX: usize = 10;

/// Everything a detailed page shows.
pub(super) struct Details {
    pub(super) panicked: bool,
    pub(super) chain: Vec<String>,
    pub(super) place: Option<SourcePlace>,
    pub(super) excerpt: Option<Excerpt>,
    pub(super) frames: Vec<TracedFrame>,
    pub(super) uri: String,
    pub(super) headers: Vec<(String, String)>,
}

impl Occurrence {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Error(error) => error.status_code(),
            Self::Panic(_) | Self::Template(..) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Status(status, _) => *status,
        }
    }

    fn public_message(&self) -> &str {
        match self {
            Self::Error(error) => error.public_message(),
            Self::Status(status, Some(message)) if !status.is_server_error() => message,
            Self::Panic(_) | Self::Template(..) | Self::Status(..) => reason(self.status()),
        }
    }

    pub(crate) fn place(&self) -> Option<SourcePlace> {
        match self {
            Self::Error(error) => Some(place_of(error.location())),
            Self::Panic(record) => record.place.clone(),
            Self::Template(_, place) => place.clone(),
            Self::Status(..) => None,
        }
    }

    /// Messages for developers, outermost first.
    pub(crate) fn chain(&self) -> Vec<String> {
        match self {
            Self::Error(error) => error.chain(),
            Self::Panic(record) => vec![record.message.clone()],
            Self::Template(error, _) => template_chain(error),
            Self::Status(status, message) => vec![message.clone().unwrap_or_else(|| reason(*status).to_owned())],
        }
    }

    /// Tells the fault sink, if it is the server's fault.
    pub(crate) fn report(&self, facts: &RequestFacts) {
        if !self.status().is_server_error() {
            return;
        }
        faults::report(Fault {
            generation: faults::generation(),
            method: facts.method.to_string(),
            path: redact::uri(&facts.uri),
            status: self.status().as_u16(),
            panicked: matches!(self, Self::Panic(_)),
            message: self.chain().join(": "),
            place: self.place(),
        });
    }

    fn details(&self, facts: &RequestFacts, root: &Path) -> Option<Details> {
        let backtrace = match self {
            Self::Error(error) => error.backtrace(),
            Self::Panic(record) => record.backtrace.as_ref(),
            Self::Template(..) => None,
            Self::Status(..) => return None,
        };
        let frames = backtrace.map(|backtrace| resolve(backtrace, root)).unwrap_or_default();
        // A panic inside a dependency is shown at the app's line that led to it.
        let own = self.place().filter(|place| locate(&place.file, root).is_some());
        // Where the framework refuses a request is of no interest.
        let foreign = || self.place().filter(|_| self.status().is_server_error());
        let place = own.or_else(|| frames.first().map(|frame| frame.place.clone())).or_else(foreign);
        let excerpt = place.as_ref().and_then(|place| excerpt::read(place, root));
        let traced = frames.into_iter().enumerate().map(|(depth, frame)| {
            let excerpt = if depth < EXCERPTS_MAX { excerpt::read(&frame.place, root) } else { None };
            TracedFrame { frame, excerpt }
        });
        Some(Details {
            panicked: matches!(self, Self::Panic(_)),
            chain: self.chain(),
            place,
            excerpt,
            frames: traced.collect(),
            uri: redact::uri(&facts.uri),
            headers: redact::headers(&facts.headers),
        })
    }
}

/// What happened, and which templates led to it.
fn template_chain(error: &forge::Error) -> Vec<String> {
    let mut chain = vec![error.kind().to_string()];
    chain.extend(error.trail().iter().map(|of| format!("rendered by `{}`, line {}", of.view, of.line)));
    chain
}

/// The response for `what`: JSON or a page, detailed with `debug`.
pub(crate) fn render(what: &Occurrence, facts: &RequestFacts, debug: bool, root: &Path) -> Response {
    let details = if debug { what.details(facts, root) } else { None };
    let (status, message) = (what.status(), what.public_message());
    let (kind, body) = match form_for(&facts.headers) {
        Form::Json => ("application/json", json_body(message, details.as_ref()).to_string()),
        Form::Html => (
            "text/html; charset=utf-8",
            match &details {
                Some(details) => page::detailed(status, message, facts, details),
                None => page::plain(status, message),
            },
        ),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn json_body(message: &str, details: Option<&Details>) -> Value {
    let Some(details) = details else { return json!({ "message": message }) };
    let trace: Vec<Value> = details
        .frames
        .iter()
        .map(|TracedFrame { frame, .. }| json!({ "function": frame.function, "file": frame.place.file, "line": frame.place.line }))
        .collect();
    json!({
        "message": details.chain.first(),
        "causes": details.chain.get(1..).unwrap_or_default(),
        "exception": if details.panicked { "panic" } else { "error" },
        "file": details.place.as_ref().map(|place| &place.file),
        "line": details.place.as_ref().map(|place| place.line),
        "trace": trace,
    })
}

pub(crate) fn place_of(location: &std::panic::Location<'_>) -> SourcePlace {
    SourcePlace { file: location.file().to_owned(), line: location.line(), column: location.column() }
}
