//! What stops an evaluation: a mistake, or something that only the compiler can do. Those are never mixed up: the first is shown, the second makes the daemon
//! build the template instead.

use forge_codegen::Span;

/// Why an evaluation ended.
#[derive(Debug, Clone)]
pub(crate) enum Reason {
    /// What the template asks for is wrong, whatever evaluates it.
    Mistake(String),
    /// Rust may know the answer, the interpreter does not.
    NeedsRust(String),
    /// `@dd`: what was rendered so far is not wanted, this is.
    Stop(String),
    /// From the runtime, passed on as it is.
    Runtime(String),
}

/// A reason with its place.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) reason: Reason,
    /// In the innermost template. Filled in by the nearest expression that knows its place.
    pub(crate) span: Option<Span>,
    /// Templates from the inside to the outside, with the place in each.
    pub(crate) trail: Vec<(std::sync::Arc<str>, Span)>,
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
    pub(crate) fn within(mut self: Box<Self>, template: &std::sync::Arc<str>) -> Box<Self> {
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

#[cold]
pub(crate) fn stop(shown: String) -> Box<Fault> {
    Fault::new(Reason::Stop(shown))
}

#[cold]
pub(crate) fn runtime(message: impl std::fmt::Display) -> Box<Fault> {
    Fault::new(Reason::Runtime(message.to_string()))
}
