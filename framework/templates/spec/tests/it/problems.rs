//! Wrong templates have the problems that the cases say, and right ones have none.

use std::collections::BTreeSet;

use forge_codegen::{LineIndex, analyse, parse};
use forge_spec::{Case, Diagnostic, Expected, project};

use crate::verdicts::settle;

#[test]
fn problems_are_those_of_the_cases() {
    let mut ran = BTreeSet::new();
    let mut failures = Vec::new();
    for case in forge_spec::cases() {
        let found = problems(&case);
        let expected = match &case.expected {
            Expected::Diagnostics(expected) => expected.as_slice(),
            Expected::Html(_) | Expected::Error(_) => &[],
        };
        if found != expected {
            failures.push((case.name(), format!("  expected:\n{}  found:\n{}", shown(expected), shown(&found))));
        }
        ran.insert(case.name());
    }
    settle("problems", &ran, &failures);
}

fn problems(case: &Case) -> Vec<Diagnostic> {
    let options = project::options();
    let mut found = Vec::new();
    for template in &case.templates {
        let index = LineIndex::new(&template.text);
        let analysis = analyse(&template.name, &parse(&template.text, &options), &options);
        found.extend(analysis.problems.into_iter().map(|problem| {
            let place = index.position(problem.span.start);
            Diagnostic {
                code: problem.code.to_string(),
                name: template.name.clone(),
                line: place.line,
                column: place.char,
                message: problem.message,
            }
        }));
    }
    found
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| format!("{} {} {}:{} {}\n", d.code, d.name, d.line, d.column, d.message);
    diagnostics.iter().map(line).collect()
}
