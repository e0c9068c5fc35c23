//! Lists with keys, and maps: `["a", "b" => c]`, `{ a: b, c }`.

use crate::expr::{Entry, Expr, ExprKind};
use crate::literal::literal;
use crate::parse_expr::lexed::Lexed;
use crate::parse_expr::{expression, failure, mask};
use crate::problem::Problem;
use crate::rust_lexer::Lexeme;
use crate::span::Span;

/// The entries of the group that `span` is.
pub(super) fn of_group(text: &str, span: Span) -> Result<Vec<Entry>, Problem> {
    let lexed = Lexed::new(text, span)?;
    if !lexed.is_one_group() {
        let problem = failure::invalid(span, "this is no list of names and values");
        return Err(problem.help("write `{ name: value }` or `['name' => value]`"));
    }
    let is_map = lexed.text(0) == "{";
    pieces(&lexed).into_iter().map(|(first, last)| entry(&lexed, first, last, is_map)).collect()
}

/// First and last token of each entry.
fn pieces(lexed: &Lexed<'_>) -> Vec<(usize, usize)> {
    let close = lexed.tokens.len() - 1;
    let mut pieces = Vec::new();
    let mut first = 1;
    let mut angles = 0_usize;
    let mut in_closure = false;
    for index in 1..=close {
        if index < close && lexed.within[index] != Some(0) {
            continue;
        }
        let is_separator = match lexed.text(index) {
            "|" if in_closure => {
                in_closure = false;
                false
            }
            "|" => {
                in_closure = !lexed.ends_operand(index - 1) && lexed.text(index - 1) != "|";
                false
            }
            "<" if angles > 0 || (index > 2 && lexed.text(index - 1) == ":" && lexed.text(index - 2) == ":") => {
                angles += 1;
                false
            }
            ">" if angles > 0 && !matches!(lexed.text(index - 1), "-" | "=") => {
                angles -= 1;
                false
            }
            "," => angles == 0 && !in_closure,
            _ => index == close,
        };
        if is_separator {
            if first < index {
                pieces.push((first, index - 1));
            }
            first = index + 1;
        }
    }
    pieces
}

fn entry(lexed: &Lexed<'_>, first: usize, last: usize, is_map: bool) -> Result<Entry, Problem> {
    let separator = (first..=last).find(|index| {
        lexed.within[*index] == Some(0)
            && (lexed.is_arrow(*index)
                || (*index == first + 1 && is_plain_key(lexed, first) && mask::is_assigned(lexed, *index)))
    });
    let Some(separator) = separator else { return item(lexed, first, last, is_map) };
    let length = if lexed.is_arrow(separator) { 2 } else { 1 };
    if separator == first || separator + length > last {
        let span = lexed.span_of(first, last);
        let what =
            if separator == first { "the name of this entry is missing" } else { "the value of this entry is missing" };
        return Err(failure::invalid(span, what).help("write `name => value`"));
    }
    let is_name = is_map || length == 1;
    let key = if is_name && first + 1 == separator && lexed.tokens[first].lexeme == Lexeme::Word {
        name(lexed, first)
    } else {
        expression(lexed.source, lexed.span_of(first, separator - 1))?
    };
    let value = expression(lexed.source, lexed.span_of(separator + length, last))?;
    Ok(Entry { key: Some(key), value })
}

/// An entry without a key of its own.
fn item(lexed: &Lexed<'_>, first: usize, last: usize, is_map: bool) -> Result<Entry, Problem> {
    let span = lexed.span_of(first, last);
    if is_map && (first < last || lexed.tokens[first].lexeme != Lexeme::Word) {
        let text = &lexed.source[span.range()];
        let problem = failure::invalid(span, format!("`{text}` has no name"));
        return Err(problem.help("write `name: value`"));
    }
    let value = expression(lexed.source, span)?;
    Ok(Entry { key: is_map.then(|| name(lexed, first)), value })
}

fn name(lexed: &Lexed<'_>, index: usize) -> Expr {
    let written = lexed.text(index);
    let text = literal(written).unwrap_or_else(|| written.trim_start_matches("r#").to_owned());
    Expr { span: lexed.span_of(index, index), kind: ExprKind::Str(text) }
}

fn is_plain_key(lexed: &Lexed<'_>, index: usize) -> bool {
    matches!(lexed.tokens[index].lexeme, Lexeme::Word | Lexeme::Literal)
}
