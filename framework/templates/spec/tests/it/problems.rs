//! Wrong templates have the problems that the cases say, and right ones have none.

use std::collections::BTreeSet;

use forge_codegen::{Finding, LineIndex, Set};
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

/// In the order of the case's templates.
fn problems(case: &Case) -> Vec<Diagnostic> {
    let mut set = Set::new(project::options());
    set.set_all(case.templates.iter().map(|template| (template.name.as_str(), template.text.as_str())));
    let mut found: Vec<Diagnostic> = set.problems().into_iter().map(|finding| diagnostic(&set, finding)).collect();
    found.sort_by_key(|found| case.templates.iter().position(|template| template.name == found.name));
    found
}

fn diagnostic(set: &Set, Finding { view: name, problem, .. }: Finding) -> Diagnostic {
    let text = set.template(&name).map_or("", |template| template.source());
    let place = LineIndex::new(text).position(problem.span.start);
    let (line, column) = (place.line, place.char);
    Diagnostic { code: problem.code.to_string(), name, line, column, message: problem.message }
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| format!("{} {} {}:{} {}\n", d.code, d.name, d.line, d.column, d.message);
    diagnostics.iter().map(line).collect()
}
