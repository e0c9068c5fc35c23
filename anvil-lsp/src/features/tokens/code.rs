//! Tokens of Rust within a template.

use forge_codegen::{Lexeme, Span, Template, lex};

use super::{DEFAULT_LIBRARY, Token, TokenKind};
use crate::features::builtin;

/// Words of Rust and of Forge that are no names.
const KEYWORDS: &[&str] =
    &["as", "else", "false", "if", "in", "let", "match", "move", "mut", "null", "ref", "return", "true"];

/// Adds those of an expression, as far as it can be read.
pub(super) fn tokens(template: &Template, span: Span, tokens: &mut Vec<Token>) {
    let all: Vec<(Lexeme, Span)> =
        lex(template.source(), span).into_iter().filter(|(lexeme, _)| *lexeme != Lexeme::Space).collect();
    let text = |index: usize| all.get(index).map_or("", |(_, span)| template.text(*span));
    for (index, (lexeme, span)) in all.iter().enumerate() {
        let token = match lexeme {
            Lexeme::Comment => Token::new(TokenKind::Comment, *span),
            Lexeme::Literal => Token::new(TokenKind::Text, *span),
            Lexeme::Word => {
                let before = index.checked_sub(1).map_or("", text);
                let is_filter = before == "|" && index > 1 && ends_operand(text(index - 2));
                word(text(index), before, text(index + 1), *span, is_filter)
            }
            Lexeme::Punct => Token::new(TokenKind::Operator, *span),
            Lexeme::Lifetime | Lexeme::Space | Lexeme::Open | Lexeme::Close => continue,
        };
        tokens.push(token);
    }
}

fn word(name: &str, before: &str, behind: &str, span: Span, is_filter: bool) -> Token {
    let is_member = before == ".";
    let kind = match () {
        () if name.starts_with(|c: char| c.is_ascii_digit()) => TokenKind::Number,
        () if is_member && behind == "(" => TokenKind::Method,
        () if is_member => TokenKind::Property,
        () if KEYWORDS.contains(&name) => TokenKind::Keyword,
        () if is_filter || matches!(behind, "(" | "!") => TokenKind::Function,
        () if matches!(before, "{" | ",") && behind == ":" => TokenKind::Property,
        () if name.starts_with(char::is_uppercase) => TokenKind::Type,
        () => TokenKind::Variable,
    };
    let is_known = |list: &[builtin::Callable]| list.iter().any(|known| known.name == name);
    let is_builtin =
        kind == TokenKind::Function && is_known(if is_filter { builtin::FILTERS } else { builtin::FUNCTIONS });
    Token { kind, span, modifiers: if is_builtin { DEFAULT_LIBRARY } else { 0 } }
}

fn ends_operand(text: &str) -> bool {
    text.ends_with(|c: char| c == '_' || c.is_alphanumeric() || matches!(c, ')' | ']' | '}' | '"' | '\''))
}
