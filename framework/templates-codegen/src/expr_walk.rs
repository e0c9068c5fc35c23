//! Walks through expressions.

use crate::expr::{Condition, Expr, ExprKind, Pattern, PatternKind};

/// Calls `visit` with `expr` and everything within it, outer first.
pub fn each<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    visit(expr);
    children(expr, &mut |child| each(child, visit));
}

/// The same for a condition.
pub fn each_of_condition<'e>(condition: &'e Condition, visit: &mut dyn FnMut(&'e Expr)) {
    match condition {
        Condition::Expr(expr) | Condition::Let(_, expr) => each(expr, visit),
        Condition::All(all) => all.iter().for_each(|condition| each_of_condition(condition, visit)),
    }
}

/// Calls `visit` with the expressions directly within `expr`.
pub fn children<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::Field(value, _)
        | ExprKind::TupleField(value, _)
        | ExprKind::Unary(_, value)
        | ExprKind::Cast(value, _)
        | ExprKind::Paren(value)
        | ExprKind::Reference { value, .. } => visit(value),
        ExprKind::Index(one, other) | ExprKind::Binary(_, one, other) => {
            visit(one);
            visit(other);
        }
        ExprKind::Method { receiver: value, arguments, .. }
        | ExprKind::Filter { value, arguments, .. }
        | ExprKind::Format { format: value, arguments } => {
            visit(value);
            arguments.iter().for_each(visit);
        }
        ExprKind::Call { arguments: list, .. } | ExprKind::Tuple(list) | ExprKind::List(list) => {
            list.iter().for_each(visit);
        }
        ExprKind::Range { start, end, .. } => start.iter().chain(end).for_each(|end| visit(end)),
        ExprKind::Map(entries) => {
            for entry in entries {
                entry.key.iter().for_each(&mut *visit);
                visit(&entry.value);
            }
        }
        ExprKind::Closure { body, .. } => visit(body),
        ExprKind::If { condition, then, otherwise } => {
            children_of_condition(condition, visit);
            visit(then);
            otherwise.iter().for_each(|otherwise| visit(otherwise));
        }
        ExprKind::Match { value, arms } => {
            visit(value);
            for arm in arms {
                arm.guard.iter().for_each(&mut *visit);
                visit(&arm.value);
            }
        }
        ExprKind::Str(_)
        | ExprKind::Char(_)
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Var(_)
        | ExprKind::Loop { .. }
        | ExprKind::Rust(_) => {}
    }
}

fn children_of_condition<'e>(condition: &'e Condition, visit: &mut dyn FnMut(&'e Expr)) {
    match condition {
        Condition::Expr(expr) | Condition::Let(_, expr) => visit(expr),
        Condition::All(all) => all.iter().for_each(|condition| children_of_condition(condition, visit)),
    }
}

/// The names that a pattern binds.
pub fn binds(pattern: &Pattern, bind: &mut dyn FnMut(&str)) {
    match &pattern.kind {
        PatternKind::Bind(name) => bind(name),
        PatternKind::Reference(pattern) | PatternKind::Variant(_, pattern) => binds(pattern, bind),
        PatternKind::Tuple(list) => list.iter().for_each(|pattern| binds(pattern, bind)),
        // Every case binds the same names.
        PatternKind::Or(cases) => cases.iter().take(1).for_each(|pattern| binds(pattern, bind)),
        PatternKind::Rust { binds, .. } => binds.iter().for_each(|name| bind(name)),
        PatternKind::Wild | PatternKind::None | PatternKind::Literal(_) | PatternKind::Range(_) => {}
    }
}
