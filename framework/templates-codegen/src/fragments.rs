//! Single expressions, conditions and patterns, for those who look at one place of a template. What is wrong with them is nothing here:
//! [`analyse`](fn@crate::analyse) says that.
//!
//! syn recurses, and fills tables that belong to a thread: call these on a thread of their own.

use crate::expr::{Condition, Expr, Pattern};
use crate::ir::Statement;
use crate::parse_expr;
use crate::span::Span;

/// An expression, perhaps with filters behind it. Places are those of `text`.
#[must_use]
pub fn expression(text: &str, span: Span) -> Option<Expr> {
    parse_expr::echo(text, whole(text, span)?).ok()
}

/// What `@if` and the like ask.
#[must_use]
pub fn condition(text: &str, span: Span) -> Option<Condition> {
    parse_expr::condition(text, whole(text, span)?).ok()
}

/// The left side of a loop's head.
#[must_use]
pub fn pattern(text: &str, span: Span) -> Option<Pattern> {
    parse_expr::pattern(text, whole(text, span)?).ok()
}

/// The statements of `@rust`; none if one of them is beyond the engines.
#[must_use]
pub fn statements(text: &str, span: Span) -> Vec<Statement> {
    whole(text, span)
        .and_then(|span| parse_expr::statements(text, span).ok())
        .map(|(statements, _)| statements)
        .unwrap_or_default()
}

/// The names that the code of `@rust` binds for what follows, whether or not the engines know its statements.
#[must_use]
pub fn bound_by(text: &str, span: Span) -> Vec<String> {
    whole(text, span).map(|span| parse_expr::bound_by(text, span)).unwrap_or_default()
}

/// A place that exists and is not empty.
fn whole(text: &str, span: Span) -> Option<Span> {
    let piece = text.get(span.range())?;
    (!piece.trim().is_empty()).then_some(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_read_at_their_places_and_broken_ones_are_nothing() {
        let text = "ä {{ post.title | upper }} (at, post) let Some(x) = y";
        let span = |piece: &str| {
            let start = text.find(piece).expect("it is there");
            Span::at(start, start + piece.len())
        };
        assert_eq!(
            expression(text, span("post.title | upper")).map(|expr| expr.span.start),
            Some(span("post.title").start)
        );
        assert!(pattern(text, span("(at, post)")).is_some());
        assert!(condition(text, span("let Some(x) = y")).is_some());
        assert_eq!(bound_by("let a = 1; let (b, _) = c?", Span::new(0, 25)), ["a", "b"]);
        assert_eq!(expression(text, span("{{ post")), None);
        assert_eq!(expression(text, Span::new(1, 4)), None, "within a character");
        assert_eq!(expression(text, Span::new(90, 95)), None, "beyond the text");
        assert_eq!(statements(text, Span::new(3, 3)), []);
    }
}
