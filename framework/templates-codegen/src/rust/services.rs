//! What generated code asks of the run-time crate: printing, values, loops over anything, reserved functions, filters.

use super::lowering::{Lowering, root};
use super::scope::Binding;
use super::spelling::{identifier, string};
use crate::expr::{Entry, Expr, ExprKind, Name};
use crate::options::CustomId;
use crate::set::is_variable;

/// Methods of attribute bags that can fail. In a chain their errors are passed on.
const FALLIBLE: &[&str] = &["class", "style"];

/// Functions that are always there.
struct Reserved {
    name: &'static str,
    can_fail: bool,
    /// The argument, from zero, that is a list of names with values. It may be left out.
    map: Option<usize>,
}

const fn reserved(name: &'static str, can_fail: bool, map: Option<usize>) -> Reserved {
    Reserved { name, can_fail, map }
}

const RESERVED: &[Reserved] = &[
    reserved("old", false, None),
    reserved("session", false, None),
    reserved("config", false, None),
    reserved("csrf_token", true, None),
    reserved("asset", true, None),
    reserved("url", false, None),
    reserved("route", true, Some(1)),
    reserved("trans", true, Some(1)),
    reserved("trans_choice", true, Some(2)),
    reserved("data", true, None),
];

impl Lowering<'_> {
    pub(super) fn echo(&mut self, value: &Expr, escapes: bool) {
        if is_variable(value, "slot") && self.prints_content() {
            return;
        }
        self.w.start();
        self.forge(if escapes { "echo!(__forge, " } else { "echo_raw!(__forge, " });
        self.expr(value);
        self.w.end(")?;");
    }

    /// A [`Value`] of any expression. The items of a list may be of several types.
    pub(super) fn value(&mut self, value: &Expr) {
        if let ExprKind::List(items) = &value.kind {
            let start = self.w.at();
            self.forge("Value::list(");
            self.values(items);
            self.w.push(")");
            self.w.piece(start, value.span);
            return;
        }
        self.forge("to_value!(");
        self.expr(value);
        self.w.push(")");
    }

    pub(super) fn values(&mut self, values: &[Expr]) {
        self.w.push("[");
        for (index, value) in values.iter().enumerate() {
            self.w.push(if index == 0 { "" } else { ", " });
            self.value(value);
        }
        self.w.push("]");
    }

    pub(super) fn is_empty(&mut self, value: &Expr) {
        self.forge("is_empty!(");
        self.expr(value);
        self.w.push(")");
    }

    pub(super) fn is_set(&mut self, value: &Expr) {
        if let Some(name) = root(value).filter(|name| self.scope.binding(name) == Binding::Maybe) {
            self.w.push(&format!("__has_{name} && "));
        }
        self.forge("is_set!(");
        self.expr(value);
        self.w.push(")");
    }

    /// Borrowed where it is a place, so that nothing is moved out of a variable; what can be copied is.
    pub(super) fn borrowed(&mut self, value: &Expr) {
        let start = self.w.at();
        if self.is_lent(value) && !is_path(value) {
            self.forge("lend!(");
            self.expr(value);
            self.w.push(")");
            self.w.piece(start, value.span);
        } else {
            self.expr(value);
        }
    }

    /// As `&str`.
    pub(super) fn text_argument(&mut self, text: &Expr) {
        if matches!(text.kind, ExprKind::Str(_)) {
            self.expr(text);
        } else {
            let start = self.w.at();
            self.w.push("::core::convert::AsRef::<str>::as_ref(&(");
            self.expr(text);
            self.w.push("))");
            self.w.piece(start, text.span);
        }
    }

    /// Prints `let __html = …`: the value as `{{ … }}` prints it.
    pub(super) fn html(&mut self, value: &Expr) {
        self.w.line("__forge.begin_capture()?;");
        self.echo(value, true);
        self.w.line("let __html = __forge.end_capture()?;");
    }

    /// A list with keys.
    pub(super) fn map_value(&mut self, entries: &[Entry]) {
        self.forge("Map::new()");
        for entry in entries {
            match &entry.key {
                Some(key) => {
                    self.w.push(".entry(");
                    self.key(key);
                    self.w.push(", ");
                }
                None => self.w.push(".item("),
            }
            self.value(&entry.value);
            self.w.push(")");
        }
    }

    fn key(&mut self, key: &Expr) {
        match &key.kind {
            ExprKind::Str(_) | ExprKind::Int(_) => self.expr(key),
            _ => {
                self.forge("generated::key(");
                self.value(key);
                self.w.push(")?");
            }
        }
    }

    pub(super) fn variable(&mut self, name: &str) {
        if name == "errors" && self.scope.binding(name) != Binding::Bound {
            self.services("errors");
        } else {
            self.w.push(&identifier(name));
        }
    }

    pub(super) fn call(&mut self, function: &Name, arguments: &[Expr]) {
        let known = RESERVED.iter().find(|known| known.name == function.text);
        if let Some(known) = known.filter(|_| self.scope.binding(&function.text) != Binding::Bound) {
            self.reserved_call(known, function, arguments);
            return;
        }
        self.name(function);
        self.w.push("(");
        self.list(arguments);
        self.w.push(")");
    }

    fn reserved_call(&mut self, known: &Reserved, function: &Name, arguments: &[Expr]) {
        self.forge("functions::");
        let name = if known.name == "old" && arguments.len() == 2 { "old_or" } else { known.name };
        self.w.leaf(name, function.span);
        self.w.push("(__forge");
        for (index, argument) in arguments.iter().enumerate() {
            self.w.push(", ");
            if known.map == Some(index) {
                self.map_argument(Some(argument));
            } else if index == 0 {
                self.text_argument(argument);
            } else if known.name == "trans_choice" {
                self.w.push("&");
                self.value(argument);
            } else {
                self.value(argument);
            }
        }
        if known.map == Some(arguments.len()) {
            self.w.push(", ");
            self.map_argument(None);
        }
        self.w.push(if known.can_fail { ")?" } else { ")" });
    }

    /// As `&Map`.
    pub(super) fn map_argument(&mut self, map: Option<&Expr>) {
        self.w.push("&");
        match map {
            None => self.forge("Map::new()"),
            Some(map) if matches!(map.kind, ExprKind::Map(_)) => self.expr(map),
            Some(map) => {
                self.forge("generated::map(");
                self.value(map);
                self.w.push(")?");
            }
        }
    }

    pub(super) fn filter(&mut self, value: &Expr, name: &Name, arguments: &[Expr]) {
        self.forge("filters::");
        self.name(name);
        self.w.push("(&(");
        self.expr(value);
        self.w.push(")");
        for argument in arguments {
            self.w.push(", ");
            self.borrowed(argument);
        }
        self.w.push(")?");
    }

    /// Methods that have another name in Rust, or can fail within a chain.
    pub(super) fn service_method(&mut self, receiver: &Expr, name: &Name, arguments: &[Expr]) -> bool {
        if !is_bag(receiver) {
            return false;
        }
        let method = if name.text == "get" && arguments.len() == 2 { "get_or" } else { name.text.as_str() };
        self.expr(receiver);
        self.w.push(".");
        self.w.leaf(method, name.span);
        self.w.push("(");
        self.list(arguments);
        self.w.push(if FALLIBLE.contains(&method) { ")?" } else { ")" });
        true
    }

    pub(super) fn inject(&mut self, variable: &Name, path: &Name) {
        self.w.start();
        self.w.push("let mut ");
        self.name(variable);
        self.w.push(" = ");
        self.services("inject::<");
        self.w.leaf(&path.text, path.span);
        self.w.end(">()?;");
        self.scope.bind(&variable.text);
    }

    pub(super) fn custom_condition(&mut self, id: CustomId, arguments: &[Expr]) {
        let name = self.custom_name(id);
        self.services(&format!("forge.holds({name}, &"));
        self.values(arguments);
        self.w.push(")?");
    }

    pub(super) fn custom_name(&self, id: CustomId) -> String {
        string(self.set.options().custom_name(id).unwrap_or_default())
    }
}

/// Paths of one word that are no variables: `None`, constants, unit structs.
fn is_path(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Var(name) if name.starts_with(|c: char| c.is_uppercase()))
}

/// An attribute bag, as far as one can tell: `attributes`, those of a slot, and what their methods return.
fn is_bag(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Var(name) => name == "attributes",
        ExprKind::Field(_, name) => name.text == "attributes",
        ExprKind::Paren(inner) => is_bag(inner),
        ExprKind::Method { receiver, name, .. } => {
            let returns_bag = !matches!(
                name.text.as_str(),
                "get" | "has" | "has_any" | "first" | "is_empty" | "is_not_empty" | "count" | "iter" | "prepends"
            );
            returns_bag && is_bag(receiver)
        }
        _ => false,
    }
}
