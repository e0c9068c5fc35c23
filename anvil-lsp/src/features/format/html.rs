//! What HTML says of elements, as far as a formatter must know.

/// Elements without content and without an end.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements whose text is kept byte for byte.
const KEPT: &[&str] = &["pre", "textarea", "script", "style", "listing", "plaintext", "xmp"];

/// Elements that stand on lines of their own, so that white space beside their tags is not shown.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "base",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "meta",
    "nav",
    "noscript",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "script",
    "search",
    "section",
    "style",
    "summary",
    "table",
    "tbody",
    "td",
    "template",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

/// Elements within a line of text: their own text is the author's.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var",
];

pub(super) fn is_void(name: &str) -> bool {
    has(VOID, name)
}

pub(super) fn is_kept(name: &str) -> bool {
    has(KEPT, name)
}

pub(super) fn is_block(name: &str) -> bool {
    has(BLOCKS, name)
}

pub(super) fn is_inline(name: &str) -> bool {
    has(INLINE, name)
}

fn has(list: &[&str], name: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The name at the start of a text; empty if there is none.
pub(super) fn name(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/' | '<' | '{' | '@' | '"' | '\''));
    &text[..end.unwrap_or(text.len())]
}

/// Whether a text begins with a tag, or its end, of an element that stands on its own lines.
pub(super) fn begins_block(text: &str) -> bool {
    let Some(tag) = text.strip_prefix('<') else { return false };
    let name = name(tag.strip_prefix('/').unwrap_or(tag));
    // The white space before what is kept is not part of it.
    is_block(name)
}

/// Whether a text ends with such a tag.
pub(super) fn ends_block(text: &str) -> bool {
    let Some(start) = text.strip_suffix('>').and_then(|text| text.rfind('<')) else { return false };
    let tag = &text[start + 1..];
    let (name, opens) = match tag.strip_prefix('/') {
        Some(tag) => (name(tag), false),
        None => (name(tag), true),
    };
    is_block(name) && !(opens && is_kept(name))
}
