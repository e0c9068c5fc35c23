//! Views, layouts and components that are named: do they exist?

use crate::ir::{Need, Role};
use crate::names;
use crate::problem::{Code, Problem};
use crate::set::{Finding, Set};

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
}

/// What stands behind `<x-` for a component's template.
fn tag_name(view: &str) -> Option<String> {
    if let Some(name) = view.strip_prefix("components.") {
        return Some(name.to_owned());
    }
    let (namespace, name) = view.strip_prefix("vendor.")?.split_once(".components.")?;
    Some(format!("{namespace}::{name}"))
}
