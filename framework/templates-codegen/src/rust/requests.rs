//! Directives about attributes, forms, scripts and the request.

use super::lowering::Lowering;
use super::spelling::string;
use crate::expr::Expr;
use crate::ir::{Content, Op, OpKind, literal_list};
use crate::options::CustomId;

/// `@class` or `@style` of literal texts, some of which have a condition.
pub(super) struct LiteralList<'o> {
    pub(super) attribute: &'static str,
    texts: Vec<(&'o str, Option<&'o Expr>)>,
}

impl<'o> LiteralList<'o> {
    pub(super) fn of(op: &'o Op) -> Option<Self> {
        let (attribute, list) = match &op.kind {
            OpKind::Class(list) => ("class", list),
            OpKind::Style(list) => ("style", list),
            _ => return None,
        };
        Some(Self { attribute, texts: literal_list(list)? })
    }
}

impl Lowering<'_> {
    /// Calls a function of the run-time crate that prints a value.
    fn printed(&mut self, function: &str, value: &Expr) {
        self.w.open("{");
        self.w.start();
        self.w.push("let __value = ");
        self.value(value);
        self.w.end(";");
        let path = self.options.forge.clone();
        self.w.line(&format!("{path}::{function}(__forge, &__value)?;"));
        self.w.close("}");
    }

    /// What stands between the quotes. What is written literally needs no value of the list.
    pub(super) fn list_items(&mut self, list: &LiteralList<'_>) {
        let path = self.options.forge.clone();
        self.w.open("{");
        self.w.line(&format!("let mut __list = {path}::forms::List::{}();", list.attribute));
        for (text, condition) in &list.texts {
            let text = if list.attribute == "style" { text.trim_end_matches(';') } else { text };
            let add = format!("__list.add(__forge, {});", string(&escaped(text)));
            let Some(condition) = condition else {
                self.w.line(&add);
                continue;
            };
            self.w.start();
            self.w.push("if ");
            self.forge("holds!(");
            self.expr(condition);
            self.w.end(&format!(") {{ {add} }}"));
        }
        self.w.close("}");
    }

    /// Prints what a function of the run-time crate makes of an expression of any serialisable type.
    fn script(&mut self, function: &str, value: &Expr) {
        self.w.start();
        self.w.push("__forge.text(");
        self.forge(&format!("json::{function}(&("));
        self.expr(value);
        self.w.end("))?.as_str());");
    }

    /// Directives about attributes, forms, the request.
    pub(super) fn service_op(&mut self, op: &Op) {
        let path = self.options.forge.clone();
        match &op.kind {
            OpKind::Class(list) => self.printed("forms::class", list),
            OpKind::Style(list) => self.printed("forms::style", list),
            OpKind::Method(method) => self.printed("forms::method", method),
            OpKind::Csrf => self.w.line(&format!("{path}::forms::csrf(__forge)?;")),
            OpKind::Flag(name, condition) => {
                self.w.start();
                self.w.push("if (");
                self.truth(condition);
                self.w.end(&format!(") {{ __forge.text({}); }}", string(name)));
            }
            OpKind::Bool(condition) => {
                self.w.start();
                self.w.push("__forge.text(if (");
                self.truth(condition);
                self.w.end(") { \"true\" } else { \"false\" });");
            }
            OpKind::Json(value) => self.script("json", value),
            OpKind::Js(value) => self.script("js", value),
            OpKind::Lang { key, replace } => self.lang(key, replace.as_ref()),
            OpKind::Choice { key, count, replace } => {
                self.w.start();
                self.w.push("let __line = ");
                self.forge("functions::trans_choice(__forge, ");
                self.text_argument(key);
                self.w.push(", &");
                self.value(count);
                self.w.push(", ");
                self.map_argument(replace.as_ref());
                self.w.end(")?;");
                self.w.line("__forge.text(&__line);");
            }
            OpKind::Vite { entries, directory } => {
                self.w.start();
                self.forge("vite::vite(__forge, ");
                self.optional_value(entries.as_ref());
                self.w.push(", ");
                self.optional_text(directory.as_ref());
                self.w.end(")?;");
            }
            OpKind::ViteReactRefresh => self.w.line(&format!("{path}::vite::react_refresh(__forge)?;")),
            OpKind::Fonts(values) => {
                self.w.start();
                self.forge("vite::fonts(__forge, &");
                self.values(values);
                self.w.end(")?;");
            }
            OpKind::Dump(values) => self.dump("dump", values),
            OpKind::DumpAndStop(values) => self.dump("dump_and_stop", values),
            OpKind::Custom { id, arguments } => {
                let name = self.custom_name(*id);
                self.w.start();
                self.w.push("__forge.text(");
                self.services(&format!("forge.run_directive({name}, &"));
                self.values(arguments);
                self.w.end(")?.as_str());");
            }
            OpKind::CustomBlock { id, arguments, body } => self.custom_block(*id, arguments, body),
            _ => unreachable!("every other step was handled before"),
        }
    }

    fn custom_block(&mut self, id: CustomId, arguments: &[Expr], body: &[Op]) {
        let name = self.custom_name(id);
        let path = self.options.forge.clone();
        self.w.open("{");
        self.w.line("__forge.begin_capture()?;");
        self.block(body);
        self.w.line(&format!("let __body = {path}::Safe::new(__forge.end_capture()?);"));
        self.w.start();
        self.w.push("__forge.text(");
        self.services(&format!("forge.run_block({name}, &"));
        self.values(arguments);
        self.w.end(", __body)?.as_str());");
        self.w.close("}");
    }

    fn dump(&mut self, method: &str, values: &[Expr]) {
        self.w.start();
        self.w.push(&format!("__forge.{method}(&["));
        for value in values {
            let name = string(&self.text()[value.span.range()]);
            self.w.push(&format!("({name}, "));
            self.value(value);
            self.w.push("), ");
        }
        self.w.end("])?;");
    }

    fn optional_value(&mut self, value: Option<&Expr>) {
        match value {
            Some(value) => {
                self.w.push("::core::option::Option::Some(&");
                self.value(value);
                self.w.push(")");
            }
            None => self.w.push("::core::option::Option::None"),
        }
    }

    fn lang(&mut self, key: &Content, replace: Option<&Expr>) {
        self.w.open("{");
        self.w.start();
        match key {
            Content::Value(key) => {
                self.w.push("let __line = ");
                self.forge("functions::trans(__forge, ");
                self.text_argument(key);
            }
            Content::Body(body) => {
                self.w.end("__forge.begin_capture()?;");
                self.block(body);
                self.w.line("let __key = __forge.end_capture()?;");
                self.w.start();
                self.w.push("let __line = ");
                self.forge("functions::trans(__forge, __key.trim()");
            }
        }
        self.w.push(", ");
        self.map_argument(replace);
        self.w.end(")?;");
        self.w.line("__forge.text(&__line);");
        self.w.close("}");
    }
}

/// As `forge::escape`.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '&' | '\'' | '<' | '>' => html.push_str(&format!("&#{};", c as u32)),
            c => html.push(c),
        }
    }
    html
}
