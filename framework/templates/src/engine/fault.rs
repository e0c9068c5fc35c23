//! What stops an evaluation: a mistake, or something that only the compiler can do. Those are never mixed up: the first is shown, the second makes the daemon
//! build the template instead.

use super::steps::Prepared;
use crate::{Error, ErrorKind};
use forge_codegen::Span;
use std::sync::Arc;

/// Why an evaluation ended.
#[derive(Debug)]
pub(crate) enum Reason {
    /// What the template asks for is wrong, whatever evaluates it.
    Mistake(String),
    /// Rust may know the answer, the interpreter does not.
    NeedsRust(String),
    /// From the runtime, passed on as it is.
    Runtime(crate::Error),
}

/// A reason with its place.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    /// In the innermost template. Filled in by the nearest expression that knows its place.
    pub(crate) span: Option<Span>,
    /// Templates from the inside to the outside, with the place in each.
    pub(crate) trail: Vec<(Arc<Prepared>, Span)>,
}

pub(crate) type Eval<T> = Result<T, Box<Fault>>;

impl Fault {
    fn new(reason: Reason) -> Box<Self> {
        Box::new(Self { reason, span: None, trail: Vec::new() })
    }

    pub(crate) fn at(mut self: Box<Self>, span: Span) -> Box<Self> {
        self.span.get_or_insert(span);
        self
    }

    /// Called where a template is left: the place so far is in `template`.
    pub(crate) fn within(mut self: Box<Self>, template: &Arc<Prepared>) -> Box<Self> {
        self.trail.push((template.clone(), self.span.take().unwrap_or_default()));
        self
    }
}

#[cold]
pub(crate) fn mistake(message: impl Into<String>) -> Box<Fault> {
    Fault::new(Reason::Mistake(message.into()))
}

#[cold]
pub(crate) fn needs_rust(why: impl Into<String>) -> Box<Fault> {
    Fault::new(Reason::NeedsRust(why.into()))
}

impl From<Error> for Box<Fault> {
    #[cold]
    fn from(error: Error) -> Self {
        Fault::new(Reason::Runtime(error))
    }
}

impl From<ErrorKind> for Box<Fault> {
    #[cold]
    fn from(kind: ErrorKind) -> Self {
        Fault::new(Reason::Runtime(kind.into()))
    }
}

impl Fault {
    /// As the callers of the engine see it.
    #[allow(clippy::boxed_local, reason = "faults are always boxed")]
    pub(crate) fn into_error(fault: Box<Self>) -> Error {
        let Self { reason, trail, .. } = *fault;
        let error = match reason {
            Reason::Mistake(message) => Error::message(message),
            Reason::NeedsRust(why) => ErrorKind::NeedsRust { why }.into(),
            Reason::Runtime(error) => error,
        };
        trail.iter().fold(error, |error, (template, span)| {
            let (line, column) = template.position(*span);
            error.from(&template.name, line, column)
        })
    }
}
