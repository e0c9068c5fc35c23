//! Rust that is passed on as it stands: what of it must be spelt differently, and what variables it may name.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::expr::{Name, RustText};
use crate::parse_expr::convert::{Convert, Result, single};
use crate::parse_expr::keyword;
use crate::problem::{Code, Problem};
use crate::span::Span;

impl Convert<'_> {
    /// The text at `span`.
    pub(super) fn rust_text(&self, span: Span, names: Vec<Name>) -> Result<RustText> {
        let group = self.masked.groups.iter().find(|group| span.contains(**group));
        if let Some(group) = group {
            let problem =
                Problem::new(Code::KeysInRust, *group, "a list with names cannot stand within other Rust code");
            let problem = problem.related(span, "this is passed on to the compiler as it stands");
            return Err(problem.help("give it to a function or method of Forge, or write Rust: `HashMap::from([…])`"));
        }
        let from = self.masked.patches.partition_point(|patch| patch.span.start < span.start);
        let patches =
            self.masked.patches[from..].iter().take_while(|patch| patch.span.end <= span.end).cloned().collect();
        Ok(RustText { patches, names })
    }

    /// Whether the word is one of Rust's that is meant as a name.
    fn is_patched(&self, ident: &Ident) -> bool {
        let span = self.at(ident.span());
        self.masked.patches.binary_search_by_key(&span, |patch| patch.span).is_ok()
    }

    pub(super) fn names_of(&self, expr: &syn::Expr) -> Vec<Name> {
        self.collected(|names| names.visit_expr(expr)).0
    }

    pub(super) fn names_of_statements(&self, statements: &[syn::Stmt]) -> Vec<Name> {
        self.collected(|names| statements.iter().for_each(|statement| names.visit_stmt(statement))).0
    }

    /// The names that a pattern uses, and those that it binds.
    pub(super) fn names_of_pattern(&self, pattern: &syn::Pat) -> (Vec<Name>, Vec<String>) {
        self.collected(|names| names.visit_pat(pattern))
    }

    fn collected(&self, visit: impl FnOnce(&mut Names<'_, '_>)) -> (Vec<Name>, Vec<String>) {
        let mut names = Names { convert: self, used: Vec::new(), bound: Vec::new() };
        visit(&mut names);
        let Names { mut used, bound, .. } = names;
        let own: HashSet<&str> = bound.iter().map(String::as_str).collect();
        let mut seen = HashSet::new();
        used.retain(|name| !own.contains(name.text.as_str()) && seen.insert(name.text.clone()));
        (used, bound)
    }
}

struct Names<'c, 't> {
    convert: &'c Convert<'t>,
    used: Vec<Name>,
    bound: Vec<String>,
}

impl Names<'_, '_> {
    fn use_name(&mut self, ident: &Ident) {
        let name = self.convert.name(ident);
        if !matches!(name.text.as_str(), "self" | "Self" | "crate" | "super")
            && !name.text.starts_with(char::is_uppercase)
        {
            self.used.push(name);
        }
    }

    /// The tokens of a macro: words that are neither called, nor part of a path, nor behind a dot.
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is_punct = |index: Option<usize>, c: char| {
            index
                .and_then(|index| tokens.get(index))
                .is_some_and(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == c))
        };
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let before = index.checked_sub(1);
                    let is_in_path = is_punct(before, ':') && is_punct(index.checked_sub(2), ':');
                    let is_member = is_punct(before, '.') || is_in_path || is_punct(before, '\'');
                    let is_path = is_punct(Some(index + 1), ':') || is_punct(Some(index + 1), '!');
                    let word = self.convert.text(self.convert.at(ident.span()));
                    let is_hidden = self.convert.is_patched(ident);
                    if !is_member && !is_path && (is_hidden || !is_rust_word(word)) {
                        self.use_name(ident);
                    }
                }
                TokenTree::Literal(literal) => self.inline_arguments(literal),
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// `{name}` in the texts of macros such as `println!`.
    fn inline_arguments(&mut self, literal: &proc_macro2::Literal) {
        let span = self.convert.at(literal.span());
        let text = self.convert.text(span);
        if text.starts_with('"') {
            self.used.extend(inline_arguments(text, span.start));
        }
    }
}

impl<'ast> Visit<'ast> for Names<'_, '_> {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        if let Some(ident) = single(path) {
            self.use_name(ident);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        // What is called by one word may be a closure, hence a variable.
        visit::visit_expr_call(self, call);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let name = self.convert.name(&pattern.ident).text;
        if !name.starts_with(char::is_uppercase) {
            self.bound.push(name);
        }
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_item(&mut self, item: &'ast syn::Item) {
        // An item sees no variables; its name hides one.
        if let syn::Item::Fn(function) = item {
            self.bound.push(self.convert.name(&function.sig.ident).text);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }
}

fn is_rust_word(word: &str) -> bool {
    keyword::is_reserved(word) || matches!(word, "true" | "false" | "self" | "Self" | "super" | "crate" | "_")
}

/// The names between braces of a format's text, which begins at `start`.
pub(crate) fn inline_arguments(text: &str, start: u32) -> Vec<Name> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('{') {
        let begin = at + open + 1;
        let behind = &text[begin..];
        if behind.starts_with('{') {
            at = begin + 1;
            continue;
        }
        let name = &behind[..behind.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(behind.len())];
        let is_closed = behind[name.len()..].starts_with(['}', ':']);
        if is_closed && name.starts_with(|c: char| c.is_lowercase() || c == '_') {
            let first = start + begin as u32;
            names.push(Name { span: Span::new(first, first + name.len() as u32), text: name.to_owned() });
        }
        at = begin;
    }
    names
}
