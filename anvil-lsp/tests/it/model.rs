//! A text as the specification of the protocol describes it, as simply as it can be written: characters in a row, counted anew
//! from the start for every position. It shares nothing with the server's own text.

use serde_json::{Value, json};

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Units {
    Utf8,
    Utf16,
    Utf32,
}

impl Units {
    pub(crate) const ALL: [Self; 3] = [Self::Utf8, Self::Utf16, Self::Utf32];

    /// `PositionEncodingKind`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn of(self, character: char) -> u64 {
        match (self, u32::from(character)) {
            (Self::Utf32, _) | (_, 0..0x80) | (Self::Utf16, 0x80..0x1_0000) => 1,
            (Self::Utf8, 0x80..0x800) | (Self::Utf16, _) => 2,
            (Self::Utf8, 0x800..0x1_0000) => 3,
            (Self::Utf8, _) => 4,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

/// A `TextDocumentContentChangeEvent`. Without a range it is the whole text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) range: Option<(Position, Position)>,
    pub(crate) text: String,
}

impl Change {
    pub(crate) fn json(&self) -> Value {
        let position = |at: Position| json!({ "line": at.line, "character": at.character });
        match self.range {
            Some((start, end)) => {
                json!({ "range": { "start": position(start), "end": position(end) }, "text": self.text })
            }
            None => json!({ "text": self.text }),
        }
    }
}

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    characters: Vec<char>,
    units: Units,
}

impl Model {
    pub(crate) fn new(text: &str, units: Units) -> Self {
        Self { characters: text.chars().collect(), units }
    }

    pub(crate) fn text(&self) -> String {
        self.characters.iter().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.characters.len()
    }

    pub(crate) fn apply(&mut self, change: &Change) {
        let Some((start, end)) = change.range else {
            self.characters = change.text.chars().collect();
            return;
        };
        let (start, end) = (self.index(start), self.index(end));
        // An inverted range is the same the right way round.
        self.characters.splice(start.min(end)..start.max(end), change.text.chars());
    }

    /// How many characters the line end that begins here has; 0 if none does. "To ensure that both client and server split the
    /// string into the same line representation the protocol specifies the following end-of-line sequences: '\n', '\r\n' and '\r'."
    fn end_of_line(&self, at: usize) -> usize {
        match (self.characters.get(at), self.characters.get(at + 1)) {
            (Some('\r'), Some('\n')) => 2,
            (Some('\r' | '\n'), _) => 1,
            _ => 0,
        }
    }

    /// "If the character value is greater than the line length it defaults back to the line length." A line that does not exist is
    /// the end of the text; within a character is its start.
    pub(crate) fn index(&self, position: Position) -> usize {
        let mut at = 0;
        let mut line = 0;
        while line < position.line {
            if at == self.characters.len() {
                return at;
            }
            let end = self.end_of_line(at);
            line += u32::from(end > 0);
            at += end.max(1);
        }
        let mut column = 0;
        while at < self.characters.len() && self.end_of_line(at) == 0 {
            column += self.units.of(self.characters[at]);
            if column > u64::from(position.character) {
                break;
            }
            at += 1;
        }
        at
    }

    /// The position of a character, counted from the text's start.
    pub(crate) fn position(&self, index: usize) -> Position {
        let (mut line, mut character, mut at) = (0, 0, 0);
        while at < index {
            match self.end_of_line(at) {
                0 => {
                    character += u32::try_from(self.units.of(self.characters[at])).expect("at most 4");
                    at += 1;
                }
                end if at + end <= index => {
                    (line, character) = (line + 1, 0);
                    at += end;
                }
                // Between the two characters of a line's end: its start.
                _ => return Position { line, character },
            }
        }
        Position { line, character }
    }
}
