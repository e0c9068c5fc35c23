//! Walks through what a template does and collects its names, with the scopes of its variables.

use forge_codegen::{
    Span,
    expr::{Condition, Entry, Expr, ExprKind, Pattern},
    expr_walk,
    ir::{
        Attribute, Component, Content, EachEmpty, Include, Once, Op, OpKind, Program, Role as Needed, SectionEnd,
        SlotName, Statement, Target, Test, TestKind, ViewNames,
    },
    snake,
};

use super::{
    Names, Role, Site, Spelling, Symbol,
    bindings::{self, Binding},
    inside, is_component,
};

/// Names that are there without being given.
const BUILT_IN: &[&str] = &["loop", "attributes", "component", "errors"];

struct Walk<'i> {
    names: Names<'i>,
    view: &'i str,
    source: &'i str,
    is_component: bool,
    props: Vec<&'i str>,
    /// Variables that the template binds, the innermost last, with the place of the binding.
    scope: Vec<(String, u32)>,
    /// The components around, the innermost last.
    owners: Vec<String>,
    sites: Vec<Site>,
}

pub(super) fn sites(names: Names<'_>, view: &str, program: &Program, source: &str) -> Vec<Site> {
    let props = program.props.iter().flatten().map(|prop| prop.name.text.as_str()).collect();
    let (is_component, scope, owners, sites) = (is_component(view), Vec::new(), Vec::new(), Vec::new());
    let mut walk = Walk { names, view, source, is_component, props, scope, owners, sites };
    walk.program(program);
    walk.sites
}

impl Walk<'_> {
    fn program(&mut self, program: &Program) {
        for need in program.needs.iter().filter(|need| need.role == Needed::Component) {
            let symbol = Symbol::View(self.names.resolved(&need.names));
            self.site(need.span, symbol, Role::Use, Spelling::Tag);
        }
        for prop in program.props.iter().flatten().filter(|prop| !prop.name.span.is_empty()) {
            let symbol = Symbol::Prop { component: self.view.to_owned(), name: prop.name.text.clone() };
            self.quoted(prop.name.span, symbol, Role::Definition, Spelling::Attribute);
            prop.default.iter().for_each(|default| self.expr(default));
        }
        for aware in &program.aware {
            aware.default.iter().for_each(|default| self.expr(default));
            let span = unquoted(self.source, aware.name.span);
            self.bind(Binding { name: aware.name.text.clone(), span, spelling: Spelling::Unwritten });
        }
        if let Some(extends) = &program.extends {
            self.views(&extends.names);
            self.entries(&extends.with);
        }
        self.ops(&program.body);
    }

    fn site(&mut self, span: Span, symbol: Symbol, role: Role, spelling: Spelling) {
        self.sites.push(Site { span, symbol, role, spelling });
    }

    /// A name that stands in quotes.
    fn quoted(&mut self, literal: Span, symbol: Symbol, role: Role, spelling: Spelling) {
        self.site(unquoted(self.source, literal), symbol, role, spelling);
    }

    /// A text with a meaning.
    fn named(&mut self, expr: &Expr, role: Role, symbol: impl FnOnce(String) -> Symbol) {
        match &expr.kind {
            ExprKind::Str(text) => {
                let spelling =
                    if inside(self.source, expr.span, text).is_some() { Spelling::Plain } else { Spelling::Unwritten };
                self.quoted(expr.span, symbol(text.clone()), role, spelling);
            }
            _ => self.expr(expr),
        }
    }

    fn section(&mut self, name: &Expr, role: Role) {
        let view = self.view.to_owned();
        self.named(name, role, |name| Symbol::Section { view, name });
    }

    fn stack(&mut self, name: &Expr, role: Role) {
        let view = self.view.to_owned();
        self.named(name, role, |name| Symbol::Stack { view, name });
    }

    fn views(&mut self, names: &ViewNames) {
        match names {
            ViewNames::Literal(list) => {
                for name in list {
                    let symbol = Symbol::View(self.names.resolved(std::slice::from_ref(&name.text)));
                    self.quoted(name.span, symbol, Role::Use, Spelling::View);
                }
            }
            ViewNames::Runtime(expr) => self.expr(expr),
        }
    }

    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.entry(entry, false);
        }
    }

    /// A key of data is a name, not an expression.
    fn entry(&mut self, entry: &Entry, reads_key: bool) {
        let is_short = entry.key.as_ref().is_some_and(|key| key.span == entry.value.span);
        match &entry.value.kind {
            ExprKind::Var(name) if is_short => self.variable(name, entry.value.span, Spelling::Shorthand),
            _ => {
                if reads_key {
                    entry.key.iter().for_each(|key| self.expr(key));
                }
                self.expr(&entry.value);
            }
        }
    }

    fn scoped(&mut self, work: impl FnOnce(&mut Self)) {
        let mark = self.scope.len();
        work(self);
        self.scope.truncate(mark);
    }

    fn bind(&mut self, binding: Binding) {
        // A name that several cases of a pattern bind is one variable.
        let at = binding.span.start;
        let symbol = Symbol::Local { view: self.view.to_owned(), at, name: binding.name.clone() };
        self.site(binding.span, symbol, Role::Definition, binding.spelling);
        self.scope.push((binding.name, at));
    }

    fn pattern(&mut self, pattern: &Pattern) {
        let found = bindings::of_pattern(self.source, pattern);
        for (at, binding) in found.iter().enumerate() {
            match found[..at].iter().find(|before| before.name == binding.name) {
                Some(first) => {
                    let symbol =
                        Symbol::Local { view: self.view.to_owned(), at: first.span.start, name: first.name.clone() };
                    self.site(binding.span, symbol, Role::Definition, binding.spelling);
                }
                None => self.bind(binding.clone()),
            }
        }
    }

    fn variable(&mut self, name: &str, span: Span, spelling: Spelling) {
        let bound = self.scope.iter().rev().find(|(bound, _)| bound == name).map(|(_, at)| *at);
        let view = self.view.to_owned();
        let symbol = match bound {
            Some(at) => Symbol::Local { view, at, name: name.to_owned() },
            None if BUILT_IN.contains(&name) || name.starts_with(char::is_uppercase) => return,
            None if self.props.contains(&name) => Symbol::Prop { component: view, name: name.to_owned() },
            None if self.is_component => Symbol::Slot { component: view, name: name.to_owned() },
            None => Symbol::Given { view, name: name.to_owned() },
        };
        // What is written differently, `userId` for `user_id`, is found and not replaced.
        let is_written = self.source.get(span.range()) == Some(name) || spelling != Spelling::Plain;
        self.site(span, symbol, Role::Use, if is_written { spelling } else { Spelling::Unwritten });
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Var(name) => {
                let is_short = self.source[..expr.span.start as usize].ends_with(":$");
                self.variable(name, expr.span, if is_short { Spelling::ShortVariable } else { Spelling::Plain });
            }
            ExprKind::Rust(text) => {
                for name in &text.names {
                    self.variable(&name.text, name.span, Spelling::Plain);
                }
            }
            ExprKind::Call { function, arguments } => {
                let first = arguments.first();
                match (function.text.as_str(), first) {
                    ("route", Some(name)) => self.named(name, Role::Use, Symbol::Route),
                    ("config", Some(name)) => self.named(name, Role::Use, Symbol::Config),
                    ("trans", Some(name)) => self.named(name, Role::Use, Symbol::Translation),
                    (_, first) => first.into_iter().for_each(|first| self.expr(first)),
                }
                arguments.iter().skip(1).for_each(|argument| self.expr(argument));
            }
            ExprKind::Map(entries) => entries.iter().for_each(|entry| self.entry(entry, true)),
            ExprKind::Format { format, arguments } => {
                self.inline(format);
                arguments.iter().for_each(|argument| self.expr(argument));
            }
            ExprKind::Closure { parameters, body, .. } => self.scoped(|walk| {
                parameters.iter().for_each(|pattern| walk.pattern(pattern));
                walk.expr(body);
            }),
            ExprKind::If { condition, then, otherwise } => {
                self.scoped(|walk| {
                    walk.condition(condition);
                    walk.expr(then);
                });
                otherwise.iter().for_each(|otherwise| self.expr(otherwise));
            }
            ExprKind::Match { value, arms } => {
                self.expr(value);
                for arm in arms {
                    self.scoped(|walk| {
                        walk.pattern(&arm.pattern);
                        arm.guard.iter().for_each(|guard| walk.expr(guard));
                        walk.expr(&arm.value);
                    });
                }
            }
            _ => expr_walk::children(expr, &mut |child| self.expr(child)),
        }
    }

    /// The variables in `format!("{title}")`.
    fn inline(&mut self, format: &Expr) {
        let text = &self.source[format.span.range()];
        let mut rest = 0;
        while let Some(open) = text[rest..].find('{').map(|at| rest + at + 1) {
            if text[open..].starts_with('{') {
                rest = open + 1;
                continue;
            }
            let len = text[open..].find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len() - open);
            let name = &text[open..open + len];
            if name.starts_with(|c: char| c == '_' || c.is_alphabetic()) && text[open + len..].starts_with(['}', ':']) {
                let start = format.span.start + open as u32;
                self.variable(name, Span::new(start, start + len as u32), Spelling::Plain);
            }
            rest = open + len;
        }
    }

    fn exprs<'e>(&mut self, list: impl IntoIterator<Item = &'e Expr>) {
        list.into_iter().for_each(|expr| self.expr(expr));
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Expr(expr) => self.expr(expr),
            Condition::Let(pattern, expr) => {
                self.expr(expr);
                self.pattern(pattern);
            }
            Condition::All(all) => all.iter().for_each(|condition| self.condition(condition)),
        }
    }
}

/// A literal without its quotes.
fn unquoted(source: &str, literal: Span) -> Span {
    let text = &source[literal.range()];
    let Some(open) = text.find(['"', '\'']) else { return literal };
    let close = text.rfind(['"', '\'']).filter(|close| *close > open).unwrap_or(text.len());
    Span::new(literal.start + open as u32 + 1, literal.start + close as u32)
}

mod ops;
