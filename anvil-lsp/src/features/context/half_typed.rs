//! What is no part of the tree yet: `@fo`, `<x-`, `{{}}`.

use forge_codegen::Span;

use super::{Code, Site, walk::Walk};

/// The site within a text of the tree.
pub(super) fn site<'t>(walk: &Walk<'t>, text: Span) -> Site<'t> {
    if let Some(echo) = empty_echo(walk) {
        return echo;
    }
    let source = walk.template.source();
    let before = &source[text.start as usize..walk.offset as usize];
    directive(walk, before).or_else(|| tag(walk, before)).unwrap_or(Site::Text)
}

/// Braces with nothing between them are text to the parser.
pub(super) fn empty_echo<'t>(walk: &Walk<'t>) -> Option<Site<'t>> {
    let (before, behind) = walk.template.source().split_at(walk.offset as usize);
    let is_echo =
        [("{{", "}}"), ("{!!", "!!}")].iter().any(|(open, close)| before.ends_with(open) && behind.starts_with(close));
    let here = Span::new(walk.offset, walk.offset);
    (is_echo && !before.ends_with("@{{") && !before.ends_with("@{!!"))
        .then(|| Site::Code(Code::of_echo(walk.template, here, walk.offset)))
}

fn directive<'t>(walk: &Walk<'t>, before: &str) -> Option<Site<'t>> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let at = before.len() - before.trim_end_matches(is_name).len();
    let before_name = before[..before.len() - at].strip_suffix('@')?;
    if before_name.ends_with(|c: char| c == '@' || c == '_' || c.is_ascii_alphanumeric()) {
        return None;
    }
    let start = walk.offset - at as u32 - 1;
    let end = behind(walk, |c| c.is_ascii_alphanumeric() || c == '_');
    Some(Site::DirectiveName { name: Span::new(start, end), directive: None, tag: None })
}

fn tag<'t>(walk: &Walk<'t>, before: &str) -> Option<Site<'t>> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    let written = &before[before.trim_end_matches(is_name).len()..];
    let start = &before[..before.len() - written.len()];
    let is_closing = start.ends_with("</");
    if !is_closing && !start.ends_with('<') {
        return None;
    }
    let opening_len = written.len() + if is_closing { 2 } else { 1 };
    let prefix = if written.starts_with("x-") || written.starts_with("x:") { 2 } else { written.len() };
    // `<p` is HTML.
    if prefix != 2 && !matches!(written, "" | "x") {
        return None;
    }
    let end = behind(walk, is_name);
    let name = Span::new(walk.offset - (written.len() - prefix) as u32, end);
    let opening = Span::new(walk.offset - opening_len as u32, end);
    Some(Site::TagName { name, opening, tag: None, is_closing })
}

/// The end of the name that goes on behind the cursor.
fn behind(walk: &Walk<'_>, is_name: impl Fn(char) -> bool) -> u32 {
    let rest = &walk.template.source()[walk.offset as usize..];
    walk.offset + rest.find(|c| !is_name(c)).unwrap_or(rest.len()) as u32
}
