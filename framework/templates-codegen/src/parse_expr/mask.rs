//! Replaces what is Forge's by Rust of the same length, for syn.

use crate::expr::Patch;
use crate::literal::literal;
use crate::parse_expr::keyword;
use crate::parse_expr::lexed::Lexed;
use crate::rust_lexer::Lexeme;
use crate::span::Span;

/// The text for syn.
pub(super) struct Masked {
    pub(super) text: String,
    /// How Rust itself spells what was hidden, in order.
    pub(super) patches: Vec<Patch>,
    /// Lists with keys, in order. To syn they are string literals.
    pub(super) groups: Vec<Span>,
}

/// Hides what syn cannot read.
pub(super) fn mask(lexed: &Lexed<'_>, in_statements: bool) -> Masked {
    let mut bytes = lexed.source[lexed.span.range()].as_bytes().to_vec();
    let mut patches = Vec::new();
    let mut groups = Vec::new();
    let offset = lexed.span.start as usize;
    for comment in &lexed.comments {
        bytes[comment.start as usize - offset..comment.end as usize - offset].fill(b' ');
    }
    let mut index = 0;
    while index < lexed.tokens.len() {
        let token = lexed.tokens[index];
        let (start, end) = (token.start - offset, token.end - offset);
        match token.lexeme {
            Lexeme::Literal if lexed.text(index).starts_with('\'') => {
                string(&mut bytes[start..end]);
                let text =
                    literal(lexed.text(index)).map_or_else(|| lexed.text(index).to_owned(), |text| format!("{text:?}"));
                patches.push(Patch { span: Span::at(token.start, token.end), text });
            }
            Lexeme::Word if is_null(lexed, index) => {
                bytes[start..end].copy_from_slice(b"None");
                patches.push(Patch { span: Span::at(token.start, token.end), text: "None".to_owned() });
            }
            Lexeme::Word if keyword::is_name(lexed, index, in_statements) => {
                bytes[start..end].fill(b'_');
                let text = format!("r#{}", lexed.text(index));
                patches.push(Patch { span: Span::at(token.start, token.end), text });
            }
            Lexeme::Open if has_keys(lexed, index) => {
                let last = lexed.closes[index];
                let span = lexed.span_of(index, last);
                string(&mut bytes[start..span.end as usize - offset]);
                groups.push(span);
                index = last;
            }
            _ => {}
        }
        index += 1;
    }
    // Whole tokens were replaced, so characters stay whole.
    Masked { text: String::from_utf8_lossy(&bytes).into_owned(), patches, groups }
}

/// `null` as Blade writes it, where it is not the name of a member.
fn is_null(lexed: &Lexed<'_>, index: usize) -> bool {
    lexed.text(index) == "null" && !matches!(lexed.before(index), Some("." | ":"))
}

fn string(bytes: &mut [u8]) {
    bytes.fill(b'_');
    if let [first, .., last] = bytes {
        *first = b'"';
        *last = b'"';
    }
}

/// Whether the group that opens at `index` is one of Forge's: a list with keys or a map.
fn has_keys(lexed: &Lexed<'_>, index: usize) -> bool {
    if is_in_macro(lexed, index) {
        return false;
    }
    match lexed.text(index) {
        "[" => !follows_operand(lexed, index) && list_has_keys(lexed, index),
        "{" => is_argument(lexed, index) && is_map(lexed, index),
        _ => false,
    }
}

/// Macros have a syntax of their own, as `json!({ "a": b })` does. That of `format!` is known.
fn is_in_macro(lexed: &Lexed<'_>, index: usize) -> bool {
    let mut around = Some(index);
    while let Some(open) = around {
        if open > 1 && lexed.text(open - 1) == "!" && lexed.touches_next(open - 1) {
            let name = open - 2;
            if lexed.tokens[name].lexeme == Lexeme::Word && lexed.touches_next(name) && lexed.text(name) != "format" {
                return true;
            }
        }
        around = lexed.within[open];
    }
    false
}

/// Whether `[` is an index, or the bracket of a macro or attribute.
fn follows_operand(lexed: &Lexed<'_>, index: usize) -> bool {
    let Some(before) = index.checked_sub(1) else { return false };
    let is_macro = lexed.text(before) == "!" && before > 0 && lexed.tokens[before - 1].lexeme == Lexeme::Word;
    lexed.ends_operand(before) || is_macro || lexed.text(before) == "#"
}

/// Whether there is a key in the list: before `=>`, or a name or text before `=` or `:`.
fn list_has_keys(lexed: &Lexed<'_>, open: usize) -> bool {
    (open + 1..lexed.closes[open]).any(|index| {
        lexed.within[index] == Some(open)
            && (lexed.is_arrow(index) || (begins_entry(lexed, open, index - 1) && is_assigned(lexed, index)))
    })
}

fn begins_entry(lexed: &Lexed<'_>, open: usize, index: usize) -> bool {
    index > open && is_plain_key(lexed, index) && matches!(lexed.text(index - 1), "," | "[" | "{")
}

fn is_plain_key(lexed: &Lexed<'_>, index: usize) -> bool {
    matches!(lexed.tokens[index].lexeme, Lexeme::Word | Lexeme::Literal)
}

/// `=` or `:` alone.
pub(super) fn is_assigned(lexed: &Lexed<'_>, index: usize) -> bool {
    lexed.is_operator(index, "=") || lexed.is_operator(index, ":")
}

/// Whether a block of Rust would make no sense here.
fn is_argument(lexed: &Lexed<'_>, index: usize) -> bool {
    let is_listed = lexed.within[index].is_none_or(|open| matches!(lexed.text(open), "(" | "["));
    let before = lexed.before(index);
    is_listed && matches!(before, None | Some("(" | "[" | ","))
}

fn is_map(lexed: &Lexed<'_>, open: usize) -> bool {
    let close = lexed.closes[open];
    let first = open + 1;
    if first == close {
        return true;
    }
    if !is_plain_key(lexed, first) {
        return false;
    }
    let is_name = lexed.tokens[first].lexeme == Lexeme::Word;
    is_assigned(lexed, first + 1)
        || lexed.is_arrow(first + 1)
        || (is_name && (first + 1 == close || lexed.text(first + 1) == ","))
}
