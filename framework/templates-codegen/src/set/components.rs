//! Components and their callers: required props that are not passed, and variables that nobody passes.

use std::collections::{HashMap, HashSet};

use crate::expr::Name;
use crate::names;
use crate::problem::{Code, Problem};
use crate::set::facts::Call;
use crate::set::{Elsewhere, File, Finding, Set};

/// What the callers of components give.
struct Given<'s> {
    /// For each component; nothing where that is not known.
    to: HashMap<&'s str, Option<HashSet<&'s str>>>,
    /// To components whose names only run time knows, hence perhaps to any.
    to_any: Option<HashSet<&'s str>>,
}

impl Set {
    pub(super) fn check_components(&self, findings: &mut Vec<Finding>) {
        for (name, file) in &self.files {
            for call in file.facts.calls.iter().filter(|call| !call.is_open) {
                if let Some((written, candidates)) = &call.target
                    && let Some(target) = self.resolve(candidates)
                {
                    self.check_props(name, call, written, target, findings);
                }
            }
        }
        let given = self.given();
        for (name, file) in &self.files {
            self.check_variables(name, file, &given, findings);
        }
    }

    fn given(&self) -> Given<'_> {
        let mut given = Given { to: HashMap::new(), to_any: Some(HashSet::new()) };
        for file in self.files.values() {
            for call in &file.facts.calls {
                let known = match &call.target {
                    None => &mut given.to_any,
                    Some((_, candidates)) => match self.resolve(candidates) {
                        Some(target) => given.to.entry(target).or_insert_with(|| Some(HashSet::new())),
                        None => continue,
                    },
                };
                match known {
                    Some(known) if !call.is_open => known.extend(call.given.iter().map(String::as_str)),
                    _ => *known = None,
                }
            }
        }
        // As a view that is included, it sees other variables than as a component.
        for inner in self.files.values().flat_map(|file| &file.facts.variables.inner) {
            if let Some(target) = self.resolve(&inner.names) {
                given.to.insert(target, None);
            }
        }
        given
    }

    /// Says something only of components that declare what they take.
    fn check_variables(&self, name: &str, file: &File, given: &Given<'_>, findings: &mut Vec<Finding>) {
        let Some(props) = &file.analysis.program.props else { return };
        let Some(to_any) = &given.to_any else { return };
        let nothing = Some(HashSet::new());
        let Some(to_this) = given.to.get(name).unwrap_or(&nothing) else { return };
        for used in file.facts.variables.used.iter().filter(|used| used.is_certain) {
            let text = used.name.as_str();
            if to_this.contains(text) || to_any.contains(text) || file.facts.variables.asked.contains(text) {
                continue;
            }
            let message = format!("this component has no variable `{text}`");
            let problem = Problem::new(Code::UnknownVariable, used.span, message);
            let help = match names::nearest(text, props.iter().map(|prop| prop.name.text.as_str())) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("add `'{text}'` to `@props`, or give it as a slot"),
            };
            findings.push(Finding::new(name, problem.help(help)));
        }
    }

    fn check_props(&self, name: &str, call: &Call, written: &Name, target: &str, findings: &mut Vec<Finding>) {
        let props = self.files[target].analysis.program.props.iter().flatten();
        for prop in props.filter(|prop| prop.default.is_none()) {
            if call.given.contains(&prop.name.text) {
                continue;
            }
            let spelling = prop.name.text.replace('_', "-");
            let message = format!("`{}` needs the prop `{}`", written.text, prop.name.text);
            let problem = Problem::new(Code::MissingProp, written.span, message);
            let help = format!("write `{spelling}=\"…\"` or `:{spelling}=\"…\"`");
            let mut finding = Finding::new(name, problem.help(help));
            // A field of a struct has no place in the template.
            if !prop.name.span.is_empty() {
                finding.elsewhere.push(Elsewhere {
                    view: target.to_owned(),
                    span: prop.name.span,
                    what: "it has no default here".to_owned(),
                });
            }
            findings.push(finding);
        }
    }
}
