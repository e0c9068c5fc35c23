//! The statements of `@rust`.

use crate::expr::RustText;
use crate::ir::Statement;
use crate::parse_expr::convert::{Convert, Result, operator};
use crate::span::Span;

impl Convert<'_> {
    /// The statements, none where one is beyond the engines, and the text of all.
    pub(super) fn statements(&self, parsed: &[syn::Stmt], span: Span) -> Result<(Vec<Statement>, RustText)> {
        let text = self.rust_text(span, self.names_of_statements(parsed));
        let mut statements = Vec::with_capacity(parsed.len());
        for statement in parsed.iter().filter(|statement| !is_empty(statement)) {
            match self.statement(statement)? {
                Some(statement) => statements.push(statement),
                None => return Ok((Vec::new(), text?)),
            }
        }
        match text {
            Ok(text) => Ok((statements, text)),
            Err(problem) => Err(problem),
        }
    }

    fn statement(&self, statement: &syn::Stmt) -> Result<Option<Statement>> {
        match statement {
            syn::Stmt::Local(local) => {
                let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_none()) else { return Ok(None) };
                if matches!(local.pat, syn::Pat::Type(_)) {
                    return Ok(None);
                }
                Ok(Some(Statement::Let(self.pattern(&local.pat)?, self.expr(&init.expr)?)))
            }
            syn::Stmt::Expr(syn::Expr::Assign(assign), _) => {
                Ok(Some(Statement::Assign(self.expr(&assign.left)?, self.expr(&assign.right)?)))
            }
            syn::Stmt::Expr(expr, _) => {
                if let syn::Expr::Binary(binary) = expr
                    && let Some(op) = compound(&binary.op)
                {
                    return Ok(Some(Statement::Compound(self.expr(&binary.left)?, op, self.expr(&binary.right)?)));
                }
                self.expr(expr).map(|expr| Some(Statement::Expr(expr)))
            }
            syn::Stmt::Item(_) | syn::Stmt::Macro(_) => Ok(None),
        }
    }
}

/// A `;` alone.
fn is_empty(statement: &syn::Stmt) -> bool {
    matches!(statement, syn::Stmt::Expr(syn::Expr::Verbatim(tokens), Some(_)) if tokens.is_empty())
}

/// The operator within `+=` and the like.
fn compound(op: &syn::BinOp) -> Option<crate::expr::BinaryOp> {
    use syn::BinOp as S;
    let plain = match op {
        S::AddAssign(token) => S::Add(syn::Token![+](token.spans[0])),
        S::SubAssign(token) => S::Sub(syn::Token![-](token.spans[0])),
        S::MulAssign(token) => S::Mul(syn::Token![*](token.spans[0])),
        S::DivAssign(token) => S::Div(syn::Token![/](token.spans[0])),
        S::RemAssign(token) => S::Rem(syn::Token![%](token.spans[0])),
        S::BitXorAssign(token) => S::BitXor(syn::Token![^](token.spans[0])),
        S::BitAndAssign(token) => S::BitAnd(syn::Token![&](token.spans[0])),
        S::BitOrAssign(token) => S::BitOr(syn::Token![|](token.spans[0])),
        S::ShlAssign(token) => S::Shl(syn::Token![<<](token.spans[0])),
        S::ShrAssign(token) => S::Shr(syn::Token![>>](token.spans[0])),
        _ => return None,
    };
    operator(&plain)
}
