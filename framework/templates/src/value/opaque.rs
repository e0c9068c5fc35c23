//! Values that only Rust knows.

use std::fmt;
use std::sync::Arc;

/// Stands for a value that has no serialisable form. Printing it, or asking it for anything, is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opaque {
    type_name: Arc<str>,
    reason: Option<Arc<str>>,
}

impl Opaque {
    #[must_use]
    pub fn new(type_name: &str) -> Self {
        Self { type_name: type_name.into(), reason: None }
    }

    /// With the reason why it has no other form.
    #[must_use]
    pub fn because(type_name: &str, reason: String) -> Self {
        Self { type_name: type_name.into(), reason: Some(reason.into()) }
    }

    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }
}

impl fmt::Display for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(reason) => write!(f, "{} ({reason})", self.type_name),
            None => f.write_str(&self.type_name),
        }
    }
}
