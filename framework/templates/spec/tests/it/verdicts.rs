//! Failures are collected over all cases and shown together; those that are known are in `known-failures.txt`.

use std::collections::BTreeSet;
use std::fs;

/// `engine: file.md: title`, one a line: cases that an engine does not pass yet. A listed case that passes fails the run, so that the list
/// only shrinks.
fn known(engine: &str) -> BTreeSet<String> {
    let path = forge_spec::folder().join("known-failures.txt");
    let text = fs::read_to_string(&path).expect("known-failures.txt can be read");
    let prefix = format!("{engine}: ");
    text.lines().filter_map(|line| line.strip_prefix(&prefix)).map(str::to_owned).collect()
}

/// Panics unless exactly the known cases failed. Each failure is a case's name and what is wrong.
pub(crate) fn settle(engine: &str, ran: &BTreeSet<String>, failures: &[(String, String)]) {
    let known = known(engine);
    let failed: BTreeSet<&String> = failures.iter().map(|(name, _)| name).collect();
    let mut report = Vec::new();
    for (name, what) in failures.iter().filter(|(name, _)| !known.contains(name)) {
        report.push(format!("{engine}: {name}\n{what}"));
    }
    for name in known.iter().filter(|name| !failed.contains(name)) {
        let why = if ran.contains(name) { "it passes" } else { "there is no such case" };
        report.push(format!("{engine}: {name}\n  is listed as a known failure, and {why}: take it out"));
    }
    assert!(report.is_empty(), "{} of {} cases:\n{}", report.len(), ran.len(), report.join("\n"));
}
