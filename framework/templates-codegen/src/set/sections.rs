//! Sections that no layout shows.

use std::collections::HashSet;

use crate::ir::ViewNames;
use crate::names;
use crate::problem::{Code, Problem};
use crate::set::{Elsewhere, Finding, Set};

impl Set {
    /// Says something only where all layouts are known, and none of what they are made of shows sections by names that
    /// are known later.
    pub(super) fn check_sections(&self, findings: &mut Vec<Finding>) {
        for (name, file) in &self.files {
            let Some(extends) = &file.analysis.program.extends else { continue };
            let ViewNames::Literal(layouts) = &extends.names else { continue };
            // Which of several is taken is known later.
            let [layout] = &layouts[..] else { continue };
            if file.facts.sections.is_empty() || self.resolve(&[&layout.text]).is_none() {
                continue;
            }
            let parts = self.parts(name);
            let is_open = parts.iter().any(|part| self.files[*part].facts.is_dynamic || self.has_unknown(part));
            if is_open {
                continue;
            }
            let shown: HashSet<&str> =
                parts.iter().flat_map(|part| &self.files[*part].facts.yields).map(String::as_str).collect();
            for section in file.facts.sections.iter().filter(|section| !shown.contains(section.text.as_str())) {
                let message = format!("no layout shows the section `{}`", section.text);
                let problem = Problem::new(Code::UnusedSection, section.span, message);
                let help = match names::nearest(&section.text, shown.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("add `@yield('{}')` to the layout", section.text),
                };
                let mut finding = Finding::new(name, problem.help(help));
                if let Some(view) = self.resolve(&[&layout.text]) {
                    let start = crate::span::Span::new(0, 0);
                    let what = "this is the layout".to_owned();
                    finding.elsewhere.push(Elsewhere { view: view.to_owned(), span: start, what });
                }
                findings.push(finding);
            }
        }
    }

    /// Whether the template names another that is not here.
    fn has_unknown(&self, name: &str) -> bool {
        self.files[name].analysis.program.needs.iter().any(|need| self.resolve(&need.names).is_none())
    }
}
