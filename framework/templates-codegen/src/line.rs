//! From byte offsets to lines and columns, for people, editors and the compiler.

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
}
