//! Runs every case that has a Blade side through the real Blade and lists where it deviates. `cargo xtask blade` starts it.
//!
//! The environment variable `ILLUMINATE` names a checkout's `src/Illuminate` to compare with another version than the
//! installed one. Arguments are parts of case names; without any, all cases run. The last line is `N passed, N failed`.
#![forbid(unsafe_code)]

use std::env;
use std::process::ExitCode;

use anyhow::Result;
use forge_spec::blade::{Outcome, Verdict, ask, illuminate_of_environment, judge};
use forge_spec::{Case, Expected};

fn main() -> Result<ExitCode> {
    let wanted: Vec<String> = env::args().skip(1).collect();
    let cases = forge_spec::cases();
    let chosen: Vec<&Case> = cases
        .iter()
        .filter(|case| case.blade.is_some())
        .filter(|case| wanted.is_empty() || wanted.iter().any(|part| case.name().contains(part)))
        .collect();
    let answers = ask(&chosen, illuminate_of_environment().as_deref())?;
    let (mut passed, mut failed, mut differing, mut later) = (0, 0, 0, Vec::new());
    for (case, outcome) in chosen.iter().zip(&answers.outcomes) {
        let Some(side) = &case.blade else { continue };
        match judge(case, side, answers.version, outcome) {
            Verdict::Agrees => {
                passed += 1;
                differing += u32::from(side.difference.is_some());
                continue;
            }
            Verdict::NotYet => {
                later.push(format!("{} ({})", case.name(), side.since));
                continue;
            }
            Verdict::Deviates { expected } => {
                println!("{}\n  case:  {}\n  Blade: {}", place(case), said(&expected), shown(outcome))
            }
            Verdict::SameAfterAll => {
                println!("{}\n  a difference is declared, and Blade prints the same: {}", place(case), shown(outcome));
            }
        }
        failed += 1;
    }
    println!("Blade of Laravel {}; {differing} cases differ as they say", answers.version);
    if !later.is_empty() {
        println!("{} cases need a later version: {}", later.len(), later.join(", "));
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn place(case: &Case) -> String {
    format!("{}:{}: {}", case.file, case.line, case.title)
}

fn said(expected: &Expected) -> String {
    match expected {
        Expected::Html(html) => format!("{html:?}"),
        Expected::Error(message) => format!("an error with {message:?}"),
        Expected::Diagnostics(problems) => format!("{} problems", problems.len()),
    }
}

fn shown(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Html(html) => format!("{html:?}"),
        Outcome::Error(message) => format!("an error: {message:?}"),
    }
}
