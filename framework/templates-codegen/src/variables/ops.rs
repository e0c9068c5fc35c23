//! What of a template's steps uses and binds variables. Bodies are scopes, as in Rust.

use std::collections::HashSet;

use crate::expr::{Entry, Expr, ExprKind};
use crate::ir::{Attribute, Content, Once, Op, OpKind, SlotName, Statement, Target, Test, TestKind, ViewNames};
use crate::parse_expr;
use crate::variables::{Inner, Walk};

impl Walk<'_> {
    fn body(&mut self, ops: &[Op]) {
        self.scoped(|walk| walk.ops(ops));
    }

    fn content(&mut self, content: &Content) {
        match content {
            Content::Body(body) => self.body(body),
            Content::Value(value) => self.expr(value),
        }
    }

    pub(super) fn ops(&mut self, ops: &[Op]) {
        ops.iter().for_each(|op| self.op(&op.kind));
    }

    fn op(&mut self, kind: &OpKind) {
        match kind {
            OpKind::If { branches, otherwise } => {
                for (test, body) in branches {
                    self.scoped(|walk| {
                        walk.test(test);
                        walk.ops(body);
                    });
                }
                self.body(otherwise);
            }
            OpKind::Switch { value, cases, default, .. } => {
                self.expr(value);
                for (values, body) in cases {
                    self.exprs(values);
                    self.body(body);
                }
                self.body(default);
            }
            OpKind::For { key, pattern, values, body, otherwise, .. } => {
                self.expr(values);
                self.scoped(|walk| {
                    key.iter().for_each(|key| walk.pattern(key));
                    walk.pattern(pattern);
                    walk.ops(body);
                });
                self.body(otherwise);
            }
            OpKind::While { condition, body, .. } => self.scoped(|walk| {
                walk.condition(condition);
                walk.ops(body);
            }),
            OpKind::Break { when, .. } | OpKind::Continue { when, .. } => self.exprs(when),
            OpKind::Include(include) => {
                if let Some((condition, _)) = &include.when {
                    self.expr(condition);
                }
                self.views(&include.names, &include.with, include.inherits);
            }
            OpKind::Each { view, values, item, .. } => {
                self.expr(values);
                let given = [item.text.clone(), "key".to_owned()].into_iter().collect();
                self.inner(view, given, false);
            }
            _ => self.printed(kind),
        }
    }

    /// What prints something, or keeps it for later.
    fn printed(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Yield { name, default } => {
                self.expr(name);
                self.exprs(default);
            }
            OpKind::Section { name, content, .. } => {
                self.expr(name);
                self.content(content);
            }
            OpKind::Push { name, once, content, .. } => {
                self.expr(name);
                once.iter().for_each(|once| self.once(once));
                self.content(content);
            }
            OpKind::Once { key, body } => {
                self.once(key);
                self.body(body);
            }
            OpKind::Fragment { name, body } => {
                self.expr(name);
                self.body(body);
            }
            OpKind::CustomBlock { arguments, body, .. } => {
                self.exprs(arguments);
                self.body(body);
            }
            OpKind::Echo { value, .. }
            | OpKind::Stack(value)
            | OpKind::Class(value)
            | OpKind::Style(value)
            | OpKind::Flag(_, value)
            | OpKind::Bool(value)
            | OpKind::Method(value)
            | OpKind::Json(value)
            | OpKind::Js(value) => self.expr(value),
            _ => self.other(kind),
        }
    }

    fn other(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Component(component) => {
                if let Target::Runtime(expr) = &component.target {
                    self.expr(expr);
                }
                self.attributes(&component.attributes);
                self.body(&component.body);
            }
            OpKind::Slot { name, attributes, content } => {
                if let SlotName::Runtime(expr) = name {
                    self.expr(expr);
                }
                self.attributes(attributes);
                self.content(content);
            }
            OpKind::Inject { variable, .. } => self.bind(&variable.text),
            OpKind::Rust { statements, text, code } => {
                if statements.is_empty() {
                    text.names.iter().for_each(|name| self.use_name(&name.text, name.span, false));
                    for name in parse_expr::bound_by(self.source, *code) {
                        self.bind(&name);
                    }
                }
                statements.iter().for_each(|statement| self.statement(statement));
            }
            OpKind::Lang { key, replace } => {
                self.content(key);
                self.exprs(replace);
            }
            OpKind::Choice { key, count, replace } => {
                self.exprs([key, count]);
                self.exprs(replace);
            }
            OpKind::Vite { entries, directory } => self.exprs(entries.iter().chain(directory)),
            OpKind::Fonts(list)
            | OpKind::Dump(list)
            | OpKind::DumpAndStop(list)
            | OpKind::Custom { arguments: list, .. } => self.exprs(list),
            _ => {}
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Let(pattern, value) => {
                self.expr(value);
                self.pattern(pattern);
            }
            Statement::Assign(place, value) | Statement::Compound(place, _, value) => self.exprs([place, value]),
            Statement::Expr(expr) => self.expr(expr),
        }
    }

    fn test(&mut self, test: &Test) {
        match &test.kind {
            TestKind::Condition(condition) => self.condition(condition),
            TestKind::Isset(list) => list.iter().for_each(|expr| self.ask(expr)),
            TestKind::Empty(expr) => self.ask(expr),
            TestKind::Auth(guard) | TestKind::Guest(guard) => self.exprs(guard),
            TestKind::Can { ability, arguments, .. } => {
                self.expr(ability);
                self.exprs(arguments);
            }
            TestKind::Env(list) | TestKind::Custom { arguments: list, .. } => self.exprs(list),
            TestKind::HasSection(name) | TestKind::HasStack(name) => self.expr(name),
            TestKind::Session(key) | TestKind::Context(key) => {
                self.expr(key);
                self.bind("value");
            }
            TestKind::Error { field, bag } => {
                self.expr(field);
                self.exprs(bag);
                self.bind("message");
            }
            TestKind::Production => {}
        }
    }

    /// Whether something exists: the variable it begins with may be missing.
    fn ask(&mut self, expr: &Expr) {
        let mut base = expr;
        while let ExprKind::Field(value, _)
        | ExprKind::TupleField(value, _)
        | ExprKind::Index(value, _)
        | ExprKind::Paren(value) = &base.kind
        {
            base = value;
        }
        if let ExprKind::Var(name) = &base.kind {
            self.found.asked.insert(name.clone());
        }
        self.expr(expr);
    }

    fn once(&mut self, once: &Once) {
        if let Once::Key(key) = once {
            self.expr(key);
        }
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            match attribute {
                Attribute::Flag(_) => {}
                Attribute::Text(_, ops) => self.ops(ops),
                Attribute::Bound(_, expr)
                | Attribute::Spread(expr)
                | Attribute::Class(_, expr)
                | Attribute::Style(_, expr)
                | Attribute::When(_, expr) => self.expr(expr),
            }
        }
    }

    pub(super) fn views(&mut self, names: &ViewNames, with: &[Entry], inherits: bool) {
        let mut given = HashSet::new();
        for entry in with {
            if let Some(Expr { kind: ExprKind::Str(name), .. }) = &entry.key {
                given.insert(name.clone());
            }
            self.expr(&entry.value);
        }
        self.inner(names, given, inherits);
    }

    fn inner(&mut self, names: &ViewNames, given: HashSet<String>, inherits: bool) {
        match names {
            ViewNames::Literal(names) => {
                let names = names.iter().map(|name| name.text.clone()).collect();
                self.found.inner.push(Inner { names, given, inherits, at: self.now });
            }
            ViewNames::Runtime(expr) => self.expr(expr),
        }
    }
}
