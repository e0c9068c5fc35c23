//! Conditions: expressions, `let`, and both joined with `&&`.

use crate::expr::Condition;
use crate::parse_expr::convert::{Convert, Result};

impl Convert<'_> {
    pub(super) fn condition(&self, expr: &syn::Expr) -> Result<Condition> {
        if !has_let(expr) {
            return self.expr(expr).map(Condition::Expr);
        }
        let mut parts = Vec::new();
        self.conjunction(expr, &mut parts)?;
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
    }

    fn conjunction(&self, expr: &syn::Expr, parts: &mut Vec<Condition>) -> Result<()> {
        match expr {
            syn::Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) && has_let(expr) => {
                self.conjunction(&binary.left, parts)?;
                self.conjunction(&binary.right, parts)
            }
            syn::Expr::Let(parsed) => {
                parts.push(Condition::Let(self.pattern(&parsed.pat)?, self.expr(&parsed.expr)?));
                Ok(())
            }
            _ => {
                parts.push(Condition::Expr(self.expr(expr)?));
                Ok(())
            }
        }
    }
}

/// Whether there is a `let` among what `&&` joins.
fn has_let(mut expr: &syn::Expr) -> bool {
    loop {
        match expr {
            syn::Expr::Let(_) => return true,
            syn::Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
                if matches!(*binary.right, syn::Expr::Let(_)) {
                    return true;
                }
                expr = &binary.left;
            }
            _ => return false,
        }
    }
}
