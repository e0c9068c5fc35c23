//! Expressions of templates: from places in the text to trees.
//!
//! Rust's grammar is syn's. What Forge adds is hidden from it: before syn reads the text, [`mask`] replaces text in single
//! quotes, words of Rust that are names, and lists with keys by Rust of the same length. So every place that syn speaks
//! of is the place in the template, and what stands there is read from the template itself.

mod condition;
mod convert;
mod depth;
mod entries;
mod failure;
mod filter;
mod keyword;
mod lexed;
mod mask;
mod pattern;
mod rust_text;
mod statement;

use syn::parse::{ParseStream, Parser};

use crate::expr::{Condition, Entry, Expr, Patch, Pattern, RustText};
use crate::ir::Statement;
use crate::parse_expr::convert::Convert;
use crate::parse_expr::lexed::Lexed;
use crate::problem::Problem;
use crate::span::Span;

pub(crate) use crate::parse_expr::rust_text::inline_arguments;

/// An expression anywhere but in an echo.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn expression(text: &str, span: Span) -> Result<Expr, Problem> {
    let lexed = Lexed::new(text, span)?;
    lexed_expression(&lexed)
}

/// The expression of an echo, which may end with filters.
pub(crate) fn echo(text: &str, span: Span) -> Result<Expr, Problem> {
    let lexed = Lexed::new(text, span)?;
    let filters = filter::chain(&lexed);
    let Some(first) = filters.first() else { return lexed_expression(&lexed) };
    let value = expression(text, first.value)?;
    filters.iter().try_fold(value, |value, filter| filter.applied(text, value))
}

/// What `@if` and the like ask: an expression, perhaps with `let`.
pub(crate) fn condition(text: &str, span: Span) -> Result<Condition, Problem> {
    let lexed = Lexed::new(text, span)?;
    if !lexed.has_outer_word("let") {
        return lexed_expression(&lexed).map(Condition::Expr);
    }
    // Only in the head of an `if` does syn accept `let`.
    let convert = Convert::new(&lexed, "if ".len())?;
    let parsed = parse(&lexed, &format!("if {} {{}}", convert.masked.text), "if ".len(), |input| input.parse())?;
    match &parsed {
        syn::Expr::If(parsed) => convert.condition(&parsed.cond),
        _ => Err(failure::invalid(span, "this is no condition")),
    }
}

/// The left side of a loop's head.
pub(crate) fn pattern(text: &str, span: Span) -> Result<Pattern, Problem> {
    let lexed = Lexed::new(text, span)?;
    let convert = Convert::new(&lexed, 0)?;
    let parsed = parse(&lexed, &convert.masked.text, 0, syn::Pat::parse_multi_with_leading_vert)?;
    convert.pattern(&parsed)
}

/// The entries of `{ … }` or `[ … ]`: with keys or without.
pub(crate) fn entries(text: &str, span: Span) -> Result<Vec<Entry>, Problem> {
    entries::of_group(text, span)
}

/// The code of `@rust`: its statements, none if one of them is beyond the engines, and the text with what is special in it.
pub(crate) fn statements(text: &str, span: Span) -> Result<(Vec<Statement>, RustText), Problem> {
    let lexed = Lexed::new(text, span)?;
    let convert = Convert::of_statements(&lexed)?;
    let end = lexed.tokens.last().map_or(span.end as usize, |token| token.end);
    let is_ended = lexed.tokens.last().is_some_and(|token| text[token.start..token.end] == *";");
    if is_ended {
        let parsed = parse(&lexed, &convert.masked.text, 0, syn::Block::parse_within)?;
        return convert.statements(&parsed, span);
    }
    // The last `;` may be left out.
    let mut masked = convert.masked.text.clone();
    masked.insert(end - span.start as usize, ';');
    let parsed = parse(&lexed, &masked, 0, syn::Block::parse_within)?;
    let (statements, mut rust) = convert.statements(&parsed, span)?;
    rust.patches.push(Patch { span: Span::at(end, end), text: ";".to_owned() });
    Ok((statements, rust))
}

/// Bytes of a path. Beyond, syn might need more stack than there is.
const PATH_BYTES_MAX: usize = 1000;

/// Whether `use` can stand before it.
pub(crate) fn is_use_tree(path: &str) -> bool {
    path.len() <= PATH_BYTES_MAX && syn::parse_str::<syn::UseTree>(path).is_ok()
}

/// Whether it is a type.
pub(crate) fn is_type(path: &str) -> bool {
    path.len() <= PATH_BYTES_MAX && syn::parse_str::<syn::Type>(path).is_ok()
}

fn lexed_expression(lexed: &Lexed<'_>) -> Result<Expr, Problem> {
    let convert = Convert::new(lexed, 0)?;
    let parsed = parse(lexed, &convert.masked.text, 0, |input| input.parse::<syn::Expr>())?;
    convert.expr(&parsed)
}

/// Reads `masked`, whose first `prefix` bytes do not stand in the template.
fn parse<T>(
    lexed: &Lexed<'_>,
    masked: &str,
    prefix: usize,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> Result<T, Problem> {
    parser.parse_str(masked).map_err(|error| failure::of_syntax(lexed, &error, prefix))
}

/// The names that the code of `@rust` binds for what follows.
pub(crate) fn bound_by(text: &str, code: Span) -> Vec<String> {
    let bound = || {
        let lexed = Lexed::new(text, code)?;
        let convert = Convert::of_statements(&lexed)?;
        let masked = format!("{};", convert.masked.text);
        let parsed = parse(&lexed, &masked, 0, syn::Block::parse_within)?;
        let lets = parsed.iter().filter_map(|statement| match statement {
            syn::Stmt::Local(local) => Some(&local.pat),
            _ => None,
        });
        Ok::<_, Problem>(lets.flat_map(|pattern| convert.names_of_pattern(pattern).1).collect())
    };
    bound().unwrap_or_default()
}
