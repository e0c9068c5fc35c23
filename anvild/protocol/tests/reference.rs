//! `docs/protocol.md` names every method, topic and error code, and no other.

use std::collections::BTreeSet;

const DOCS: &str = include_str!("../../../docs/protocol.md");
const RPC: &str = include_str!("../src/rpc.rs");

/// First cells of the table below a heading, without their backticks.
fn table(heading: &str) -> BTreeSet<String> {
    let (_, rest) = DOCS.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let section = rest.split("\n## ").next().unwrap_or(rest);
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .skip(1)
        .map(|row| row.split(" | ").next().unwrap_or(row).trim_matches('`').to_owned())
        .collect()
}

/// Texts between the marks, in the source of the trait.
fn between(before: &str, after: char) -> BTreeSet<String> {
    RPC.split(before).skip(1).filter_map(|rest| rest.split(after).next()).map(str::to_owned).collect()
}

#[test]
fn every_method_is_documented() {
    let mut methods = between("(name = \"", '"');
    methods.extend(between("unsubscribe = \"", '"'));
    assert!(methods.len() > 10, "{methods:?}");
    assert_eq!(table("Methods"), methods);
}

#[test]
fn every_error_code_is_documented() {
    let codes: BTreeSet<String> = between(": i32 = ", ';');
    assert!(codes.len() > 3, "{codes:?}");
    assert_eq!(table("Errors"), codes);
}

#[test]
fn every_topic_is_documented() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut topics = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("event_")) {
            let event: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
            topics.insert(event["topic"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(table("Events"), topics);
}

#[test]
fn the_documented_numbers_are_the_real_ones() {
    let megabytes = anvild_protocol::MESSAGE_BYTES_MAX / 1024 / 1024;
    for text in [format!("rpc-{}.sock", anvild_protocol::PROTOCOL), format!("{megabytes} MiB")] {
        assert!(DOCS.contains(&text), "{text}");
    }
}
