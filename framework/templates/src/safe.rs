//! Text that is HTML already.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::value::handle;
use crate::{Value, escape};

/// HTML: it is printed without escaping. Whoever makes one answers for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Safe(Arc<str>);

impl Safe {
    /// Says that this is HTML, whatever it contains.
    pub fn new(html: impl Into<Arc<str>>) -> Self {
        Self(html.into())
    }

    /// HTML that shows this text.
    #[must_use]
    pub fn escaped(text: &str) -> Self {
        Self(escape(text).into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Safe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        handle::serialize(serializer, || Value::Safe(self.clone()), |serializer| serializer.serialize_str(&self.0))
    }
}
