//! What an editor shows, as text: diagnostics under their lines, places with what stands there.

use std::{fmt::Write as _, path::Path};

use serde_json::{Value, json};

/// The position of a byte of a text, in UTF-16.
pub(crate) fn position(text: &str, byte: usize) -> Value {
    let before = &text[..byte];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let character = before[line_start..].encode_utf16().count();
    json!({ "line": before.matches('\n').count(), "character": character })
}

fn number(value: &Value) -> usize {
    value.as_u64().and_then(|number| usize::try_from(number).ok()).expect("a number")
}

/// `2:5-2:9`, counted from 1, as editors show it.
fn shown_range(range: &Value) -> String {
    let shown = |at: &Value| format!("{}:{}", number(&at["line"]) + 1, number(&at["character"]) + 1);
    format!("{}-{}", shown(&range["start"]), shown(&range["end"]))
}

/// The first line of a range, and the range marked below it.
fn marked(text: &str, range: &Value) -> String {
    let (start, end) = (&range["start"], &range["end"]);
    let line = text.split('\n').nth(number(&start["line"])).unwrap_or_default();
    let width = line.encode_utf16().count();
    let from = number(&start["character"]);
    let to = if start["line"] == end["line"] { number(&end["character"]) } else { width };
    // Characters of two units are one wide here.
    let columns = |units: usize| char::decode_utf16(line.encode_utf16().take(units)).count();
    let (from, to) = (columns(from), columns(to));
    format!("    | {line}\n    | {}{}\n", " ".repeat(from), "^".repeat((to - from).max(1)))
}

/// Diagnostics of a file, by their places.
pub(crate) fn diagnostics(file: &str, text: &str, diagnostics: &[Value], root: &Path) -> String {
    let mut sorted: Vec<&Value> = diagnostics.iter().collect();
    sorted.sort_by_key(|one| {
        let start = &one["range"]["start"];
        (number(&start["line"]), number(&start["character"]), one["message"].to_string())
    });
    let mut shown = format!("{file}\n");
    for one in sorted {
        let severity = ["", "error", "warning", "note", "hint"][number(&one["severity"])];
        let text_of = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let (source, code) = (text_of(&one["source"]), text_of(&one["code"]));
        let _ = writeln!(shown, "  {} {severity} {source} {code}", shown_range(&one["range"]));
        shown += &marked(text, &one["range"]);
        for line in one["message"].as_str().unwrap_or_default().lines() {
            let _ = writeln!(shown, "    {line}");
        }
        for related in one["relatedInformation"].as_array().into_iter().flatten() {
            let location = &related["location"];
            let (uri, range) = (text_of(&location["uri"]), shown_range(&location["range"]));
            let _ = writeln!(shown, "    see {uri} {range}: {}", text_of(&related["message"]));
        }
    }
    without_root(&shown, root)
}

/// Locations of an answer: one, several, or links.
pub(crate) fn locations(answer: &Value, root: &Path) -> String {
    let list = match answer {
        Value::Array(list) => list.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let mut shown: Vec<String> = list
        .iter()
        .map(|one| {
            let (uri, range) = match one.get("targetUri") {
                Some(uri) => (uri, &one["targetSelectionRange"]),
                None => (&one["uri"], &one["range"]),
            };
            format!("{} {}", uri.as_str().expect("an address"), shown_range(range))
        })
        .collect();
    shown.sort();
    without_root(&shown.join("\n"), root)
}

/// The edits of a `WorkspaceEdit`, in order.
pub(crate) fn edits(answer: &Value, root: &Path) -> String {
    let mut shown = Vec::new();
    let mut add = |uri: &Value, edits: &Value| {
        for edit in edits.as_array().into_iter().flatten() {
            let uri = uri.as_str().expect("an address");
            shown.push(format!("{uri} {} {}", shown_range(&edit["range"]), edit["newText"]));
        }
    };
    for change in answer["documentChanges"].as_array().into_iter().flatten() {
        add(&change["textDocument"]["uri"], &change["edits"]);
    }
    for (uri, edits) in answer["changes"].as_object().into_iter().flatten() {
        add(&json!(uri), edits);
    }
    shown.sort();
    for change in answer["documentChanges"].as_array().into_iter().flatten() {
        if let Some(kind) = change["kind"].as_str() {
            let of = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
            shown.push(format!("{kind} {}{} {}", of("uri"), of("oldUri"), of("newUri")).trim_end().to_owned());
        }
    }
    without_root(&shown.join("\n"), root)
}

/// Paths and addresses below the project's folder, from there; those of the framework from the checkout.
pub(crate) fn without_root(text: &str, root: &Path) -> String {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the checkout");
    let text = text.replace(&format!("file://{}/", root.display()), "").replace(&format!("{}/", root.display()), "");
    text.replace(&checkout.display().to_string(), "[checkout]")
}
