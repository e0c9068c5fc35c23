//! How deep the tree of an expression can become. Whoever reads, copies or drops such a tree recurses.

use crate::parse_expr::failure;
use crate::parse_expr::lexed::Lexed;
use crate::problem::Problem;
use crate::rust_lexer::Lexeme;
use crate::span::Span;

/// Brackets and operators within each other. A level costs syn a few kilobytes of stack.
const DEPTH_MAX: usize = 160;

/// Every operator, dot and word is taken for a level, until a comma or semicolon begins anew.
pub(super) fn check(lexed: &Lexed<'_>) -> Result<(), Problem> {
    let mut open: Vec<usize> = Vec::new();
    let mut here = 0_usize;
    let mut sum = 0_usize;
    for (index, token) in lexed.tokens.iter().enumerate() {
        match token.lexeme {
            Lexeme::Open => {
                open.push(here);
                sum += here + 1;
                here = 0;
            }
            Lexeme::Close => {
                here = open.pop().unwrap_or_default();
                sum = sum.saturating_sub(here + 1);
                // An index or a call is a level of what it belongs to.
                here += 1;
            }
            Lexeme::Punct if matches!(lexed.text(index), "," | ";") || lexed.is_arrow(index) => here = 0,
            Lexeme::Punct => here += 1,
            Lexeme::Word if is_level(lexed.text(index)) => here += 1,
            Lexeme::Word | Lexeme::Literal | Lexeme::Lifetime | Lexeme::Space | Lexeme::Comment => {}
        }
        if sum + here > DEPTH_MAX {
            return Err(failure::too_deep(Span::at(token.start, token.end)));
        }
    }
    Ok(())
}

fn is_level(word: &str) -> bool {
    matches!(
        word,
        "as" | "if"
            | "else"
            | "match"
            | "return"
            | "break"
            | "move"
            | "async"
            | "unsafe"
            | "loop"
            | "while"
            | "for"
            | "let"
            | "mut"
    )
}
