//! Filters: `{{ value | name(arguments) }}`. The compiled engine calls these functions; the interpreter calls them through
//! [`call`], with [`Value`](crate::Value)s, so that both print the same.
//!
//! What a filter gives is escaped like anything else; only `nl2br` gives HTML, of text that it has escaped.

mod by_name;
mod date;
mod items;
mod number;
mod text;

pub use by_name::{NAMES, call};
pub use date::date;
pub use items::{Items, Length, Reversible, first, join, last, length, reverse, sort};
pub use number::{Count, Numeric, abs, pluralize, round};
pub use text::{Either, Fallible, capitalize, default, lower, nl2br, replace, title, trim, truncate, upper, urlencode};

use serde::Serialize;

use crate::Result;

/// The value as JSON; escaped by the echo it is in.
///
/// # Errors
/// What serde_json refuses.
pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    Ok(serde_json::to_string(value)?)
}

fn fault<T>(name: &str, reason: impl Into<String>) -> Result<T> {
    Err(crate::ErrorKind::Filter { name: name.to_owned(), reason: reason.into() }.into())
}
