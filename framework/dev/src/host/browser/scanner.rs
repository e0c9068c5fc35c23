//! Finds `</body` tags in a stream of HTML, outside of comments, scripts, other raw text and attribute values.
//!
//! One byte at a time, so chunk borders do not matter. This is the part of the tokenizer of the HTML standard (13.2.5) that
//! is needed to tell markup from text; it never fails, because a browser does not either.

/// What a byte meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// This byte is the `<` of something that may become `</body`.
    Open,
    /// What began at the last [`Found::Open`] is not `</body`.
    Other,
    /// What began at the last [`Found::Open`] is `</body` and ended before this byte.
    BodyEnd,
}

/// Elements whose content is text up to their end tag.
const RAW_TEXT: [&[u8]; 8] = [b"script", b"style", b"textarea", b"title", b"noscript", b"iframe", b"xmp", b"noembed"];

/// Longest tag name that matters is `textarea`; the rest of a longer one is not kept.
const NAME_BYTES: usize = 10;

#[derive(Debug, Clone, Copy)]
enum State {
    Text,
    /// After `<`.
    Open,
    /// After `</`.
    CloseOpen,
    /// In a tag's name.
    Name {
        closing: bool,
    },
    /// After the name, in a tag.
    Tag {
        closing: bool,
    },
    /// In an attribute's value in quotes.
    Quoted {
        quote: u8,
        closing: bool,
    },
    /// After `<!`; the number of dashes seen.
    Bang {
        dashes: u8,
    },
    /// In a comment; the number of dashes just seen.
    Comment {
        dashes: u8,
    },
    /// In a doctype, a processing instruction or a bogus comment.
    Declaration,
    /// In raw text; how much of `</name` was just seen.
    Raw {
        element: &'static [u8],
        seen: usize,
    },
}

#[derive(Debug)]
pub(crate) struct Scanner {
    state: State,
    name: [u8; NAME_BYTES],
    name_len: usize,
}

impl Scanner {
    pub(crate) fn new() -> Self {
        Self { state: State::Text, name: [0; NAME_BYTES], name_len: 0 }
    }

    pub(crate) fn step(&mut self, byte: u8) -> Found {
        let (state, found) = match self.state {
            State::Text if byte == b'<' => (State::Open, Found::Open),
            State::Text => (State::Text, Found::Nothing),
            State::Open => self.after_open(byte),
            State::CloseOpen => self.after_close_open(byte),
            State::Name { closing } => self.in_name(byte, closing),
            State::Tag { closing } => (self.in_tag(byte, closing), Found::Nothing),
            State::Quoted { quote, closing } if byte == quote => (State::Tag { closing }, Found::Nothing),
            State::Bang { dashes } => (after_bang(byte, dashes), Found::Nothing),
            State::Comment { dashes } => (in_comment(byte, dashes), Found::Nothing),
            State::Declaration if byte == b'>' => (State::Text, Found::Nothing),
            State::Raw { element, seen } => (in_raw(byte, element, seen), Found::Nothing),
            same @ (State::Quoted { .. } | State::Declaration) => (same, Found::Nothing),
        };
        self.state = state;
        found
    }

    fn after_open(&mut self, byte: u8) -> (State, Found) {
        match byte {
            b'/' => (State::CloseOpen, Found::Nothing),
            b'!' => (State::Bang { dashes: 0 }, Found::Other),
            b'?' => (State::Declaration, Found::Other),
            b'<' => (State::Open, Found::Open),
            _ if byte.is_ascii_alphabetic() => {
                self.begin_name(byte);
                (State::Name { closing: false }, Found::Other)
            }
            _ => (State::Text, Found::Other),
        }
    }

    fn after_close_open(&mut self, byte: u8) -> (State, Found) {
        if byte.is_ascii_alphabetic() {
            self.begin_name(byte);
            return (State::Name { closing: true }, Found::Nothing);
        }
        (if byte == b'>' { State::Text } else { State::Declaration }, Found::Other)
    }

    fn in_name(&mut self, byte: u8, closing: bool) -> (State, Found) {
        if !ends_name(byte) {
            if self.name_len < NAME_BYTES {
                self.name[self.name_len] = byte.to_ascii_lowercase();
                self.name_len += 1;
            }
            return (State::Name { closing }, Found::Nothing);
        }
        let found = match (closing, self.name() == b"body") {
            (true, true) => Found::BodyEnd,
            (true, false) => Found::Other,
            (false, _) => Found::Nothing,
        };
        (self.in_tag(byte, closing), found)
    }

    fn in_tag(&self, byte: u8, closing: bool) -> State {
        match byte {
            b'>' if closing => State::Text,
            b'>' => match RAW_TEXT.iter().find(|element| **element == self.name()) {
                Some(element) => State::Raw { element, seen: 0 },
                None => State::Text,
            },
            b'"' | b'\'' => State::Quoted { quote: byte, closing },
            _ => State::Tag { closing },
        }
    }

    fn begin_name(&mut self, byte: u8) {
        self.name[0] = byte.to_ascii_lowercase();
        self.name_len = 1;
    }

    fn name(&self) -> &[u8] {
        &self.name[..self.name_len]
    }
}

fn after_bang(byte: u8, dashes: u8) -> State {
    match (byte, dashes) {
        (b'-', 0) => State::Bang { dashes: 1 },
        // `<!-->` is a whole comment, so these dashes count for its end as well.
        (b'-', _) => State::Comment { dashes: 2 },
        (b'>', _) => State::Text,
        _ => State::Declaration,
    }
}

fn in_comment(byte: u8, dashes: u8) -> State {
    match byte {
        b'-' => State::Comment { dashes: (dashes + 1).min(2) },
        b'>' if dashes == 2 => State::Text,
        // `--!>` ends a comment too.
        b'!' if dashes == 2 => State::Comment { dashes: 2 },
        _ => State::Comment { dashes: 0 },
    }
}

fn in_raw(byte: u8, element: &'static [u8], seen: usize) -> State {
    let wanted = match seen {
        0 => Some(b'<'),
        1 => Some(b'/'),
        _ => element.get(seen - 2).copied(),
    };
    match wanted {
        Some(wanted) if byte.eq_ignore_ascii_case(&wanted) => State::Raw { element, seen: seen + 1 },
        None if byte == b'>' => State::Text,
        None if ends_name(byte) => State::Tag { closing: true },
        _ => State::Raw { element, seen: usize::from(byte == b'<') },
    }
}

fn ends_name(byte: u8) -> bool {
    matches!(byte, b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}
