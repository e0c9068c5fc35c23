//! `@props` and `@aware`.

use std::collections::HashMap;

use crate::analyse::Analyst;
use crate::expr::{Entry, ExprKind, Name};
use crate::ir::Prop;
use crate::names;
use crate::problem::{Code, Problem};
use crate::tree::Directive;

/// Names that a component has anyway.
const RESERVED: &[&str] = &["attributes", "slot", "component", "loop", "errors"];

impl Analyst<'_> {
    pub(super) fn props(&mut self, directive: &Directive) {
        let Some(props) = self.declared(directive) else { return };
        let first = self.first.props;
        if self.is_first(first, directive) {
            self.first.props = Some(directive.name);
            self.program.props = Some(props);
        }
    }

    pub(super) fn aware(&mut self, directive: &Directive) {
        let Some(props) = self.declared(directive) else { return };
        let first = self.first.aware;
        if self.is_first(first, directive) {
            self.first.aware = Some(directive.name);
            self.program.aware = props;
        }
    }

    fn declared(&mut self, directive: &Directive) -> Option<Vec<Prop>> {
        let list = self.arguments(directive, 1, 1)?;
        let entries = self.entries(list[0]);
        let mut seen: HashMap<String, Name> = HashMap::new();
        let mut props = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(prop) = self.prop(entry) else { continue };
            if let Some(first) = seen.get(&prop.name.text) {
                let message = format!("the prop `{}` is declared twice", prop.name.text);
                let problem = Problem::new(Code::DuplicateProp, prop.name.span, message);
                let problem = problem.related(first.span, "the first is here");
                self.report_unless_broken(problem.help("remove one of them"));
                continue;
            }
            seen.insert(prop.name.text.clone(), prop.name.clone());
            props.push(prop);
        }
        Some(props)
    }

    fn prop(&mut self, entry: Entry) -> Option<Prop> {
        let Entry { key, value } = entry;
        let (name, default) = match key {
            // `{ message }` declares a prop, and has no value of its own.
            Some(key) if matches!(&value.kind, ExprKind::Var(_)) && value.span == key.span => (key, None),
            Some(key) => (key, Some(value)),
            None => (value, None),
        };
        let ExprKind::Str(text) = &name.kind else {
            let problem = Problem::new(Code::WrongArguments, name.span, "a prop needs a name that is text");
            self.report_unless_broken(problem.help("write `'name' => default`, or `'name'`"));
            return None;
        };
        let text = names::snake(text);
        if RESERVED.contains(&text.as_str()) {
            let problem = Problem::new(
                Code::WrongArguments,
                name.span,
                format!("`{text}` is the name of something else in components"),
            );
            self.report_unless_broken(problem.help("choose another name"));
            return None;
        }
        self.check_variable(name.span, &text).then_some(Prop { name: Name { span: name.span, text }, default })
    }
}
