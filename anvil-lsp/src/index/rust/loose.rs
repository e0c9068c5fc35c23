//! What can be picked out of code that does not parse: views that are shown, names of types and functions.

use forge_codegen::Span;
use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::{Function, RustFile, TypeDefinition, TypeKind, ViewUse, ViewUseKind, body::Body};
use crate::index::types::plain;

/// Looks through tokens, brackets and all.
pub(super) fn of_tokens(body: &mut Body<'_>, tokens: TokenStream) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(word) => match (word.to_string().as_str(), tokens.get(at + 1), tokens.get(at + 2)) {
                ("view", Some(TokenTree::Punct(bang)), Some(TokenTree::Group(group))) if bang.as_char() == '!' => {
                    body.view(group.stream());
                }
                ("fn", Some(TokenTree::Ident(name)), _) => {
                    let span = body.source.span(name.span());
                    body.file.functions.push(function(plain(name), span));
                }
                (word, Some(TokenTree::Ident(name)), _) => {
                    if let Some(kind) = kind_of(word) {
                        define(body, kind, name);
                    }
                }
                _ => {}
            },
            TokenTree::Group(group) if group.delimiter() != Delimiter::None || !group.stream().is_empty() => {
                of_tokens(body, group.stream());
            }
            _ => {}
        }
    }
}

fn define(body: &mut Body<'_>, kind: TypeKind, name: &Ident) {
    let span = body.source.span(name.span());
    body.file.types.push(definition(kind, plain(name), span));
}

fn kind_of(word: &str) -> Option<TypeKind> {
    match word {
        "struct" => Some(TypeKind::Struct),
        "enum" => Some(TypeKind::Enum),
        "trait" => Some(TypeKind::Trait),
        _ => None,
    }
}

fn definition(kind: TypeKind, name: String, span: Span) -> TypeDefinition {
    TypeDefinition {
        name,
        span,
        kind,
        fields: Vec::new(),
        variants: Vec::new(),
        derives: Vec::new(),
        docs: String::new(),
        generics: Vec::new(),
        target: None,
        component: None,
    }
}

fn function(name: String, span: Span) -> Function {
    Function {
        signature: format!("fn {name}(…)"),
        name,
        span,
        whole: span,
        owner: None,
        takes_self: false,
        parameters: Vec::new(),
        output: None,
        docs: String::new(),
        generics: Vec::new(),
        owner_type: None,
    }
}

/// The same for text whose brackets do not fit: word by word, line comments left out.
pub(super) fn of_text(text: &str) -> RustFile {
    let mut file = RustFile { is_partial: true, ..RustFile::default() };
    let mut before = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or(line);
        for (found, _) in code.match_indices("view!(") {
            file.views.extend(view_at(text, before + found + "view!(".len()));
        }
        let mut words = words(code).peekable();
        while let Some((_, word)) = words.next() {
            let Some((at, name)) = words.peek().copied() else { break };
            let span = Span::new((before + at) as u32, (before + at + name.len()) as u32);
            if word == "fn" {
                file.functions.push(function(name.to_owned(), span));
            } else if let Some(kind) = kind_of(word) {
                file.types.push(definition(kind, name.to_owned(), span));
            }
        }
        before += line.len();
    }
    file
}

fn view_at(text: &str, at: usize) -> Option<ViewUse> {
    let rest = &text[at..];
    let quote = rest.find(|c: char| !c.is_whitespace()).filter(|quote| rest[*quote..].starts_with('"'))?;
    let name = rest[quote + 1..].split(['"', '\n']).next()?;
    let start = at + quote + 1;
    Some(ViewUse {
        view: name.to_owned(),
        span: Span::new(start as u32, (start + name.len()) as u32),
        kind: ViewUseKind::Macro,
        variables: Vec::new(),
        function: None,
    })
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_word)?;
        let end = text[start..].find(|c: char| !is_word(c)).map_or(text.len(), |len| start + len);
        at = end;
        Some((start, &text[start..end]))
    })
}
