//! Tells misspelt directives from other text with an `@`.
//!
//! A false alarm is worse than a missed one: addresses, rules of style sheets, annotations and the events of Alpine all
//! look a little like directives. So a name must be near to one that exists, and be used like one.

use crate::options::{Known, Options};
use crate::span::Span;
use crate::table::Takes;

/// At-rules of CSS and of the tools that extend it, as far as they could be taken for something else.
const AT_RULES: &[&str] = &[
    "apply",
    "charset",
    "config",
    "container",
    "counter",
    "custom",
    "document",
    "font",
    "function",
    "import",
    "keyframes",
    "layer",
    "media",
    "mixin",
    "namespace",
    "page",
    "plugin",
    "position",
    "property",
    "reference",
    "responsive",
    "return",
    "scope",
    "screen",
    "source",
    "starting",
    "supports",
    "tailwind",
    "theme",
    "utility",
    "variant",
    "variants",
    "view",
    "viewport",
];

/// What somebody probably meant.
pub(crate) struct Meant<'o> {
    pub(crate) name: &'o str,
    pub(crate) known: Known,
}

/// The directive that the unknown `name`, a place with its `@`, is a misspelling of.
pub(crate) fn meant<'o>(text: &str, name: Span, options: &'o Options) -> Option<Meant<'o>> {
    let written = text[name.range()].trim_start_matches('@');
    let behind = &text[name.end as usize..];
    let is_long = written.len() > 24;
    if written.len() < 3 || is_long || AT_RULES.contains(&written) || behind.starts_with(['=', '.', ':', '-', '@']) {
        return None;
    }
    let usage = Usage::of(text, name, written)?;
    let tolerance = usage.tolerance(written);
    let candidates = options.names().filter(|(_, known)| usage.fits(known.takes));
    let near = candidates.filter_map(|(name, known)| Some((distance(written, name, tolerance)?, name, known)));
    let (_, name, known) = near.min_by_key(|(distance, ..)| *distance)?;
    Some(Meant { name, known })
}

/// How the name is used, where that speaks for a directive.
#[derive(Clone, Copy)]
enum Usage {
    /// With a parenthesis.
    Called,
    /// It begins as the names of branches and ends do.
    Structural,
    /// Alone on its line.
    Line,
}

impl Usage {
    fn of(text: &str, name: Span, written: &str) -> Option<Self> {
        let (before, behind) = (&text[..name.start as usize], &text[name.end as usize..]);
        if behind.trim_start_matches([' ', '\t']).starts_with('(') {
            return Some(Self::Called);
        }
        if written.starts_with("end") || written.starts_with("els") {
            return Some(Self::Structural);
        }
        let ends_line = behind.trim_start_matches([' ', '\t', '\r']);
        let begins_line = before.trim_end_matches([' ', '\t']);
        let is_alone = (ends_line.is_empty() || ends_line.starts_with('\n'))
            && (begins_line.is_empty() || begins_line.ends_with('\n'));
        is_alone.then_some(Self::Line)
    }

    fn fits(self, takes: Takes) -> bool {
        match self {
            Self::Called => takes != Takes::Nothing,
            Self::Structural => true,
            Self::Line => takes != Takes::Required,
        }
    }

    fn tolerance(self, written: &str) -> usize {
        match self {
            _ if written.len() < 6 => 1,
            Self::Line => 1,
            Self::Called | Self::Structural => 2,
        }
    }
}

/// Insertions, deletions, substitutions and swaps of neighbours that make one of the other, in any letter case; nothing
/// above `most`.
pub(crate) fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let unlike = (letters(one) ^ letters(other)).count_ones() as usize;
    if one.len().abs_diff(other.len()) > most || unlike > 2 * most {
        return None;
    }
    let (one, other) = (&one.to_ascii_lowercase()[..], &other.to_ascii_lowercase()[..]);
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut current = vec![row];
        for column in 1..=other.len() {
            let changed = usize::from(one[row - 1] != other[column - 1]);
            let mut best = (last[column] + 1).min(current[column - 1] + 1).min(last[column - 1] + changed);
            let is_swapped =
                row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1];
            if is_swapped {
                best = best.min(before[column - 2] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

/// The set of letters, as bits: an edit changes at most two.
fn letters(name: &[u8]) -> u32 {
    name.iter().fold(0, |set, byte| set | 1 << (byte & 31))
}
