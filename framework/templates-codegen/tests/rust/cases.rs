//! The files in `tests/rust/cases`: templates, and the Rust that the first of them becomes.
//!
//! After a deliberate change, `FORGE_BLESS=1` writes what they become now; read the difference.

use std::fmt::Write;
use std::{env, fs};

use forge_codegen::rust::{LowerOptions, Lowered, lower};
use forge_codegen::{LineIndex, Options, Set, Takes};

const CASE: &str = "=== ";
const TEMPLATE: &str = "--- ";
const OUTCOME: &str = "---\n";

/// What the project of the cases has registered.
fn options() -> Options {
    Options::default()
        .with_condition("disk")
        .with_directive("datetime", Takes::Required)
        .with_block("cache", Takes::Required)
}

/// Reads the templates of a case; the first is the view.
fn read(templates: &str) -> (Set, String) {
    let mut all = Set::new(options());
    let mut first = None;
    for template in templates.split(TEMPLATE).skip(1) {
        let (name, text) = template.split_once('\n').expect("a template has a name and a text");
        all.set(name, text.strip_suffix('\n').unwrap_or(text));
        first.get_or_insert_with(|| name.to_owned());
    }
    (all, first.expect("a case has a template"))
}

fn outcome(set: &Set, lowered: &Lowered) -> String {
    let mut out = String::new();
    for finding in set.problems().iter().chain(&lowered.problems) {
        let template = set.template(&finding.view).expect("it exists");
        let at = LineIndex::new(template.source()).position(finding.problem.span.start);
        let _ = writeln!(out, "{}:{}:{}: {}", finding.view, at.line, at.char, finding.problem.message);
    }
    out + &lowered.code
}

fn check(file: &str) {
    let path = format!("{}/tests/rust/cases/{file}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).expect("the cases can be read");
    let mut actual = String::new();
    for case in text.split(CASE).skip(1) {
        let (name, rest) = case.split_once('\n').expect("a case has a name");
        let (written, _) = rest.split_once(&format!("\n{OUTCOME}")).expect("a case has an outcome");
        let (templates, first) = read(&format!("{written}\n"));
        let lowered = lower(&templates, &first, &LowerOptions { forge: "::forge".into(), ..LowerOptions::default() })
            .expect("it exists");
        let outcome = outcome(&templates, &lowered);
        let _ = write!(actual, "{CASE}{name}\n{written}\n{OUTCOME}{}\n\n", outcome.trim_end());
    }
    if env::var_os("FORGE_BLESS").is_some() {
        fs::write(&path, &actual).expect("the cases can be written");
        return;
    }
    for (line, (expected, actual)) in text.lines().zip(actual.lines()).enumerate() {
        assert_eq!(actual, expected, "{path}:{}", line + 1);
    }
    assert_eq!(actual, text, "{path}");
}

macro_rules! files {
    ($($file:ident)*) => {
        $(#[test]
        fn $file() {
            check(stringify!($file));
        })*

        #[test]
        fn every_file_is_checked() {
            let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rust/cases")).expect("it exists");
            let mut found: Vec<String> =
                folder.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned()).collect();
            found.sort();
            assert_eq!(found, [$(concat!(stringify!($file), ".txt")),*]);
        }
    };
}

files! { components expressions layouts statements }
