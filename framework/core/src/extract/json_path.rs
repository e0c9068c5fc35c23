//! Which value of a JSON text a place in it belongs to: `tags[0].name`.
//!
//! serde_json tells line and column of an error, not the path. Keeping the path while reading would double what the compiler
//! makes for every type; the text up to the place tells the same, once there is an error. The text before the place is known to
//! be valid, so this only follows brackets, keys and commas.

use super::shortened;

/// Levels that a path can have: serde_json reads values no deeper. Deeper ones, in what no type asked for, are only counted.
const DEPTH_MAX: usize = 128;

/// Longest key in a path.
const KEY_BYTES_MAX: usize = 100;

/// The path of the value at which serde_json reported `message`, empty for the whole text. `line` counts from one, `column` is the
/// number of bytes read in that line; without a line the whole text is meant.
///
/// A missing field is reported at the end of the object that lacks it, and so is a value that its type refuses after it was read,
/// if it is the last one there: the path then is the object's.
pub(super) fn locate(text: &[u8], line: usize, column: usize, message: &str) -> String {
    let Some(end) = offset(text, line, column) else { return String::new() };
    let mut scan = Scan { open: Vec::new(), deeper: 0, last: 0 };
    scan.read(&text[..end]);
    // A bracket of the wrong kind is refused before it is read.
    let refused_unread = match text.get(end) {
        Some(b'{') => message.starts_with("invalid type: map"),
        Some(b'[') => message.starts_with("invalid type: sequence"),
        _ => false,
    };
    scan.settle(refused_unread);
    scan.path(text)
}

fn offset(text: &[u8], line: usize, column: usize) -> Option<usize> {
    let before = line.checked_sub(1)?;
    let start = match before.checked_sub(1) {
        None => 0,
        Some(nth) => text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(nth)?.0 + 1,
    };
    Some(text.len().min(start + column))
}

/// An open bracket and what was read last inside.
enum Level {
    /// Bounds of the key, quotes included.
    Object(Option<(usize, usize)>),
    /// Index of the element, `None` if none is meant.
    Array(Option<usize>),
}

struct Scan {
    open: Vec<Level>,
    deeper: usize,
    /// The token before, by its first byte; a quote for any string.
    last: u8,
}

impl Scan {
    fn read(&mut self, text: &[u8]) {
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            let start = at;
            at += 1;
            match byte {
                b'"' => at = string_end(text, at),
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                _ => {}
            }
            self.token(byte, start, at);
            self.last = byte;
        }
    }

    fn token(&mut self, byte: u8, start: usize, end: usize) {
        match byte {
            b'{' | b'[' if self.open.len() == DEPTH_MAX => self.deeper += 1,
            b'}' | b']' if self.deeper > 0 => self.deeper -= 1,
            b'{' => self.open.push(Level::Object(None)),
            b'[' => self.open.push(Level::Array(Some(0))),
            b'}' | b']' => {
                self.open.pop();
            }
            _ if self.deeper > 0 => {}
            b',' => match self.open.last_mut() {
                Some(Level::Array(index)) => *index = index.map(|index| index + 1),
                Some(Level::Object(key)) => *key = None,
                None => {}
            },
            b'"' if matches!(self.last, b'{' | b',') => {
                if let Some(Level::Object(key)) = self.open.last_mut() {
                    *key = Some((start, end));
                }
            }
            _ => {}
        }
    }

    /// Between two elements of an array the one before is meant, or the array itself if there is none, unless the next one was
    /// refused unread.
    fn settle(&mut self, refused_unread: bool) {
        if refused_unread {
            return;
        }
        if let Some(Level::Array(index)) = self.open.last_mut() {
            match self.last {
                b'[' => *index = None,
                b',' => *index = index.and_then(|index| index.checked_sub(1)),
                _ => {}
            }
        }
    }

    fn path(&self, text: &[u8]) -> String {
        let mut path = String::new();
        for level in &self.open {
            match level {
                Level::Object(Some((start, end))) => push_key(&mut path, &text[*start..*end]),
                Level::Array(Some(index)) => path.push_str(&format!("[{index}]")),
                Level::Object(None) | Level::Array(None) => {}
            }
        }
        path
    }
}

/// The end of the string whose content begins at `at`, behind its closing quote.
fn string_end(text: &[u8], mut at: usize) -> usize {
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// `.name`, or `["a name"]` for a key that is no word.
fn push_key(path: &mut String, quoted: &[u8]) {
    let key: String = serde_json::from_slice(quoted).unwrap_or_else(|_| "?".to_owned());
    let key = shortened(&key, KEY_BYTES_MAX);
    if !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '…')) {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&key);
    } else {
        path.push_str(&format!("[{}]", serde_json::Value::from(key.as_ref())));
    }
}
