//! From parsed expressions to prepared ones: every name becomes a slot of a frame, every literal a value.
//!
//! A frame is a template or a closure. What a template does not bind itself is filled in from outside when it is rendered.

use super::code::{Arm, ClosureCode, Code, Cond, Function, LoopPart, Node, Variant};
use super::methods::Method;
use super::number::{float_literal, int_literal};
use super::types::Type;
use super::value::Val;
use forge_codegen::Span;
use forge_codegen::expr::{BinaryOp, Condition, Entry, Expr, ExprKind, Name, Pattern, UnaryOp};
use std::sync::Arc;

/// Why a template cannot be evaluated without the compiler, with the place.
pub(crate) type Needs = Vec<(Span, String)>;

pub(crate) struct Preparer<'s> {
    source: &'s str,
    /// From the template inwards.
    frames: Vec<Frame>,
    /// Names that come from outside, with their slots in the template's frame.
    pub(crate) globals: Vec<(Arc<str>, usize)>,
    pub(crate) needs: Needs,
    /// Where each of the globals stands first.
    pub(crate) mentions: Vec<(Arc<str>, Span)>,
}

#[derive(Default)]
pub(super) struct Frame {
    pub(super) names: Vec<(Arc<str>, Binding)>,
    slots: usize,
    /// Of a closure: slots of the frame around and its own.
    captures: Vec<(usize, usize)>,
    /// The slots of the loops around, from the outermost: number, count.
    loops: Vec<(usize, usize)>,
}

#[derive(Clone, Copy)]
pub(super) enum Binding {
    Slot(usize),
    /// By `@unset`.
    Gone,
}

/// How many names there were, to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Scope(usize);

impl<'s> Preparer<'s> {
    pub(crate) fn new(source: &'s str) -> Self {
        Self { source, frames: vec![Frame::default()], globals: Vec::new(), needs: Vec::new(), mentions: Vec::new() }
    }

    /// Slots of the template's frame.
    pub(crate) fn slots(&self) -> usize {
        self.frames.first().map_or(0, |frame| frame.slots)
    }

    pub(super) fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    pub(crate) fn open(&mut self) -> Scope {
        Scope(self.frame().names.len())
    }

    pub(crate) fn close(&mut self, scope: Scope) {
        self.frame().names.truncate(scope.0);
    }

    /// A slot without a name.
    pub(crate) fn slot(&mut self) -> usize {
        let frame = self.frame();
        frame.slots += 1;
        frame.slots - 1
    }

    pub(crate) fn name(&mut self, name: &str) -> usize {
        let slot = self.slot();
        self.frame().names.push((name.into(), Binding::Slot(slot)));
        slot
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.frame().names.push((name.into(), Binding::Gone));
    }

    pub(crate) fn open_loop(&mut self) -> (usize, usize) {
        let slots = (self.slot(), self.slot());
        self.frame().loops.push(slots);
        slots
    }

    /// The counters of the loops around, the outermost first.
    pub(crate) fn loops(&mut self) -> Vec<(usize, usize)> {
        self.frame().loops.clone()
    }

    pub(crate) fn close_loop(&mut self) {
        self.frame().loops.pop();
    }

    /// What is bound here by the template itself, the innermost of each name; none for names that are unset.
    pub(crate) fn visible(&mut self) -> Vec<(Arc<str>, Option<usize>)> {
        let mut seen: Vec<(Arc<str>, Option<usize>)> = Vec::new();
        for (name, binding) in self.frame().names.iter().rev() {
            if !seen.iter().any(|(known, _)| known == name) {
                let slot = match binding {
                    Binding::Slot(slot) => Some(*slot),
                    Binding::Gone => None,
                };
                seen.push((name.clone(), slot));
            }
        }
        seen
    }

    /// The slot of a name that the template binds itself.
    pub(crate) fn local(&mut self, name: &str) -> Option<usize> {
        let found = self.frame().names.iter().rev().find(|(known, _)| **known == *name)?;
        match found.1 {
            Binding::Slot(slot) => Some(slot),
            Binding::Gone => None,
        }
    }

    fn lookup(&mut self, name: &str) -> Option<usize> {
        self.lookup_in(self.frames.len() - 1, name)
    }

    fn lookup_in(&mut self, at: usize, name: &str) -> Option<usize> {
        if let Some((_, binding)) = self.frames[at].names.iter().rev().find(|(known, _)| **known == *name) {
            return match binding {
                Binding::Slot(slot) => Some(*slot),
                Binding::Gone => None,
            };
        }
        if at == 0 {
            if let Some((_, slot)) = self.globals.iter().find(|(known, _)| **known == *name) {
                return Some(*slot);
            }
            let slot = self.frames[0].slots;
            self.frames[0].slots += 1;
            self.globals.push((name.into(), slot));
            return Some(slot);
        }
        let outer = self.lookup_in(at - 1, name)?;
        Some(self.capture(at, outer))
    }

    fn capture(&mut self, at: usize, outer: usize) -> usize {
        let frame = &mut self.frames[at];
        if let Some((_, own)) = frame.captures.iter().find(|(known, _)| *known == outer) {
            return *own;
        }
        let own = frame.slots;
        frame.slots += 1;
        frame.captures.push((outer, own));
        own
    }

    /// The slots of the loop `up` levels out, seen from the frame at `at`, and how deep that loop is.
    fn lookup_loop(&mut self, at: usize, up: usize) -> Option<(usize, usize, usize)> {
        if at == 0 {
            let loops = &self.frames[0].loops;
            let index = loops.len().checked_sub(up + 1)?;
            return Some((loops[index].0, loops[index].1, index + 1));
        }
        let (number, count, depth) = self.lookup_loop(at - 1, up)?;
        Some((self.capture(at, number), self.capture(at, count), depth))
    }

    pub(crate) fn rust(&mut self, span: Span, why: impl Into<String>) -> Code {
        let why = why.into();
        self.needs.push((span, why.clone()));
        Code::Rust(why)
    }

    pub(crate) fn text(&self, span: Span) -> &'s str {
        self.source.get(span.range()).unwrap_or_default()
    }

    pub(crate) fn exprs(&mut self, exprs: &[Expr]) -> Vec<Node> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn boxed(&mut self, expr: &Expr) -> Box<Node> {
        Box::new(self.expr(expr))
    }

    pub(crate) fn expr(&mut self, expr: &Expr) -> Node {
        Node { span: expr.span, code: self.code(expr) }
    }

    fn code(&mut self, expr: &Expr) -> Code {
        match &expr.kind {
            ExprKind::Str(text) => Code::Str(text.as_str().into()),
            ExprKind::Char(char) => Code::Char(*char),
            ExprKind::Bool(value) => Code::Bool(*value),
            ExprKind::Int(text) => self.number(expr.span, int_literal(text)),
            ExprKind::Float(text) => self.number(expr.span, float_literal(text)),
            ExprKind::Var(name) => self.variable(expr.span, name),
            ExprKind::Loop { .. } => self.rust(expr.span, "`loop` as a value; use its fields, such as `loop.index`"),
            ExprKind::Field(value, name) => match &value.kind {
                ExprKind::Loop { up } => self.loop_part(expr.span, *up, name),
                _ => Code::Field(self.boxed(value), name.text.as_str().into()),
            },
            ExprKind::TupleField(value, at) => Code::TupleField(self.boxed(value), *at),
            ExprKind::Index(value, index) => Code::Index(self.boxed(value), self.boxed(index)),
            ExprKind::Method { receiver, name, turbofish, arguments } => {
                let Some(method) = Method::of_name(&name.text) else {
                    return self.rust(name.span, format!("the method `{}`", name.text));
                };
                let of = turbofish.map(|span| Type::parse(self.text(span)));
                Code::Method { receiver: self.boxed(receiver), method, of, arguments: self.exprs(arguments) }
            }
            ExprKind::Call { function, arguments } => self.call(expr.span, function, arguments),
            ExprKind::Filter { value, name, arguments } => Code::Filter {
                value: self.boxed(value),
                name: name.text.as_str().into(),
                arguments: self.exprs(arguments),
            },
            ExprKind::Unary(UnaryOp::Not, value) => Code::Not(self.boxed(value)),
            // With its sign it may be the least number of its type.
            ExprKind::Unary(UnaryOp::Negate, value) => match self.code(value) {
                Code::Int(number, kind) if kind.is_signed() => Code::Int(-number, kind),
                code => Code::Negate(Box::new(Node { span: value.span, code })),
            },
            ExprKind::Unary(UnaryOp::Deref, value) | ExprKind::Paren(value) => self.code(value),
            ExprKind::Reference { is_mut: false, value } => self.code(value),
            ExprKind::Reference { is_mut: true, value } => Code::Borrow(self.boxed(value)),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b),
            ExprKind::Cast(value, span) => Code::Cast(self.boxed(value), self.text(*span).trim().to_owned()),
            _ => self.compound(expr),
        }
    }

    fn number(&mut self, span: Span, value: Option<Val>) -> Code {
        match value {
            Some(Val::Int(number, kind)) => Code::Int(number, kind),
            Some(Val::Float(number, kind)) => Code::Float(number, kind),
            _ => self.rust(span, "this number"),
        }
    }

    pub(super) fn variable(&mut self, span: Span, name: &str) -> Code {
        if name == "None" {
            return Code::None;
        }
        let known = self.globals.len();
        let slot = self.lookup(name);
        if self.globals.len() > known {
            self.mentions.push((name.into(), span));
        }
        // Of what is unset, a slot that nothing is ever put into.
        Code::Slot(slot.unwrap_or_else(|| self.slot()), name.into())
    }

    fn loop_part(&mut self, span: Span, up: usize, name: &Name) -> Code {
        let Some((number, count, depth)) = self.lookup_loop(self.frames.len() - 1, up) else {
            return self.free_loop(span, up, name);
        };
        let part = match name.text.as_str() {
            "index" => LoopPart::Index,
            "iteration" => LoopPart::Iteration,
            "remaining" => LoopPart::Remaining,
            "count" => LoopPart::Count,
            "first" => LoopPart::First,
            "last" => LoopPart::Last,
            "even" => LoopPart::Even,
            "odd" => LoopPart::Odd,
            "depth" => LoopPart::Depth(depth),
            other => return self.rust(name.span, format!("the field `{other}` of `loop`")),
        };
        Code::Loop(number, count, part)
    }

    /// Of a loop around the template.
    fn free_loop(&mut self, span: Span, up: usize, name: &Name) -> Code {
        let up = up - self.frames.first().map_or(0, |frame| frame.loops.len());
        let of = |span, value, field: &str| Node { span, code: Code::Field(Box::new(value), field.into()) };
        let around = Node { span, code: self.variable(span, "loop") };
        let around = (0..up).fold(around, |inner, _| of(span, inner, "parent"));
        Code::Field(Box::new(around), name.text.as_str().into())
    }

    fn call(&mut self, span: Span, function: &Name, arguments: &[Expr]) -> Code {
        let variant = match function.text.as_str() {
            "Some" => Some(Variant::Some),
            "Ok" => Some(Variant::Ok),
            "Err" => Some(Variant::Err),
            _ => None,
        };
        if let (Some(variant), [value]) = (variant, arguments) {
            return Code::Variant(variant, self.boxed(value));
        }
        let known = match function.text.as_str() {
            "old" => Function::Old,
            "session" => Function::Session,
            "config" => Function::Config,
            "csrf_token" => Function::CsrfToken,
            "asset" => Function::Asset,
            "url" => Function::Url,
            "route" => Function::Route,
            "trans" => Function::Trans,
            "trans_choice" => Function::TransChoice,
            "data" => Function::Shared,
            name => {
                let is_bound = self.frames.iter().any(|frame| frame.names.iter().any(|(known, _)| **known == *name));
                if !is_bound {
                    return self.rust(span, format!("the function `{name}`"));
                }
                let code = self.variable(function.span, name);
                return Code::CallSlot(Box::new(Node { span: function.span, code }), self.exprs(arguments));
            }
        };
        Code::Function(known, self.exprs(arguments))
    }

    fn binary(&mut self, op: BinaryOp, a: &Expr, b: &Expr) -> Code {
        let (a, b) = (self.boxed(a), self.boxed(b));
        match op {
            BinaryOp::And => Code::And(a, b),
            BinaryOp::Or => Code::Or(a, b),
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessOrEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterOrEqual => Code::Compare(op, a, b),
            _ => Code::Arithmetic(op, a, b),
        }
    }

    /// What consists of several expressions.
    fn compound(&mut self, expr: &Expr) -> Code {
        match &expr.kind {
            ExprKind::Range { start, end, is_inclusive } => {
                let start = start.as_ref().map(|start| self.boxed(start));
                let end = end.as_ref().map(|end| self.boxed(end));
                Code::Range { start, end, is_inclusive: *is_inclusive }
            }
            ExprKind::Tuple(items) if items.is_empty() => Code::Unit,
            ExprKind::Tuple(items) => Code::Tuple(self.exprs(items)),
            ExprKind::List(items) => Code::List(self.exprs(items)),
            ExprKind::Map(entries) => Code::Map(self.entries(entries)),
            ExprKind::Closure { parameters, body, .. } => self.closure(parameters, body),
            ExprKind::If { condition, then, otherwise } => {
                let scope = self.open();
                let condition = Box::new(self.condition(condition));
                let then = self.boxed(then);
                self.close(scope);
                let otherwise = otherwise.as_ref().map(|otherwise| self.boxed(otherwise));
                Code::If { condition, then, otherwise }
            }
            ExprKind::Match { value, arms } => {
                let value = self.boxed(value);
                let arms = arms.iter().map(|arm| self.arm(arm)).collect();
                Code::Match { value, arms }
            }
            ExprKind::Format { format, arguments } => self.format(expr.span, format, arguments),
            ExprKind::Rust(_) => {
                let text = self.text(expr.span);
                let short: String = text.chars().take(60).collect();
                self.rust(expr.span, format!("`{short}`"))
            }
            _ => self.rust(expr.span, "this expression"),
        }
    }

    pub(crate) fn entries(&mut self, entries: &[Entry]) -> Vec<(Option<Node>, Node)> {
        entries.iter().map(|entry| (entry.key.as_ref().map(|key| self.expr(key)), self.expr(&entry.value))).collect()
    }

    fn arm(&mut self, arm: &forge_codegen::expr::Arm) -> Arm {
        let scope = self.open();
        let pattern = self.pattern(&arm.pattern);
        let guard = arm.guard.as_ref().map(|guard| self.expr(guard));
        let value = self.expr(&arm.value);
        self.close(scope);
        Arm { pattern, guard, value }
    }

    fn closure(&mut self, parameters: &[Pattern], body: &Expr) -> Code {
        self.frames.push(Frame::default());
        let parameters = parameters.iter().map(|pattern| self.pattern(pattern)).collect();
        let body = self.expr(body);
        let frame = self.frames.pop().unwrap_or_default();
        Code::Closure(Arc::new(ClosureCode { captures: frame.captures, parameters, slots: frame.slots, body }))
    }

    /// Names of the condition stay visible until the scope around is closed.
    pub(crate) fn condition(&mut self, condition: &Condition) -> Cond {
        match condition {
            Condition::Expr(expr) => Cond::Expr(self.expr(expr)),
            Condition::Let(pattern, expr) => {
                // The value does not see the pattern's names.
                let value = self.expr(expr);
                Cond::Let(self.pattern(pattern), value)
            }
            Condition::All(all) => Cond::All(all.iter().map(|condition| self.condition(condition)).collect()),
        }
    }
}
