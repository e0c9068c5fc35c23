//! Values that only Rust knows.

use std::fmt;
use std::sync::Arc;

/// Stands for a value that has no serialisable form. Printing it, or asking it for anything, is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque(Arc<Inner>);

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    type_name: String,
    reason: Option<String>,
}

impl Opaque {
    #[must_use]
    pub fn new(type_name: &str) -> Self {
        Self(Arc::new(Inner { type_name: type_name.to_owned(), reason: None }))
    }

    /// With the reason why it has no other form.
    #[must_use]
    pub fn because(type_name: &str, reason: String) -> Self {
        Self(Arc::new(Inner { type_name: type_name.to_owned(), reason: Some(reason) }))
    }

    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.0.type_name
    }
}

impl fmt::Display for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            Some(reason) => write!(f, "{} ({reason})", self.type_name()),
            None => f.write_str(self.type_name()),
        }
    }
}
