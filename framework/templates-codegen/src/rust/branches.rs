//! Conditions: `@if`, `@isset`, `@auth` and all others.
//!
//! Whether a variable exists is known here for all but those that `view!` is given. For these the generated code asks the
//! macro `__forge_given` that `view!` defines: its body is left out where the variable was not given, so that nothing in it needs to exist.

use super::lowering::Lowering;
use super::scope::Binding;
use crate::expr::{Condition, Expr};
use crate::ir::{Can, Op, Test, TestKind};

type Branch = (Test, Vec<Op>);

impl Lowering<'_> {
    pub(super) fn branches(&mut self, branches: &[Branch], otherwise: &[Op]) {
        let Some(((test, body), rest)) = branches.split_first() else {
            self.block(otherwise);
            return;
        };
        let mark = self.scope.mark();
        match &test.kind {
            TestKind::Isset(values) => self.isset(values, body, rest, otherwise),
            TestKind::Empty(value) if self.questionable(value).is_some() => self.empty(value, body, rest, otherwise),
            _ => {
                self.w.start();
                self.w.push("if ");
                self.test(test);
                self.w.open_here(" {");
                // What the test found has a name in its branch.
                if let Some(name) = found(&test.kind) {
                    self.scope.bind(name);
                }
                self.ops(body);
                self.scope.reset(mark);
                self.otherwise(rest, otherwise);
            }
        }
        self.scope.reset(mark);
    }

    fn otherwise(&mut self, rest: &[Branch], otherwise: &[Op]) {
        if rest.is_empty() && otherwise.is_empty() {
            self.w.close("}");
            return;
        }
        self.w.close("} else {");
        self.w.indent();
        self.branches(rest, otherwise);
        self.w.close("}");
    }

    /// The body runs if all variables exist and are something; otherwise the rest does.
    fn isset(&mut self, values: &[Expr], body: &[Op], rest: &[Branch], otherwise: &[Op]) {
        let missing: Vec<_> = values.iter().filter_map(|value| self.questionable(value)).collect();
        if missing.iter().any(|(_, binding)| *binding == Binding::Unset) {
            self.w.open("{");
            self.branches(rest, otherwise);
            self.w.close("}");
            return;
        }
        let is_set = self.fresh("set");
        self.w.line(&format!("let mut {is_set} = false;"));
        for (name, _) in &missing {
            self.given(name);
        }
        self.w.start();
        self.w.push("if ");
        for (index, value) in values.iter().enumerate() {
            self.w.push(if index == 0 { "" } else { " && " });
            self.is_set(value);
        }
        self.w.open_here(" {");
        self.w.line(&format!("{is_set} = true;"));
        let mark = self.scope.mark();
        for (name, _) in &missing {
            self.scope.bind(name);
        }
        self.ops(body);
        self.scope.reset(mark);
        self.w.close("}");
        for _ in &missing {
            self.w.close("} }");
        }
        self.w.open(&format!("if !{is_set} {{"));
        self.branches(rest, otherwise);
        self.w.close("}");
    }

    /// The body runs unless the variable exists and has something in it; then the rest does.
    fn empty(&mut self, value: &Expr, body: &[Op], rest: &[Branch], otherwise: &[Op]) {
        let Some((name, Binding::Unknown)) = self.questionable(value) else {
            self.braced(body);
            return;
        };
        let is_empty = self.fresh("empty");
        self.w.line(&format!("let mut {is_empty} = true;"));
        self.given(&name);
        self.w.start();
        self.w.push("if !");
        self.is_empty(value);
        self.w.open_here(" {");
        self.w.line(&format!("{is_empty} = false;"));
        let mark = self.scope.mark();
        self.scope.bind(&name);
        self.branches(rest, otherwise);
        self.scope.reset(mark);
        self.w.close("}");
        self.w.close("} }");
        self.w.open(&format!("if {is_empty} {{"));
        self.ops(body);
        self.w.close("}");
    }

    fn given(&mut self, name: &str) {
        let name = super::spelling::identifier(name);
        self.w.open(&format!("__forge_given! {{ {name} {{"));
    }

    fn test(&mut self, test: &Test) {
        let start = self.w.at();
        if let (TestKind::Condition(condition), true) = (&test.kind, test.negated)
            && !matches!(condition, Condition::Expr(_))
        {
            // A pattern cannot be negated.
            self.w.push("!(if ");
            self.condition(condition);
            self.w.push(" { true } else { false })");
            return;
        }
        if test.negated {
            self.w.push("!");
        }
        match &test.kind {
            TestKind::Condition(condition) => self.condition(condition),
            TestKind::Isset(_) => {}
            TestKind::Empty(value) => self.is_empty(value),
            TestKind::Auth(guard) => self.logged_in("", guard.as_ref()),
            TestKind::Guest(guard) => self.logged_in("!", guard.as_ref()),
            TestKind::Can { how, ability, arguments } => self.can(*how, ability, arguments),
            TestKind::Env(names) => self.env(names),
            TestKind::Production => self.services("is_production()"),
            TestKind::HasSection(name) => self.ask_text("has_section", name),
            TestKind::HasStack(name) => self.ask_text("has_stack", name),
            TestKind::Session(key) => self.lookup("session", key),
            TestKind::Context(key) => self.lookup("context", key),
            TestKind::Error { field, bag } => self.error_message(field, bag.as_ref()),
            TestKind::Custom { id, arguments } => self.custom_condition(*id, arguments),
        }
        self.w.piece(start, test.span);
    }

    fn logged_in(&mut self, not: &str, guard: Option<&Expr>) {
        self.w.push(not);
        self.services("is_logged_in(");
        self.optional_text(guard);
        self.w.push(")?");
    }

    fn ask_text(&mut self, method: &str, name: &Expr) {
        self.w.push(&format!("__forge.{method}("));
        self.text_argument(name);
        self.w.push(")");
    }

    fn lookup(&mut self, function: &str, key: &Expr) {
        self.w.push("let ::core::option::Option::Some(value) = ");
        self.forge(&format!("functions::{function}(__forge, "));
        self.text_argument(key);
        self.w.push(")");
    }

    fn error_message(&mut self, field: &Expr, bag: Option<&Expr>) {
        self.w.push("let ::core::option::Option::Some(message) = ");
        self.services("errors.bag(");
        match bag {
            Some(bag) => self.text_argument(bag),
            None => self.w.push("\"default\""),
        }
        self.w.push(").first(");
        self.text_argument(field);
        self.w.push(")");
    }

    fn can(&mut self, how: Can, ability: &Expr, arguments: &[Expr]) {
        match how {
            Can::All => self.services("allows("),
            Can::Not => {
                self.w.push("!");
                self.services("allows(");
            }
            Can::Any => self.services("allows_any(&"),
        }
        match how {
            Can::All | Can::Not => self.text_argument(ability),
            Can::Any => self.value(ability),
        }
        self.w.push(", &");
        self.values(arguments);
        self.w.push(")?");
    }

    fn env(&mut self, names: &[Expr]) {
        self.services("is_environment(&");
        if let [name] = names {
            self.value(name);
        } else {
            self.forge("Value::list(");
            self.values(names);
            self.w.push(")");
        }
        self.w.push(")?");
    }

    pub(super) fn optional_text(&mut self, text: Option<&Expr>) {
        match text {
            Some(text) => {
                self.w.push("::core::option::Option::Some(");
                self.text_argument(text);
                self.w.push(")");
            }
            None => self.w.push("::core::option::Option::None"),
        }
    }
}

fn found(test: &TestKind) -> Option<&'static str> {
    match test {
        TestKind::Session(_) | TestKind::Context(_) => Some("value"),
        TestKind::Error { .. } => Some("message"),
        _ => None,
    }
}
