//! Macros and calls that name something: views, routes, configuration keys, translations.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Expr, Ident, LitStr, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
    visit::Visit,
};

use super::{GivenVariable, KeyKind, KeyUse, ViewUse, ViewUseKind, body::Body};
use crate::index::{form::Form, types::plain};

/// What stands in `view!(…)`.
struct Call {
    name: LitStr,
    /// With what stands behind `=`.
    variables: Vec<(Ident, Option<Expr>)>,
}

impl Body<'_> {
    pub(super) fn macro_call(&mut self, item: &syn::Macro) {
        let name = item.path.segments.last().map(|segment| plain(&segment.ident)).unwrap_or_default();
        match name.as_str() {
            "view" => self.view(item.tokens.clone()),
            // Code that is kept for other places.
            "macro_rules" => {}
            _ => self.within_macro(item),
        }
    }

    /// Most macros take expressions, some take statements. In any other, views are found by their looks.
    fn within_macro(&mut self, item: &syn::Macro) {
        if item.tokens.is_empty() {
            return;
        }
        if let Ok(arguments) = item.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            arguments.iter().for_each(|argument| self.visit_expr(argument));
        } else if let Ok(statements) = item.parse_body_with(syn::Block::parse_within) {
            self.scoped(|body| statements.iter().for_each(|statement| body.visit_stmt(statement)));
        } else {
            self.views_among(item.tokens.clone());
        }
    }

    fn views_among(&mut self, tokens: TokenStream) {
        let mut before = [None, None];
        for token in tokens {
            if let TokenTree::Group(group) = &token {
                if matches!(&before, [Some(name), Some(bang)] if name == "view" && bang == "!") {
                    self.view(group.stream());
                } else {
                    self.views_among(group.stream());
                }
            }
            let [_, last] = before;
            let text = match &token {
                TokenTree::Ident(word) => Some(word.to_string()),
                TokenTree::Punct(punct) => Some(punct.as_char().to_string()),
                TokenTree::Group(_) | TokenTree::Literal(_) => None,
            };
            before = [last, text];
        }
    }

    /// `view!("name", a, b = c)`, as far as it is written.
    pub(super) fn view(&mut self, tokens: TokenStream) {
        let Ok(call) = Parser::parse2(read_call, tokens) else { return };
        let mut variables = Vec::new();
        for (ident, value) in &call.variables {
            let name = plain(ident);
            let form = match value {
                Some(value) => {
                    self.visit_expr(value);
                    self.form(value)
                }
                None => {
                    let found = self.bound.iter().rev().find(|(bound, _)| *bound == name);
                    found.map_or(Form::Unknown, |(_, form)| form.clone())
                }
            };
            let ty = match &form {
                Form::Known(ty) => Some(ty.clone()),
                _ => None,
            };
            variables.push(GivenVariable { name, span: self.source.span(ident.span()), ty, form });
        }
        self.show(&call.name, ViewUseKind::Macro, variables);
    }

    fn show(&mut self, name: &LitStr, kind: ViewUseKind, variables: Vec<GivenVariable>) {
        let span = self.source.within_quotes(name);
        let function = self.function.clone();
        self.file.views.push(ViewUse { view: name.value(), span, kind, variables, function });
    }

    /// `View::named("…", …)`, `View::new("…", …)`, `trans("…")`
    pub(super) fn named_call(&mut self, call: &syn::ExprCall) {
        let Expr::Path(function) = &*call.func else { return };
        let words = self.words(&function.path);
        let Some(literal) = call.args.first().and_then(literal_of) else { return };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match &words[..] {
            [.., "View", "named" | "new" | "with_values"] => self.show(literal, ViewUseKind::Name, Vec::new()),
            [.., "trans" | "trans_choice"] => self.key(KeyKind::Translation, literal, ""),
            _ => {}
        }
    }

    /// `forge.view("…", …)`, `urls.to("…", …)`, `config.value::<T>("…")`
    pub(super) fn named_method(&mut self, call: &syn::ExprMethodCall) {
        let Some(first) = call.args.first() else { return };
        let name = call.method.to_string();
        if name == "first" && self.is(&call.receiver, "Forge", "forge") {
            for literal in list_of(first).into_iter().filter_map(literal_of) {
                self.show(literal, ViewUseKind::Name, Vec::new());
            }
            return;
        }
        let Some(literal) = literal_of(first) else { return };
        match name.as_str() {
            "view" if call.args.len() == 2 => self.show(literal, ViewUseKind::Name, Vec::new()),
            "find" | "exists" if self.is(&call.receiver, "Forge", "forge") => {
                self.show(literal, ViewUseKind::Name, Vec::new())
            }
            "composer" | "creator" if !literal.value().contains('*') && self.is(&call.receiver, "Forge", "forge") => {
                self.show(literal, ViewUseKind::Name, Vec::new());
            }
            "to" | "absolute" | "route" if self.is(&call.receiver, "Urls", "urls") => {
                self.key(KeyKind::Route, literal, "")
            }
            "value" if self.is(&call.receiver, "Config", "config") => self.key(KeyKind::Config, literal, "values."),
            "trans" | "line" if self.is(&call.receiver, "Translator", "translator") => {
                self.key(KeyKind::Translation, literal, "")
            }
            _ => {}
        }
    }

    fn key(&mut self, kind: KeyKind, literal: &LitStr, before: &str) {
        let key = format!("{before}{}", literal.value());
        self.file.keys.push(KeyUse { kind, key, span: self.source.within_quotes(literal) });
    }

    /// Whether an expression is a value of a type, by its declaration or else by how it is called.
    fn is(&mut self, expr: &Expr, ty: &str, called: &str) -> bool {
        match self.form(expr) {
            Form::Known(known) => return known.name == ty,
            Form::Method { of: _, name, .. } if name == "composer" || name == "creator" || name == "condition" => {
                return ty == "Forge";
            }
            _ => {}
        }
        match expr {
            Expr::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == called),
            Expr::Field(field) => matches!(&field.member, syn::Member::Named(ident) if ident == called),
            Expr::MethodCall(call) => call.method == called,
            Expr::Reference(inner) => self.is(&inner.expr, ty, called),
            Expr::Paren(inner) => self.is(&inner.expr, ty, called),
            _ => false,
        }
    }
}

/// Reads what is there. Where it stops to be what it should be, the rest is dropped: somebody is typing.
fn read_call(input: ParseStream<'_>) -> syn::Result<Call> {
    if input.peek(Token![crate]) {
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        input.call(syn::Path::parse_mod_style)?;
        input.parse::<Token![;]>()?;
    }
    let mut call = Call { name: input.parse()?, variables: Vec::new() };
    while input.parse::<Option<Token![,]>>().is_ok_and(|comma| comma.is_some()) {
        let Ok(name) = input.call(Ident::parse_any) else { break };
        let value = match input.parse::<Option<Token![=]>>() {
            Ok(Some(_)) => input.parse::<Expr>().ok(),
            _ => None,
        };
        call.variables.push((name, value));
    }
    input.parse::<TokenStream>()?;
    Ok(call)
}

/// The text that an expression is.
pub(crate) fn literal_of(expr: &Expr) -> Option<&LitStr> {
    match expr {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text),
        Expr::Reference(inner) => literal_of(&inner.expr),
        Expr::Paren(inner) => literal_of(&inner.expr),
        Expr::Group(inner) => literal_of(&inner.expr),
        _ => None,
    }
}

fn list_of(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Reference(inner) => list_of(&inner.expr),
        Expr::Array(array) => array.elems.iter().collect(),
        _ => Vec::new(),
    }
}
