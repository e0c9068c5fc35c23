//! Expressions as Rust. Every piece is recorded with its place, so that the compiler's words about it can be carried back.

use super::lowering::Lowering;
use super::pattern::is_text;
use super::spelling::{identifier, string};
use crate::expr::{Arm, BinaryOp, Condition, Expr, ExprKind, Name, Pattern, RustText, UnaryOp};
use crate::span::Span;

impl Lowering<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        let start = self.w.at();
        match &expr.kind {
            ExprKind::Str(text) => self.w.push(&string(text)),
            ExprKind::Char(c) => self.w.push(&format!("'{}'", c.escape_default())),
            ExprKind::Bool(value) => self.w.push(if *value { "true" } else { "false" }),
            ExprKind::Int(text) | ExprKind::Float(text) => self.w.push(text),
            ExprKind::Var(name) => self.variable(name),
            _ => {
                self.composed(expr);
                self.w.piece(start, expr.span);
                return;
            }
        }
        self.w.token(start, expr.span);
    }

    fn composed(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Loop { up } => self.loop_variable(*up),
            ExprKind::Field(value, _) | ExprKind::TupleField(value, _) | ExprKind::Index(value, _) => {
                self.part(value, &expr.kind);
            }
            ExprKind::Method { receiver, name, turbofish, arguments } => {
                self.method(receiver, name, *turbofish, arguments);
            }
            ExprKind::Call { function, arguments } => self.call(function, arguments),
            ExprKind::Filter { value, name, arguments } => self.filter(value, name, arguments),
            ExprKind::Unary(op, value) => {
                self.w.push(unary(*op));
                if *op == UnaryOp::Not {
                    self.truth(value);
                } else {
                    self.expr(value);
                }
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Range { start, end, is_inclusive } => {
                self.optional(start.as_deref());
                self.w.push(if *is_inclusive { "..=" } else { ".." });
                self.optional(end.as_deref());
            }
            ExprKind::Reference { is_mut, value } => {
                self.w.push(if *is_mut { "&mut " } else { "&" });
                self.expr(value);
            }
            ExprKind::Cast(value, ty) => {
                self.expr(value);
                self.w.push(" as ");
                self.source(*ty);
            }
            ExprKind::Paren(value) => self.enclosed("(", std::slice::from_ref(value), ")"),
            ExprKind::Tuple(values) => {
                self.enclosed("(", values, if values.len() == 1 { ",)" } else { ")" });
            }
            ExprKind::List(values) => self.enclosed("[", values, "]"),
            ExprKind::Map(entries) => self.map_value(entries),
            ExprKind::Closure { is_move, parameters, body } => self.closure(*is_move, parameters, body),
            ExprKind::If { condition, then, otherwise } => {
                self.choice(condition, then, otherwise.as_deref());
            }
            ExprKind::Match { value, arms } => self.matching(value, arms),
            ExprKind::Format { format, arguments } => self.format(format, arguments),
            ExprKind::Rust(text) => self.rust(text, expr.span),
            ExprKind::Str(_)
            | ExprKind::Char(_)
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Var(_) => {}
        }
    }

    /// What is in `value`.
    fn part(&mut self, value: &Expr, part: &ExprKind) {
        let is_value = self.is_value(value);
        match part {
            ExprKind::Field(_, name) if is_value => {
                self.fetch("field", value);
                self.w.leaf(&string(&name.text), name.span);
                self.w.push(")?");
                return;
            }
            ExprKind::Index(_, index) if is_value => {
                self.fetch("entry", value);
                self.value(index);
                self.w.push(")?");
                return;
            }
            _ => self.expr(value),
        }
        match part {
            ExprKind::Field(_, name) => {
                self.w.push(".");
                self.name(name);
            }
            ExprKind::TupleField(_, index) => self.w.push(&format!(".{index}")),
            ExprKind::Index(_, index) => {
                self.w.push("[");
                self.expr(index);
                self.w.push("]");
            }
            _ => {}
        }
    }

    fn format(&mut self, format: &Expr, arguments: &[Expr]) {
        self.w.push("::std::format!(");
        self.expr(format);
        for argument in arguments {
            self.w.push(", ");
            self.expr(argument);
        }
        self.w.push(")");
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr) {
        let Some(method) = comparison(op) else {
            let side = if matches!(op, BinaryOp::And | BinaryOp::Or) { Self::truth } else { Self::expr };
            side(self, left);
            self.w.push(&format!(" {} ", binary(op)));
            side(self, right);
            return;
        };
        // `None` alone has no type.
        let other = if is_none(left) { Some(right) } else { is_none(right).then_some(left) };
        match (other, op) {
            (Some(other), BinaryOp::Equal) => {
                self.w.push("!(");
                self.is_set(other);
                self.w.push(")");
            }
            (Some(other), BinaryOp::NotEqual) => {
                self.w.push("(");
                self.is_set(other);
                self.w.push(")");
            }
            _ => {
                self.forge(&format!("compare!({method}, "));
                self.expr(left);
                self.w.push(", ");
                self.expr(right);
                self.w.push(")");
            }
        }
    }

    fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    pub(super) fn name(&mut self, name: &Name) {
        self.w.leaf(&identifier(&name.text), name.span);
    }

    fn source(&mut self, span: Span) {
        let text = &self.text()[span.range()];
        self.w.verbatim(text, span);
    }

    fn enclosed(&mut self, open: &str, values: &[Expr], close: &str) {
        self.w.push(open);
        self.list(values);
        self.w.push(close);
    }

    pub(super) fn list(&mut self, values: &[Expr]) {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.w.push(", ");
            }
            self.expr(value);
        }
    }

    fn method(&mut self, receiver: &Expr, name: &Name, turbofish: Option<Span>, arguments: &[Expr]) {
        if self.service_method(receiver, name, arguments) {
            return;
        }
        self.expr(receiver);
        self.w.push(".");
        self.name(name);
        if let Some(types) = turbofish {
            self.w.push("::<");
            self.source(types);
            self.w.push(">");
        }
        self.enclosed("(", arguments, ")");
    }

    fn closure(&mut self, is_move: bool, parameters: &[Pattern], body: &Expr) {
        let mark = self.scope.mark();
        self.w.push(if is_move { "move |" } else { "|" });
        for (index, parameter) in parameters.iter().enumerate() {
            if index > 0 {
                self.w.push(", ");
            }
            self.pattern(parameter);
            self.bind(parameter);
        }
        self.w.push("| ");
        self.expr(body);
        self.scope.reset(mark);
    }

    fn choice(&mut self, condition: &Condition, then: &Expr, otherwise: Option<&Expr>) {
        let mark = self.scope.mark();
        self.w.push("if ");
        self.condition(condition);
        self.w.push(" { ");
        self.expr(then);
        self.w.push(" }");
        self.scope.reset(mark);
        if let Some(otherwise) = otherwise {
            self.w.push(" else ");
            if matches!(otherwise.kind, ExprKind::If { .. }) {
                self.expr(otherwise);
            } else {
                self.enclosed("{ ", std::slice::from_ref(otherwise), " }");
            }
        }
    }

    fn matching(&mut self, value: &Expr, arms: &[Arm]) {
        self.w.push("match ");
        if arms.iter().any(|arm| is_text(&arm.pattern)) {
            self.text_argument(value);
        } else {
            self.borrowed(value);
        }
        self.w.push(" { ");
        for arm in arms {
            let mark = self.scope.mark();
            self.pattern(&arm.pattern);
            self.bind(&arm.pattern);
            if let Some(guard) = &arm.guard {
                self.w.push(" if ");
                self.expr(guard);
            }
            self.w.push(" => ");
            self.expr(&arm.value);
            self.w.push(", ");
            self.scope.reset(mark);
        }
        self.w.push("}");
    }

    /// What stands behind `if` and `while`. Its names are bound from here on.
    pub(super) fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Expr(expr) => {
                let start = self.w.at();
                self.w.push("(");
                self.truth(expr);
                self.w.push(")");
                self.w.piece(start, expr.span);
            }
            Condition::Let(pattern, value) => {
                self.w.push("let ");
                self.pattern(pattern);
                self.w.push(" = ");
                if is_text(pattern) {
                    self.text_argument(value);
                } else {
                    // Parentheses, since a struct literal cannot stand here without them.
                    self.w.push("(");
                    self.borrowed(value);
                    self.w.push(")");
                }
                self.bind(pattern);
            }
            Condition::All(all) => {
                for (index, condition) in all.iter().enumerate() {
                    if index > 0 {
                        self.w.push(" && ");
                    }
                    self.condition(condition);
                }
            }
        }
    }

    /// The text of the place with its patches.
    pub(super) fn rust(&mut self, text: &RustText, span: Span) {
        let source = self.text();
        let mut at = span.start;
        for patch in &text.patches {
            self.names_within(source, text, Span::new(at, patch.span.start));
            self.w.leaf(&patch.text, patch.span);
            at = patch.span.end;
        }
        self.names_within(source, text, Span::new(at, span.end));
    }

    /// Verbatim text, in which names have pieces of their own.
    fn names_within(&mut self, source: &str, text: &RustText, span: Span) {
        let start = self.w.at();
        if span.is_empty() {
            return;
        }
        self.w.verbatim(&source[span.range()], span);
        for name in text.names.iter().filter(|name| span.contains(name.span)) {
            let offset = start + (name.span.start - span.start) as usize;
            self.w.piece_at(offset, name.span);
        }
    }
}

fn is_none(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Var(name) if name == "None")
}

/// The method that `forge::compare!` calls.
pub(super) fn comparison(op: BinaryOp) -> Option<&'static str> {
    match op {
        BinaryOp::Equal => Some("equal"),
        BinaryOp::NotEqual => Some("not_equal"),
        BinaryOp::Less => Some("less"),
        BinaryOp::LessOrEqual => Some("less_or_equal"),
        BinaryOp::Greater => Some("greater"),
        BinaryOp::GreaterOrEqual => Some("greater_or_equal"),
        _ => None,
    }
}

fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Not => "!",
        UnaryOp::Negate => "-",
        UnaryOp::Deref => "*",
    }
}

pub(super) fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
    }
}
