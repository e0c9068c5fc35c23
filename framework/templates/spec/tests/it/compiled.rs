//! The compiled engine does what the cases say. The build script has printed all of them into one file.

use std::collections::{BTreeMap, BTreeSet};

use forge::View;
use forge_spec::Expected;

use crate::app::App;
use crate::outcome::compare;
use crate::verdicts::settle;

#[allow(
    clippy::all,
    clippy::pedantic,
    unused,
    while_true,
    missing_debug_implementations,
    rust_2018_idioms,
    unreachable_pub,
    reason = "it is generated"
)]
mod cases {
    include!(concat!(env!("OUT_DIR"), "/cases.rs"));
}

#[test]
fn the_compiled_engine_does_what_the_cases_say() {
    let views: BTreeMap<&str, _> = cases::ALL.iter().copied().collect();
    let mut ran = BTreeSet::new();
    let mut failures = Vec::new();
    for case in forge_spec::cases() {
        if matches!(case.expected, Expected::Diagnostics(_)) {
            continue;
        }
        let name = case.name();
        let failure = match views.get(name.as_str()) {
            Some(render) => compare(&case, View::new("index", *render), &App::of(&case)),
            None => Some("  it does not compile, or a template is wrong".to_owned()),
        };
        failures.extend(failure.map(|what| (name.clone(), what)));
        ran.insert(name);
    }
    settle("compiled", &ran, &failures);
}
