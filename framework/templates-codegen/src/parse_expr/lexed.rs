//! The significant tokens of an expression, with the brackets that belong together.

use crate::limits::NESTING_MAX;
use crate::parse_expr::{depth, failure};
use crate::problem::Problem;
use crate::rust_lexer::{Lexeme, RustLexer, Token};
use crate::span::Span;

pub(super) struct Lexed<'t> {
    /// Of the whole template.
    pub(super) source: &'t str,
    pub(super) span: Span,
    pub(super) tokens: Vec<Token>,
    /// For each opening token the index of its closing one; for all others their own index.
    pub(super) closes: Vec<usize>,
    /// For each token the index of the innermost bracket around it.
    pub(super) within: Vec<Option<usize>>,
    pub(super) comments: Vec<Span>,
}

impl<'t> Lexed<'t> {
    pub(super) fn new(source: &'t str, span: Span) -> Result<Self, Problem> {
        let mut lexer = RustLexer::new(source, span.start as usize, span.end as usize);
        let mut lexed =
            Self { source, span, tokens: Vec::new(), closes: Vec::new(), within: Vec::new(), comments: Vec::new() };
        let mut open: Vec<usize> = Vec::new();
        while let Some(token) = lexer.next().map_err(|fault| failure::of_lexer(source, fault))? {
            let index = lexed.tokens.len();
            match token.lexeme {
                Lexeme::Comment => lexed.comments.push(Span::at(token.start, token.end)),
                Lexeme::Space => {}
                Lexeme::Close => {
                    let Some(opener) = open.pop() else {
                        return Err(failure::stray_bracket(source, token));
                    };
                    if !fits(source.as_bytes()[lexed.tokens[opener].start], source.as_bytes()[token.start]) {
                        return Err(failure::stray_bracket(source, token));
                    }
                    lexed.closes[opener] = index;
                    lexed.push(token, open.last().copied());
                }
                _ => {
                    lexed.push(token, open.last().copied());
                    if token.lexeme == Lexeme::Open {
                        open.push(index);
                    }
                }
            }
            if open.len() > NESTING_MAX {
                return Err(failure::too_deep(Span::at(token.start, token.end)));
            }
        }
        if let Some(opener) = open.last() {
            return Err(failure::unclosed_bracket(source, lexed.tokens[*opener]));
        }
        if lexed.tokens.is_empty() {
            return Err(failure::empty(span));
        }
        depth::check(&lexed)?;
        Ok(lexed)
    }

    fn push(&mut self, token: Token, within: Option<usize>) {
        self.closes.push(self.tokens.len());
        self.tokens.push(token);
        self.within.push(within);
    }

    pub(super) fn text(&self, index: usize) -> &'t str {
        let token = self.tokens[index];
        &self.source[token.start..token.end]
    }

    /// The text of the token before `index`, if there is one.
    pub(super) fn before(&self, index: usize) -> Option<&'t str> {
        index.checked_sub(1).map(|index| self.text(index))
    }

    /// The text of the token behind `index`, if there is one.
    pub(super) fn behind(&self, index: usize) -> Option<&'t str> {
        (index + 1 < self.tokens.len()).then(|| self.text(index + 1))
    }

    /// Whether nothing stands between the two tokens at `index`.
    pub(super) fn touches_next(&self, index: usize) -> bool {
        self.tokens.get(index + 1).is_some_and(|next| next.start == self.tokens[index].end)
    }

    /// From the first of these tokens to the last.
    pub(super) fn span_of(&self, first: usize, last: usize) -> Span {
        Span::at(self.tokens[first].start, self.tokens[last].end)
    }

    /// Whether a word stands outside of all brackets.
    pub(super) fn has_outer_word(&self, word: &str) -> bool {
        (0..self.tokens.len()).any(|index| self.within[index].is_none() && self.text(index) == word)
    }

    /// Whether the whole is one `[ … ]` or `{ … }`.
    pub(super) fn is_one_group(&self) -> bool {
        matches!(self.text(0), "[" | "{") && self.closes[0] == self.tokens.len() - 1
    }

    /// Whether the token can be the last of an operand.
    pub(super) fn ends_operand(&self, index: usize) -> bool {
        match self.tokens[index].lexeme {
            Lexeme::Word => {
                !matches!(self.text(index), "in" | "return" | "match" | "if" | "else" | "move" | "as" | "let")
            }
            Lexeme::Literal | Lexeme::Close => true,
            Lexeme::Punct => self.text(index) == "?",
            Lexeme::Space | Lexeme::Comment | Lexeme::Lifetime | Lexeme::Open => false,
        }
    }

    /// Whether the punctuation at `index` is `text` and not a part of a longer operator.
    pub(super) fn is_operator(&self, index: usize, text: &str) -> bool {
        let joins =
            |c: &str| matches!(c, "=" | "<" | ">" | "!" | "+" | "-" | "*" | "/" | "%" | "^" | "&" | "|" | ":" | ".");
        let is_punct = |index: usize| self.tokens[index].lexeme == Lexeme::Punct;
        if !is_punct(index) || self.text(index) != text {
            return false;
        }
        let joined_before =
            index > 0 && self.touches_next(index - 1) && is_punct(index - 1) && joins(self.text(index - 1));
        // What follows may be a sign of its own: `=-1`, `=&a`, `=!a`, `=*a`.
        let joined_behind = self.touches_next(index)
            && is_punct(index + 1)
            && (matches!(self.text(index + 1), "=" | ">") || self.text(index + 1) == text);
        !joined_before && !joined_behind
    }

    /// Whether `=>` begins at `index`.
    pub(super) fn is_arrow(&self, index: usize) -> bool {
        self.text(index) == "=" && self.touches_next(index) && self.text(index + 1) == ">"
    }
}

fn fits(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}
