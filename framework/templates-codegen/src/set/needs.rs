//! Views, layouts and components that are named: do they exist, and do they get what they require?

use std::collections::{BTreeMap, HashSet};

use crate::ir::{Need, Role};
use crate::names;
use crate::problem::{Code, Problem};
use crate::set::{Elsewhere, Finding, Set};

impl Set {
    pub(super) fn check_needs(&self, findings: &mut Vec<Finding>) {
        for (name, file) in &self.files {
            for need in &file.analysis.program.needs {
                if need.role != Role::OptionalView && self.resolve(&need.names).is_none() && !self.is_foreign(need) {
                    findings.push(Finding::new(name, self.unknown(need, file.template.text(need.span))));
                }
            }
        }
    }

    /// Whether it is in a namespace of which nothing is here: the app may have registered it.
    fn is_foreign(&self, need: &Need) -> bool {
        let namespace = need.names.iter().find_map(|name| name.split_once("::")).map(|(namespace, _)| namespace);
        namespace.is_some_and(|namespace| {
            let (own, vendor) = (format!("{namespace}::"), format!("vendor.{namespace}."));
            !self.files.keys().any(|name| name.starts_with(&own) || name.starts_with(&vendor))
        })
    }

    fn unknown(&self, need: &Need, written: &str) -> Problem {
        let name = need.names.first().map(String::as_str).unwrap_or_default();
        if need.role == Role::Component {
            let problem = Problem::new(Code::UnknownComponent, need.span, format!("there is no component `{written}`"));
            let known: Vec<String> = self.files.keys().filter_map(|name| tag_name(name)).collect();
            return problem.help(match names::nearest(written, known.iter().map(String::as_str)) {
                Some(meant) => format!("did you mean `<x-{meant}>`?"),
                None => format!("create `{}`", names::path(name)),
            });
        }
        let what = if need.role == Role::Layout { "layout" } else { "view" };
        let list: Vec<String> = need.names.iter().map(|name| format!("`{name}`")).collect();
        let problem = Problem::new(Code::UnknownView, need.span, format!("there is no {what} {}", list.join(" or ")));
        problem.help(match names::nearest(name, self.names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("create `{}`", names::path(name)),
        })
    }

    /// Required props that are not passed, and variables that nobody passes.
    pub(super) fn check_components(&self, findings: &mut Vec<Finding>) {
        // For each component what its callers give, or nothing where that is not known.
        let mut given: BTreeMap<&str, Option<HashSet<&str>>> = BTreeMap::new();
        for (name, file) in &self.files {
            for call in &file.facts.calls {
                let Some(target) = self.resolve(&call.candidates) else { continue };
                let known = given.entry(target).or_insert_with(|| Some(HashSet::new()));
                match known {
                    Some(known) if !call.is_open => known.extend(call.given.iter().map(String::as_str)),
                    _ => *known = None,
                }
                if !call.is_open {
                    self.check_props(name, call, target, findings);
                }
            }
        }
        for (name, file) in &self.files {
            let program = &file.analysis.program;
            if program.props.is_none() {
                continue;
            }
            let empty = Some(HashSet::new());
            let Some(given) = given.get(name.as_str()).unwrap_or(&empty) else { continue };
            for used in &file.facts.variables.used {
                let is_known = given.contains(used.name.as_str()) || file.facts.variables.asked.contains(&used.name);
                if used.is_certain && !is_known {
                    let message = format!("this component has no variable `{}`", used.name);
                    let problem = Problem::new(Code::UnknownVariable, used.span, message);
                    let props = program.props.iter().flatten().map(|prop| prop.name.text.as_str());
                    let help = match names::nearest(&used.name, props) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => format!("add `'{}'` to `@props`, or give it as a slot", used.name),
                    };
                    findings.push(Finding::new(name, problem.help(help)));
                }
            }
        }
    }

    fn check_props(&self, name: &str, call: &super::facts::Call, target: &str, findings: &mut Vec<Finding>) {
        let props = self.files[target].analysis.program.props.iter().flatten();
        for prop in props.filter(|prop| prop.default.is_none()) {
            if call.given.contains(&prop.name.text) {
                continue;
            }
            let (written, prop_name) = (&call.written.text, &prop.name.text);
            let spelling = prop_name.replace('_', "-");
            let message = format!("`{written}` needs the prop `{prop_name}`");
            let problem = Problem::new(Code::MissingProp, call.written.span, message);
            let mut finding =
                Finding::new(name, problem.help(format!("write `{spelling}=\"…\"` or `:{spelling}=\"…\"`")));
            finding.elsewhere.push(Elsewhere {
                view: target.to_owned(),
                span: prop.name.span,
                what: "it has no default here".to_owned(),
            });
            findings.push(finding);
        }
    }
}

/// What stands behind `<x-` for a component's template.
fn tag_name(view: &str) -> Option<String> {
    if let Some(name) = view.strip_prefix("components.") {
        return Some(name.to_owned());
    }
    let (namespace, name) = view.strip_prefix("vendor.")?.split_once(".components.")?;
    Some(format!("{namespace}::{name}"))
}
