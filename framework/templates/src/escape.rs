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

#[inline]
pub(crate) fn escape_into(out: &mut String, text: &str) {
    if is_short_and_plain(text.as_bytes()) {
        out.push_str(text);
    } else {
        escape_any_into(out, text);
    }
}

#[inline(never)]
fn escape_any_into(out: &mut String, text: &str) {
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

/// Whether a short text has nothing to escape, by its first and last bytes, which may overlap: most texts are short, and their bytes too many to
/// look at each.
#[inline(always)]
fn is_short_and_plain(text: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        text.len() <= 2 * WIDTH && marks(first) | marks(last) == 0
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        !may_have_special(*first) && !may_have_special(*last)
    } else if let (Some([a, b, c, d]), Some([e, f, g, h])) = (text.first_chunk(), text.last_chunk()) {
        !may_have_special([*a, *b, *c, *d, *e, *f, *g, *h])
    } else {
        !text.iter().any(|byte| reference(*byte).is_some())
    }
}

/// Marks of the last bytes of a text, which are fewer than [`WIDTH`].
#[inline(always)]
fn marks_of_end(text: &[u8], rest: &[u8]) -> u32 {
    if let Some(chunk) = text.last_chunk() {
        return marks(chunk) >> (WIDTH - rest.len());
    }
    let mut chunk = [0; WIDTH];
    chunk[..rest.len()].copy_from_slice(rest);
    marks(&chunk)
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
