//! Loops, and the variable `loop`.

use super::inclusion::texts;
use super::lowering::{LoopAround, Lowering};
use super::scope::bindings;
use super::spelling::identifier;
use crate::expr::{Condition, Expr, Pattern};
use crate::ir::{Label, Op, OpKind, ViewNames, bodies};
use crate::set::is_variable;

/// What stands in the parentheses of a loop.
pub(super) struct Head<'a> {
    pub(super) label: Label,
    pub(super) key: Option<&'a Pattern>,
    pub(super) pattern: &'a Pattern,
    pub(super) values: &'a Expr,
    pub(super) uses_loop: bool,
}

impl Lowering<'_> {
    pub(super) fn while_loop(&mut self, label: Label, condition: &Condition, body: &[Op]) {
        let name = self.label(label);
        let mark = self.scope.mark();
        self.w.start();
        self.w.push(&format!("{name}: while "));
        self.condition(condition);
        self.w.open_here(" {");
        self.turn(body);
        self.loops.push(LoopAround { is_for: false, variable: None });
        self.ops(body);
        self.loops.pop();
        self.w.close("}");
        self.scope.reset(mark);
    }

    /// Checks the size of the page in each turn, unless something is printed in any case that does.
    fn turn(&mut self, body: &[Op]) {
        let first = body
            .iter()
            .find(|op| !matches!(op.kind, OpKind::Text(_) | OpKind::Class(_) | OpKind::Style(_) | OpKind::Flag(..)));
        let checks = match first.map(|op| &op.kind) {
            // They may be text by now.
            Some(OpKind::Echo { value, .. }) => !is_variable(value, "slot") && !is_variable(value, "attributes"),
            _ => false,
        };
        if !checks {
            self.w.line("__forge.turn()?;");
        }
    }

    /// Whether what is included in the body of a loop may ask for `loop`.
    fn lends_loop(&self, body: &[Op]) -> bool {
        body.iter().any(|op| match &op.kind {
            OpKind::Include(include) if include.inherits => match &include.names {
                ViewNames::Runtime(_) => true,
                ViewNames::Literal(names) => {
                    self.set.resolve(&texts(names)).is_some_and(|name| self.set.asks_for_loop(name))
                }
            },
            kind => {
                let mut lends = false;
                bodies(kind, &mut |ops| lends |= self.lends_loop(ops));
                lends
            }
        })
    }

    /// Variables of the loops around that the template sees, the outermost first.
    pub(super) fn visible_loops(&self) -> Vec<String> {
        let visible = self.loops.iter().skip(self.hidden_loops).filter(|around| around.is_for);
        visible.filter_map(|around| around.variable.clone()).collect()
    }

    pub(super) fn loop_variable(&mut self, up: usize) {
        let visible = self.loops.iter().skip(self.hidden_loops).filter(|around| around.is_for);
        let around = visible.rev().nth(up);
        match around.and_then(|around| around.variable.clone()) {
            Some(name) => self.w.push(&name),
            // Of a template that is only included.
            None => self
                .w
                .push("::core::compile_error!(\"`loop` is known only within a loop; include this view within one\")"),
        }
    }

    pub(super) fn for_loop(&mut self, head: &Head<'_>, body: &[Op], otherwise: &[Op]) {
        let mark = self.scope.mark();
        let any = (!otherwise.is_empty()).then(|| self.fresh("any"));
        if let Some(any) = &any {
            self.w.line(&format!("let mut {any} = false;"));
        }
        let variable = (head.uses_loop || self.lends_loop(body)).then(|| self.fresh("loop"));
        self.loop_head(head, variable.as_deref());
        self.turn(body);
        if let Some(any) = &any {
            self.w.line(&format!("{any} = true;"));
        }
        self.loops.push(LoopAround { is_for: true, variable });
        self.ops(body);
        self.loops.pop();
        self.w.close("}");
        self.w.close("} }");
        self.scope.reset(mark);
        if let Some(any) = any {
            self.w.open(&format!("if !{any} {{"));
            self.block(otherwise);
            self.w.close("}");
        }
    }

    /// The values are evaluated in the head of a `match`, so that what they borrow from lives as long as the loop.
    fn loop_head(&mut self, head: &Head<'_>, variable: Option<&str>) {
        self.iterator(head.values, head.key.is_some());
        let name = self.label(head.label);
        if let Some(variable) = variable {
            let path = self.options.forge.clone();
            self.w.line(&format!("let (__count, __items) = {path}::counted!(__items);"));
            self.w.start();
            self.w.push(&format!("{name}: for (__index, "));
            self.loop_patterns(head);
            self.w.open_here(") in __items.enumerate() {");
            let depth = self.loops.iter().filter(|around| around.is_for).count() + 1;
            let path = self.options.forge.clone();
            self.w.line(&format!("let {variable} = {path}::Loop::new(__index, __count, {depth});"));
        } else {
            self.w.start();
            self.w.push(&format!("{name}: for "));
            self.loop_patterns(head);
            self.w.open_here(" in __items {");
        }
        for pattern in head.key.into_iter().chain([head.pattern]) {
            for name in bindings(pattern) {
                let variable = identifier(name);
                let path = self.options.forge.clone();
                self.w.line(&format!("let mut {variable} = {path}::item!({variable});"));
                self.scope.bind_as(name, self.is_value(head.values));
            }
        }
    }

    fn loop_patterns(&mut self, head: &Head<'_>) {
        let Some(key) = head.key else {
            self.pattern(head.pattern);
            return;
        };
        self.w.push("(");
        self.pattern(key);
        self.w.push(", ");
        self.pattern(head.pattern);
        self.w.push(")");
    }

    /// Opens two braces in which `__items` is an iterator.
    pub(super) fn iterator(&mut self, values: &Expr, is_keyed: bool) {
        let key = if is_keyed { "key " } else { "" };
        self.w.start();
        if self.is_lent(values) {
            self.w.push("match ");
            self.forge(&format!("each!({key}"));
            self.expr(values);
            self.w.open_here(")? { __items => {");
        } else {
            self.w.push("match (");
            self.expr(values);
            self.w.open_here(") { __values => {");
            let path = self.options.forge.clone();
            self.w.line(&format!("let __items = {path}::each_owned!({key}__values)?;"));
        }
    }
}
