//! How many tests passed, from what the test runners say.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::command;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Counts {
    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// `3 passed, 0 failed`, as the last line of what a program printed.
    pub(crate) fn of_last_line(text: &str) -> Option<Self> {
        let (passed, failed) = text.lines().last()?.split_once(", ")?;
        let passed = passed.strip_suffix(" passed")?.parse().ok()?;
        Some(Self { passed, failed: failed.strip_suffix(" failed")?.parse().ok()? })
    }
}

/// From nextest's JUnit report: the attributes of its outermost element.
pub(super) fn of_report(report: &str) -> Result<Counts> {
    let start = report.find("<testsuites ").context("no `testsuites` element")?;
    let element = report[start..].split('>').next().unwrap_or_default();
    let attribute = |name: &str| -> Result<u64> {
        let value = element.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.with_context(|| format!("no attribute `{name}`"))?.parse().context("not a number")
    };
    let failed = attribute("failures")? + attribute("errors")?;
    Ok(Counts { passed: attribute("tests")?.saturating_sub(failed), failed })
}

/// Runs `cargo test`, passes its standard output on, and adds up its closing lines.
pub(super) fn of_run(cargo: &mut Command) -> Result<Counts> {
    let mut child =
        cargo.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {}", command::shown(cargo)))?;
    let mut counts = Counts::default();
    for line in BufReader::new(child.stdout.take().context("the test has no standard output")?).lines() {
        let line = line.context("cannot read what the tests print")?;
        println!("{line}");
        counts.add(closing_line(&line).unwrap_or_default());
    }
    let status = child.wait()?;
    // Does not compile, or died before its closing line.
    if !status.success() && counts.failed == 0 {
        bail!("{} ended with {status}", command::shown(cargo));
    }
    Ok(counts)
}

/// `test result: ok. 3 passed; 0 failed; …`
fn closing_line(line: &str) -> Option<Counts> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut fields = rest.split("; ");
    let passed = fields.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = fields.next()?.strip_suffix(" failed")?.parse().ok()?;
    Some(Counts { passed, failed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_cargo_test() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(closing_line(line), Some(Counts { passed: 12, failed: 3 }));
        assert_eq!(closing_line("test posts::are_listed ... ok"), None);
    }

    #[test]
    fn last_line_of_a_comparison() {
        assert_eq!(Counts::of_last_line("a\n5 passed, 1 failed\n"), Some(Counts { passed: 5, failed: 1 }));
        assert_eq!(Counts::of_last_line("5 passed, 1 failed\nerror"), None);
    }

    #[test]
    fn report_of_nextest() {
        let report = r#"<?xml version="1.0"?>
            <testsuites name="nextest-run" tests="12" failures="1" errors="2" uuid="x" time="0.1">
            <testsuite name="a" tests="99" failures="0" errors="0"></testsuite></testsuites>"#;
        assert_eq!(of_report(report).expect("it reads"), Counts { passed: 9, failed: 3 });
        assert!(of_report("<html>").is_err());
    }
}
