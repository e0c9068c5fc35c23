//! Escaping for HTML, of text and values of attributes in either kind of quotes: as Askama does it, but sixteen bytes at a time, since most text
//! has nothing to escape.

mod marks;

use std::fmt::{self, Write};

use marks::{WIDTH, marks, may_have_special};

/// The text with `<`, `>`, `&`, `"` and `'` as numeric references.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text);
    out
}

pub(crate) fn escape_into(out: &mut String, text: &str) {
    let mut copied = 0;
    let (pairs, mut rest) = text.as_bytes().as_chunks::<{ 2 * WIDTH }>();
    for (number, pair) in pairs.iter().enumerate() {
        let (halves, _) = pair.as_chunks();
        let marks = halves.iter().rev().fold(0, |after, half| (after << WIDTH) | marks(half));
        replace(out, text, &mut copied, 2 * WIDTH * number, marks);
    }
    if let Some((chunk, after)) = rest.split_first_chunk() {
        replace(out, text, &mut copied, text.len() - rest.len(), marks(chunk));
        rest = after;
    }
    if !rest.is_empty() {
        replace(out, text, &mut copied, text.len() - rest.len(), marks_of_end(text.as_bytes(), rest));
    }
    out.push_str(&text[copied..]);
}

/// Writes what is in front of the special bytes, and what stands for them. A mark is one byte from `start`, the lowest first.
#[inline(always)]
fn replace(out: &mut String, text: &str, copied: &mut usize, start: usize, mut marks: u32) {
    while marks != 0 {
        let at = start + marks.trailing_zeros() as usize;
        marks &= marks - 1;
        let Some(reference) = reference(text.as_bytes()[at]) else { continue };
        let before = at - *copied;
        // A copy of a known length takes less time than one of few bytes.
        if before <= WIDTH
            && let Some(more) = text.get(*copied..*copied + WIDTH)
        {
            let end = out.len() + before;
            out.push_str(more);
            out.truncate(end);
        } else {
            out.push_str(&text[*copied..at]);
        }
        out.push_str(reference);
        *copied = at + 1;
    }
}

/// Marks of the last bytes of a text, which are fewer than [`WIDTH`].
#[inline(always)]
fn marks_of_end(text: &[u8], rest: &[u8]) -> u32 {
    match text.last_chunk() {
        Some(chunk) => marks(chunk) >> (WIDTH - rest.len()),
        None if may_have_special(rest) => {
            let mut chunk = [0; WIDTH];
            chunk[..rest.len()].copy_from_slice(rest);
            marks(&chunk)
        }
        None => 0,
    }
}

const REFERENCES: &str = "&#34;&#38;&#39;&#60;&#62;";

#[inline(always)]
fn reference(byte: u8) -> Option<&'static str> {
    /// Where a byte's reference stands, or outside.
    static PLACES: [u8; 256] = {
        let mut places = [u8::MAX; 256];
        places[b'"' as usize] = 0;
        places[b'&' as usize] = 5;
        places[b'\'' as usize] = 10;
        places[b'<' as usize] = 15;
        places[b'>' as usize] = 20;
        places
    };
    let place = usize::from(PLACES[usize::from(byte)]);
    REFERENCES.get(place..place + 5)
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
