//! What can go wrong while a page is made.

use std::fmt;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error while a page was made: what happened, and where in which template, as far as that is known.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    location: Option<Location>,
    /// Of the templates around it, from the inside.
    trail: Vec<Location>,
}

/// A place in a template. Lines and columns count from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Dotted: `posts.index`.
    pub view: String,
    pub line: u32,
    pub column: u32,
}

/// What happened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    #[error("a {kind} cannot be printed; {hint}")]
    NotPrintable { kind: String, hint: &'static str },
    #[error("a {kind} cannot be looped over")]
    NotIterable { kind: String },
    #[error("attribute `{name}` holds a {kind}; name it in @props, or print it with `| json`")]
    AttributeValue { name: String, kind: String },
    #[error("attribute name `{}` would end the tag; names have no spaces, quotes, `/`, `=`, `<` or `>`", name.escape_debug())]
    AttributeName { name: String },
    #[error("there is no data `{key}`; add it with `.with(\"{key}\", …)`, in a composer, or with `share`")]
    MissingData { key: String },
    #[error("component `{component}` needs `{prop}`; pass it, or give it a default in @props")]
    MissingProp { component: String, prop: String },
    #[error("there is no fragment `{name}`; {}", known_fragments(known))]
    UnknownFragment { name: String, known: Vec<String> },
    #[error("there is no template `{name}`")]
    UnknownView { name: String },
    #[error("none of the templates {} exists", quoted(names))]
    NoneOfViews { names: Vec<String> },
    #[error("`{name}` is no name of a template: {reason}")]
    ViewName { name: String, reason: &'static str },
    #[error("`{name}` is no namespace of templates; register it with `Forge::namespace`")]
    UnknownNamespace { name: String },
    #[error("{what} ends, but {open}")]
    Unpaired { what: &'static str, open: String },
    #[error("{what} is never closed")]
    Unclosed { what: String },
    #[error("@parent stands outside of a section")]
    ParentOutside,
    #[error("the page is larger than {limit} bytes; a loop may not end")]
    TooLarge { limit: usize },
    #[error("more than {limit} {what} are within each other; does `{name}` contain itself?")]
    TooDeep { limit: usize, what: &'static str, name: String },
    #[error("filter `{name}`: {reason}")]
    Filter { name: String, reason: String },
    #[error("there is no filter `{name}`{}", suggestion(known))]
    UnknownFilter { name: String, known: Option<&'static str> },
    #[error("{what} needs {needs}")]
    MissingService { what: String, needs: &'static str },
    /// `@dd`: the page is what was dumped.
    #[error("@dd ended the page")]
    Stopped,
    /// The template cannot be evaluated without the compiler; built, it works.
    #[error("only a build can do this: {why}")]
    NeedsRust { why: String },
    #[error("{0}")]
    Message(String),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("cannot read {path}")]
    Read { path: String, source: std::io::Error },
    #[error("a value's Display failed")]
    Format(#[from] fmt::Error),
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// For errors of the app: of composers, services, custom directives, and of `?` in a template.
    pub fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        ErrorKind::Other(error.into()).into()
    }

    /// An error that only has a text: a lowercase fragment that says what to do.
    pub fn message(text: impl Into<String>) -> Self {
        ErrorKind::Message(text.into()).into()
    }

    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        self.0.location.as_ref()
    }

    /// The places of the templates around, each the one that rendered the one before, from the inside.
    #[must_use]
    pub fn trail(&self) -> &[Location] {
        &self.0.trail
    }

    /// Says where it happened, or, where that is known already, which template rendered the one before.
    #[must_use]
    pub(crate) fn from(mut self, view: &str, line: u32, column: u32) -> Self {
        let location = Location { view: view.to_owned(), line, column };
        match self.0.location {
            Some(_) => self.0.trail.push(location),
            None => self.0.location = Some(location),
        }
        self
    }

    /// Says where it happened. The first, and so the innermost, place stays.
    #[must_use]
    pub fn at(mut self, view: &str, line: u32, column: u32) -> Self {
        self.0.location.get_or_insert_with(|| Location { view: view.to_owned(), line, column });
        self
    }
}

impl<K: Into<ErrorKind>> From<K> for Error {
    fn from(kind: K) -> Self {
        Self(Box::new(Inner { kind: kind.into(), location: None, trail: Vec::new() }))
    }
}

impl From<Box<dyn std::error::Error + Send + Sync>> for ErrorKind {
    fn from(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self::Other(error)
    }
}

impl From<String> for ErrorKind {
    fn from(text: String) -> Self {
        Self::Message(text)
    }
}

impl From<&str> for ErrorKind {
    fn from(text: &str) -> Self {
        Self::Message(text.to_owned())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)?;
        match &self.0.location {
            Some(Location { view, line, column }) => {
                write!(f, " (in {view}, line {line}, column {column}")?;
                for Location { view, line, .. } in &self.0.trail {
                    write!(f, "; from {view}, line {line}")?;
                }
                f.write_str(")")
            }
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.0.kind).field("location", &self.0.location).finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.0.kind)
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn known_fragments(known: &[String]) -> String {
    match known {
        [] => "the page has none".to_owned(),
        known => format!("the page has {}", quoted(known)),
    }
}

fn suggestion(known: &Option<&'static str>) -> String {
    known.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
