//! The one error type of handlers. Anything that is a `std::error::Error` becomes one with `?`.
//!
//! An error knows its status, what the client may read, what only developers may read, and where it arose. It does not
//! know the request; [`crate::http`] renders it with the request at hand.

mod excerpt;
mod frames;
mod negotiate;
mod page;
mod redact;
mod report;
mod source;
mod symbols;

use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use backtrace::Backtrace;

use crate::panics::take_backtrace;
pub(crate) use frames::resolve as app_frames;
pub(crate) use report::{Occurrence, RequestFacts, place_of, render};

/// Result of handlers and boot functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error on its way to a client.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    status: StatusCode,
    /// What the client may read. Never shown for a server error in production.
    public: Option<String>,
    /// What only developers may read, outermost first.
    context: Vec<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    place: &'static Location<'static>,
    backtrace: Option<Backtrace>,
}

impl Error {
    #[track_caller]
    fn new(status: StatusCode) -> Self {
        Self::at(status, Location::caller())
    }

    fn at(status: StatusCode, place: &'static Location<'static>) -> Self {
        let backtrace = if status.is_server_error() { take_backtrace() } else { None };
        Self { inner: Box::new(Inner { status, public: None, context: Vec::new(), source: None, place, backtrace }) }
    }

    /// 500 with a message for developers.
    #[track_caller]
    pub fn msg(message: impl fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR).context(message)
    }

    /// Any status with a message for the client. For a server error only developers see it.
    #[track_caller]
    pub fn status(status: StatusCode, message: impl fmt::Display) -> Self {
        Self::new(status).message(message)
    }

    /// 400 with a message for the client.
    #[track_caller]
    pub fn bad_request(message: impl fmt::Display) -> Self {
        Self::status(StatusCode::BAD_REQUEST, message)
    }

    /// 401.
    #[track_caller]
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED)
    }

    /// 403.
    #[track_caller]
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN)
    }

    /// 404.
    #[track_caller]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND)
    }

    /// 409 with a message for the client.
    #[track_caller]
    pub fn conflict(message: impl fmt::Display) -> Self {
        Self::status(StatusCode::CONFLICT, message)
    }

    /// 422 with a message for the client.
    #[track_caller]
    pub fn unprocessable(message: impl fmt::Display) -> Self {
        Self::status(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// Replaces what the client may read.
    #[must_use]
    pub fn message(mut self, message: impl fmt::Display) -> Self {
        self.inner.public = Some(message.to_string());
        self
    }

    /// Adds what was being done, for developers.
    #[must_use]
    pub fn context(mut self, doing: impl fmt::Display) -> Self {
        self.inner.context.insert(0, doing.to_string());
        self
    }

    /// Replaces the status.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.inner.status = status;
        self
    }

    /// The status that the client gets.
    pub fn status_code(&self) -> StatusCode {
        self.inner.status
    }

    /// Where the error arose: the `?`, or the call of the constructor.
    pub fn location(&self) -> &'static Location<'static> {
        self.inner.place
    }

    /// The foreign error inside, if it is an `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.inner.source.as_deref().and_then(|source| source.downcast_ref())
    }

    /// What the client may read in production.
    pub fn public_message(&self) -> &str {
        match &self.inner.public {
            Some(message) if !self.inner.status.is_server_error() => message,
            _ => reason(self.inner.status),
        }
    }

    /// One of several owners' error, as single-flight work gives it to every waiter.
    #[track_caller]
    pub(crate) fn shared(error: Arc<Self>) -> Self {
        match Arc::try_unwrap(error) {
            Ok(error) => error,
            Err(shared) => {
                let mut copy = Self::at(shared.inner.status, shared.inner.place);
                copy.inner.public.clone_from(&shared.inner.public);
                copy.inner.context = shared.chain();
                copy
            }
        }
    }

    #[track_caller]
    pub(crate) fn from_boxed(error: Box<dyn StdError + Send + Sync>) -> Self {
        let (status, public) = source::classify(error.as_ref());
        let mut made = Self::at(status, Location::caller());
        made.inner.public = public;
        made.inner.source = Some(error);
        made
    }

    /// Messages for developers, outermost first. Never empty.
    pub(crate) fn chain(&self) -> Vec<String> {
        let mut chain = self.inner.context.clone();
        chain.extend(self.inner.public.clone().filter(|_| self.inner.source.is_none()));
        let mut next = self.inner.source.as_deref().map(|source| source as &dyn StdError);
        while let Some(error) = next {
            chain.push(error.to_string());
            next = error.source();
        }
        chain.dedup();
        if chain.is_empty() {
            chain.push(reason(self.inner.status).to_owned());
        }
        chain
    }

    pub(crate) fn backtrace(&self) -> Option<&Backtrace> {
        self.inner.backtrace.as_ref()
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    #[track_caller]
    fn from(error: E) -> Self {
        Self::from_boxed(Box::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain()[0])
    }
}

/// What `main` prints: the chain, one cause a line, and the place.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chain = self.chain();
        f.write_str(&chain[0])?;
        for cause in &chain[1..] {
            write!(f, "\n  because: {cause}")?;
        }
        write!(f, "\n  at {}", self.inner.place)
    }
}

/// The error as [`crate::http`] finds it in a response.
#[derive(Clone)]
pub(crate) struct Raised(pub(crate) Arc<Error>);

impl IntoResponse for Error {
    /// A plain body that is safe to send; [`crate::HttpApp`] replaces it by a page or JSON.
    fn into_response(self) -> Response {
        let body = self.public_message().to_owned();
        let mut response = (self.inner.status, body).into_response();
        response.extensions_mut().insert(Raised(Arc::new(self)));
        response
    }
}

pub(crate) fn reason(status: StatusCode) -> &'static str {
    match status {
        StatusCode::INTERNAL_SERVER_ERROR => "Server Error",
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

/// Ends the handler with this status.
///
/// # Errors
/// Always.
#[track_caller]
pub fn abort<T>(status: StatusCode) -> Result<T> {
    Err(Error::new(status))
}

/// Ends the handler with this status if the condition holds: `abort_if(post.locked, StatusCode::FORBIDDEN)?`.
///
/// # Errors
/// If `condition` holds.
#[track_caller]
pub fn abort_if(condition: bool, status: StatusCode) -> Result<()> {
    if condition { Err(Error::new(status)) } else { Ok(()) }
}

/// Ends the handler with this status unless the condition holds.
///
/// # Errors
/// If `condition` does not hold.
#[track_caller]
pub fn abort_unless(condition: bool, status: StatusCode) -> Result<()> {
    abort_if(!condition, status)
}

/// Turns "nothing" into an answer: `find(id).await?.or_not_found()?`.
pub trait OrAbort<T> {
    /// # Errors
    /// 404 for `None`.
    fn or_not_found(self) -> Result<T>;

    /// # Errors
    /// `status` for `None`.
    fn or_abort(self, status: StatusCode) -> Result<T>;
}

impl<T> OrAbort<T> for Option<T> {
    #[track_caller]
    fn or_not_found(self) -> Result<T> {
        self.or_abort(StatusCode::NOT_FOUND)
    }

    #[track_caller]
    fn or_abort(self, status: StatusCode) -> Result<T> {
        match self {
            Some(value) => Ok(value),
            None => Err(Error::new(status)),
        }
    }
}

/// Adds what was being done to a result's error: `read(path).context("read the list of posts")?`.
pub trait ResultContext<T> {
    /// # Errors
    /// The one of `self`, with the context.
    fn context(self, doing: impl fmt::Display) -> Result<T>;
}

impl<T, E: Into<Error>> ResultContext<T> for std::result::Result<T, E> {
    #[track_caller]
    fn context(self, doing: impl fmt::Display) -> Result<T> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(error.into().context(doing)),
        }
    }
}
