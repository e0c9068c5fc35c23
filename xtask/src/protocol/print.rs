//! From what the sources say to Markdown.

use std::fmt::Write as _;

use super::read::{Api, Field, Method, Shape, Wire};

/// Above every page.
const MADE: &str = "<!-- Made by `cargo xtask protocol` from anvild/protocol. Edit the types there. -->\n\n";

type Examples<'a> = &'a dyn Fn(&str) -> Vec<(String, String)>;

pub(super) fn methods(api: &Api, examples: Examples<'_>) -> String {
    let mut page = format!("{MADE}# Methods\n\nParameters are a list with the one argument, or an empty one.\n\n");
    page.push_str("| Method | Argument | Result |\n|---|---|---|\n");
    for method in &api.methods {
        let name = &method.name;
        let argument = method.parameter.as_ref().map_or("none".to_owned(), |of| link(api, of));
        let _ = writeln!(page, "| [`{name}`](#{}) | {argument} | {} |", anchor(name), result(api, method));
    }
    for method in &api.methods {
        section(&mut page, api, method, examples);
    }
    page
}

fn result(api: &Api, method: &Method) -> String {
    match (&method.stream, &method.result) {
        (Some(_), _) => "id of the subscription".to_owned(),
        (None, Some(of)) => link(api, of),
        (None, None) => "`null`".to_owned(),
    }
}

fn section(page: &mut String, api: &Api, method: &Method, examples: Examples<'_>) {
    let _ = write!(page, "\n## `{}`\n\n{}\n", method.name, linked(api, &method.doc));
    if let Some((ending, notification)) = &method.stream {
        let _ = write!(
            page,
            "\nEach notification is called `{notification}`. `{ending}` with the id ends the stream, and answers `true`.\n"
        );
    }
    for (what, of) in [("Argument", &method.parameter), ("Result", &method.result)] {
        let Some(of) = of else { continue };
        let _ = write!(page, "\n{what}: {}", link(api, of));
        let Some(name) = of.named(api) else {
            page.push('\n');
            continue;
        };
        page.push('\n');
        // Large ones are said once, among the types.
        if let Shape::Object(fields) = &api.types[name].shape
            && fields.len() <= INLINE_MAX
        {
            page.push('\n');
            table(page, api, fields);
        }
        if let Some((_, text)) = examples(name).first() {
            let _ = write!(page, "\n```json\n{}\n```\n", text.trim_end());
        }
    }
}

/// Fields that are shown where the type is used.
const INLINE_MAX: usize = 6;

pub(super) fn events(api: &Api, golden: &[(String, String)]) -> String {
    let mut page = format!("{MADE}# Events\n\n");
    let Some(kinds) = api.types.get("EventKind") else { return page };
    let event = api.types.get("Event").map(|event| event.doc.as_str()).unwrap_or_default();
    let _ = write!(page, "{}\n\n", linked(api, event));
    let Shape::Tagged { tag, kinds } = &kinds.shape else { return page };
    let _ = writeln!(page, "| `{tag}` | When |\n|---|---|");
    for kind in kinds {
        let _ = writeln!(page, "| [`{0}`](#{0}) | {1} |", kind.word, cell(api, &kind.doc));
    }
    for kind in kinds {
        let _ = write!(page, "\n## `{}`\n\n{}\n", kind.word, linked(api, &kind.doc));
        if let Some(of) = &kind.of {
            let _ = write!(page, "\nBeside `seq` and `{tag}`, the fields of {}.\n", link(api, of));
        } else if !kind.fields.is_empty() {
            page.push('\n');
            table(&mut page, api, &kind.fields);
        }
        let prefix = format!("event_{}", kind.word);
        for (_, text) in golden.iter().filter(|(name, _)| *name == prefix || name.starts_with(&format!("{prefix}_"))) {
            let _ = write!(page, "\n```json\n{}\n```\n", text.trim_end());
        }
    }
    page
}

pub(super) fn types(api: &Api) -> String {
    let mut page =
        format!("{MADE}# Types\n\nLines and columns are 1-based. A field that is `null` may also be absent.\n");
    for (name, described) in &api.types {
        // Among the events.
        if name == "EventKind" {
            continue;
        }
        let _ = write!(page, "\n## {name}\n");
        if !described.doc.is_empty() {
            let _ = write!(page, "\n{}\n", linked(api, &described.doc));
        }
        page.push('\n');
        match &described.shape {
            Shape::Object(fields) => table(&mut page, api, fields),
            Shape::Transparent(of) => {
                let _ = writeln!(page, "Written as {}.", link(api, of));
            }
            Shape::Words(words) => {
                page.push_str("| Word | Meaning |\n|---|---|\n");
                for (word, doc) in words {
                    let _ = writeln!(page, "| `{word}` | {} |", cell(api, doc));
                }
            }
            Shape::Tagged { tag, kinds } => {
                for kind in kinds {
                    let doc = if kind.doc.is_empty() { String::new() } else { format!(": {}", linked(api, &kind.doc)) };
                    let _ = write!(page, "With `\"{tag}\": \"{}\"`{doc}\n\n", kind.word);
                    if let Some(of) = &kind.of {
                        let _ = write!(page, "The fields of {}.\n\n", link(api, of));
                    } else if !kind.fields.is_empty() {
                        table(&mut page, api, &kind.fields);
                        page.push('\n');
                    }
                }
                page.truncate(page.trim_end().len());
                page.push('\n');
            }
        }
    }
    page
}

pub(super) fn errors(api: &Api) -> String {
    let mut page =
        format!("{MADE}# Errors\n\nThose of JSON-RPC 2.0, and:\n\n| Code | Name | Meaning |\n|---|---|---|\n");
    for error in &api.errors {
        let _ = writeln!(page, "| `{}` | {} | {} |", error.code, error.name, cell(api, &error.doc));
    }
    page
}

fn table(page: &mut String, api: &Api, fields: &[Field]) {
    page.push_str("| Field | Type | Meaning |\n|---|---|---|\n");
    for field in fields {
        if field.flat {
            let _ = writeln!(page, "| the fields of {} | | {} |", link(api, &field.wire), cell(api, &field.doc));
        } else {
            let _ = writeln!(page, "| `{}` | {} | {} |", field.name, link(api, &field.wire), cell(api, &field.doc));
        }
    }
}

fn link(api: &Api, of: &Wire) -> String {
    match of {
        Wire::Plain(word) => (*word).to_owned(),
        Wire::Named(name) => named(api, name),
        Wire::OrNull(of) => format!("{} or `null`", link(api, of)),
        Wire::List(of) => format!("list of {}", link(api, of)),
    }
}

fn named(api: &Api, name: &str) -> String {
    match api.types.get(name) {
        Some(_) if name == "EventKind" => format!("[`{name}`](events.md)"),
        Some(_) => format!("[`{name}`](types.md#{})", anchor(name)),
        None => format!("`{name}`"),
    }
}

/// A sentence in which names of Rust lead to where they are described.
fn linked(api: &Api, doc: &str) -> String {
    let mut text = String::new();
    let mut rest = doc;
    while let Some((before, after)) = rest.split_once("[`") {
        text.push_str(before);
        let Some((name, after)) = after.split_once("`]") else {
            text.push_str("[`");
            rest = after;
            continue;
        };
        text.push_str(&named(api, name));
        rest = after;
    }
    text + rest
}

fn cell(api: &Api, doc: &str) -> String {
    linked(api, doc).replace('|', "\\|")
}

/// As the renderer of the book makes it of a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || "-_".contains(*character))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_sentences_become_links() {
        let api = Api::default();
        assert_eq!(linked(&api, "A stream of [`Event`], or [`x"), "A stream of `Event`, or [`x");
        assert_eq!(anchor("`forge/check`"), "forgecheck");
    }
}
