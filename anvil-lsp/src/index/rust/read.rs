//! From a file's text to what it says. On a thread with stack enough, since syn recurses; what is nested beyond all measure is
//! not read at all.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};

use super::{RustFile, body::Body, loose, source::Source};

const STACK_BYTES: usize = 64 * 1024 * 1024;

/// What brackets, operators and words within each other may come to: a bracket costs syn most.
const DEPTH_MAX: usize = 10_000;
const BRACKET: usize = 60;

/// Does something that needs much stack, and the tables that proc-macro2 keeps for a thread's spans end with it. Nothing if it
/// panics.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread =
            std::thread::Builder::new().name("index".to_owned()).stack_size(STACK_BYTES).spawn_scoped(scope, work);
        match thread.ok()?.join() {
            Ok(done) => Some(done),
            // A test must hear of it.
            Err(panic) if cfg!(test) => std::panic::resume_unwind(panic),
            Err(_) => {
                tracing::error!("reading a file panicked; it is left out of the index");
                None
            }
        }
    })
}

/// The tree of a file. On a thread of its own, see [`apart`].
pub(crate) fn parse(text: &str) -> Option<syn::File> {
    let tokens: TokenStream = Source::new(text).code().parse().ok()?;
    if is_too_deep(tokens.clone(), 0) {
        return None;
    }
    syn::parse2(tokens).ok()
}

/// All of a file, if it parses.
pub(super) fn whole(text: &str) -> Option<RustFile> {
    let source = Source::new(text);
    let file = parse(text)?;
    let mut body = Body::new(source);
    body.items(&file.items);
    Some(body.finish())
}

/// The items that parse; of the others, what their tokens show.
pub(super) fn partly(text: &str) -> RustFile {
    let source = Source::new(text);
    let tokens = source.code().parse::<TokenStream>().ok().filter(|tokens| !is_too_deep(tokens.clone(), 0));
    let Some(tokens) = tokens else { return loose::of_text(text) };
    let mut body = Body::new(source);
    let (items, rest) = Parser::parse2(items, tokens).unwrap_or_default();
    body.items(&items);
    loose::of_tokens(&mut body, rest);
    let mut file = body.finish();
    file.is_partial = true;
    file
}

/// Reads item after item. What is none is passed over, up to its block or semicolon.
fn items(input: ParseStream<'_>) -> syn::Result<(Vec<syn::Item>, TokenStream)> {
    let mut items = Vec::new();
    let mut rest: Vec<TokenTree> = Vec::new();
    while !input.is_empty() {
        let ahead = input.fork();
        if let Ok(item) = ahead.parse::<syn::Item>()
            && !matches!(item, syn::Item::Verbatim(_))
        {
            syn::parse::discouraged::Speculative::advance_to(input, &ahead);
            items.push(item);
            continue;
        }
        while !input.is_empty() {
            let token: TokenTree = input.parse()?;
            let ends = match &token {
                TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
                TokenTree::Punct(punct) => punct.as_char() == ';',
                _ => false,
            };
            rest.push(token);
            if ends {
                break;
            }
        }
    }
    Ok((items, rest.into_iter().collect()))
}

/// Every token is taken for a level, until a comma, a semicolon or a new item begins anew.
pub(super) fn is_too_deep(tokens: TokenStream, around: usize) -> bool {
    let mut here = around;
    let mut after_block = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                here += 1;
                if here + BRACKET > DEPTH_MAX || is_too_deep(group.stream(), here + BRACKET) {
                    return true;
                }
                after_block = group.delimiter() == proc_macro2::Delimiter::Brace;
                continue;
            }
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => here = around,
            TokenTree::Punct(punct) if after_block && punct.as_char() == '#' => here = around,
            TokenTree::Ident(word) if after_block && word != "else" && word != "as" => here = around,
            TokenTree::Punct(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => here += 1,
        }
        after_block = false;
        if here > DEPTH_MAX {
            return true;
        }
    }
    false
}
