//! Texts as editors count them: lines that end with `\n`, `\r\n` or `\r`, columns in the units that were agreed on.

use std::sync::Arc;

use tower_lsp::ls_types::{Position, PositionEncodingKind, Range};

use forge_codegen::Span;

/// The units of [`Position::character`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    Utf8,
    /// What a client that says nothing uses.
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    /// The cheapest that the client offers: texts are UTF-8 here.
    #[must_use]
    pub fn choose(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offers = |kind| offered.is_some_and(|offered| offered.contains(&kind));
        if offers(PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offers(PositionEncodingKind::UTF32) && !offers(PositionEncodingKind::UTF16) {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// Units of a text.
    #[must_use]
    pub fn len(self, text: &str) -> u32 {
        let length = match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Utf32 => text.chars().count(),
        };
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A text with the starts of its lines. Clones share it.
#[derive(Debug, Clone)]
pub struct Text {
    text: Arc<str>,
    starts: Arc<[u32]>,
}

impl Text {
    /// Reads the text once. What is beyond 4 GiB cannot be asked for; no message is that long.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            let ends_line = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends_line && let Ok(start) = u32::try_from(at + 1) {
                starts.push(start);
            }
        }
        Self { text, starts: starts.into() }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// At least 1.
    #[must_use]
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The text of a line without its end; empty beyond the last.
    #[must_use]
    pub fn line(&self, line: u32) -> &str {
        let (start, end) = self.line_bounds(line as usize);
        &self.text[start..end]
    }

    /// The byte offset of a position. Beyond a line it is the line's end, beyond the text the text's end, and within a character
    /// the character's start.
    #[must_use]
    pub fn offset(&self, position: Position, encoding: Encoding) -> u32 {
        let line = position.line as usize;
        if line >= self.starts.len() {
            return self.text.len() as u32;
        }
        let (start, end) = self.line_bounds(line);
        let mut left = position.character as usize;
        for (at, c) in self.text[start..end].char_indices() {
            let width = encoding.width(c);
            if left < width {
                return (start + at) as u32;
            }
            left -= width;
        }
        end as u32
    }

    /// The position of a byte offset, which is taken as the end of the text if it is behind it, and as the start of the character
    /// that it lies in.
    #[must_use]
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset) - 1;
        let start = self.starts[line] as usize;
        Position { line: line as u32, character: encoding.len(&self.text[start..offset]) }
    }

    #[must_use]
    pub fn range(&self, span: Span, encoding: Encoding) -> Range {
        Range { start: self.position(span.start, encoding), end: self.position(span.end, encoding) }
    }

    /// An inverted range is the same the right way round.
    #[must_use]
    pub fn span(&self, range: Range, encoding: Encoding) -> Span {
        let (start, end) = (self.offset(range.start, encoding), self.offset(range.end, encoding));
        Span::new(start.min(end), start.max(end))
    }

    /// The text with a part replaced.
    #[must_use]
    pub fn replaced(&self, span: Span, with: &str) -> Self {
        let (before, after) = (&self.text[..span.start as usize], &self.text[span.end as usize..]);
        let mut text = String::with_capacity(before.len() + with.len() + after.len());
        text.push_str(before);
        text.push_str(with);
        text.push_str(after);
        Self::new(text)
    }

    fn line_bounds(&self, line: usize) -> (usize, usize) {
        let Some(start) = self.starts.get(line).map(|start| *start as usize) else {
            return (self.text.len(), self.text.len());
        };
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| *next as usize);
        (start, start + self.text[start..end].trim_end_matches(['\r', '\n']).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: u32, encoding: Encoding, line: u32, character: u32) {
        let text = Text::new(text);
        let position = Position { line, character };
        assert_eq!(text.position(offset, encoding), position, "position of {offset}");
        assert_eq!(text.offset(position, encoding), offset, "offset of {position:?}");
    }

    #[test]
    fn columns_are_counted_in_the_units_that_were_agreed_on() {
        check("ä𝄞x", 6, Encoding::Utf8, 0, 6);
        check("ä𝄞x", 6, Encoding::Utf16, 0, 3);
        check("ä𝄞x", 6, Encoding::Utf32, 0, 2);
    }

    #[test]
    fn a_line_ends_in_three_ways() {
        check("a\nb", 2, Encoding::Utf16, 1, 0);
        check("a\r\nb", 3, Encoding::Utf16, 1, 0);
        check("a\rb", 2, Encoding::Utf16, 1, 0);
        check("a\n\rb", 3, Encoding::Utf16, 2, 0);
    }

    #[test]
    fn what_is_out_of_range_is_the_nearest_place() {
        let text = Text::new("ab\r\nc𝄞");
        let offset = |line, character| text.offset(Position { line, character }, Encoding::Utf16);
        assert_eq!(offset(0, 99), 2);
        assert_eq!(offset(0, u32::MAX), 2);
        assert_eq!(offset(1, 2), 5, "within a surrogate pair");
        assert_eq!(offset(9, 0), 9);
        let inverted = Range { start: Position { line: 1, character: 1 }, end: Position { line: 0, character: 1 } };
        assert_eq!(text.span(inverted, Encoding::Utf16), Span::new(1, 5));
    }
}
