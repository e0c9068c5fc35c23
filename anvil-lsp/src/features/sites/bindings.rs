//! Where patterns and code bind the names that they bind.

use forge_codegen::{
    Lexeme, Span,
    expr::{Pattern, PatternKind},
    lex,
};

use super::Spelling;

/// A name that is bound, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) spelling: Spelling,
}

/// The names of a pattern. Every case of `p | q` binds the same names; all places of one count as its binding.
pub(super) fn of_pattern(source: &str, pattern: &Pattern) -> Vec<Binding> {
    let mut bindings = Vec::new();
    collect(source, pattern, &mut bindings);
    bindings
}

fn collect(source: &str, pattern: &Pattern, bindings: &mut Vec<Binding>) {
    match &pattern.kind {
        PatternKind::Bind(name) => {
            let start = pattern.span.end.saturating_sub(name.len() as u32);
            let span = Span::new(start.max(pattern.span.start), pattern.span.end);
            bindings.push(Binding { name: name.clone(), span, spelling: Spelling::Plain });
        }
        PatternKind::Reference(inner) | PatternKind::Variant(_, inner) => collect(source, inner, bindings),
        PatternKind::Tuple(list) | PatternKind::Or(list) => {
            list.iter().for_each(|inner| collect(source, inner, bindings))
        }
        PatternKind::Rust { binds, .. } => {
            let words = words(source, pattern.span);
            for name in binds {
                let places = words.iter().filter(|word| word.is_binding && &source[word.span.range()] == name);
                bindings.extend(places.map(|word| Binding {
                    name: name.clone(),
                    span: word.span,
                    spelling: word.spelling,
                }));
            }
        }
        PatternKind::Wild | PatternKind::None | PatternKind::Literal(_) | PatternKind::Range(_) => {}
    }
}

/// The names that `let` binds in code that only the compiler understands.
pub(super) fn of_code(source: &str, code: Span) -> Vec<Binding> {
    let tokens: Vec<Span> = significant(source, code).map(|(_, span)| span).collect();
    let mut bindings = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if &source[token.range()] != "let" {
            continue;
        }
        let name = tokens[at + 1..].iter().find(|token| !matches!(&source[token.range()], "mut" | "ref"));
        let Some(span) = name.copied() else { continue };
        let name = &source[span.range()];
        if name.starts_with(|c: char| c == '_' || c.is_lowercase()) {
            bindings.push(Binding { name: name.to_owned(), span, spelling: Spelling::Plain });
        }
    }
    bindings
}

struct Word {
    span: Span,
    spelling: Spelling,
    is_binding: bool,
}

/// The words of a pattern. `a` in `P { a }` is a field and a name in one; in `P { a: b }` it is the field alone.
fn words(source: &str, pattern: Span) -> Vec<Word> {
    let tokens: Vec<(Lexeme, Span)> = significant(source, pattern).collect();
    let mut open = Vec::new();
    let mut words = Vec::new();
    for (at, (lexeme, span)) in tokens.iter().enumerate() {
        let text = &source[span.range()];
        let beside = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |(_, span)| &source[span.range()]);
        match lexeme {
            Lexeme::Open => open.push(text),
            Lexeme::Close => drop(open.pop()),
            Lexeme::Word => {
                let (before, behind) = (beside(at.checked_sub(1)), beside(Some(at + 1)));
                let is_field = open.last() == Some(&"{") && before != ":" && before != "@";
                words.push(Word {
                    span: *span,
                    spelling: if is_field { Spelling::Shorthand } else { Spelling::Plain },
                    is_binding: !(is_field && behind == ":") && behind != "(" && behind != "{",
                });
            }
            _ => {}
        }
    }
    words
}

fn significant(source: &str, span: Span) -> impl Iterator<Item = (Lexeme, Span)> {
    lex(source, span).into_iter().filter(|(lexeme, _)| !matches!(lexeme, Lexeme::Space | Lexeme::Comment))
}
