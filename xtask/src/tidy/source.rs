//! Rules about Rust files.

use anyhow::{Context, Result};

use super::{Finding, Tree};

/// From here on a file is listed, so that someone looks for its seam.
const LINES_NOTED: usize = 400;
/// No file may be longer, tests and tables aside.
const LINES_MAX: usize = 700;
/// Files that are one long table, with the reason.
const TABLES: &[&str] = &[];

/// The crate with the loader, and the one whose container hands values out across builds: the only hand-written `unsafe` of
/// the repository, each below an `expect` with its reason.
const MAY_BE_UNSAFE: &[&str] = &["anvilforge-dev", "anvilforge-core"];

/// Spelt in two halves, so that this file does not find itself.
const UNFINISHED: &[(&str, &str)] = &[
    (concat!("#[", "ignore"), "a test that does not run is no test: mend it or remove it"),
    (concat!("todo", "!("), "unfinished"),
    (concat!("unimplemented", "!("), "unfinished"),
    (concat!("dbg", "!("), "left over from debugging"),
];

/// Words that say nothing about what is inside.
const EMPTY_WORDS: &[&str] = &["util", "utils", "helper", "helpers", "common", "manager", "misc"];

pub(super) fn heads(tree: &Tree) -> Result<Vec<Finding>> {
    let headless = tree.rust().filter(|(_, text)| !text.starts_with("//!"));
    Ok(headless.map(|(path, _)| Finding::new(path, 1, "begin with `//!`: what is this file for?")).collect())
}

pub(super) fn sizes(tree: &Tree) -> Result<Vec<Finding>> {
    let too_long = tree.rust().filter(|(path, text)| counts(path) && text.lines().count() > LINES_MAX);
    Ok(too_long
        .map(|(path, text)| {
            Finding::new(path, 0, format!("{} lines, at most {LINES_MAX}: split it", text.lines().count()))
        })
        .collect())
}

/// Files that are allowed but should be looked at, with their length.
pub(super) fn large(tree: &Tree) -> Vec<(String, usize)> {
    tree.rust()
        .filter(|(path, _)| counts(path))
        .map(|(path, text)| (path.to_owned(), text.lines().count()))
        .filter(|(_, lines)| (LINES_NOTED + 1..=LINES_MAX).contains(lines))
        .collect()
}

fn counts(path: &str) -> bool {
    !path.split('/').any(|part| part == "tests" || part == "tests.rs") && !TABLES.contains(&path)
}

pub(super) fn unsafe_forbidden(tree: &Tree) -> Result<Vec<Finding>> {
    let root = &tree.workspace.workspace_root;
    let mut findings = Vec::new();
    for package in tree.workspace.workspace_packages() {
        // Apps export their entry function under a fixed name, which Rust counts as unsafe.
        let exempt =
            MAY_BE_UNSAFE.contains(&package.name.as_str()) || package.manifest_path.starts_with(root.join("examples"));
        if exempt {
            continue;
        }
        for target in
            package.targets.iter().filter(|target| target.is_lib() || target.is_proc_macro() || target.is_bin())
        {
            let path = target.src_path.strip_prefix(root).context("a crate root lies outside of the workspace")?;
            let forbids = tree.text(path.as_str()).is_some_and(|text| text.contains("#![forbid(unsafe_code)]"));
            if !forbids {
                findings.push(Finding::new(path.as_str(), 1, "add `#![forbid(unsafe_code)]`"));
            }
        }
    }
    Ok(findings)
}

pub(super) fn unfinished(tree: &Tree) -> Result<Vec<Finding>> {
    Ok(tree.rust().flat_map(|(path, text)| unfinished_in(path, text)).collect())
}

fn unfinished_in(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for (pattern, why) in UNFINISHED {
            if code.contains(pattern) {
                findings.push(Finding::new(path, number + 1, format!("`{}`: {why}", pattern.trim_end_matches('('))));
            }
        }
    }
    findings
}

pub(super) fn names(tree: &Tree) -> Result<Vec<Finding>> {
    let rust = tree.files.iter().filter(|file| file.path.ends_with(".rs"));
    Ok(rust
        .filter_map(|file| Some((file, empty_word(&file.path)?)))
        .map(|(file, word)| Finding::new(&file.path, 0, format!("`{word}` says nothing: name it after what is inside")))
        .collect())
}

fn empty_word(path: &str) -> Option<&'static str> {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    EMPTY_WORDS.iter().copied().find(|word| stem.split(['/', '_', '-']).any(|part| part == *word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unfinished_code_is_found_and_talk_about_it_is_not() {
        let text = concat!("fn later() { todo", "!() }\n// a todo", "!() in a comment\n#[", "ignore = \"slow\"]\n");
        let lines: Vec<usize> = unfinished_in("a.rs", text).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn empty_words_are_found_as_words() {
        assert_eq!(empty_word("anvild/src/path_util.rs"), Some("util"));
        assert_eq!(empty_word("anvild/tests/common/mod.rs"), Some("common"));
        assert_eq!(empty_word("anvild/src/utility_bill.rs"), None);
    }

    #[test]
    fn tests_have_no_size_budget() {
        assert!(!counts("anvild/tests/real_swap.rs"));
        assert!(!counts("anvild/engine/src/tests.rs"));
        assert!(counts("anvild/src/main.rs"));
    }
}
