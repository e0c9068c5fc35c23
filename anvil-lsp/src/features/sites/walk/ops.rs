//! The steps of a template, one by one.

use super::*;

impl Walk<'_> {
    pub(super) fn ops(&mut self, ops: &[Op]) {
        ops.iter().for_each(|op| self.op(op));
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

    fn op(&mut self, op: &Op) {
        match &op.kind {
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
            OpKind::Include(Include { names, with, when, .. }) => {
                self.exprs(when.iter().map(|(condition, _)| condition));
                self.views(names);
                self.entries(with);
            }
            OpKind::Each { view, values, otherwise, .. } => {
                self.views(view);
                self.expr(values);
                if let Some(EachEmpty::View(name)) = otherwise {
                    self.views(&ViewNames::Literal(vec![name.clone()]));
                }
            }
            OpKind::Component(component) => self.component(component),
            OpKind::Slot { name, attributes, content } => {
                self.slot(name);
                self.attributes(attributes, None);
                self.content(content);
            }
            kind => self.parts(kind),
        }
    }

    /// Sections, stacks and what is printed.
    fn parts(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Yield { name, default } => {
                self.section(name, Role::Use);
                self.exprs(default);
            }
            OpKind::Section { name, content, end } => {
                self.section(name, if *end == SectionEnd::Show { Role::Use } else { Role::Definition });
                self.content(content);
            }
            OpKind::Stack(name) => self.stack(name, Role::Use),
            OpKind::Push { name, once, content, .. } => {
                self.stack(name, Role::Definition);
                if let Some(Once::Key(key)) = once {
                    self.expr(key);
                }
                self.content(content);
            }
            OpKind::Once { key, body } => {
                if let Once::Key(key) = key {
                    self.expr(key);
                }
                self.body(body);
            }
            OpKind::Fragment { name, body } => {
                self.expr(name);
                self.body(body);
            }
            OpKind::Lang { key, replace } => {
                match key {
                    Content::Value(key) => self.named(key, Role::Use, Symbol::Translation),
                    Content::Body(body) => self.body(body),
                }
                self.exprs(replace);
            }
            OpKind::Choice { key, count, replace } => {
                self.named(key, Role::Use, Symbol::Translation);
                self.expr(count);
                self.exprs(replace);
            }
            kind => self.others(kind),
        }
    }

    fn others(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Echo { value, .. }
            | OpKind::Class(value)
            | OpKind::Style(value)
            | OpKind::Flag(_, value)
            | OpKind::Bool(value)
            | OpKind::Method(value)
            | OpKind::Json(value)
            | OpKind::Js(value) => self.expr(value),
            OpKind::Inject { variable, .. } => {
                let span = unquoted(self.source, variable.span);
                self.bind(Binding { name: variable.text.clone(), span, spelling: Spelling::Plain });
            }
            OpKind::Rust { statements, text, code } => {
                if statements.is_empty() {
                    for name in &text.names {
                        self.variable(&name.text, name.span, Spelling::Plain);
                    }
                    bindings::of_code(self.source, *code).into_iter().for_each(|binding| self.bind(binding));
                }
                statements.iter().for_each(|statement| self.statement(statement));
            }
            OpKind::Unset(name) => self.variable(&name.text, name.span, Spelling::Plain),
            OpKind::Vite { entries, directory } => self.exprs(entries.iter().chain(directory)),
            OpKind::Fonts(list)
            | OpKind::Dump(list)
            | OpKind::DumpAndStop(list)
            | OpKind::Custom { arguments: list, .. } => {
                self.exprs(list);
            }
            OpKind::CustomBlock { arguments, body, .. } => {
                self.exprs(arguments);
                self.body(body);
            }
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
            TestKind::Isset(list) | TestKind::Env(list) | TestKind::Custom { arguments: list, .. } => self.exprs(list),
            TestKind::Empty(expr) => self.expr(expr),
            TestKind::Auth(guard) | TestKind::Guest(guard) => self.exprs(guard),
            TestKind::Can { ability, arguments, .. } => {
                self.expr(ability);
                self.exprs(arguments);
            }
            TestKind::HasSection(name) => self.section(name, Role::Use),
            TestKind::HasStack(name) => self.stack(name, Role::Use),
            TestKind::Session(key) | TestKind::Context(key) => {
                self.expr(key);
                self.unwritten("value", test.span);
            }
            TestKind::Error { field, bag } => {
                self.expr(field);
                self.exprs(bag);
                self.unwritten("message", test.span);
            }
            TestKind::Production => {}
        }
    }

    /// A variable that a directive binds without naming it.
    fn unwritten(&mut self, name: &str, span: Span) {
        self.bind(Binding { name: name.to_owned(), span, spelling: Spelling::Unwritten });
    }

    fn component(&mut self, component: &Component) {
        let owner = match &component.target {
            Target::Literal { candidates, written } => {
                if component.is_legacy {
                    let name = forge_codegen::expr::Name { span: written.span, text: written.text.clone() };
                    self.views(&ViewNames::Literal(vec![name]));
                }
                self.names.resolved(candidates)
            }
            Target::Runtime(expr) => {
                self.expr(expr);
                String::new()
            }
        };
        if component.is_legacy {
            self.data(&component.attributes, &owner);
        } else {
            self.attributes(&component.attributes, Some(&owner));
        }
        self.owners.push(owner);
        self.body(&component.body);
        self.owners.pop();
    }

    fn slot(&mut self, name: &SlotName) {
        let component = self.owners.last().cloned().unwrap_or_default();
        match name {
            SlotName::Literal(name) if !component.is_empty() => {
                let span = unquoted(self.source, name.span);
                let symbol = Symbol::Slot { component, name: name.text.clone() };
                self.site(span, symbol, Role::Definition, Spelling::Attribute);
            }
            SlotName::Runtime(expr) => self.expr(expr),
            SlotName::Literal(_) | SlotName::Default => {}
        }
    }

    /// `owner`: the component that they are given to.
    fn attributes(&mut self, attributes: &[Attribute], owner: Option<&str>) {
        for attribute in attributes {
            match attribute {
                Attribute::Flag(name) => self.prop(owner, name.span, &name.text),
                Attribute::Text(name, ops) => {
                    self.prop(owner, name.span, &name.text);
                    self.ops(ops);
                }
                Attribute::Bound(name, expr) => {
                    self.prop(owner, name.span, &name.text);
                    self.expr(expr);
                }
                Attribute::Spread(expr)
                | Attribute::Class(_, expr)
                | Attribute::Style(_, expr)
                | Attribute::When(_, expr) => {
                    self.expr(expr);
                }
            }
        }
    }

    /// What `@component` gives: `{ title, max_width: 1 }`.
    fn data(&mut self, entries: &[Attribute], owner: &str) {
        for entry in entries {
            let Attribute::Bound(name, value) = entry else { continue };
            let is_short = name.span == value.span;
            self.prop_as(owner, name.span, &name.text, if is_short { Spelling::ShorthandKey } else { Spelling::Plain });
            match &value.kind {
                ExprKind::Var(variable) if is_short => self.variable(variable, value.span, Spelling::Shorthand),
                _ => self.expr(value),
            }
        }
    }

    /// An attribute of a component's tag.
    fn prop(&mut self, owner: Option<&str>, span: Span, written: &str) {
        let is_short = self.source[..span.start as usize].ends_with(":$");
        let spelling = if is_short { Spelling::ShortAttribute } else { Spelling::Attribute };
        if let Some(owner) = owner {
            self.prop_as(owner, span, written, spelling);
        }
    }

    /// What is no prop is none of our names.
    fn prop_as(&mut self, owner: &str, span: Span, written: &str, spelling: Spelling) {
        let name = snake(written);
        let props = self.names.package.set.program(owner).and_then(|program| program.props.as_ref());
        if !props.is_some_and(|props| props.iter().any(|prop| prop.name.text == name)) {
            return;
        }
        let symbol = Symbol::Prop { component: owner.to_owned(), name };
        self.site(unquoted(self.source, span), symbol, Role::Use, spelling);
    }
}
