//! From byte offsets to lines and columns and back, for people, editors and the compiler.

/// A place as people and editors count. Everything is 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    pub line: u32,
    /// Column in bytes.
    pub byte: u32,
    /// Column in UTF-16 code units, as editors count.
    pub utf16: u32,
    /// Column in characters, as rustc counts.
    pub char: u32,
}

/// Where the lines of a text begin. A line ends with `\n`; a `\r` before it belongs to the line.
#[derive(Debug, Clone)]
pub struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<u32>,
}

impl<'t> LineIndex<'t> {
    /// Reads `text` once. Offsets beyond 4 GiB cannot be asked for; no template is that long.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = [0].into_iter().chain(breaks.map_while(|(at, _)| u32::try_from(at + 1).ok())).collect();
        Self { text, starts }
    }

    /// At least 1: an empty text has one empty line.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The position of a byte offset. An offset behind the end is taken as the end, one inside of a character as that
    /// character's start. Takes time in proportion to the column.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= offset);
        let start = self.starts[line - 1] as usize;
        let before = &self.text[start..offset];
        Position {
            line: line as u32,
            byte: before.len() as u32 + 1,
            utf16: before.encode_utf16().count() as u32 + 1,
            char: before.chars().count() as u32 + 1,
        }
    }

    /// The offset of a place that counts columns in UTF-16 code units, as editors do. Both are 1-based; what is beyond a
    /// line or the text is its end, and within a character its start.
    #[must_use]
    pub fn offset_of_utf16(&self, line: u32, utf16: u32) -> u32 {
        self.offset(line, utf16, char::len_utf16)
    }

    /// The offset of a place that counts columns in characters, as rustc does.
    #[must_use]
    pub fn offset_of_char(&self, line: u32, char: u32) -> u32 {
        self.offset(line, char, |_| 1)
    }

    /// The offset of a place that counts columns in bytes.
    #[must_use]
    pub fn offset_of_byte(&self, line: u32, byte: u32) -> u32 {
        self.offset(line, byte, char::len_utf8)
    }

    fn offset(&self, line: u32, column: u32, width: impl Fn(char) -> usize) -> u32 {
        let index = (line.max(1) - 1) as usize;
        let Some(start) = self.starts.get(index).map(|start| *start as usize) else { return self.text.len() as u32 };
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| *next as usize - 1);
        let mut left = (column.max(1) - 1) as usize;
        for (at, c) in self.text[start..end].char_indices() {
            if left < width(c) {
                return (start + at) as u32;
            }
            left -= width(c);
        }
        end as u32
    }
}
