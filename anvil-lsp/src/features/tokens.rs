//! Semantic tokens: directives, components, props, and the Rust of expressions, as the parser sees them. HTML has none.

mod code;

use forge_codegen::{Leaf, LeafKind, Span, Template};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        Position, SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend,
        SemanticTokensParams, SemanticTokensResult,
    },
};

use super::context;
use crate::{
    snapshot::{Cursor, Snapshot},
    text::{Encoding, Text},
};

/// What a token is; its number is its place in the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenKind {
    /// A directive, a word of Rust.
    Keyword,
    /// A component's tag.
    Class,
    Type,
    /// A prop, a field.
    Property,
    Variable,
    Function,
    Method,
    Text,
    Number,
    Comment,
    Operator,
}

const TYPES: [(TokenKind, SemanticTokenType); 11] = [
    (TokenKind::Keyword, SemanticTokenType::KEYWORD),
    (TokenKind::Class, SemanticTokenType::CLASS),
    (TokenKind::Type, SemanticTokenType::TYPE),
    (TokenKind::Property, SemanticTokenType::PROPERTY),
    (TokenKind::Variable, SemanticTokenType::VARIABLE),
    (TokenKind::Function, SemanticTokenType::FUNCTION),
    (TokenKind::Method, SemanticTokenType::METHOD),
    (TokenKind::Text, SemanticTokenType::STRING),
    (TokenKind::Number, SemanticTokenType::NUMBER),
    (TokenKind::Comment, SemanticTokenType::COMMENT),
    (TokenKind::Operator, SemanticTokenType::OPERATOR),
];

/// Of what is always there: `route(…)`, filters.
const DEFAULT_LIBRARY: u32 = 1;

/// The types and modifiers that the tokens' numbers mean.
pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.iter().map(|(_, name)| name.clone()).collect(),
        token_modifiers: vec![SemanticTokenModifier::DEFAULT_LIBRARY],
    }
}

pub(crate) fn tokens(snapshot: &Snapshot, params: &SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
    let Some(cursor) = snapshot.cursor(&params.text_document.uri, Position::default())? else { return Ok(None) };
    let Cursor { document, .. } = cursor;
    let template = context::template(&cursor);
    let data = encode(&document.text, &found(&template), snapshot.encoding());
    Ok(Some(SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data })))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token {
    kind: TokenKind,
    span: Span,
    modifiers: u32,
}

impl Token {
    fn new(kind: TokenKind, span: Span) -> Self {
        Self { kind, span, modifiers: 0 }
    }
}

/// In the order of the text, none within another.
fn found(template: &Template) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut opener = "";
    for Leaf { kind, span } in template.leaves() {
        match kind {
            LeafKind::DirectiveName => {
                opener = template.text(span);
                tokens.push(Token::new(TokenKind::Keyword, span));
            }
            LeafKind::Arguments => {
                let inside = template.text(span).trim_start_matches('(').trim_end_matches(')');
                let end = if template.text(span).ends_with(')') { span.end - 1 } else { span.end };
                if !inside.is_empty() {
                    code::tokens(template, Span::new(span.start + 1, end), &mut tokens);
                }
            }
            LeafKind::Expression => code::tokens(template, span, &mut tokens),
            LeafKind::RawText if opener.eq_ignore_ascii_case("@rust") => code::tokens(template, span, &mut tokens),
            LeafKind::Tag => tag(template, span, &mut tokens),
            LeafKind::AttributeName => tokens.push(Token::new(TokenKind::Property, span)),
            LeafKind::Comment => tokens.push(Token::new(TokenKind::Comment, span)),
            _ => {}
        }
    }
    tokens
}

/// `<x-card`, `</x-card>`, `>`: the name with its bracket's `x-`.
fn tag(template: &Template, span: Span, tokens: &mut Vec<Token>) {
    let written = template.text(span);
    let Some(start) = written.find("x-").or_else(|| written.find("x:")) else { return };
    let name = written[start..].trim_end_matches('>').trim_end();
    let start = span.start + start as u32;
    let end = start + name.len() as u32;
    match name.strip_prefix("x-slot:") {
        Some(slot) => {
            let middle = end - slot.len() as u32;
            tokens.push(Token::new(TokenKind::Class, Span::new(start, middle - 1)));
            if !slot.is_empty() {
                tokens.push(Token::new(TokenKind::Property, Span::new(middle, end)));
            }
        }
        None => tokens.push(Token::new(TokenKind::Class, Span::new(start, end))),
    }
}

/// Relative to each other, and each within one line, as the protocol wants them.
fn encode(text: &Text, tokens: &[Token], encoding: Encoding) -> Vec<SemanticToken> {
    let mut encoded = Vec::with_capacity(tokens.len());
    let mut before = Position::default();
    for token in tokens {
        for part in lines(text.as_str(), token.span) {
            let start = text.position(part.start, encoding);
            let delta_line = start.line - before.line;
            encoded.push(SemanticToken {
                delta_line,
                delta_start: if delta_line == 0 { start.character - before.character } else { start.character },
                length: encoding.len(&text.as_str()[part.range()]),
                token_type: TYPES.iter().position(|(kind, _)| *kind == token.kind).unwrap_or(0) as u32,
                token_modifiers_bitset: token.modifiers,
            });
            before = start;
        }
    }
    encoded
}

/// The lines of a span, without their ends and without what is empty.
fn lines(text: &str, span: Span) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = span.start as usize;
    let end = span.end as usize;
    while start < end {
        let stop = text[start..end].find(['\n', '\r']).map_or(end, |at| start + at);
        if start < stop {
            lines.push(Span::new(start as u32, stop as u32));
        }
        start = stop + 1;
    }
    lines
}

#[cfg(test)]
mod tests;
