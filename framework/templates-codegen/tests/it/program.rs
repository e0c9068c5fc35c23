//! What a template does, as text, for people to compare.

use std::fmt::Write;

use forge_codegen::ir::{
    Attribute, Component, Content, EachEmpty, Include, Once, Op, OpKind, Program, Prop, Role, SectionEnd, SlotName,
    Statement, Target, Test, TestKind, ViewNames,
};
use forge_codegen::{Analysis, LineIndex, Options, Problem, Span, Template};

use crate::expressions::{Shown, names};

pub(crate) fn program(template: &Template, analysis: &Analysis, options: &Options) -> String {
    let shown = Shown { template, options };
    let mut dump = Dump { shown, text: String::new(), depth: 0 };
    dump.program(&analysis.program);
    let lines = LineIndex::new(template.source());
    for problem in &analysis.problems {
        dump.text.push_str(&problem_text(problem, &|span| template.text(span).to_owned(), &lines));
    }
    dump.text
}

/// A problem with its places.
pub(crate) fn problem_text(problem: &Problem, text: &dyn Fn(Span) -> String, lines: &LineIndex<'_>) -> String {
    let place = |span: Span| {
        let position = lines.position(span.start);
        format!("{}:{} {:?}", position.line, position.char, text(span))
    };
    let mut shown = format!("! {} {}: {}\n", problem.code, place(problem.span), problem.message);
    if let Some(help) = &problem.help {
        let _ = writeln!(shown, "    help: {help}");
    }
    for (span, what) in &problem.related {
        let _ = writeln!(shown, "    {}: {what}", place(*span));
    }
    shown
}

struct Dump<'t> {
    shown: Shown<'t>,
    text: String,
    depth: usize,
}

impl Dump<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:width$}{line}", "", width = self.depth * 2);
    }

    fn program(&mut self, program: &Program) {
        for item in &program.uses {
            self.line(&format!("use {}", item.path));
        }
        if let Some(props) = &program.props {
            self.line(&format!("props {}", self.props(props)));
        }
        if !program.aware.is_empty() {
            self.line(&format!("aware {}", self.props(&program.aware)));
        }
        self.ops(&program.body);
        if let Some(extends) = &program.extends {
            self.line(&format!("extends {}{}", self.views(&extends.names), self.with(&extends.with)));
        }
        for need in &program.needs {
            let role = match need.role {
                Role::View => "view",
                Role::OptionalView => "optional view",
                Role::Layout => "layout",
                Role::Component => "component",
            };
            self.line(&format!("needs {role} {}", need.names.join(" or ")));
        }
    }

    fn within(&mut self, ops: &[Op]) {
        self.depth += 1;
        self.ops(ops);
        self.depth -= 1;
    }

    fn part(&mut self, name: &str, ops: &[Op]) {
        if !ops.is_empty() {
            self.line(name);
            self.within(ops);
        }
    }

    fn ops(&mut self, ops: &[Op]) {
        ops.iter().for_each(|op| self.op(op));
    }

    fn op(&mut self, op: &Op) {
        assert!(self.shown.template.source().get(op.span.range()).is_some(), "{op:?} is in the text");
        match &op.kind {
            OpKind::If { branches, otherwise } => {
                for (index, (test, body)) in branches.iter().enumerate() {
                    let word = if index == 0 { "if" } else { "else if" };
                    self.line(&format!("{word} {}", self.test(test)));
                    self.within(body);
                }
                self.part("else", otherwise);
            }
            OpKind::Switch { label, value, cases, default } => {
                self.line(&format!("switch #{} {}", label.0, self.shown.expr(value)));
                for (values, body) in cases {
                    self.line(&format!("case {}", self.shown.list(values)));
                    self.within(body);
                }
                self.part("default", default);
            }
            OpKind::For { label, key, pattern, values, uses_loop, body, otherwise } => {
                let key = key.as_ref().map(|key| format!("{} => ", self.shown.pattern(key))).unwrap_or_default();
                let with = if *uses_loop { " with loop" } else { "" };
                let (pattern, values) = (self.shown.pattern(pattern), self.shown.expr(values));
                self.line(&format!("for #{} {key}{pattern} in {values}{with}", label.0));
                self.within(body);
                self.part("else", otherwise);
            }
            OpKind::While { label, condition, body } => {
                self.line(&format!("while #{} {}", label.0, self.shown.condition(condition)));
                self.within(body);
            }
            OpKind::Section { name, content, end } => {
                let end = match end {
                    SectionEnd::End => "",
                    SectionEnd::Show => " show",
                    SectionEnd::Append => " append",
                    SectionEnd::Overwrite => " overwrite",
                };
                let head = format!("section {}{end}", self.shown.expr(name));
                self.content(&head, content);
            }
            OpKind::Push { name, prepends, once, content } => {
                let word = if *prepends { "prepend" } else { "push" };
                let once = once.as_ref().map(|once| format!(" {}", self.once(once))).unwrap_or_default();
                let head = format!("{word} {}{once}", self.shown.expr(name));
                self.content(&head, content);
            }
            kind => self.other(kind),
        }
    }

    fn other(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Once { key, body } => {
                self.line(&self.once(key));
                self.within(body);
            }
            OpKind::Fragment { name, body } => {
                self.line(&format!("fragment {}", self.shown.expr(name)));
                self.within(body);
            }
            OpKind::Component(component) => self.component(component),
            OpKind::Slot { name, attributes, content } => {
                let name = match name {
                    SlotName::Default => "default".to_owned(),
                    SlotName::Literal(name) => name.text.clone(),
                    SlotName::Runtime(expr) => self.shown.expr(expr),
                };
                let head = format!("slot {name}{}", self.attributes(attributes));
                self.content(&head, content);
            }
            OpKind::Lang { key, replace } => {
                let head = format!("lang{}", self.optional(replace.as_ref()));
                self.content(&head, key);
            }
            OpKind::CustomBlock { id, arguments, body } => {
                self.line(&format!("{} {}", self.shown.custom(*id), self.shown.list(arguments)));
                self.within(body);
            }
            other => {
                let line = self.leaf(other);
                self.line(&line);
            }
        }
    }

    fn leaf(&self, kind: &OpKind) -> String {
        let shown = &self.shown;
        match kind {
            OpKind::Text(text) => format!("{text:?}"),
            OpKind::Echo { value, escapes: true } => format!("echo {}", shown.expr(value)),
            OpKind::Echo { value, escapes: false } => format!("raw {}", shown.expr(value)),
            OpKind::Break { label, when } => format!("break #{}{}", label.0, self.when(when.as_ref())),
            OpKind::Continue { label, when } => format!("continue #{}{}", label.0, self.when(when.as_ref())),
            OpKind::Include(include) => self.include(include),
            OpKind::Each { view, values, item, otherwise } => {
                let otherwise = match otherwise {
                    None => String::new(),
                    Some(EachEmpty::View(name)) => format!(" else {}", name.text),
                    Some(EachEmpty::Text(text)) => format!(" else {text:?}"),
                };
                format!("each {} {} in {}{otherwise}", self.views(view), item.text, shown.expr(values))
            }
            OpKind::Yield { name, default } => format!("yield {}{}", shown.expr(name), self.optional(default.as_ref())),
            OpKind::Parent => "parent".to_owned(),
            OpKind::Stack(name) => format!("stack {}", shown.expr(name)),
            OpKind::Class(value) => format!("class {}", shown.expr(value)),
            OpKind::Style(value) => format!("style {}", shown.expr(value)),
            OpKind::Flag(name, value) => format!("{name} if {}", shown.expr(value)),
            OpKind::Bool(value) => format!("bool {}", shown.expr(value)),
            OpKind::Csrf => "csrf".to_owned(),
            OpKind::Method(value) => format!("method {}", shown.expr(value)),
            OpKind::Json(value) => format!("json {}", shown.expr(value)),
            OpKind::Js(value) => format!("js {}", shown.expr(value)),
            OpKind::Inject { variable, path } => format!("inject {} = {}", variable.text, path.text),
            OpKind::Rust { statements, text, code } if statements.is_empty() => {
                let rust = shown.rust(*code, text);
                let parsed = syn::parse::Parser::parse_str(syn::Block::parse_within, rust.trim_matches('`'));
                assert!(parsed.is_ok(), "{rust} is Rust");
                format!("rust only {rust} names {}", names(&text.names))
            }
            OpKind::Rust { statements, .. } => {
                let list: Vec<String> = statements.iter().map(|statement| self.statement(statement)).collect();
                format!("rust {}", list.join("; "))
            }
            OpKind::Unset(name) => format!("unset {}", name.text),
            OpKind::Choice { key, count, replace } => {
                format!("choice {} {}{}", shown.expr(key), shown.expr(count), self.optional(replace.as_ref()))
            }
            OpKind::Vite { entries, directory } => {
                format!("vite{}{}", self.optional(entries.as_ref()), self.optional(directory.as_ref()))
            }
            OpKind::ViteReactRefresh => "vite react refresh".to_owned(),
            OpKind::Fonts(list) => format!("fonts {}", shown.list(list)),
            OpKind::Dump(list) => format!("dump {}", shown.list(list)),
            OpKind::DumpAndStop(list) => format!("dump and stop {}", shown.list(list)),
            OpKind::Custom { id, arguments } => format!("{} {}", shown.custom(*id), shown.list(arguments)),
            _ => unreachable!("it has a body"),
        }
    }

    fn content(&mut self, head: &str, content: &Content) {
        match content {
            Content::Body(body) => {
                self.line(head);
                self.within(body);
            }
            Content::Value(value) => self.line(&format!("{head} = {}", self.shown.expr(value))),
        }
    }

    fn component(&mut self, component: &Component) {
        let target = match &component.target {
            Target::Literal { written, .. } => written.text.clone(),
            Target::Runtime(expr) => format!("named {}", self.shown.expr(expr)),
        };
        let legacy = if component.is_legacy { "legacy " } else { "" };
        self.line(&format!("{legacy}component {target}{}", self.attributes(&component.attributes)));
        self.within(&component.body);
    }

    fn attributes(&self, attributes: &[Attribute]) -> String {
        attributes.iter().map(|attribute| format!(" [{}]", self.attribute(attribute))).collect()
    }

    fn attribute(&self, attribute: &Attribute) -> String {
        let shown = &self.shown;
        match attribute {
            Attribute::Flag(name) => name.text.clone(),
            Attribute::Text(name, ops) => {
                let parts: Vec<String> = ops.iter().map(|op| self.leaf(&op.kind)).collect();
                format!("{} = {}", name.text, parts.join(" + "))
            }
            Attribute::Bound(name, expr) => format!(":{} = {}", name.text, shown.expr(expr)),
            Attribute::Spread(expr) => format!("...{}", shown.expr(expr)),
            Attribute::Class(_, expr) => format!("class {}", shown.expr(expr)),
            Attribute::Style(_, expr) => format!("style {}", shown.expr(expr)),
            Attribute::When(name, expr) => format!("{name} if {}", shown.expr(expr)),
        }
    }

    fn include(&self, include: &Include) -> String {
        let mut text = if include.may_be_missing { "include if there is" } else { "include" }.to_owned();
        let _ = write!(text, " {}{}", self.views(&include.names), self.with(&include.with));
        if !include.inherits {
            text.push_str(" isolated");
        }
        if let Some((expr, when)) = &include.when {
            let _ = write!(text, " when {} is {when:?}", self.shown.expr(expr));
        }
        text
    }

    fn views(&self, names: &ViewNames) -> String {
        match names {
            ViewNames::Literal(names) => {
                let list: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
                list.join(" or ")
            }
            ViewNames::Runtime(expr) => format!("named {}", self.shown.expr(expr)),
        }
    }

    fn with(&self, entries: &[forge_codegen::expr::Entry]) -> String {
        if entries.is_empty() { String::new() } else { format!(" with {}", self.shown.entries(entries)) }
    }

    fn props(&self, props: &[Prop]) -> String {
        let prop = |prop: &Prop| match &prop.default {
            Some(default) => format!("{} = {}", prop.name.text, self.shown.expr(default)),
            None => prop.name.text.clone(),
        };
        props.iter().map(prop).collect::<Vec<_>>().join(", ")
    }

    fn once(&self, once: &Once) -> String {
        match once {
            Once::Key(key) => format!("once {}", self.shown.expr(key)),
            Once::Here(place) => format!("once here {place}"),
        }
    }

    fn optional(&self, expr: Option<&forge_codegen::expr::Expr>) -> String {
        expr.map(|expr| format!(" {}", self.shown.expr(expr))).unwrap_or_default()
    }

    fn when(&self, expr: Option<&forge_codegen::expr::Expr>) -> String {
        expr.map(|expr| format!(" if {}", self.shown.expr(expr))).unwrap_or_default()
    }

    fn statement(&self, statement: &Statement) -> String {
        let shown = &self.shown;
        match statement {
            Statement::Let(pattern, value) => format!("let {} = {}", shown.pattern(pattern), shown.expr(value)),
            Statement::Assign(place, value) => format!("{} = {}", shown.expr(place), shown.expr(value)),
            Statement::Compound(place, op, value) => format!("{} {op:?}= {}", shown.expr(place), shown.expr(value)),
            Statement::Expr(expr) => shown.expr(expr),
        }
    }

    fn test(&self, test: &Test) -> String {
        let shown = &self.shown;
        let text = match &test.kind {
            TestKind::Condition(condition) => shown.condition(condition),
            TestKind::Isset(list) => format!("set {}", shown.list(list)),
            TestKind::Empty(expr) => format!("empty {}", shown.expr(expr)),
            TestKind::Auth(guard) => format!("auth{}", self.optional(guard.as_ref())),
            TestKind::Guest(guard) => format!("guest{}", self.optional(guard.as_ref())),
            TestKind::Can { how, ability, arguments } => {
                format!("can {how:?} {} {}", shown.expr(ability), shown.list(arguments))
            }
            TestKind::Env(list) => format!("environment {}", shown.list(list)),
            TestKind::Production => "production".to_owned(),
            TestKind::HasSection(name) => format!("has section {}", shown.expr(name)),
            TestKind::HasStack(name) => format!("has stack {}", shown.expr(name)),
            TestKind::Session(key) => format!("session {}", shown.expr(key)),
            TestKind::Context(key) => format!("context {}", shown.expr(key)),
            TestKind::Error { field, bag } => format!("error {}{}", shown.expr(field), self.optional(bag.as_ref())),
            TestKind::Custom { id, arguments } => format!("{} {}", shown.custom(*id), shown.list(arguments)),
        };
        if test.negated { format!("not {text}") } else { text }
    }
}
