//! From a program's steps to prepared ones.

use super::code::Node;
use super::prepare::{Needs, Preparer, Scope};
use super::steps::{
    Action, Attribute, AttributeValue, Check, Component, Content, EachEmpty, For, Include, Names, Once, Prepared, Prop,
    Step, Steps, Target, Test, With,
};
use crate::attributes::prop_name;
use crate::{AttributeBag, Safe};
use forge_codegen::expr::{Entry, Expr, ExprKind, Name};
use forge_codegen::ir::{self, Op, OpKind, Program, SlotName, Statement, TestKind, ViewNames};
use forge_codegen::{CustomId, Options, Span};
use std::sync::Arc;

/// Prepares a program whose text is `source`.
pub(crate) fn prepare(program: &Program, source: Arc<str>, options: &Options) -> Prepared {
    let mut steps = Stepper { preparer: Preparer::new(&source), options, name: &program.name, includes: 0 };
    for used in &program.uses {
        steps.preparer.needs.push((used.span, format!("`@use` of `{}`", used.path)));
    }
    let props = program.props.as_ref().map(|props| steps.props(props));
    let aware = steps.props(&program.aware);
    let body = steps.view(&program.body);
    let extends = program.extends.as_ref().map(|extends| {
        let names = steps.names(&extends.names);
        (extends.span, names, steps.with(&extends.with))
    });
    let (slots, globals) = (steps.preparer.slots(), std::mem::take(&mut steps.preparer.globals));
    let needs: Needs = std::mem::take(&mut steps.preparer.needs);
    let mentions = std::mem::take(&mut steps.preparer.mentions);
    let asks_for_loop = steps.includes > 0 || globals.iter().any(|(name, _)| **name == *"loop");
    let passes_on = steps.includes > 0 || program.extends.is_some();
    let others = program.needs.iter().flat_map(|need| need.names.iter().cloned()).collect();
    Prepared {
        mentions,
        others,
        asks_for_loop,
        passes_on,
        size: crate::Size::new(),
        name: program.name.as_str().into(),
        slots,
        errors: globals.iter().find(|(name, _)| **name == *"errors").map(|(_, slot)| *slot),
        globals,
        props,
        aware,
        body,
        extends,
        needs,
        source: source.clone(),
    }
}

struct Stepper<'p> {
    preparer: Preparer<'p>,
    options: &'p Options,
    name: &'p str,
    /// Views so far that are included and see what is around.
    includes: usize,
}

impl Stepper<'_> {
    fn expr(&mut self, expr: &Expr) -> Node {
        self.preparer.expr(expr)
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Vec<Node> {
        self.preparer.exprs(exprs)
    }

    fn optional(&mut self, expr: Option<&Expr>) -> Option<Node> {
        expr.map(|expr| self.expr(expr))
    }

    fn open(&mut self) -> Scope {
        self.preparer.open()
    }

    fn props(&mut self, props: &[ir::Prop]) -> Vec<Prop> {
        let prop = |prop: &ir::Prop| {
            let default = prop.default.as_ref().map(|default| self.preparer.expr(default));
            Prop { name: prop.name.text.as_str().into(), default, slot: self.preparer.name(&prop.name.text) }
        };
        props.iter().map(prop).collect()
    }

    fn names(&mut self, names: &ViewNames) -> Names {
        match names {
            ViewNames::Literal(names) => Names::Literal(names.iter().map(|name| name.text.clone()).collect()),
            ViewNames::Runtime(expr) => Names::Runtime(self.expr(expr)),
        }
    }

    fn with(&mut self, entries: &[Entry]) -> With {
        let entries = entries.iter().filter_map(|entry| {
            let name = match &entry.key.as_ref().unwrap_or(&entry.value).kind {
                ExprKind::Str(name) | ExprKind::Var(name) => name.as_str().into(),
                _ => {
                    self.preparer.rust(entry.value.span, "data whose name is computed");
                    return None;
                }
            };
            Some((name, self.preparer.expr(&entry.value)))
        });
        let entries = entries.collect();
        With { visible: self.preparer.visible(), entries, loops: self.preparer.loops() }
    }

    /// A scope of its own.
    fn block(&mut self, ops: &[Op]) -> Steps {
        let scope = self.open();
        let steps = self.steps(ops);
        self.preparer.close(scope);
        steps
    }

    /// Without the space at the beginning, as in compiled code.
    fn view(&mut self, ops: &[Op]) -> Steps {
        let mut steps = Vec::with_capacity(ops.len());
        let mut rest = ops.iter();
        while let Some(op) = rest.next() {
            match ir::leading(op) {
                ir::Leading::Blank => {}
                ir::Leading::Silent => steps.extend(self.steps(std::slice::from_ref(op))),
                ir::Leading::Text(text) => {
                    steps.push(Step { span: op.span, action: Action::Text(text.to_owned()) });
                    steps.extend(self.steps(rest.as_slice()));
                    return steps;
                }
                ir::Leading::Other => {
                    steps.extend(self.steps(std::slice::from_ref(op)));
                    steps.extend(self.steps(rest.as_slice()));
                    return steps;
                }
            }
        }
        steps
    }

    fn steps(&mut self, ops: &[Op]) -> Steps {
        let mut steps = Vec::with_capacity(ops.len());
        for op in ops {
            match &op.kind {
                OpKind::Rust { statements, code, .. } if !statements.is_empty() => {
                    for statement in statements {
                        let action = self.statement(statement, *code);
                        steps.push(Step { span: op.span, action });
                    }
                }
                _ => {
                    let action = self.action(op);
                    steps.push(Step { span: op.span, action });
                }
            }
        }
        steps
    }

    fn rust(&mut self, span: Span, why: impl Into<String>) -> Action {
        let why = why.into();
        self.preparer.needs.push((span, why.clone()));
        Action::Rust(why)
    }

    fn statement(&mut self, statement: &Statement, code: Span) -> Action {
        match statement {
            Statement::Let(pattern, value) => {
                let value = self.expr(value);
                Action::Let(self.preparer.pattern(pattern), value)
            }
            Statement::Assign(place, value) => self.assign(place, None, value, code),
            Statement::Compound(place, op, value) => self.assign(place, Some(*op), value, code),
            Statement::Expr(value) => Action::Eval(self.expr(value)),
        }
    }

    /// Only what the template has bound itself can change: variables from outside belong to others.
    fn assign(&mut self, place: &Expr, op: Option<forge_codegen::expr::BinaryOp>, value: &Expr, code: Span) -> Action {
        let slot = match &place.kind {
            ExprKind::Var(name) => self.preparer.local(name),
            _ => None,
        };
        match slot {
            Some(slot) => Action::Assign { slot, op, value: self.expr(value) },
            None => self.rust(code, "an assignment to something that the template has not bound with `let`"),
        }
    }

    fn content(&mut self, content: &ir::Content) -> Content {
        match content {
            ir::Content::Body(body) => Content::Body(self.block(body)),
            ir::Content::Value(value) => Content::Value(self.expr(value)),
        }
    }

    fn once(&mut self, once: &ir::Once) -> Once {
        match once {
            ir::Once::Key(key) => Once::Key(self.expr(key)),
            ir::Once::Here(place) => Once::Here(format!("{}#{place}", self.name)),
        }
    }

    fn custom(&self, id: CustomId) -> String {
        self.options.custom_name(id).unwrap_or_default().to_owned()
    }

    fn action(&mut self, op: &Op) -> Action {
        match &op.kind {
            OpKind::Text(text) => Action::Text(text.clone()),
            OpKind::Echo { value, escapes } => Action::Echo { value: self.expr(value), escapes: *escapes },
            OpKind::If { branches, otherwise } => {
                let branches = branches.iter().map(|(test, body)| self.branch(test, body)).collect();
                Action::If { branches, otherwise: self.block(otherwise) }
            }
            OpKind::Switch { label, value, cases, default } => {
                let value = self.expr(value);
                let cases = cases.iter().map(|(values, body)| (self.exprs(values), self.block(body))).collect();
                Action::Switch { label: *label, value, cases, default: self.block(default) }
            }
            OpKind::For { label, key, pattern, values, uses_loop, body, otherwise } => {
                let values = self.expr(values);
                let scope = self.open();
                let counters = self.preparer.open_loop();
                let key = key.as_ref().map(|key| self.preparer.pattern(key));
                let pattern = self.preparer.pattern(pattern);
                let includes = self.includes;
                let body = self.steps(body);
                // What is included may ask for it.
                let uses_loop = *uses_loop || self.includes > includes;
                self.preparer.close_loop();
                self.preparer.close(scope);
                let otherwise = self.block(otherwise);
                Action::For(Box::new(For { label: *label, key, pattern, values, uses_loop, counters, body, otherwise }))
            }
            OpKind::While { label, condition, body } => {
                let scope = self.open();
                let condition = self.preparer.condition(condition);
                let body = self.steps(body);
                self.preparer.close(scope);
                Action::While { label: *label, condition, body }
            }
            OpKind::Break { label, when } => {
                Action::Jump { is_break: true, label: *label, when: self.optional(when.as_ref()) }
            }
            OpKind::Continue { label, when } => {
                Action::Jump { is_break: false, label: *label, when: self.optional(when.as_ref()) }
            }
            OpKind::Include(include) => self.include(include),
            OpKind::Each { view, values, item, otherwise } => {
                let (view, values) = (self.names(view), self.expr(values));
                let otherwise = otherwise.as_ref().map(|otherwise| match otherwise {
                    ir::EachEmpty::View(name) => EachEmpty::View(name.text.clone()),
                    ir::EachEmpty::Text(text) => EachEmpty::Text(text.clone()),
                });
                Action::Each { view, values, item: item.text.as_str().into(), otherwise }
            }
            OpKind::Component(component) => Action::Component(Box::new(self.component(component))),
            OpKind::Rust { code, .. } => self.rust(*code, "this code"),
            OpKind::Unset(name) => {
                self.preparer.unset(&name.text);
                Action::Unset
            }
            OpKind::Inject { variable, path } => {
                Action::Inject { path: path.text.clone(), slot: self.preparer.name(&variable.text) }
            }
            _ => self.layout_action(op),
        }
    }

    fn layout_action(&mut self, op: &Op) -> Action {
        match &op.kind {
            OpKind::Yield { name, default } => {
                Action::Yield { name: self.expr(name), default: self.optional(default.as_ref()) }
            }
            OpKind::Section { name, content, end } => {
                Action::Section { name: self.expr(name), content: self.content(content), end: *end }
            }
            OpKind::Parent => Action::Parent,
            OpKind::Stack(name) => Action::Stack(self.expr(name)),
            OpKind::Push { name, prepends, once, content } => {
                let (name, once) = (self.expr(name), once.as_ref().map(|once| self.once(once)));
                Action::Push { name, prepends: *prepends, once, content: self.content(content) }
            }
            OpKind::Once { key, body } => Action::Once { key: self.once(key), body: self.block(body) },
            OpKind::Fragment { name, body } => Action::Fragment { name: self.expr(name), body: self.block(body) },
            OpKind::Slot { name, attributes, content } => {
                let name = match name {
                    SlotName::Default => None,
                    SlotName::Literal(Name { span, text }) => {
                        Some(Node { span: *span, code: super::code::Code::Str(text.as_str().into()) })
                    }
                    SlotName::Runtime(name) => Some(self.expr(name)),
                };
                Action::Slot { name, attributes: self.attributes(attributes), content: self.content(content) }
            }
            _ => self.service_action(op),
        }
    }

    fn service_action(&mut self, op: &Op) -> Action {
        match &op.kind {
            OpKind::Class(list) => self.list(list, "class").unwrap_or_else(|| Action::Class(self.expr(list))),
            OpKind::Style(list) => self.list(list, "style").unwrap_or_else(|| Action::Style(self.expr(list))),
            OpKind::Flag(name, condition) => Action::Flag(name, self.expr(condition)),
            OpKind::Bool(condition) => Action::Bool(self.expr(condition)),
            OpKind::Csrf => Action::Csrf,
            OpKind::Method(method) => Action::Method(self.expr(method)),
            OpKind::Json(value) => Action::Json(self.expr(value)),
            OpKind::Js(value) => Action::Js(self.expr(value)),
            OpKind::Lang { key, replace } => {
                Action::Lang { key: self.content(key), replace: self.optional(replace.as_ref()) }
            }
            OpKind::Choice { key, count, replace } => Action::Choice {
                key: self.expr(key),
                count: self.expr(count),
                replace: self.optional(replace.as_ref()),
            },
            OpKind::Vite { entries, directory } => {
                Action::Vite { entries: self.optional(entries.as_ref()), directory: self.optional(directory.as_ref()) }
            }
            OpKind::ViteReactRefresh => Action::ViteReactRefresh,
            OpKind::Fonts(values) => Action::Fonts(self.exprs(values)),
            OpKind::Dump(values) | OpKind::DumpAndStop(values) => {
                let values = values
                    .iter()
                    .map(|value| (self.preparer.text(value.span).to_owned(), self.preparer.expr(value)))
                    .collect();
                Action::Dump { values, stops: matches!(op.kind, OpKind::DumpAndStop(_)) }
            }
            OpKind::Custom { id, arguments } => {
                Action::Custom { name: self.custom(*id), arguments: self.exprs(arguments) }
            }
            OpKind::CustomBlock { id, arguments, body } => {
                Action::CustomBlock { name: self.custom(*id), arguments: self.exprs(arguments), body: self.block(body) }
            }
            _ => self.rust(op.span, "this directive"),
        }
    }

    fn list(&mut self, list: &Expr, name: &str) -> Option<Action> {
        let is_style = name == "style";
        let html = |text: &str| crate::escape(if is_style { text.trim_end_matches(';') } else { text });
        let texts = ir::literal_list(list)?.into_iter();
        let texts = texts.map(|(text, condition)| (html(text), condition.map(|condition| self.expr(condition))));
        Some(Action::List { is_style, texts: texts.collect() })
    }

    fn branch(&mut self, test: &ir::Test, body: &[Op]) -> (Check, Steps) {
        let scope = self.open();
        let check = Check { span: test.span, negated: test.negated, test: self.test(&test.kind) };
        let body = self.steps(body);
        self.preparer.close(scope);
        (check, body)
    }

    fn test(&mut self, kind: &TestKind) -> Test {
        match kind {
            TestKind::Condition(condition) => Test::Condition(self.preparer.condition(condition)),
            TestKind::Isset(values) => Test::Isset(self.exprs(values)),
            TestKind::Empty(value) => Test::Empty(self.expr(value)),
            TestKind::Auth(guard) => Test::Auth(self.optional(guard.as_ref())),
            TestKind::Guest(guard) => Test::Guest(self.optional(guard.as_ref())),
            TestKind::Can { how, ability, arguments } => {
                Test::Can { how: *how, ability: self.expr(ability), arguments: self.exprs(arguments) }
            }
            TestKind::Env(names) => Test::Env(self.exprs(names)),
            TestKind::Production => Test::Production,
            TestKind::HasSection(name) => Test::HasSection(self.expr(name)),
            TestKind::HasStack(name) => Test::HasStack(self.expr(name)),
            TestKind::Session(key) => {
                let key = self.expr(key);
                Test::Session(key, self.preparer.name("value"))
            }
            TestKind::Context(key) => {
                let key = self.expr(key);
                Test::Context(key, self.preparer.name("value"))
            }
            TestKind::Error { field, bag } => {
                let (field, bag) = (self.expr(field), self.optional(bag.as_ref()));
                Test::Error { field, bag, slot: self.preparer.name("message") }
            }
            TestKind::Custom { id, arguments } => {
                Test::Custom { name: self.custom(*id), arguments: self.exprs(arguments) }
            }
        }
    }

    fn include(&mut self, include: &ir::Include) -> Action {
        let when = include.when.as_ref().map(|(condition, when)| (self.expr(condition), *when == ir::When::True));
        let names = self.names(&include.names);
        let with = self.with(&include.with);
        self.includes += usize::from(include.inherits);
        Action::Include(Box::new(Include {
            names,
            with,
            inherits: include.inherits,
            may_be_missing: include.may_be_missing,
            when,
        }))
    }

    fn component(&mut self, component: &ir::Component) -> Component {
        let target = match &component.target {
            ir::Target::Literal { written, candidates } => {
                Target::Literal { written: written.text.as_str().into(), candidates: candidates.clone() }
            }
            ir::Target::Runtime(name) => Target::Runtime(self.expr(name)),
        };
        let attributes = self.attributes(&component.attributes);
        Component { target, attributes, body: self.block(&component.body), is_legacy: component.is_legacy }
    }

    fn attributes(&mut self, attributes: &[ir::Attribute]) -> Vec<Attribute> {
        attributes
            .iter()
            .map(|attribute| {
                let (name, value) = match attribute {
                    ir::Attribute::Flag(name) => (name.text.as_str(), AttributeValue::True),
                    ir::Attribute::Text(name, ops) => {
                        let literal = attribute.literal().map(|text| {
                            let bag = AttributeBag::new().with(&name.text, Safe::new(text));
                            AttributeValue::Literal(text.into(), bag)
                        });
                        (name.text.as_str(), literal.unwrap_or_else(|| AttributeValue::Text(self.block(ops))))
                    }
                    ir::Attribute::Bound(name, value) => (name.text.as_str(), AttributeValue::Bound(self.expr(value))),
                    ir::Attribute::Spread(value) => ("", AttributeValue::Spread(self.expr(value))),
                    ir::Attribute::Class(_, value) => ("class", AttributeValue::Class(self.expr(value))),
                    ir::Attribute::Style(_, value) => ("style", AttributeValue::Style(self.expr(value))),
                    ir::Attribute::When(name, value) => (*name, AttributeValue::Bound(self.expr(value))),
                };
                Attribute { name: name.into(), prop: prop_name(name).into(), value }
            })
            .collect()
    }
}
