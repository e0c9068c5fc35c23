//! What is wrong with an expression, said in terms of the template.

use crate::fault::{Fault, Faulty};
use crate::parse_expr::lexed::Lexed;
use crate::problem::{Code, Problem};
use crate::rust_lexer::Token;
use crate::span::Span;

pub(super) fn invalid(span: Span, message: impl Into<String>) -> Problem {
    Problem::new(Code::InvalidExpression, span, message)
}

pub(super) fn empty(span: Span) -> Problem {
    invalid(span, "an expression is missing").help("write one")
}

pub(super) fn too_deep(span: Span) -> Problem {
    let problem = Problem::new(Code::TooDeep, span, "this expression is too deep");
    problem.help("name parts of it with `@rust let part = …; @endrust`")
}

pub(super) fn of_lexer(text: &str, fault: Fault) -> Problem {
    let end = text[fault.at..].chars().next().map_or(fault.at, |c| fault.at + c.len_utf8());
    let (what, help) = match fault.what {
        Faulty::Comment => ("this comment does not end", "add `*/`"),
        _ => ("this text does not end", "add its quote"),
    };
    Problem::new(Code::MalformedExpression, Span::at(fault.at, end), what).help(help)
}

pub(super) fn stray_bracket(text: &str, token: Token) -> Problem {
    let written = &text[token.start..token.end];
    let problem = Problem::new(Code::MalformedExpression, at(token), format!("`{written}` closes nothing"));
    problem.help("remove it, or add what it closes")
}

pub(super) fn unclosed_bracket(text: &str, token: Token) -> Problem {
    let written = &text[token.start..token.end];
    let close = match written {
        "(" => ")",
        "[" => "]",
        _ => "}",
    };
    let problem = Problem::new(Code::MalformedExpression, at(token), format!("`{written}` is not closed"));
    problem.help(format!("add `{close}`"))
}

/// What syn could not read. `prefix` bytes at the beginning of what it read are not of the template.
pub(super) fn of_syntax(lexed: &Lexed<'_>, error: &syn::Error, prefix: usize) -> Problem {
    if let Some(problem) = of_php(lexed) {
        return problem;
    }
    let range = error.span().byte_range();
    let place = |at: usize| (lexed.span.start as usize + at.saturating_sub(prefix)).min(lexed.span.end as usize);
    let (start, end) = (place(range.start), place(range.end));
    let message = error.to_string();
    let found = lexed.source.get(start..end).unwrap_or_default();
    let is_end = message.starts_with("unexpected end of input");
    if found.is_empty() || is_end {
        // Behind the last token: there something is missing.
        let last = lexed.tokens.last().map_or(lexed.span, |token| at(*token));
        let expected = message.strip_prefix("unexpected end of input, ").unwrap_or("something is missing here");
        return invalid(last, format!("the expression ends too early: {expected}")).help("complete it");
    }
    let span = Span::at(start, end);
    match message.as_str() {
        "unexpected token" => {
            invalid(span, format!("`{found}` does not belong here")).help("remove it, or join it with an operator")
        }
        _ => invalid(span, message).help("write an expression of Rust"),
    }
}

/// What is copied from Blade and is not Rust.
fn of_php(lexed: &Lexed<'_>) -> Option<Problem> {
    let touching = |index: usize, rest: &[&str]| {
        rest.iter()
            .enumerate()
            .all(|(offset, text)| lexed.touches_next(index + offset) && lexed.text(index + offset + 1) == *text)
    };
    (0..lexed.tokens.len()).find_map(|index| {
        let (length, message, help) = match lexed.text(index) {
            "$" => (1, "`$` is not a part of names here", "remove it"),
            "-" if touching(index, &[">"]) => (2, "`->` is PHP's", "write `.`"),
            "=" if touching(index, &["=", "="]) => (3, "`===` is PHP's", "write `==`"),
            "!" if touching(index, &["=", "="]) => (3, "`!==` is PHP's", "write `!=`"),
            "?" if touching(index, &["?"]) => {
                (2, "`??` is PHP's", "write `a.unwrap_or(b)`, or `a | default(b)` in an echo")
            }
            "?" if touching(index, &[":"]) => (2, "`?:` is PHP's", "write `if a { b } else { c }`"),
            "?" if lexed.behind(index).is_some_and(|_| lexed.has_outer_word(":")) => {
                (1, "`a ? b : c` is PHP's", "write `if a { b } else { c }`")
            }
            _ => return None,
        };
        let span = lexed.span_of(index, index + length - 1);
        Some(Problem::new(Code::Foreign, span, message).help(help))
    })
}

fn at(token: Token) -> Span {
    Span::at(token.start, token.end)
}
