//! Escaping for HTML, by Askama's escaper: text and values of attributes in either kind of quotes.

use std::fmt::{self, Write};

use askama::filters::{Escaper, Html};

/// The text with `<`, `>`, `&`, `"` and `'` as numeric references.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

pub(crate) fn escape_into(out: &mut String, text: &str) {
    // Writing into a String does not fail.
    let _ = Html.write_escaped_str(out, text);
}

/// Escapes what is written to it.
pub(crate) struct Escaping<'a>(pub(crate) &'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        Html.write_escaped_str(&mut *self.0, text)
    }
}

/// HTML that is to stand between double quotes. It is escaped but perhaps for them.
pub(crate) fn quote_safe_into(out: &mut String, html: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('"') {
        out.push_str(&rest[..at]);
        out.push_str("&#34;");
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}
