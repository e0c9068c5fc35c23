//! Values for scripts.
//!
//! Within JSON, `<`, `>`, `&`, `'`, quotes in text, U+2028 and U+2029 are written as `\u…`. So [`json`] cannot end a script or an attribute
//! in single quotes; its own double quotes end an attribute in double quotes, for which there are [`js`] and the filter `json` in an
//! echo, which is escaped.

use serde::Serialize;

use crate::{Result, Safe};

/// `@json(v)`.
///
/// # Errors
/// What serde_json refuses: keys that are no text, and failing `Serialize`.
pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Safe> {
    Ok(Safe::new(hexed(&serde_json::to_string(value)?)))
}

/// `@js(v)`: an expression of JavaScript without double quotes, safe in scripts and in attributes of either quotes.
///
/// # Errors
/// As [`json`].
pub fn js<T: Serialize + ?Sized>(value: &T) -> Result<Safe> {
    let json = hexed(&serde_json::to_string(value)?);
    Ok(Safe::new(match json.as_bytes() {
        b"[]" | b"{}" => json,
        [b'"', ..] => format!("'{}'", &json[1..json.len() - 1]),
        [b'[' | b'{', ..] => {
            // A text of JavaScript, and what is between its quotes; so the backslashes of the JSON are doubled.
            let text = json.replace('\\', "\\\\").replace('"', "\\u0022");
            format!("JSON.parse('{text}')")
        }
        _ => json,
    }))
}

/// In JSON, these characters stand only within text, where they can be written in another way.
fn hexed(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    let mut chars = json.chars();
    while let Some(c) = chars.next() {
        match c {
            '<' => {
                out.push_str("\\u003C");
                // As Blade has it, for readers of HTML that are content with `/script`.
                if chars.as_str().starts_with('/') {
                    out.push('\\');
                }
            }
            '>' => out.push_str("\\u003E"),
            '&' => out.push_str("\\u0026"),
            '\'' => out.push_str("\\u0027"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            '\\' => match chars.next() {
                Some('"') => out.push_str("\\u0022"),
                Some(escaped) => {
                    out.push('\\');
                    out.push(escaped);
                }
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}
