//! Names in template text: of directives, and what looks like one and is not.

/// The name at the start of `text`: a word, perhaps with a namespace, `name` or `package::name`. Empty if there is
/// none.
pub(crate) fn directive_name(text: &str) -> &str {
    let word = ascii_word(text);
    let behind = &text[word..];
    let namespaced = if word > 0 && behind.starts_with("::") { ascii_word(&behind[2..]) } else { 0 };
    &text[..if namespaced > 0 { word + 2 + namespaced } else { word }]
}

/// Whether what stands before `at` forbids a directive there: `a@b.com` is text.
pub(crate) fn is_behind_word(text: &str, at: usize) -> bool {
    text.as_bytes()[..at].last().is_some_and(|byte| is_word_byte(*byte))
}

fn ascii_word(text: &str) -> usize {
    text.bytes().position(|byte| !is_word_byte(byte)).unwrap_or(text.len())
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether what follows the name of a directive makes it an attribute of Alpine or Vue: `@error="…"`,
/// `@stop.prevent='…'`, `@empty:x="…"`.
pub(crate) fn is_attribute(behind: &str) -> bool {
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_'));
    behind.strip_prefix('=').is_some_and(|value| value.starts_with(['"', '\'']))
}

/// Whether the name at `start..end`, with its `@`, is a string of its own: `"@context"` is a key of JSON-LD.
pub(crate) fn is_quoted(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let before = start.checked_sub(1).map(|at| bytes[at]);
    matches!(before, Some(b'"' | b'\'')) && bytes.get(end).copied() == before
}
