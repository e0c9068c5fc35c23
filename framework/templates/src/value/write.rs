//! How a value prints.

use std::fmt;

use super::Value;
use super::digits::{push_signed, push_unsigned};
use crate::escape::{Escaping, escape_into};
use crate::{ErrorKind, Result};

impl Value {
    /// What `{{ … }}` prints: escaped, but for HTML, slots and bags. `None` prints nothing.
    ///
    /// # Errors
    /// A list, a map and an opaque value cannot be printed.
    pub fn write_escaped(&self, out: &mut String) -> Result<()> {
        match self {
            Self::Str(text) => escape_into(out, text),
            Self::Char(value) => escape_into(out, value.encode_utf8(&mut [0; 4])),
            Self::Prepends(value) => value.write_escaped(out)?,
            _ => self.write_raw(out)?,
        }
        Ok(())
    }

    /// What `{!! … !!}` prints.
    ///
    /// # Errors
    /// As [`write_escaped`](Self::write_escaped).
    pub fn write_raw(&self, out: &mut String) -> Result<()> {
        use fmt::Write;
        match self {
            Self::Null => {}
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => push_signed(out, *value),
            Self::UInt(value) => push_unsigned(out, *value),
            Self::Float(value) => write!(out, "{value}")?,
            Self::Char(value) => out.push(*value),
            Self::Str(text) => out.push_str(text),
            Self::Safe(html) => out.push_str(html.as_str()),
            Self::Slot(slot) => out.push_str(slot.html()),
            Self::Bag(bag) => bag.write(out)?,
            Self::Prepends(value) => value.write_raw(out)?,
            Self::List(_) | Self::Map(_) | Self::Errors(_) | Self::Opaque(_) => {
                return Err(self.not_printable().into());
            }
        }
        Ok(())
    }

    /// The text of a value that can be printed, not escaped.
    ///
    /// # Errors
    /// As [`write_escaped`](Self::write_escaped).
    pub fn to_text(&self) -> Result<String> {
        let mut text = String::new();
        self.write_raw(&mut text)?;
        Ok(text)
    }

    fn not_printable(&self) -> ErrorKind {
        let (kind, hint) = match self {
            Self::List(_) => ("list".to_owned(), "loop over it, or use `| join(\", \")` or `| json`"),
            Self::Map(_) => ("map or struct".to_owned(), "name one of its fields, or use `| json`"),
            Self::Errors(_) => ("bag of errors".to_owned(), "use `errors.first(…)`"),
            Self::Opaque(opaque) => (opaque.to_string(), "derive `Serialize` for it"),
            _ => (self.kind().to_owned(), "use `| json`"),
        };
        ErrorKind::NotPrintable { kind, hint }
    }
}

/// What can be printed prints as its original does in Rust. Of anything else, this fails.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::UInt(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Char(value) => value.fmt(f),
            Self::Str(text) => f.pad(text),
            _ => f.write_str(&self.to_text().map_err(|_| fmt::Error)?),
        }
    }
}

/// Writes what is `Display`, escaped.
pub(crate) fn write_display_escaped<T: fmt::Display + ?Sized>(out: &mut String, value: &T) -> fmt::Result {
    use fmt::Write;
    write!(Escaping(out), "{value}")
}
