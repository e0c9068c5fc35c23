//! Filters of text. They take whatever is `Display`.

use std::fmt::{self, Display, Write};

use super::number::Count;
use crate::escape::Escaping;
use crate::{Result, Safe, Value};

/// # Errors
/// If `Display` fails; so do all filters of text.
pub fn upper<T: Display + ?Sized>(value: &T) -> Result<String> {
    let Ok(filtered) = askama::filters::upper(value);
    written(&filtered)
}

/// # Errors
/// If `Display` fails.
pub fn lower<T: Display + ?Sized>(value: &T) -> Result<String> {
    let Ok(filtered) = askama::filters::lower(value);
    written(&filtered)
}

/// The first letter in capitals; the others stay, unlike Askama's, as in PHP's `ucfirst`.
///
/// # Errors
/// If `Display` fails.
pub fn capitalize<T: Display + ?Sized>(value: &T) -> Result<String> {
    Ok(capitalized(&written(value)?))
}

/// The first letter of each word in capitals; the others stay, as in PHP's `ucwords`.
///
/// # Errors
/// If `Display` fails.
pub fn title<T: Display + ?Sized>(value: &T) -> Result<String> {
    Ok(written(value)?.split_inclusive(char::is_whitespace).map(capitalized).collect())
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Without space around it.
///
/// # Errors
/// If `Display` fails.
pub fn trim<T: Display + ?Sized>(value: &T) -> Result<String> {
    let Ok(filtered) = askama::filters::trim(value);
    written(&filtered)
}

/// At most so many characters, and `...` if there were more; space before that is dropped.
///
/// # Errors
/// If `Display` fails; a number below zero.
pub fn truncate<T: Display + ?Sized>(value: &T, characters: impl Count) -> Result<String> {
    let text = written(value)?;
    match text.char_indices().nth(characters.count("truncate")?) {
        Some((end, _)) => Ok(format!("{}...", text[..end].trim_end())),
        None => Ok(text),
    }
}

/// Every `from` in it as `to`.
///
/// # Errors
/// If `Display` fails.
pub fn replace<T: Display + ?Sized>(value: &T, from: impl Display, to: impl Display) -> Result<String> {
    let (from, to) = (from.to_string(), to.to_string());
    // Nothing is not found in a text, though Rust finds it between all characters.
    if from.is_empty() {
        return written(value);
    }
    Ok(written(value)?.replace(&from, &to))
}

/// Escaped, with `<br />` before each newline.
///
/// # Errors
/// If `Display` fails.
pub fn nl2br<T: Display + ?Sized>(value: &T) -> Result<Safe> {
    let mut html = String::new();
    write!(Escaping(&mut html), "{value}")?;
    Ok(Safe::new(html.replace("\r\n", "\n").replace('\n', "<br />\n")))
}

/// For a part of a path or of a query: all but letters, digits and `-_.~` of ASCII as `%XX`.
///
/// # Errors
/// If `Display` fails.
pub fn urlencode<T: Display + ?Sized>(value: &T) -> Result<String> {
    let mut encoded = String::new();
    for byte in written(value)?.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            byte => write!(encoded, "%{byte:02X}")?,
        }
    }
    Ok(encoded)
}

/// What may be nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is never nothing, so `| default(…)` has no effect",
    note = "leave the filter out; it is for options"
)]
pub trait Fallible {
    type Inner: ?Sized;
    fn inner(&self) -> Option<&Self::Inner>;
}

impl<T> Fallible for Option<T> {
    type Inner = T;

    fn inner(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl Fallible for Value {
    type Inner = Self;

    fn inner(&self) -> Option<&Self> {
        (!self.is_null()).then_some(self)
    }
}

impl<T: Fallible + ?Sized> Fallible for &T {
    type Inner = T::Inner;

    fn inner(&self) -> Option<&T::Inner> {
        (**self).inner()
    }
}

/// The value, or what stands for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Either<A, B> {
    Value(A),
    Default(B),
}

impl<A: Display, B: Display> Display for Either<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Default(default) => default.fmt(f),
        }
    }
}

/// The value, or where there is none, the default.
///
/// # Errors
/// None; so that all filters are alike.
pub fn default<T: Fallible + ?Sized, D>(value: &T, default: D) -> Result<Either<&T::Inner, D>> {
    Ok(value.inner().map_or(Either::Default(default), Either::Value))
}

/// A Display that fails is an error, where `to_string` would panic.
pub(super) fn written<T: Display + ?Sized>(value: &T) -> Result<String> {
    let mut text = String::new();
    write!(text, "{value}")?;
    Ok(text)
}
