//! Escaping for HTML, of text and values of attributes in either kind of quotes: as Askama does it, but sixteen bytes at a time, since most text
//! has nothing to escape.

use std::fmt::{self, Write};

/// The text with `<`, `>`, `&`, `"` and `'` as numeric references.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

pub(crate) fn escape_into(out: &mut String, text: &str) {
    let mut copied = 0;
    let (chunks, rest) = text.as_bytes().as_chunks::<16>();
    for (number, chunk) in chunks.iter().enumerate().filter(|(_, chunk)| may_have_special(chunk)) {
        let (halves, _) = chunk.as_chunks::<8>();
        for (half, bytes) in halves.iter().enumerate() {
            let mut marks = marks(*bytes);
            while marks != 0 {
                let at = number * 16 + half * 8 + marks.trailing_zeros() as usize / 8;
                replace(out, text, &mut copied, at);
                marks &= marks - 1;
            }
        }
    }
    if !rest.is_empty() && may_end_in_special(text.as_bytes()) {
        let start = chunks.len() * 16;
        for (at, _) in rest.iter().enumerate().filter(|(_, byte)| is_special(**byte)) {
            replace(out, text, &mut copied, start + at);
        }
    }
    out.push_str(&text[copied..]);
}

/// Writes what is in front of the special byte, and what stands for it.
#[inline]
fn replace(out: &mut String, text: &str, copied: &mut usize, at: usize) {
    out.push_str(&text[*copied..at]);
    out.push_str(reference(text.as_bytes()[at]));
    *copied = at + 1;
}

/// `"`, `&` and `'`, `<` and `>`: the latter differ in one bit each.
const fn is_special(byte: u8) -> bool {
    (byte == b'"') | (byte | 1 == b'\'') | (byte | 2 == b'>')
}

/// Without a branch for each byte, so that the compiler can look at all of them at once. `#` may be one, which saves a comparison.
fn may_have_special(chunk: &[u8; 16]) -> bool {
    let may_be = |byte: u8| u8::from((byte | 5 == b'\'') | (byte | 2 == b'>'));
    chunk.iter().fold(0, |any, byte| any | may_be(*byte)) != 0
}

/// Whether there may be one in the last fifteen bytes, by words that may overlap: most texts are short, and their bytes too many to look at
/// each.
#[inline]
fn may_end_in_special(text: &[u8]) -> bool {
    if let Some(chunk) = text.last_chunk() {
        may_have_special(chunk)
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        (marks(*first) | marks(*last)) != 0
    } else if let (Some([a, b, c, d]), Some([e, f, g, h])) = (text.first_chunk(), text.last_chunk()) {
        marks([*a, *b, *c, *d, *e, *f, *g, *h]) != 0
    } else {
        true
    }
}

const ONES: u64 = u64::MAX / 255;

/// The highest bit of each byte that is special.
const fn marks(bytes: [u8; 8]) -> u64 {
    let word = u64::from_le_bytes(bytes);
    zeros(word ^ (ONES * b'"' as u64))
        | zeros((word | ONES) ^ (ONES * b'\'' as u64))
        | zeros((word | (ONES * 2)) ^ (ONES * b'>' as u64))
}

/// The highest bit of each byte that is zero: the sum carries into it unless all other bits are zero.
const fn zeros(word: u64) -> u64 {
    const LOW: u64 = ONES * 127;
    !(((word & LOW) + LOW) | word | LOW)
}

const fn reference(special: u8) -> &'static str {
    match special {
        b'"' => "&#34;",
        b'&' => "&#38;",
        b'\'' => "&#39;",
        b'<' => "&#60;",
        _ => "&#62;",
    }
}

/// Escapes what is written to it.
pub(crate) struct Escaping<'a>(pub(crate) &'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape_into(self.0, text);
        Ok(())
    }
}

/// HTML that is to stand between double quotes. It is escaped but perhaps for them.
pub(crate) fn quote_safe_into(out: &mut String, html: &str) {
    let mut rest = html;
    while let Some(at) = rest.find('"') {
        out.push_str(&rest[..at]);
        out.push_str("&#34;");
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use askama::filters::{Escaper, Html};
    use proptest::proptest;

    proptest! {
        /// Texts longer than a chunk, with specials at any place.
        #[test]
        fn as_askama_does(text in "[a-z<>&\"'#é=?]{0,70}") {
            let mut expected = String::new();
            Html.write_escaped_str(&mut expected, &text).expect("a String takes everything");
            assert_eq!(super::escape(&text), expected);
        }

        #[test]
        fn every_character(text in "\\PC*") {
            let mut expected = String::new();
            Html.write_escaped_str(&mut expected, &text).expect("a String takes everything");
            assert_eq!(super::escape(&text), expected);
        }
    }
}
