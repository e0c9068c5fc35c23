//! Templates within templates: includes, layouts, `@each`. Those that are named with literal text are printed where they stand.

use super::lowering::Lowering;
use super::scope::Scope;
use super::spelling::{identifier, string};
use super::{EXPANSION_MAX, Unit};
use crate::expr::{Entry, Expr, ExprKind, Name};
use crate::ir::{EachEmpty, Extends, Include, Use, ViewNames, When};
use crate::names::view_candidates;
use crate::problem::{Code, Problem};
use crate::span::Span;

impl<'a> Lowering<'a> {
    /// A template's steps between the calls that begin and end its output. The scope is that of the place.
    pub(super) fn template(&mut self, unit: Unit<'a>) {
        self.template_within(unit, "begin_view");
    }

    /// One that sees no data of the views around it.
    pub(super) fn isolated_template(&mut self, unit: Unit<'a>) {
        self.template_within(unit, "begin_isolated_view");
    }

    fn template_within(&mut self, unit: Unit<'a>, begin: &str) {
        self.instances += 1;
        self.used.insert(unit.name().to_owned());
        let outer = std::mem::replace(&mut self.unit, unit);
        let instance = std::mem::replace(&mut self.instance, self.instances);
        let file = self.w.enter(&self.options.file(unit.name()));
        self.within.push(unit.name());
        for import in &unit.program.uses {
            let start = self.w.at();
            self.w.start();
            self.w.push("use ");
            self.import(import);
            self.w.end(";");
            self.w.piece(start, import.span);
        }
        self.w.line(&format!("__forge.{begin}({})?;", string(unit.name())));
        self.view_ops(&unit.program.body);
        if let Some(extends) = &unit.program.extends {
            self.extends(extends);
        }
        self.w.line("__forge.end_view()?;");
        self.within.pop();
        self.w.leave(file);
        self.instance = instance;
        self.unit = outer;
    }

    /// The path, without the quotes that it has in the template, and a new name behind it.
    fn import(&mut self, import: &Use) {
        let written = &self.text()[import.span.range()];
        let path = written.trim_matches(['\'', '"']);
        match import.path.strip_prefix(path) {
            Some(rest) if !path.is_empty() => {
                let quote = ((written.len() - path.len()) / 2) as u32;
                self.w.verbatim(path, Span::new(import.span.start + quote, import.span.end - quote));
                self.w.push(rest);
            }
            _ => self.w.leaf(&import.path, import.span),
        }
    }

    /// The first of the names that exists, unless it would be too much.
    pub(super) fn find(&mut self, names: &[String], span: Span) -> Option<Unit<'a>> {
        self.used.extend(names.iter().flat_map(|name| view_candidates(name)));
        let unit = Unit::of(self.set, self.set.resolve(names)?)?;
        // The set has reported it.
        if self.within.contains(&unit.name()) {
            return None;
        }
        if self.instances as usize >= EXPANSION_MAX {
            if !self.is_full {
                self.is_full = true;
                let message = format!("`{}` consists of more than {EXPANSION_MAX} templates", self.within[0]);
                let help =
                    "name some of them with an expression, `@include(name)`: these are found when the page is made";
                self.problem(Problem::new(Code::TooDeep, span, message).help(help));
            }
            return None;
        }
        Some(unit)
    }

    fn extends(&mut self, extends: &Extends) {
        let start = self.w.at();
        match &extends.names {
            ViewNames::Literal(names) => {
                if let Some(layout) = self.find(&texts(names), extends.span) {
                    self.with(&extends.with, |lowering| lowering.template(layout));
                }
            }
            ViewNames::Runtime(name) => self.include_at_run_time(name, &extends.with, false, true),
        }
        self.w.piece(start, extends.span);
    }

    pub(super) fn include(&mut self, include: &Include, span: Span) {
        if let Some((condition, when)) = &include.when {
            self.w.start();
            self.w.push(if *when == When::True { "if (" } else { "if !(" });
            self.truth(condition);
            self.w.open_here(") {");
        } else {
            self.w.open("{");
        }
        let mark = self.scope.mark();
        match &include.names {
            ViewNames::Literal(names) => {
                if let Some(unit) = self.find(&texts(names), span) {
                    if include.inherits {
                        self.with(&include.with, |lowering| lowering.template(unit));
                    } else {
                        self.isolated(&include.with, |lowering| lowering.isolated_template(unit));
                    }
                }
            }
            ViewNames::Runtime(name) => {
                self.include_at_run_time(name, &include.with, include.may_be_missing, include.inherits);
            }
        }
        self.scope.reset(mark);
        self.w.close("}");
    }

    /// `body` with the variables of `data`, which are all evaluated before. Places are lent.
    pub(super) fn with(&mut self, data: &[Entry], body: impl FnOnce(&mut Self)) {
        self.with_values(data, None, body);
    }

    /// As [`with`](Self::with), and `body` sees nothing else.
    pub(super) fn isolated(&mut self, data: &[Entry], body: impl FnOnce(&mut Self)) {
        self.with_values(data, Some(Scope::closed()), body);
    }

    fn with_values(&mut self, data: &[Entry], inside: Option<Scope>, body: impl FnOnce(&mut Self)) {
        let entries: Vec<(String, &Entry)> =
            data.iter().filter_map(|entry| Some((entry_name(entry)?, entry))).collect();
        if !entries.is_empty() {
            self.w.open("match (");
            for (_, entry) in &entries {
                self.w.start();
                self.borrowed(&entry.value);
                self.w.end(",");
            }
            self.w.close(") {");
            self.w.indent();
            self.w.start();
            self.w.push("(");
            for (name, _) in &entries {
                self.w.push(&format!("mut {}, ", identifier(name)));
            }
            self.w.open_here(") => {");
        }
        let values: Vec<bool> = entries.iter().map(|(_, entry)| self.is_value(&entry.value)).collect();
        let outer = inside.map(|inside| {
            let hidden = std::mem::replace(&mut self.hidden_loops, self.loops.len());
            (std::mem::replace(&mut self.scope, inside), hidden)
        });
        let mark = self.scope.mark();
        for ((name, _), is_value) in entries.iter().zip(values) {
            self.scope.bind_as(name, is_value);
        }
        body(self);
        self.scope.reset(mark);
        if let Some((scope, hidden)) = outer {
            self.scope = scope;
            self.hidden_loops = hidden;
        }
        if !entries.is_empty() {
            self.w.close("}");
            self.w.close("}");
        }
    }

    pub(super) fn each(
        &mut self,
        view: &ViewNames,
        values: &Expr,
        item: &Name,
        otherwise: Option<&EachEmpty>,
        span: Span,
    ) {
        let any = self.fresh("any");
        self.w.line(&format!("let mut {any} = false;"));
        self.iterator(values, true);
        self.w.open(&format!("for (mut key, mut {}) in __items {{", identifier(&item.text)));
        self.w.line("__forge.turn()?;");
        self.w.line(&format!("{any} = true;"));
        let path = self.options.forge.clone();
        for name in ["key", &identifier(&item.text)] {
            self.w.line(&format!("let mut {name} = {path}::item!({name});"));
        }
        let is_value = self.is_value(values);
        let hidden = std::mem::replace(&mut self.hidden_loops, self.loops.len());
        let outer = std::mem::replace(&mut self.scope, Scope::closed());
        self.scope.bind_as("key", is_value);
        self.scope.bind_as(&item.text, is_value);
        match view {
            ViewNames::Literal(names) => {
                if let Some(unit) = self.find(&texts(names), span) {
                    self.isolated_template(unit);
                }
            }
            ViewNames::Runtime(name) => {
                // The name is evaluated with the variables of the place, the template sees only its own.
                let own = std::mem::replace(&mut self.scope, outer.clone());
                self.view_name(name);
                self.scope = own;
                self.render_named(false, false);
            }
        }
        self.scope = outer;
        self.hidden_loops = hidden;
        self.w.close("}");
        self.w.close("} }");
        let Some(otherwise) = otherwise else { return };
        self.w.open(&format!("if !{any} {{"));
        match otherwise {
            EachEmpty::Text(text) => self.w.line(&format!("__forge.text({});", string(text))),
            EachEmpty::View(name) => {
                if let Some(unit) = self.find(std::slice::from_ref(&name.text), name.span) {
                    let outer = std::mem::replace(&mut self.scope, Scope::closed());
                    self.isolated_template(unit);
                    self.scope = outer;
                }
            }
        }
        self.w.close("}");
    }

    fn include_at_run_time(&mut self, name: &Expr, data: &[Entry], may_be_missing: bool, inherits: bool) {
        self.view_name(name);
        if inherits {
            self.with(data, |lowering| lowering.render_named(may_be_missing, true));
        } else {
            self.isolated(data, |lowering| lowering.render_named(may_be_missing, false));
        }
    }

    fn view_name(&mut self, name: &Expr) {
        self.w.start();
        self.w.push("let __name = ");
        self.value(name);
        self.w.end(";");
    }

    /// Leaves it to the interpreter to render the template `__name`, with all variables that are visible.
    fn render_named(&mut self, may_be_missing: bool, inherits: bool) {
        self.visible();
        let path = self.options.forge.clone();
        let loops = self.visible_loops();
        if inherits && !loops.is_empty() {
            self.w.line(&format!("__variables.insert(\"loop\", {path}::generated::loops(&[{}]));", loops.join(", ")));
        }
        let isolated = !inherits;
        self.w.line(&format!(
            "{path}::generated::include(__forge, &__name, __variables, {isolated}, {may_be_missing})?;"
        ));
    }

    /// `__variables`: every visible variable as a value.
    pub(super) fn visible(&mut self) {
        if self.scope.is_open {
            self.w.line("let mut __variables = __forge_variables!();");
        } else {
            let path = self.options.forge.clone();
            self.w.line(&format!("let mut __variables = {path}::Map::new();"));
        }
        for name in self.scope.unset_names() {
            self.w.line(&format!("__variables.remove({});", string(&name)));
        }
        for name in self.scope.bound() {
            self.w.start();
            self.w.push(&format!("__variables.insert({}, ", string(&name)));
            self.forge("to_value!(");
            self.w.end(&format!("{}));", identifier(&name)));
        }
    }
}

pub(super) fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.text.clone()).collect()
}

/// The variable that an entry of data is for.
pub(super) fn entry_name(entry: &Entry) -> Option<String> {
    match &entry.key.as_ref().unwrap_or(&entry.value).kind {
        ExprKind::Str(name) | ExprKind::Var(name) => Some(name.clone()),
        _ => None,
    }
}
