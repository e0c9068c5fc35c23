//! Patterns, from syn's.

use syn::spanned::Spanned;

use crate::expr::{ExprKind, Pattern, PatternKind};
use crate::parse_expr::convert::{Convert, Result};

impl Convert<'_> {
    pub(super) fn pattern(&self, pattern: &syn::Pat) -> Result<Pattern> {
        let kind = match pattern {
            syn::Pat::Wild(_) => PatternKind::Wild,
            syn::Pat::Ident(ident) if ident.subpat.is_none() => match self.name(&ident.ident).text {
                name if name == "None" => PatternKind::None,
                // A constant, or a variant that was imported.
                name if name.starts_with(char::is_uppercase) => return self.rust_pattern(pattern),
                name => PatternKind::Bind(name),
            },
            syn::Pat::Paren(paren) => return self.pattern(&paren.pat),
            syn::Pat::Reference(reference) => PatternKind::Reference(Box::new(self.pattern(&reference.pat)?)),
            syn::Pat::Tuple(tuple) if !tuple.elems.iter().any(is_rest) => {
                PatternKind::Tuple(self.patterns(&tuple.elems)?)
            }
            syn::Pat::TupleStruct(variant) if variant.elems.len() == 1 && !is_rest(&variant.elems[0]) => {
                match variant.path.get_ident().map(|ident| self.name(ident).text) {
                    Some(name) if matches!(name.as_str(), "Some" | "Ok" | "Err") => {
                        PatternKind::Variant(name, Box::new(self.pattern(&variant.elems[0])?))
                    }
                    _ => return self.rust_pattern(pattern),
                }
            }
            syn::Pat::Lit(literal) => {
                let expr = self.expr(&syn::Expr::Lit(literal.clone()))?;
                PatternKind::Literal(expr)
            }
            syn::Pat::Range(range) => {
                // Its ends are what a range's are: a letter in quotes is a character there.
                let expr = self.expr(&syn::Expr::Range(range.clone()))?;
                match expr.kind {
                    ExprKind::Range { .. } => PatternKind::Range(expr),
                    _ => return self.rust_pattern(pattern),
                }
            }
            syn::Pat::Or(or) => PatternKind::Or(self.patterns(&or.cases)?),
            _ => return self.rust_pattern(pattern),
        };
        Ok(Pattern { span: self.at(pattern.span()), kind })
    }

    fn patterns<'p>(&self, patterns: impl IntoIterator<Item = &'p syn::Pat>) -> Result<Vec<Pattern>> {
        patterns.into_iter().map(|pattern| self.pattern(pattern)).collect()
    }

    fn rust_pattern(&self, pattern: &syn::Pat) -> Result<Pattern> {
        let span = self.at(pattern.span());
        let (names, binds) = self.names_of_pattern(pattern);
        let text = self.rust_text(span, names)?;
        Ok(Pattern { span, kind: PatternKind::Rust { text, binds } })
    }
}

fn is_rest(pattern: &syn::Pat) -> bool {
    matches!(pattern, syn::Pat::Rest(_))
}
