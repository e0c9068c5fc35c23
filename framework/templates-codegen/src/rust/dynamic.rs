//! Expressions whose type is known at run time only: what `data(..)` and the like return, and what was made of it.

use super::lowering::{Lowering, is_place};
use crate::expr::{Expr, ExprKind};

/// Functions that return a `forge::Value`, or an option of one.
const VALUES: &[&str] = &["data", "config", "session", "old"];

impl Lowering<'_> {
    /// Whether the expression is a `forge::Value` or an option of one, as far as the templates say so.
    pub(super) fn is_value(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Var(name) => self.scope.is_value(name),
            ExprKind::Call { function, .. } => {
                VALUES.contains(&function.text.as_str())
                    && self.scope.binding(&function.text) != super::scope::Binding::Bound
            }
            ExprKind::Field(value, _) | ExprKind::Index(value, _) | ExprKind::Paren(value) => self.is_value(value),
            _ => false,
        }
    }

    /// Whether the expression is memory that can be lent. A part of a `forge::Value` is a copy, which is cheap.
    pub(super) fn is_lent(&self, expr: &Expr) -> bool {
        let is_part = matches!(expr.kind, ExprKind::Field(..) | ExprKind::Index(..) | ExprKind::Paren(_));
        is_place(expr) && !(is_part && self.is_value(expr))
    }

    /// As a `bool`.
    pub(super) fn truth(&mut self, expr: &Expr) {
        if !self.is_value(expr) {
            self.expr(expr);
            return;
        }
        let start = self.w.at();
        self.forge("generated::truth(&");
        self.value(expr);
        self.w.push(")?");
        self.w.piece(start, expr.span);
    }

    /// The call of a function that finds something in a value, up to its second argument.
    pub(super) fn fetch(&mut self, function: &str, value: &Expr) {
        self.forge(&format!("generated::{function}(&"));
        self.value(value);
        self.w.push(", ");
    }
}
