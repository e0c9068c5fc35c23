//! Repairs that a diagnostic itself proposes: "did you mean", and rustc's similar names.

use forge_codegen::Span;
use tower_lsp::ls_types::{CodeAction, Diagnostic};

use super::Asked;
use crate::features::edits::Edits;

/// The proposal as an edit.
pub(super) fn fix(asked: &Asked<'_>, diagnostic: &Diagnostic) -> Option<CodeAction> {
    let span = asked.span(diagnostic.range);
    let meant = proposed(&diagnostic.message, asked.text(span))?;
    let (span, new) = placed(asked, span, &meant);
    if asked.text(span) == new {
        return None;
    }
    let title = format!("Replace by `{meant}`");
    let mut edits = Edits::default();
    edits.replace(&asked.path, span, &*new);
    if let Some(close) = closing_name(asked, span) {
        edits.replace(&asked.path, close, &*new);
    }
    asked.fix(diagnostic, title, &edits, true)
}

/// The name that a message proposes for what is written.
pub(super) fn proposed(message: &str, written: &str) -> Option<String> {
    if let Some(at) = message.find("did you mean ") {
        return first_quoted(&message[at..]);
    }
    let sentence = message.lines().find(|line| line.contains("similar name"))?;
    let names = quoted(sentence).filter(|name| is_word(name) && *name != written);
    names.last().map(str::to_owned)
}

fn first_quoted(text: &str) -> Option<String> {
    quoted(text).next().map(str::to_owned)
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '_' || c.is_alphanumeric())
}

/// What is replaced: within quotes, or the name of a tag.
fn placed(asked: &Asked<'_>, span: Span, meant: &str) -> (Span, String) {
    let written = asked.text(span);
    if let Some(tag) = meant.strip_prefix("<x-") {
        return (span, tag.trim_end_matches('>').to_owned());
    }
    let quote = written.chars().next().filter(|c| matches!(c, '\'' | '"'));
    match quote {
        Some(quote) if written.len() > 1 && written.ends_with(quote) => {
            (Span::new(span.start + 1, span.end - 1), meant.to_owned())
        }
        _ => (span, meant.to_owned()),
    }
}

/// The name in the end of the component whose tag's name this is.
fn closing_name(asked: &Asked<'_>, name: Span) -> Option<Span> {
    let source = asked.document.text.as_str();
    if !source[..name.start as usize].ends_with("<x-") {
        return None;
    }
    let template = super::fixes::template(asked);
    let close =
        super::fixes::components(template.nodes()).into_iter().find(|component| component.tag.name == name)?.close?;
    let start = close.start + "</x-".len() as u32;
    let span = Span::new(start, start + name.len());
    (asked.text(span) == asked.text(name)).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::proposed;

    #[test]
    fn proposals_are_read_from_messages() {
        let check = |message: &str, written: &str, meant: Option<&str>| {
            assert_eq!(proposed(message, written).as_deref(), meant, "{message}")
        };
        check("there is no view `a`\nhelp: did you mean `b.c`?", "a", Some("b.c"));
        check("unknown\nhelp: did you mean `@foreach`? Write `@@x` to print the name", "@forech", Some("@foreach"));
        check(
            "no field `titel` on type `&Post`\nhelp: a field with a similar name exists: `title`",
            "titel",
            Some("title"),
        );
        check("no method named `lenn` found\nhelp: there is a method `len` with a similar name", "lenn", Some("len"));
        check("mismatched types", "a", None);
        check("help: a similar name: `a b`", "a", None);
    }
}
