//! The variables that a view needs, with those of everything that sees its variables.

use std::collections::{BTreeMap, HashMap};

use crate::set::Set;
use crate::span::Span;

/// A variable that is to be given to a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    /// Where it is used first: the template and the place.
    pub view: String,
    pub span: Span,
    /// `@isset` or `@empty` asks for it: it may be missing.
    pub may_be_missing: bool,
    /// Not only within code that the compiler alone understands, where the name may be something else.
    pub is_certain: bool,
}

type Known = BTreeMap<String, Variable>;

impl Set {
    /// What `name` uses and does not bind, and what its layouts and includes use and are not given. Sorted by name. Of a
    /// component, this is everything but its props.
    #[must_use]
    pub fn variables(&self, name: &str) -> Vec<Variable> {
        let mut done = HashMap::new();
        self.collect(name, &mut done);
        done.remove(name).unwrap_or_default().into_values().collect()
    }

    /// The names that expressions of a component can use: its props, what it is aware of, the slots that its callers give, and
    /// what is always there. Sorted.
    #[must_use]
    pub fn component_variables(&self, name: &str) -> Vec<String> {
        let Some(file) = self.files.get(name) else { return Vec::new() };
        let program = &file.analysis.program;
        let mut names: Vec<String> = ["attributes", "component", "errors", "slot"].map(str::to_owned).to_vec();
        names.extend(program.props.iter().flatten().chain(&program.aware).map(|prop| prop.name.text.clone()));
        for call in self.files.values().flat_map(|file| &file.facts.calls) {
            let is_this = call.target.as_ref().is_none_or(|(_, candidates)| self.resolve(candidates) == Some(name));
            if is_this {
                names.extend(call.slots.iter().cloned());
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// Depth first; a template that is in the works already is a cycle and adds nothing.
    fn collect(&self, name: &str, done: &mut HashMap<String, Known>) {
        let Some(file) = self.files.get(name) else { return };
        done.insert(name.to_owned(), Known::new());
        let variables = &file.facts.variables;
        let mut known = Known::new();
        for used in &variables.used {
            let variable = Variable {
                name: used.name.clone(),
                view: name.to_owned(),
                span: used.span,
                may_be_missing: variables.asked.contains(&used.name),
                is_certain: used.is_certain,
            };
            known.insert(used.name.clone(), variable);
        }
        for inner in variables.inner.iter().filter(|inner| inner.inherits) {
            let Some(target) = self.resolve(&inner.names) else { continue };
            if !done.contains_key(target) {
                self.collect(target, done);
            }
            for (name, variable) in &done[target] {
                if inner.given.contains(name) || variables.is_bound_at(inner, name) {
                    continue;
                }
                let own = known.entry(name.clone()).or_insert_with(|| variable.clone());
                own.may_be_missing &= variable.may_be_missing;
                own.is_certain |= variable.is_certain;
            }
        }
        done.insert(name.to_owned(), known);
    }
}
