//! Places of tokens in the text that they were read from.

use forge_codegen::Span;
use proc_macro2::TokenStream;
use syn::spanned::Spanned;

use crate::index::types::plain;

/// A file's text. Tokens count from behind what Rust does not read: the byte order mark and the `#!` line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'t> {
    text: &'t str,
    begin: usize,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut begin = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let rest = &text[begin..];
        // `#![…]` is an attribute.
        if rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[') {
            begin += rest.find('\n').unwrap_or(rest.len());
        }
        Self { text, begin }
    }

    /// What the tokens are read from.
    pub(super) fn code(&self) -> &'t str {
        &self.text[self.begin..]
    }

    pub(super) fn span(&self, of: proc_macro2::Span) -> Span {
        let range = of.byte_range();
        let end = self.text.len();
        Span::new((self.begin + range.start).min(end) as u32, (self.begin + range.end).min(end) as u32)
    }

    pub(super) fn span_of(&self, node: &impl Spanned) -> Span {
        let span = node.span();
        self.span(span)
    }

    pub(super) fn text_of(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Between the quotes of a literal.
    pub(super) fn within_quotes(&self, literal: &syn::LitStr) -> Span {
        let span = self.span(literal.span());
        let text = self.text_of(span);
        match (text.find('"'), text.rfind('"')) {
            (Some(open), Some(close)) if open < close => {
                Span::new(span.start + open as u32 + 1, span.start + close as u32)
            }
            _ => span,
        }
    }

    /// A piece of code on one line, as it is written.
    pub(super) fn on_one_line(&self, span: Span) -> String {
        let text = self.text_of(span).split_whitespace().collect::<Vec<_>>().join(" ");
        text.replace("( ", "(").replace(", )", ")").replace(" )", ")")
    }
}

/// `posts::index` of a path, without type arguments.
pub(super) fn path_text(path: &syn::Path) -> String {
    path_words(path).join("::")
}

pub(super) fn path_words(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| plain(&segment.ident)).collect()
}

/// The literal that tokens begin with.
pub(super) fn first_literal(tokens: TokenStream) -> Option<syn::LitStr> {
    syn::parse::Parser::parse2(
        |input: syn::parse::ParseStream<'_>| {
            let literal: syn::LitStr = input.parse()?;
            input.parse::<TokenStream>()?;
            Ok(literal)
        },
        tokens,
    )
    .ok()
}
