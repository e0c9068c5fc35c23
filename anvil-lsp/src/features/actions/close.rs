//! Ends what was left open.

use forge_codegen::{Span, tree::Node};
use tower_lsp::ls_types::{CodeAction, Diagnostic};

use super::{Asked, fixes};
use crate::features::visit;

/// Adds the end of a block, component or slot behind its last content.
pub(super) fn close(asked: &Asked<'_>, diagnostic: &Diagnostic, opener: Span) -> Option<CodeAction> {
    let end = proposed_end(&diagnostic.message)?;
    let template = fixes::template(asked);
    let mut found: Option<Span> = None;
    visit::nodes(template.nodes(), &mut |node| {
        let (begins, is_open) = match node {
            Node::Block(block) => (block.opener().name, block.close.is_none()),
            Node::Component(component) => (component.tag.span, component.close.is_none()),
            Node::Slot(slot) => (slot.tag.span, slot.close.is_none()),
            _ => return,
        };
        if begins.start == opener.start && is_open {
            found = Some(node.span());
        }
    });
    let node = found?;
    let source = asked.document.text.as_str();
    let text = &source[node.range()];
    let own_line = begins_line(source, node.start);
    let content = (if own_line { indented(text, indentation(source, node.start)) } else { text }).trim_end();
    let at = node.start + content.len() as u32;
    let newline = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let new = if own_line && (content.contains(['\n', '\r']) || ends_line(source, at)) && !is_tag_line(source, at, node)
    {
        format!("{newline}{}{end}", indentation(source, node.start))
    } else {
        end.clone()
    };
    asked.replacement(diagnostic, format!("Add `{end}`"), Span::new(at, at), &new)
}

/// Adds the end of an echo, a comment or a tag where it was given up.
pub(super) fn end_piece(asked: &Asked<'_>, diagnostic: &Diagnostic, span: Span) -> Option<CodeAction> {
    let end = proposed_end(&diagnostic.message)?;
    let template = fixes::template(asked);
    let mut found: Option<u32> = None;
    visit::nodes(template.nodes(), &mut |node| {
        if node.span().start == span.start && !matches!(node, Node::Text(_)) {
            found = Some(node.span().end);
        }
    });
    let source = asked.document.text.as_str();
    let begin = span.start as usize;
    let reached = found.unwrap_or(span.end) as usize;
    let line = source[begin..].find(['\n', '\r']).map_or(source.len(), |len| begin + len);
    let content = source[begin..reached.max(begin).min(line).max(span.end as usize)].trim_end();
    let at = (begin + content.len()) as u32;
    let space = if end.starts_with('>') || end.starts_with('/') { "" } else { " " };
    asked.replacement(diagnostic, format!("Add `{end}`"), Span::new(at, at), &format!("{space}{end}"))
}

/// What the proposal adds or writes.
fn proposed_end(message: &str) -> Option<String> {
    let help = message.split("\nhelp: ").nth(1)?;
    let end = help.strip_prefix("add `").or_else(|| help.strip_prefix("write `"))?;
    end.split('`').next().map(str::to_owned)
}

/// The beginning of a block's text that is indented more than its first line; all of it if nothing is.
fn indented<'t>(text: &'t str, indentation: &str) -> &'t str {
    let mut end = text.find(['\n', '\r']).unwrap_or(text.len());
    let first = end;
    let mut at = first;
    for line in text[first..].split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        let is_deeper = line.strip_prefix(indentation).is_some_and(|rest| rest.starts_with([' ', '\t']));
        if !is_blank && !is_deeper {
            break;
        }
        at += line.len();
        if !is_blank {
            end = at;
        }
    }
    if end == first { text } else { &text[..end] }
}

/// Whether everything stands on the line of the opener.
fn is_tag_line(source: &str, at: u32, node: Span) -> bool {
    !source[node.start as usize..at as usize].contains(['\n', '\r']) && source[node.start as usize..].starts_with('<')
}

fn ends_line(source: &str, at: u32) -> bool {
    let rest = source[at as usize..].trim_start_matches([' ', '\t']);
    rest.is_empty() || rest.starts_with(['\n', '\r'])
}

fn begins_line(source: &str, at: u32) -> bool {
    let line = source[..at as usize].trim_end_matches([' ', '\t']);
    line.is_empty() || line.ends_with(['\n', '\r'])
}

/// The white space that the line of a place begins with.
pub(super) fn indentation(source: &str, at: u32) -> &str {
    let start = source[..at as usize].rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    let line = &source[start..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}
