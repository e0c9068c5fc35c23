//! Where in the templates a piece of generated Rust comes from.
//!
//! An entry says that a range of the generated file is a range of a template. Entries nest like the expressions and
//! directives that they are about. Columns are looked up in characters (rustc, panics) or in bytes.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// From generated Rust back to the templates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Packed", from = "Packed")]
pub struct SourceMap {
    files: Vec<String>,
    /// Where the lines of the generated text begin.
    lines: Vec<u32>,
    /// Characters of the generated text that are longer than a byte: place, and bytes.
    wide: Vec<(u32, u32)>,
    /// By beginning; of those that begin together the longest first.
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) file: u32,
    pub(crate) span: Span,
    /// The two texts are the same, byte for byte, so a place within has its counterpart.
    pub(crate) is_verbatim: bool,
}

/// What a column counts. Both begin with 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// As in rustc's diagnostics and in panics.
    Chars,
    Bytes,
}

impl SourceMap {
    pub(crate) fn new(files: Vec<String>, generated: &str, mut entries: Vec<Entry>) -> Self {
        // What is within is recorded first, and is to be last of those with the same range.
        entries.reverse();
        entries.sort_by_key(|entry| (entry.start, Reverse(entry.end)));
        let starts = generated.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        let wide = generated.char_indices().filter(|(_, c)| c.len_utf8() > 1);
        Self {
            files,
            lines: std::iter::once(0).chain(starts).collect(),
            wide: wide.map(|(at, c)| (at as u32, c.len_utf8() as u32)).collect(),
            entries,
        }
    }

    /// The templates that the generated text was made of, the view itself first.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// What the innermost piece at a place of the generated text comes from. Lines and columns begin with 1, columns are
    /// characters. Nothing where the text has no counterpart.
    #[must_use]
    pub fn lookup(&self, line: u32, column: u32) -> Option<(&str, Span)> {
        let at = self.offset(line, column, Columns::Chars)?;
        self.range(at, at)
    }

    /// The byte offset of a place in the generated text.
    #[must_use]
    pub fn offset(&self, line: u32, column: u32, columns: Columns) -> Option<u32> {
        let start = *self.lines.get(line.checked_sub(1)? as usize)?;
        let mut at = start + column.checked_sub(1)?;
        if columns == Columns::Chars {
            let first = self.wide.partition_point(|(place, _)| *place < start);
            for (place, bytes) in &self.wide[first..] {
                if *place >= at {
                    break;
                }
                at += bytes - 1;
            }
        }
        Some(at)
    }

    /// What a range of bytes of the generated text comes from.
    ///
    /// A range that is exactly a piece has that piece's place. One that consists of several reaches from the beginning of the first
    /// to the end of the last; any other has the place of the innermost piece around it.
    #[must_use]
    pub fn range(&self, start: u32, end: u32) -> Option<(&str, Span)> {
        let around = self.innermost(start, end)?;
        let file = self.files.get(around.file as usize)?;
        let span = if (around.start, around.end) == (start, end) {
            around.span
        } else if around.is_verbatim {
            let from = around.span.start + (start - around.start);
            if start == end { Span::new(from, around.span.end) } else { Span::new(from, from + (end - start)) }
        } else if start == end {
            around.span
        } else {
            self.between(start, end, around)
        };
        Some((file, span))
    }

    /// What the first argument of a template in a range comes from: the range is that of a macro's call.
    #[must_use]
    pub fn argument(&self, start: u32, end: u32) -> Option<(&str, Span)> {
        let first = self.entries.partition_point(|entry| entry.start <= start);
        let argument =
            self.entries[first..].iter().take_while(|entry| entry.start < end).find(|entry| entry.end <= end);
        match argument {
            Some(entry) => Some((self.files.get(entry.file as usize)?, entry.span)),
            None => self.range(start, end),
        }
    }

    /// The place of the template that a place between two bytes of the generated text comes from.
    #[must_use]
    pub fn point(&self, at: u32) -> Option<(&str, u32)> {
        let begins = self.entries.iter().filter(|entry| entry.start == at).min_by_key(|entry| entry.end);
        let ends = || self.entries.iter().filter(|entry| entry.end == at).max_by_key(|entry| entry.start);
        let (entry, place) = match (begins, ends()) {
            (Some(entry), _) => (entry, entry.span.start),
            (None, Some(entry)) => (entry, entry.span.end),
            (None, None) => {
                let around = self.innermost(at, at).filter(|entry| entry.is_verbatim)?;
                (around, around.span.start + (at - around.start))
            }
        };
        Some((self.files.get(entry.file as usize)?, place))
    }

    /// The smallest entry that holds the range.
    fn innermost(&self, start: u32, end: u32) -> Option<&Entry> {
        let last = self.entries.partition_point(|entry| entry.start <= start);
        let holds = |entry: &&Entry| entry.end >= end && (entry.end > start || entry.start == start);
        // Entries nest, so the first that holds it, seen from behind, is the smallest.
        self.entries[..last].iter().rev().find(holds)
    }

    /// The template's text from the first piece that begins the range to the last that ends it.
    fn between(&self, start: u32, end: u32, around: &Entry) -> Span {
        let within = self.entries.iter().filter(|entry| {
            entry.file == around.file && start <= entry.start && entry.end <= end && around.span.contains(entry.span)
        });
        let (mut first, mut last) = (around.span.end, around.span.start);
        for entry in within {
            if entry.start == start {
                first = first.min(entry.span.start);
            }
            if entry.end == end {
                last = last.max(entry.span.end);
            }
        }
        match (first < around.span.end, last > around.span.start) {
            (true, true) if first < last => Span::new(first, last),
            (true, false) => Span::new(first, around.span.end),
            (false, true) => Span::new(around.span.start, last),
            _ => around.span,
        }
    }
}

/// The form on disk: numbers, each place as its distance from the one before.
#[derive(Serialize, Deserialize)]
struct Packed {
    files: Vec<String>,
    lines: Vec<u32>,
    wide: Vec<(u32, u32)>,
    entries: Vec<i64>,
}

impl From<SourceMap> for Packed {
    fn from(map: SourceMap) -> Self {
        let mut entries = Vec::with_capacity(map.entries.len() * 5);
        let (mut start, mut place) = (0, 0);
        for entry in &map.entries {
            entries.extend([
                i64::from(entry.start) - start,
                i64::from(entry.end - entry.start),
                i64::from(entry.file) * 2 + i64::from(entry.is_verbatim),
                i64::from(entry.span.start) - place,
                i64::from(entry.span.len()),
            ]);
            (start, place) = (i64::from(entry.start), i64::from(entry.span.start));
        }
        let lines = std::iter::once(0).chain(map.lines.windows(2).map(|pair| pair[1] - pair[0])).collect();
        Self { files: map.files, lines, wide: map.wide, entries }
    }
}

impl From<Packed> for SourceMap {
    fn from(packed: Packed) -> Self {
        let (mut start, mut place) = (0_i64, 0_i64);
        let number = |value: i64| u32::try_from(value).unwrap_or_default();
        let entries = packed.entries.chunks_exact(5).map(|field| {
            start += field[0];
            place += field[3];
            Entry {
                start: number(start),
                end: number(start + field[1]),
                file: number(field[2] / 2),
                span: Span::new(number(place), number(place + field[4])),
                is_verbatim: field[2] % 2 == 1,
            }
        });
        let entries = entries.collect();
        let mut at = 0;
        let lines = packed.lines.iter().map(|length| {
            at += length;
            at
        });
        Self { files: packed.files, lines: lines.collect(), wide: packed.wide, entries }
    }
}

#[cfg(test)]
mod tests {
    use super::{Columns, Entry, SourceMap};
    use crate::span::Span;

    /// `x = ü + name;` on the second line; `ü + name` comes from bytes 10..20, `name` from 16..20.
    fn map() -> SourceMap {
        let entry =
            |start, end, from, to, is_verbatim| Entry { start, end, file: 0, span: Span::new(from, to), is_verbatim };
        SourceMap::new(
            vec!["a".into()],
            "{\nx = \u{fc} + name;\n}",
            vec![entry(11, 15, 16, 20, true), entry(6, 15, 10, 20, false)],
        )
    }

    #[test]
    fn a_place_is_looked_up_in_the_innermost_piece() {
        let map = map();
        assert_eq!(map.lookup(2, 9), Some(("a", Span::new(16, 20))));
        assert_eq!(map.lookup(2, 10), Some(("a", Span::new(17, 20))));
        assert_eq!(map.lookup(2, 5), Some(("a", Span::new(10, 20))));
        assert_eq!(map.lookup(2, 1), None);
        assert_eq!(map.lookup(9, 1), None);
        assert_eq!(map.lookup(0, 1), None);
    }

    #[test]
    fn columns_are_characters_or_bytes() {
        let map = map();
        assert_eq!(map.offset(2, 9, Columns::Chars), Some(11));
        assert_eq!(map.offset(2, 10, Columns::Bytes), Some(11));
    }

    #[test]
    fn ranges_and_points() {
        let map = map();
        assert_eq!(map.range(12, 14), Some(("a", Span::new(17, 19))));
        assert_eq!(map.range(6, 15), Some(("a", Span::new(10, 20))));
        assert_eq!(map.argument(4, 15), Some(("a", Span::new(10, 20))));
        assert_eq!(map.point(15), Some(("a", 20)));
        assert_eq!(map.point(6), Some(("a", 10)));
    }

    #[test]
    fn a_map_survives_being_written() {
        let map = map();
        let text = serde_json::to_string(&map).expect("it has a form");
        assert_eq!(text, r#"{"files":["a"],"lines":[0,2,15],"wide":[[6,2]],"entries":[6,9,0,10,10,5,4,1,6,4]}"#);
        assert_eq!(serde_json::from_str::<SourceMap>(&text).expect("it is a map"), map);
    }
}
