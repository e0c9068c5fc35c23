//! What rustc says about generated Rust, carried back to the templates.
//!
//! A diagnostic is the JSON object that rustc prints with `--error-format=json` (in cargo's messages the field `message`).
//! Its spans in the generated file, those of its children and the replacements that it proposes get the places of the template;
//! spans elsewhere stay.

use serde_json::Value;

use super::map::{Columns, SourceMap};
use crate::line::LineIndex;
use crate::span::Span;

/// Moves what `diagnostic` says about generated files to the templates they were made of. `maps` gives a file's map, by the name
/// under which rustc knows it, if it is a generated one; `source` a template's text, by its name in the map.
///
/// True if a span was moved. What rustc rendered as text is then made anew. A proposed replacement survives only where the generated text
/// is the template's own; otherwise applying it would damage the template.
pub fn rewrite<'m>(
    diagnostic: &mut Value,
    maps: &dyn Fn(&str) -> Option<&'m SourceMap>,
    source: &dyn Fn(&str) -> Option<String>,
) -> bool {
    let carrier = Carrier { maps, source };
    let moved = carrier.message(diagnostic);
    if moved {
        diagnostic["rendered"] = Value::String(rendered(diagnostic));
    }
    moved
}

struct Carrier<'a, 'm> {
    maps: &'a dyn Fn(&str) -> Option<&'m SourceMap>,
    source: &'a dyn Fn(&str) -> Option<String>,
}

impl<'m> Carrier<'_, 'm> {
    fn message(&self, message: &mut Value) -> bool {
        let mut moved = false;
        if let Some(spans) = message.get_mut("spans").and_then(Value::as_array_mut) {
            for span in spans {
                moved |= self.span(span);
            }
        }
        if let Some(children) = message.get_mut("children").and_then(Value::as_array_mut) {
            for child in children {
                moved |= self.message(child);
            }
        }
        moved
    }

    fn span(&self, span: &mut Value) -> bool {
        let Some(map) = span["file_name"].as_str().and_then(|file| (self.maps)(file)) else {
            return self.call(span);
        };
        let Some((file, place)) = place(map, span) else { return false };
        let Some(text) = (self.source)(file) else { return false };
        let (Some(before), Some(now)) = (highlighted(span), text.get(place.range())) else { return false };
        if span["suggested_replacement"].is_string() && before != now {
            span["suggested_replacement"] = Value::Null;
            span["suggestion_applicability"] = Value::Null;
        }
        write_place(span, file, &text, place);
        true
    }

    /// A place in a macro's own text becomes what the macro was called with in the template.
    fn call(&self, span: &mut Value) -> bool {
        let mut call = span.pointer("/expansion/span");
        while let Some(at) = call {
            if let Some(map) = at["file_name"].as_str().and_then(|file| (self.maps)(file)) {
                let Some((file, place)) = ends(map, at).and_then(|(start, end)| map.argument(start, end)) else {
                    return false;
                };
                let Some(text) = (self.source)(file) else { return false };
                write_place(span, file, &text, place);
                span["expansion"] = Value::Null;
                return true;
            }
            call = at.pointer("/expansion/span");
        }
        false
    }
}

/// The bytes of the generated text.
fn ends(map: &SourceMap, span: &Value) -> Option<(u32, u32)> {
    let number = |name: &str| span[name].as_u64().and_then(|value| u32::try_from(value).ok());
    let end = |line: &str, column: &str| map.offset(number(line)?, number(column)?, Columns::Chars);
    Some((end("line_start", "column_start")?, end("line_end", "column_end")?))
}

fn place<'m>(map: &'m SourceMap, span: &Value) -> Option<(&'m str, Span)> {
    let (start, end) = ends(map, span)?;
    if start < end {
        return map.range(start, end);
    }
    map.point(start).map(|(file, at)| (file, Span::new(at, at)))
}

/// The generated text that a span underlines, as far as it is on one line.
fn highlighted(span: &Value) -> Option<String> {
    let line = span["text"].as_array()?.first()?;
    let column = |name: &str| line[name].as_u64().map(|value| value as usize);
    let (start, end) = (column("highlight_start")?.checked_sub(1)?, column("highlight_end")?.checked_sub(1)?);
    Some(line["text"].as_str()?.chars().skip(start).take(end.saturating_sub(start)).collect())
}

fn write_place(span: &mut Value, file: &str, text: &str, place: Span) {
    let index = LineIndex::new(text);
    let (start, end) = (index.position(place.start), index.position(place.end));
    span["file_name"] = file.into();
    span["byte_start"] = place.start.into();
    span["byte_end"] = place.end.into();
    span["line_start"] = start.line.into();
    span["line_end"] = end.line.into();
    span["column_start"] = start.char.into();
    span["column_end"] = end.char.into();
    let lines = text.lines().enumerate().skip(start.line as usize - 1).take((end.line - start.line) as usize + 1);
    let shown = lines.map(|(number, line)| {
        let number = number as u32 + 1;
        let from = if number == start.line { start.char } else { 1 };
        let to = if number == end.line { end.char } else { line.chars().count() as u32 + 1 };
        serde_json::json!({ "text": line, "highlight_start": from, "highlight_end": to })
    });
    span["text"] = shown.collect();
}

/// As rustc would print it, without colours: the message, the main place, what else is said.
fn rendered(diagnostic: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let code = diagnostic["code"]["code"].as_str().map(|code| format!("[{code}]")).unwrap_or_default();
    let mut out = format!("{}{code}: {}\n", text(&diagnostic["level"]), text(&diagnostic["message"]));
    for span in diagnostic["spans"].as_array().into_iter().flatten().filter(|span| span["is_primary"] == true) {
        excerpt(&mut out, span);
    }
    for child in diagnostic["children"].as_array().into_iter().flatten() {
        out.push_str(&format!("  = {}: {}\n", text(&child["level"]), text(&child["message"])));
        for span in child["spans"].as_array().into_iter().flatten() {
            if let Some(replacement) = span["suggested_replacement"].as_str() {
                let line = &span["line_start"];
                out.push_str(&format!(
                    "          {}:{line}:{}: `{replacement}`\n",
                    text(&span["file_name"]),
                    span["column_start"]
                ));
            }
        }
    }
    out
}

fn excerpt(out: &mut String, span: &Value) {
    let file = span["file_name"].as_str().unwrap_or_default();
    out.push_str(&format!(" --> {file}:{}:{}\n", span["line_start"], span["column_start"]));
    let Some(line) = span["text"].get(0) else { return };
    let from = line["highlight_start"].as_u64().unwrap_or(1) as usize;
    let to = line["highlight_end"].as_u64().unwrap_or(1) as usize;
    let number = span["line_start"].to_string();
    out.push_str(&format!("{number} | {}\n", line["text"].as_str().unwrap_or_default()));
    let marks = "^".repeat(to.saturating_sub(from).max(1));
    let label = span["label"].as_str().map(|label| format!(" {label}")).unwrap_or_default();
    out.push_str(&format!("{:1$} | {2:3$}{marks}{label}\n", "", number.len(), "", from.saturating_sub(1)));
}
