//! Words of Rust as names: `type`, `for`, `loop`. A word is a name where Rust has no use for it.

use crate::parse_expr::lexed::Lexed;
use crate::rust_lexer::Lexeme;

/// Whether the word at `index` is one of Rust's that is meant as a name. Where statements stand, items may begin.
pub(super) fn is_name(lexed: &Lexed<'_>, index: usize, in_statements: bool) -> bool {
    let word = lexed.text(index);
    // What touches a literal is its suffix.
    if index > 0 && lexed.tokens[index - 1].lexeme == Lexeme::Literal && lexed.touches_next(index - 1) {
        return false;
    }
    if lexed.before(index) == Some(".") && !is_range_before(lexed, index) {
        return is_reserved(word) && word != "await";
    }
    // `self::a`, `crate::a`, `a::type`: paths are Rust's.
    let is_in_path = index > 1 && lexed.text(index - 1) == ":" && lexed.text(index - 2) == ":";
    if is_in_path {
        return false;
    }
    let behind = lexed.behind(index);
    match word {
        "for" => goes_on(behind, lexed, index),
        "loop" => behind != Some("{"),
        "match" | "if" | "while" | "yield" => ends_operand(behind),
        "static" | "async" | "unsafe" | "const" | "try" | "do" | "extern" => {
            !matches!(behind, Some("{" | "|" | "move")) && !begins_item(lexed, index, in_statements)
        }
        _ if is_item_word(word) => !begins_item(lexed, index, in_statements),
        _ => false,
    }
}

/// Words that begin items or types, or that Rust keeps for later.
fn is_item_word(word: &str) -> bool {
    matches!(
        word,
        "type"
            | "use"
            | "where"
            | "enum"
            | "struct"
            | "impl"
            | "trait"
            | "mod"
            | "fn"
            | "pub"
            | "dyn"
            | "abstract"
            | "become"
            | "box"
            | "final"
            | "gen"
            | "macro"
            | "override"
            | "priv"
            | "typeof"
            | "unsized"
            | "virtual"
    )
}

pub(super) fn is_reserved(word: &str) -> bool {
    is_item_word(word)
        || matches!(
            word,
            "as" | "async"
                | "break"
                | "const"
                | "continue"
                | "do"
                | "else"
                | "extern"
                | "for"
                | "if"
                | "in"
                | "let"
                | "loop"
                | "match"
                | "move"
                | "mut"
                | "ref"
                | "return"
                | "static"
                | "try"
                | "unsafe"
                | "while"
                | "yield"
        )
}

/// An item, or a type such as `dyn Trait`: no name is followed by a word.
fn begins_item(lexed: &Lexed<'_>, index: usize, in_statements: bool) -> bool {
    let Some(next) = lexed.tokens.get(index + 1) else { return false };
    let is_word = next.lexeme == Lexeme::Word && !matches!(lexed.text(index + 1), "as" | "in" | "else" | "if");
    let is_statement = in_statements || lexed.within[index].is_some_and(|open| lexed.text(open) == "{");
    let begins = lexed.before(index).is_none_or(|before| matches!(before, ";" | "{" | "}"));
    is_word
        || (lexed.text(index) == "fn" && lexed.text(index + 1) == "(")
        || (is_statement && begins && matches!(lexed.text(index + 1), "{" | "("))
}

/// Whether what follows a word cannot be the pattern or lifetimes of a `for`.
fn goes_on(behind: Option<&str>, lexed: &Lexed<'_>, index: usize) -> bool {
    let is_operand = lexed
        .tokens
        .get(index + 1)
        .is_some_and(|next| matches!(next.lexeme, Lexeme::Word | Lexeme::Literal | Lexeme::Lifetime));
    let is_word_operator = matches!(behind, Some("as" | "in" | "else" | "if"));
    (!is_operand || is_word_operator) && !matches!(behind, Some("(" | "[" | "{" | "&" | "<"))
}

/// Whether what follows a word does not begin an operand.
fn ends_operand(behind: Option<&str>) -> bool {
    matches!(
        behind,
        None | Some("," | ")" | "]" | "}" | "." | ":" | ";" | "=" | "+" | "/" | "%" | "?" | ">" | "|" | "^")
    )
}

/// Whether the dot before `index` is the last of `..`.
fn is_range_before(lexed: &Lexed<'_>, index: usize) -> bool {
    index > 1 && lexed.text(index - 2) == "." && lexed.touches_next(index - 2)
}
