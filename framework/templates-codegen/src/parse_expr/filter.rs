//! Filters at the end of an echo: `a | upper | truncate(20)`.

use crate::expr::{Expr, ExprKind, Name};
use crate::parse_expr::expression;
use crate::parse_expr::lexed::Lexed;
use crate::problem::Problem;
use crate::rust_lexer::Lexeme;
use crate::span::Span;

/// A filter as it stands in the text.
pub(super) struct Filter {
    /// What it is applied to, with all filters before it.
    pub(super) value: Span,
    name: Name,
    arguments: Vec<Span>,
    end: u32,
}

impl Filter {
    pub(super) fn applied(&self, text: &str, value: Expr) -> Result<Expr, Problem> {
        let arguments = self.arguments.iter().map(|span| expression(text, *span)).collect::<Result<_, _>>()?;
        let span = Span::new(value.span.start, self.end);
        Ok(Expr { span, kind: ExprKind::Filter { value: Box::new(value), name: self.name.clone(), arguments } })
    }
}

/// The filters in the order in which they are applied.
pub(super) fn chain(lexed: &Lexed<'_>) -> Vec<Filter> {
    let bars = (1..lexed.tokens.len()).filter(|index| {
        lexed.within[*index].is_none() && lexed.is_operator(*index, "|") && lexed.ends_operand(*index - 1)
    });
    let bars: Vec<usize> = bars.collect();
    let mut filters = Vec::new();
    let mut end = lexed.tokens.len();
    // From the end: what is no filter ends the chain, and belongs to the value.
    for bar in bars.into_iter().rev() {
        let Some(filter) = filter(lexed, bar, end) else { break };
        filters.push(filter);
        end = bar;
    }
    filters.reverse();
    filters
}

fn filter(lexed: &Lexed<'_>, bar: usize, end: usize) -> Option<Filter> {
    let name = bar + 1;
    if name >= end
        || lexed.tokens[name].lexeme != Lexeme::Word
        || lexed.text(name).starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let open = name + 1;
    let arguments = if open == end {
        Vec::new()
    } else if lexed.text(open) == "(" && lexed.closes[open] == end - 1 {
        arguments(lexed, open)
    } else {
        return None;
    };
    Some(Filter {
        value: lexed.span_of(0, bar - 1),
        name: Name { span: lexed.span_of(name, name), text: lexed.text(name).to_owned() },
        arguments,
        end: lexed.tokens[end - 1].end as u32,
    })
}

fn arguments(lexed: &Lexed<'_>, open: usize) -> Vec<Span> {
    let close = lexed.closes[open];
    let mut list = Vec::new();
    let mut first = open + 1;
    for index in open + 1..=close {
        let is_comma = lexed.within[index] == Some(open) && lexed.text(index) == ",";
        if index == close || is_comma {
            if first < index {
                list.push(lexed.span_of(first, index - 1));
            }
            first = index + 1;
        }
    }
    list
}
