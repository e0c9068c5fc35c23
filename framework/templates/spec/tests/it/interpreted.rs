//! The interpreter does what the cases say, and fails where a template is wrong or only Rust.

use std::collections::BTreeSet;

use forge::{Map, View};
use forge_spec::json::Json;
use forge_spec::{Case, Expected};

use crate::app::{App, variables};
use crate::outcome::compare;
use crate::verdicts::settle;

#[test]
fn the_interpreter_does_what_the_cases_say() {
    let mut ran = BTreeSet::new();
    let mut failures = Vec::new();
    for case in forge_spec::cases() {
        let data = case.data.as_deref().map_or(Json::Null, |text| Json::parse(text).expect("data are JSON"));
        let failure = run(&case, variables(&data));
        failures.extend(failure.map(|what| (case.name(), what)));
        ran.insert(case.name());
    }
    settle("interpreted", &ran, &failures);
}

fn run(case: &Case, variables: Map) -> Option<String> {
    let app = App::of(case);
    let view = View::named("index", variables);
    let must_fail = matches!(case.expected, Expected::Diagnostics(_)) || case.compiled_only.is_some();
    if !must_fail {
        return compare(case, view, &app);
    }
    match view.render_with(app.services.clone()) {
        Err(_) => None,
        Ok(html) => Some(format!("  is beyond the interpreter, which renders {html:?}")),
    }
}
