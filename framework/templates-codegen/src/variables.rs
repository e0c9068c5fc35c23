//! Which variables a template uses and does not bind itself, and which are bound where other templates are named.

use std::collections::{HashMap, HashSet};

use crate::expr::{Condition, Entry, Expr, ExprKind, Pattern};
use crate::expr_walk;
use crate::ir::{
    Attribute, Content, Once, Op, OpKind, Program, SlotName, Statement, Target, Test, TestKind, ViewNames,
};
use crate::parse_expr;
use crate::span::Span;

/// Names that are there without being given.
const RESERVED: &[&str] = &["loop", "attributes", "slot", "component", "errors"];

/// A name that the template uses without binding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// Not within code that only the compiler understands: there it may be something else.
    pub(crate) is_certain: bool,
}

/// Another template that is named, as far as variables go.
#[derive(Debug, Clone)]
pub(crate) struct Inner {
    /// The first that exists is meant.
    pub(crate) names: Vec<String>,
    /// What it is given.
    pub(crate) given: HashSet<String>,
    /// Whether it sees what is bound at its place.
    pub(crate) inherits: bool,
    at: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Variables {
    /// In the order of the text, each name once; with one that is certain, if there is any.
    pub(crate) used: Vec<Used>,
    /// Names whose existence is asked for: they may be missing.
    pub(crate) asked: HashSet<String>,
    pub(crate) inner: Vec<Inner>,
    /// For each name when it was bound: the walk counts its steps.
    bound: HashMap<String, Vec<(u32, u32)>>,
}

impl Variables {
    pub(crate) fn of(program: &Program, source: &str) -> Self {
        let mut walk = Walk {
            source,
            found: Self::default(),
            places: HashMap::new(),
            open: HashMap::new(),
            scope: Vec::new(),
            now: 0,
            imported: imported(program),
        };
        for prop in program.props.iter().flatten().chain(&program.aware) {
            prop.default.iter().for_each(|default| walk.expr(default));
            walk.bind(&prop.name.text);
        }
        walk.ops(&program.body);
        if let Some(extends) = &program.extends {
            walk.views(&extends.names, &extends.with, true);
        }
        walk.leave(0);
        walk.found
    }

    /// Whether the template itself binds the name where `inner` stands.
    pub(crate) fn is_bound_at(&self, inner: &Inner, name: &str) -> bool {
        let Some(times) = self.bound.get(name) else { return false };
        let behind = times.partition_point(|(from, _)| *from <= inner.at);
        // Scopes of the same name lie within each other or one behind the other; few are open at once.
        times[..behind].iter().rev().take(200).any(|(_, until)| inner.at < *until)
    }
}

struct Walk<'p> {
    source: &'p str,
    found: Variables,
    /// Where in `used` a name is.
    places: HashMap<String, usize>,
    /// How often each name is bound here.
    open: HashMap<String, usize>,
    /// The names that are bound, with their place in `bound`.
    scope: Vec<(String, usize)>,
    now: u32,
    /// What `@use` brings.
    imported: HashSet<String>,
}

impl Walk<'_> {
    fn bind(&mut self, name: &str) {
        self.now += 1;
        let times = self.found.bound.entry(name.to_owned()).or_default();
        times.push((self.now, u32::MAX));
        let index = times.len() - 1;
        self.scope.push((name.to_owned(), index));
        *self.open.entry(name.to_owned()).or_default() += 1;
    }

    /// Ends what was bound since the scope was `mark` long.
    fn leave(&mut self, mark: usize) {
        self.now += 1;
        for (name, index) in self.scope.split_off(mark) {
            if let Some(time) = self.found.bound.get_mut(&name).and_then(|times| times.get_mut(index)) {
                time.1 = self.now;
            }
            if let Some(count) = self.open.get_mut(&name) {
                *count -= 1;
            }
        }
    }

    fn scoped(&mut self, work: impl FnOnce(&mut Self)) {
        let mark = self.scope.len();
        work(self);
        self.leave(mark);
    }

    fn use_name(&mut self, name: &str, span: Span, is_certain: bool) {
        let is_known = RESERVED.contains(&name)
            || name.starts_with(char::is_uppercase)
            || self.open.get(name).is_some_and(|count| *count > 0)
            || self.imported.contains(name);
        if is_known {
            return;
        }
        let used = Used { name: name.to_owned(), span, is_certain };
        match self.places.get(name) {
            Some(place) if is_certain && !self.found.used[*place].is_certain => self.found.used[*place] = used,
            Some(_) => {}
            None => {
                self.places.insert(name.to_owned(), self.found.used.len());
                self.found.used.push(used);
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Var(name) => self.use_name(name, expr.span, true),
            ExprKind::Rust(text) => text.names.iter().for_each(|name| self.use_name(&name.text, name.span, false)),
            ExprKind::Format { format, .. } => {
                if let ExprKind::Str(text) = &format.kind {
                    for name in parse_expr::inline_arguments(text, 0) {
                        self.use_name(&name.text, format.span, true);
                    }
                }
                self.children(expr);
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
            _ => self.children(expr),
        }
    }

    fn children(&mut self, expr: &Expr) {
        expr_walk::children(expr, &mut |child| self.expr(child));
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn pattern(&mut self, pattern: &Pattern) {
        expr_walk::binds(pattern, &mut |name| self.bind(name));
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

    fn body(&mut self, ops: &[Op]) {
        self.scoped(|walk| walk.ops(ops));
    }

    fn content(&mut self, content: &Content) {
        match content {
            Content::Body(body) => self.body(body),
            Content::Value(value) => self.expr(value),
        }
    }

    fn ops(&mut self, ops: &[Op]) {
        ops.iter().for_each(|op| self.op(&op.kind));
    }

    fn op(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Text(_) | OpKind::Parent | OpKind::Csrf | OpKind::ViteReactRefresh | OpKind::Unset(_) => {}
            OpKind::Echo { value, .. }
            | OpKind::Stack(value)
            | OpKind::Class(value)
            | OpKind::Style(value)
            | OpKind::Flag(_, value)
            | OpKind::Bool(value)
            | OpKind::Method(value)
            | OpKind::Json(value)
            | OpKind::Js(value) => self.expr(value),
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

    fn views(&mut self, names: &ViewNames, with: &[Entry], inherits: bool) {
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

/// The names that `@use` brings, and the words of their paths: none of them is a variable's.
fn imported(program: &Program) -> HashSet<String> {
    let words =
        |path: &str| path.split(|c: char| !(c.is_alphanumeric() || c == '_')).map(str::to_owned).collect::<Vec<_>>();
    program.uses.iter().flat_map(|item| words(&item.path)).filter(|word| !word.is_empty()).collect()
}
