//! From text to tokens, and what a few tokens in a row mean.

use proc_macro2::{Ident, Literal, Spacing, TokenStream, TokenTree};

/// Groups within groups. The parser recurses; the daemon must not die of a file.
const DEPTH_MAX: usize = 200;

/// Tokens of a source text, or what is wrong with it.
pub(crate) fn lex(text: &str) -> Result<TokenStream, String> {
    if text.starts_with('\u{feff}') {
        return Err("begins with a byte order mark".to_owned());
    }
    let stream: TokenStream = text.parse().map_err(|error| format!("is not Rust: {error}"))?;
    if is_deeper(&stream, DEPTH_MAX) { Err("is nested too deeply".to_owned()) } else { Ok(stream) }
}

fn is_deeper(stream: &TokenStream, than: usize) -> bool {
    stream.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => than == 0 || is_deeper(&group.stream(), than - 1),
        _ => false,
    })
}

/// The value of a string literal; nothing for numbers, bytes and characters.
pub(crate) fn string(literal: &Literal) -> Option<String> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

pub(crate) fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_owned)
}

pub(crate) fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// What stands in single braces.
pub(crate) fn captures(format: &str) -> impl Iterator<Item = &str> {
    format.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(inside, _)| inside)
}

pub(crate) fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// Whether `::` begins here.
pub(crate) fn colons(tokens: &[TokenTree], at: usize) -> bool {
    let joint = matches!(tokens.get(at), Some(TokenTree::Punct(first)) if first.as_char() == ':' && first.spacing() == Spacing::Joint);
    joint && tokens.get(at + 1).is_some_and(|next| is_punct(next, ':'))
}

/// `a` in `a::b`, for the place of `b`.
pub(crate) fn segment_before(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at.checked_sub(3)?)? {
        TokenTree::Ident(segment) if colons(tokens, at - 2) => Some(unraw(segment)),
        _ => None,
    }
}
