//! Formats templates: the indentation of blocks, components and elements, the spaces of echoes and arguments.
//!
//! Only white space changes, and of what is printed only white space that HTML ignores. What cannot be told to be so stays: the
//! content of `<pre>`, `<textarea>`, `<script>` and `<style>`, comments, `@verbatim`, Rust, text within inline elements, and
//! white space that a dropped newline would make from something to nothing. A template with mistakes is left alone.

mod blocks;
mod flow;
mod html;
mod layout;
mod pieces;
mod scan;
mod text;

use forge_codegen::{Options, Set, Span, Template, parse};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{DocumentFormattingParams, FormattingOptions, TextEdit},
};

use pieces::Side;

use crate::{document::Language, snapshot::Snapshot};

/// A pass may show to the next that more white space makes no difference. Beyond this something is wrong, and nothing is changed.
const PASSES_MAX: usize = 8;
/// What an editor may ask for as the width of a step.
const TAB_MAX: u32 = 16;

/// How lines are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Style {
    /// One step of indentation.
    unit: String,
    newline: &'static str,
    /// A newline is added at the end even where it is printed and might be seen.
    final_newline: bool,
}

/// The edits that format a document; none for one with mistakes.
pub(crate) fn format(snapshot: &Snapshot, params: &DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
    let uri = &params.text_document.uri;
    let document = snapshot.document(uri)?;
    if document.language != Language::Forge {
        return Ok(None);
    }
    let defaults = Options::default();
    let set = snapshot.view(uri).filter(|_| snapshot.index.is_complete).map(|view| &*view.package.set);
    let options = snapshot.view(uri).map_or(&defaults, |view| view.package.set.options());
    let text = document.text.as_str();
    let Some(new) = formatted(text, options, set, &Style::of(&params.options, text)) else { return Ok(None) };
    let edit = |(span, new_text)| TextEdit { range: document.text.range(span, snapshot.encoding()), new_text };
    Ok(Some(changes(text, &new).into_iter().map(edit).collect()))
}

impl Style {
    fn of(options: &FormattingOptions, text: &str) -> Self {
        let unit = if options.insert_spaces {
            " ".repeat(options.tab_size.clamp(1, TAB_MAX) as usize)
        } else {
            "\t".to_owned()
        };
        let newline = match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        };
        Self { unit, newline, final_newline: options.insert_final_newline == Some(true) }
    }
}

/// The text as it should be; nothing where there is a mistake, or where branches open HTML that they do not close in the same way.
/// What it gives is formatted: it gives the same of that. In `set` are the templates that it names, if they are known.
#[must_use]
pub(crate) fn formatted(text: &str, options: &Options, set: Option<&Set>, style: &Style) -> Option<String> {
    let first = parse(text, options);
    let mut current = text.to_owned();
    for _ in 0..PASSES_MAX {
        let mut next = current.clone();
        for side in [Side::Before, Side::Behind] {
            let template = parse(&next, options);
            if !says_the_same(&first, &template) {
                return None;
            }
            next = pass(&template, set, style, side)?;
        }
        if next == current {
            return Some(current);
        }
        current = next;
    }
    None
}

fn pass(template: &Template, set: Option<&Set>, style: &Style, side: Side) -> Option<String> {
    if !template.problems().is_empty() {
        return None;
    }
    let source = template.source();
    let pieces = scan::scan(source, template.nodes(), set).ok()?;
    let mut new = String::with_capacity(source.len() + source.len() / 8);
    let mut at = 0;
    for (span, with) in layout::layout(source, &pieces, style, side) {
        new.push_str(source.get(at..span.start as usize)?);
        new.push_str(&with);
        at = span.end as usize;
    }
    new.push_str(&source[at..]);
    Some(new)
}

/// Whether the trees differ in white space at most.
fn says_the_same(one: &Template, other: &Template) -> bool {
    let leaves = |template: &Template| {
        let leaf = |leaf: forge_codegen::Leaf| {
            let text: String = template.text(leaf.span).chars().filter(|c| !is_space(*c)).collect();
            (leaf.kind, text)
        };
        template.leaves().into_iter().map(leaf).filter(|(_, text)| !text.is_empty()).collect::<Vec<_>>()
    };
    leaves(one) == leaves(other)
}

/// From one text to another that differs in white space only.
fn changes(old: &str, new: &str) -> Vec<(Span, String)> {
    let mut changes = Vec::new();
    let (mut at, mut of) = (0, 0);
    while at < old.len() || of < new.len() {
        let (space, with) = (space(&old[at..]), space(&new[of..]));
        if space != with {
            changes.push(least(at, space, with));
        }
        at += space.len();
        of += with.len();
        let ink = ink(&old[at..]).min(ink(&new[of..]));
        if ink == 0 && space.is_empty() && with.is_empty() {
            break;
        }
        at += ink;
        of += ink;
    }
    changes
}

/// A replacement without what stays at either end. Neither half of a `\r\n` is left alone.
fn least(at: usize, old: &str, new: &str) -> (Span, String) {
    let same = |one: &str, other: &str| one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let mut start = same(old, new);
    while old[..start].ends_with('\r') {
        start -= 1;
    }
    let (old, new) = (&old[start..], &new[start..]);
    let blanks = |text: &str| text.len() - text.trim_end_matches([' ', '\t']).len();
    let tail = old.bytes().rev().zip(new.bytes().rev()).take_while(|(one, other)| one == other).count();
    let tail = tail.min(blanks(old)).min(blanks(new));
    let start = at + start;
    (Span::new(start as u32, (start + old.len() - tail) as u32), new[..new.len() - tail].to_owned())
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn space(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches(is_space).len()]
}

fn ink(text: &str) -> usize {
    text.find(is_space).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
