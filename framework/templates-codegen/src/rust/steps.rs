//! The steps of a template as statements.

use super::loops::Head;
use super::lowering::Lowering;
use super::print::binary;
use super::requests::LiteralList;
use super::spelling::string;
use crate::expr::{Expr, ExprKind, PatternKind};
use crate::ir::{Content, Label, Leading, Once, Op, OpKind, SectionEnd, Statement, leading};
use crate::set::is_variable;
use crate::span::Span;

/// Text with more of it behind.
fn beside(text: Option<(String, Span)>, more: &str, at: Span) -> (String, Span) {
    match text {
        Some((text, span)) => (text + more, span.to(at)),
        None => (more.to_owned(), at),
    }
}

impl Lowering<'_> {
    /// Steps that are a scope of their own.
    pub(super) fn block(&mut self, ops: &[Op]) {
        let mark = self.scope.mark();
        self.ops(ops);
        self.scope.reset(mark);
    }

    pub(super) fn ops(&mut self, ops: &[Op]) {
        self.ops_after(None, ops);
    }

    /// What is known to stand side by side is printed at once.
    fn ops_after(&mut self, mut text: Option<(String, Span)>, ops: &[Op]) {
        for op in ops {
            if let Some(more) = self.fixed(op) {
                text = Some(beside(text, more, op.span));
                continue;
            }
            if let Some(list) = LiteralList::of(op) {
                self.text_line(Some(beside(text, &format!("{}=\"", list.attribute), op.span)));
                let start = self.w.at();
                self.list_items(&list);
                self.w.piece(start, op.span);
                text = Some(("\"".to_owned(), op.span));
                continue;
            }
            self.text_line(text.take());
            let start = self.w.at();
            self.op(op);
            self.w.piece(start, op.span);
        }
        self.text_line(text);
    }

    fn text_line(&mut self, text: Option<(String, Span)>) {
        let Some((text, span)) = text.filter(|(text, _)| !text.is_empty()) else { return };
        let start = self.w.at();
        self.w.line(&format!("__forge.text({});", string(&text)));
        self.w.piece(start, span);
    }

    /// What a step prints, if that is known now.
    fn fixed<'o>(&'o self, op: &'o Op) -> Option<&'o str> {
        match &op.kind {
            OpKind::Text(text) => Some(text),
            OpKind::Echo { value, .. } if is_variable(value, "attributes") => self.scope.attributes.as_deref(),
            _ => None,
        }
    }

    /// The steps of a view. Space at its beginning is dropped when it ends; what is known to stand there is not printed at all, since
    /// dropping it moves the page.
    pub(super) fn view_ops(&mut self, ops: &[Op]) {
        for (index, op) in ops.iter().enumerate() {
            match leading(op) {
                Leading::Blank => {}
                Leading::Silent => self.ops(std::slice::from_ref(op)),
                Leading::Text(text) => return self.ops_after(Some((text.to_owned(), op.span)), &ops[index + 1..]),
                Leading::Other => return self.ops(&ops[index..]),
            }
        }
    }

    /// A step that is not [fixed](Self::fixed).
    fn op(&mut self, op: &Op) {
        match &op.kind {
            OpKind::Echo { value, escapes } => self.echo(value, *escapes),
            OpKind::If { branches, otherwise } => self.branches(branches, otherwise),
            OpKind::Switch { label, value, cases, default } => self.switch(*label, value, cases, default),
            OpKind::For { label, key, pattern, values, uses_loop, body, otherwise } => {
                self.for_loop(
                    &Head { label: *label, key: key.as_ref(), pattern, values, uses_loop: *uses_loop },
                    body,
                    otherwise,
                );
            }
            OpKind::While { label, condition, body } => self.while_loop(*label, condition, body),
            OpKind::Break { label, when } => self.jump("break", *label, when.as_ref()),
            OpKind::Continue { label, when } => {
                // What is left by `continue` of a switch is the switch.
                let word = if self.switches.contains_key(&(self.instance, *label)) { "break" } else { "continue" };
                self.jump(word, *label, when.as_ref());
            }
            OpKind::Include(include) => self.include(include, op.span),
            OpKind::Each { view, values, item, otherwise } => {
                self.each(view, values, item, otherwise.as_ref(), op.span)
            }
            OpKind::Component(component) => self.component(component, op.span),
            OpKind::Slot { name, attributes, content } => self.slot(name, attributes, content),
            OpKind::Rust { statements, text, code } => {
                if statements.is_empty() {
                    self.w.start();
                    self.rust(text, *code);
                    // A comment may end the code.
                    self.w.end("\n;");
                    for name in declared(&self.text()[code.range()]) {
                        self.scope.bind(&name);
                    }
                } else {
                    self.statements(statements);
                }
            }
            OpKind::Unset(name) => self.scope.unset(&name.text),
            OpKind::Inject { variable, path } => self.inject(variable, path),
            _ => self.layout_op(op),
        }
    }

    /// Sections, stacks, and what is shown once or alone.
    fn layout_op(&mut self, op: &Op) {
        match &op.kind {
            OpKind::Yield { name, default } => self.yield_section(name, default.as_ref()),
            OpKind::Section { name, content, end } => self.section(name, content, *end),
            OpKind::Parent => self.w.line("__forge.parent()?;"),
            OpKind::Stack(name) => self.render_call("stack", &[name], "?;"),
            OpKind::Push { name, prepends, once, content } => self.push(name, *prepends, once.as_ref(), content),
            OpKind::Once { key, body } => {
                self.w.start();
                self.w.push("if __forge.once(");
                self.once_key(key);
                self.w.open_here(") {");
                self.block(body);
                self.w.close("}");
            }
            OpKind::Fragment { name, body } => {
                self.render_call("begin_fragment", &[name], "?;");
                self.block(body);
                self.w.line("__forge.end_fragment()?;");
            }
            _ => self.service_op(op),
        }
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.w.start();
            match statement {
                Statement::Let(pattern, value) => {
                    self.w.push("let ");
                    self.pattern(pattern);
                    self.w.push(" = ");
                    self.expr(value);
                    match &pattern.kind {
                        PatternKind::Bind(name) => self.scope.bind_as(name, self.is_value(value)),
                        _ => self.bind(pattern),
                    }
                }
                Statement::Assign(place, value) => {
                    self.expr(place);
                    self.w.push(" = ");
                    self.expr(value);
                }
                Statement::Compound(place, op, value) => {
                    self.expr(place);
                    self.w.push(&format!(" {}= ", binary(*op)));
                    self.expr(value);
                }
                Statement::Expr(value) => self.expr(value),
            }
            self.w.end(";");
        }
    }

    /// `__forge.name(a, b)` with texts as arguments.
    pub(super) fn render_call(&mut self, name: &str, texts: &[&Expr], end: &str) {
        self.w.start();
        self.w.push(&format!("__forge.{name}("));
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                self.w.push(", ");
            }
            self.text_argument(text);
        }
        self.w.end(&format!("){end}"));
    }

    pub(super) fn once_key(&mut self, key: &Once) {
        match key {
            Once::Key(expr) => self.text_argument(expr),
            Once::Here(place) => {
                let key = string(&format!("{}#{place}", self.unit.name()));
                self.w.push(&key);
            }
        }
    }

    fn yield_section(&mut self, name: &Expr, default: Option<&Expr>) {
        let Some(default) = default else {
            self.w.start();
            self.w.push("__forge.yield_section(");
            self.text_argument(name);
            self.w.end(", ::core::option::Option::None)?;");
            return;
        };
        self.w.open("{");
        self.html(default);
        self.w.start();
        self.w.push("__forge.yield_section(");
        self.text_argument(name);
        self.w.end(", ::core::option::Option::Some(&__html))?;");
        self.w.close("}");
    }

    fn section(&mut self, name: &Expr, content: &Content, end: SectionEnd) {
        match content {
            Content::Value(value) if matches!(name.kind, ExprKind::Str(_)) => {
                self.render_call("begin_section", &[name], "?;");
                self.echo(value, true);
                let path = self.options.forge.clone();
                self.w.line(&format!("__forge.end_section({path}::SectionEnd::End)?;"));
            }
            Content::Value(value) => {
                self.w.open("{");
                self.html(value);
                self.w.start();
                self.w.push("__forge.section_text(");
                self.text_argument(name);
                self.w.end(", &__html)?;");
                self.w.close("}");
            }
            Content::Body(body) => {
                self.render_call("begin_section", &[name], "?;");
                self.braced(body);
                let end = match end {
                    SectionEnd::End => "End",
                    SectionEnd::Show => "Show",
                    SectionEnd::Append => "Append",
                    SectionEnd::Overwrite => "Overwrite",
                };
                let path = self.options.forge.clone();
                self.w.line(&format!("__forge.end_section({path}::SectionEnd::{end})?;"));
            }
        }
    }

    fn push(&mut self, name: &Expr, prepends: bool, once: Option<&Once>, content: &Content) {
        self.w.start();
        self.w.push("if __forge.begin_push(");
        self.text_argument(name);
        self.w.push(", ");
        match once {
            Some(key) => {
                self.w.push("::core::option::Option::Some(");
                self.once_key(key);
                self.w.push(")");
            }
            None => self.w.push("::core::option::Option::None"),
        }
        self.w.open_here(&format!(", {prepends})? {{"));
        self.content(content);
        self.w.line("__forge.end_push()?;");
        self.w.close("}");
    }

    /// Printed here, whatever form it has.
    pub(super) fn content(&mut self, content: &Content) {
        match content {
            Content::Body(body) => self.block(body),
            Content::Value(value) => self.echo(value, true),
        }
    }

    pub(super) fn braced(&mut self, ops: &[Op]) {
        self.w.open("{");
        self.block(ops);
        self.w.close("}");
    }

    fn switch(&mut self, label: Label, value: &Expr, cases: &[(Vec<Expr>, Vec<Op>)], default: &[Op]) {
        self.switches.insert((self.instance, label), ());
        let name = self.label(label);
        self.w.start();
        self.w.push(&format!("{name}: {{ match &("));
        self.expr(value);
        self.w.open_here(") { __value => {");
        for (index, (values, body)) in cases.iter().enumerate() {
            let word = if index == 0 { "if " } else { "else if " };
            self.w.start();
            for (index, value) in values.iter().enumerate() {
                self.w.push(if index == 0 { word } else { " || " });
                let start = self.w.at();
                self.forge("compare!(equal, __value, ");
                self.expr(value);
                self.w.push(")");
                self.w.piece(start, value.span);
            }
            self.w.open_here(" {");
            self.block(body);
            self.w.close("}");
        }
        self.w.open(if cases.is_empty() { "{" } else { "else {" });
        self.block(default);
        self.w.close("}");
        self.w.close("} } }");
    }

    fn jump(&mut self, word: &str, label: Label, when: Option<&Expr>) {
        let name = self.label(label);
        self.w.start();
        match when {
            Some(condition) => {
                self.w.push("if (");
                self.truth(condition);
                self.w.end(&format!(") {{ {word} {name}; }}"));
            }
            None => self.w.end(&format!("{word} {name};")),
        }
    }
}

/// The names that code beyond the engines declares: every word behind `let`, as far as it is one.
fn declared(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if word == "let" {
            let name = words.by_ref().find(|word| *word != "mut");
            names.extend(name.map(str::to_owned));
        }
    }
    names
}
