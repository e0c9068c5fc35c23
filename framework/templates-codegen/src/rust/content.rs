//! Content of components that is printed just where the template prints `slot`, without a copy.
//!
//! It is evaluated later than other content, within the component's template instead of before it. So it must be such that nobody can tell:
//! nothing in it calls the app's code, or sections, stacks and whatever else a page keeps.

use super::Unit;
use super::lowering::{Lowering, is_place};
use super::print::comparison;
use crate::expr::{BinaryOp, Condition, Expr, ExprKind, UnaryOp};
use crate::expr_walk;
use crate::ir::{Component, Op, OpKind, TestKind};
use crate::set::SlotUse;

/// The closure that prints the content; nothing where there is none.
#[derive(Debug, Clone)]
pub(super) struct LateContent(Option<String>);

impl<'a> Lowering<'a> {
    pub(super) fn prints_content_late(&mut self, component: &Component, unit: Unit<'a>) -> bool {
        let fits = match self.set.slot_use(unit.name()) {
            SlotUse::Prints => component.body.iter().all(is_plain),
            // It would be an error that nobody sees.
            SlotUse::MayPrint => component.body.is_empty(),
            SlotUse::Any => false,
        };
        // What `@aware` asks for is kept with the slots.
        fits && self.keeps_to_itself(component, unit)
    }

    /// The content with the variables of the place.
    pub(super) fn late_content(&mut self, body: &[Op]) -> LateContent {
        if body.is_empty() {
            return LateContent(None);
        }
        let name = self.fresh("content");
        let path = self.options.forge.clone();
        self.w.open(&format!("let {name} = |__forge: &mut {path}::Render| -> {path}::Result<()> {{"));
        self.block(body);
        self.w.line("::core::result::Result::Ok(())");
        self.w.close("};");
        LateContent(Some(name))
    }

    /// `{{ slot }}`, if the slot was not made before.
    pub(super) fn prints_content(&mut self) -> bool {
        let Some(LateContent(name)) = self.scope.content.clone() else { return false };
        if let Some(name) = name {
            self.w.line(&format!("__forge.content(&{name})?;"));
        }
        true
    }
}

fn is_plain(op: &Op) -> bool {
    match &op.kind {
        OpKind::Text(_) => true,
        OpKind::Echo { value, .. } => is_quiet(value),
        OpKind::If { branches, otherwise } => {
            let is_quiet_test = |kind: &TestKind| match kind {
                TestKind::Condition(Condition::Expr(condition)) => is_quiet(condition),
                _ => false,
            };
            branches.iter().all(|(test, body)| is_quiet_test(&test.kind) && body.iter().all(is_plain))
                && otherwise.iter().all(is_plain)
        }
        OpKind::For { values, body, otherwise, .. } => {
            let is_lent = is_place(values) || matches!(values.kind, ExprKind::Range { .. });
            is_lent && is_quiet(values) && body.iter().chain(otherwise).all(is_plain)
        }
        _ => false,
    }
}

/// Whether the expression calls nothing, and takes nothing away: a closure that does runs once only.
fn is_quiet(expr: &Expr) -> bool {
    let mut is_quiet = true;
    expr_walk::each(expr, &mut |expr| {
        is_quiet &= match &expr.kind {
            ExprKind::Binary(op, ..) => *op == BinaryOp::And || *op == BinaryOp::Or || comparison(*op).is_some(),
            ExprKind::Unary(op, _) => *op != UnaryOp::Negate,
            ExprKind::Reference { is_mut, .. } => !is_mut,
            ExprKind::Str(_)
            | ExprKind::Char(_)
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Var(_)
            | ExprKind::Loop { .. }
            | ExprKind::Field(..)
            | ExprKind::TupleField(..)
            | ExprKind::Index(..)
            | ExprKind::Paren(_)
            | ExprKind::Range { .. } => true,
            _ => false,
        };
    });
    is_quiet
}
