//! Rules about Markdown: links, the changelog, the list of diagnostics.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use super::{Finding, Tree};

const DIAGNOSTICS: &str = "docs/diagnostics.md";

pub(super) fn changelog(tree: &Tree) -> Result<Vec<Finding>> {
    let package = tree.workspace.workspace_packages().first().copied().context("the workspace is empty")?;
    let heading = format!("## [{}]", package.version);
    let known = tree.text("CHANGELOG.md").is_some_and(|text| text.lines().any(|line| line.starts_with(&heading)));
    Ok(if known { Vec::new() } else { vec![Finding::new("CHANGELOG.md", 0, format!("has no heading `{heading}`"))] })
}

pub(super) fn links(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        for (line, target) in links_in(text) {
            let Some(target) = resolve(path, &target) else { continue };
            if !tree.has(&target) {
                findings.push(Finding::new(path, line, format!("links to `{target}`, which does not exist")));
            }
        }
    }
    Ok(findings)
}

/// Line and target of each inline link outside of code.
fn links_in(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fenced = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Every other piece between backticks is code.
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for rest in prose.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            links.push((number + 1, target.to_owned()));
        }
    }
    links
}

/// Path of a relative link from the root; `None` for addresses and for places in the same file.
fn resolve(from: &str, target: &str) -> Option<String> {
    let target = target.split('#').next().unwrap_or_default();
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            // A link that leaves the repository keeps its dots and is reported as missing.
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

pub(super) fn protocol(tree: &Tree) -> Result<Vec<Finding>> {
    let is_stale = |(path, text): &(String, String)| tree.text(path) != Some(text.as_str());
    let stale = crate::protocol::pages()?.into_iter().filter(is_stale);
    Ok(stale.map(|(path, _)| Finding::new(path, 0, "is not what the types say; run `cargo xtask protocol`")).collect())
}

pub(super) fn diagnostics(tree: &Tree) -> Result<Vec<Finding>> {
    let Some(list) = tree.text(DIAGNOSTICS) else {
        return Ok(vec![Finding::new(DIAGNOSTICS, 0, "is missing")]);
    };
    let documented: BTreeSet<&str> = list.lines().filter(|line| line.starts_with('#')).flat_map(codes_in).collect();
    let mut findings = Vec::new();
    for (path, text) in tree.rust() {
        for (number, line) in text.lines().enumerate() {
            // Codes that exist begin with 0; tests of the machinery use others.
            let real = codes_in(line).into_iter().filter(|code| code[3..].starts_with('0'));
            for code in real.filter(|code| !documented.contains(code)) {
                findings.push(Finding::new(path, number + 1, format!("`{code}` has no heading in {DIAGNOSTICS}")));
            }
        }
    }
    Ok(findings)
}

/// Codes: ANV, or FRG of a template, followed by exactly four digits.
fn codes_in(line: &str) -> Vec<&str> {
    let code = |start: usize| {
        let digits = line.get(start + 3..start + 7)?;
        let ends = !line[start + 7..].starts_with(|c: char| c.is_ascii_alphanumeric());
        (digits.bytes().all(|byte| byte.is_ascii_digit()) && ends).then(|| &line[start..start + 7])
    };
    let found = ["ANV", "FRG"].into_iter().flat_map(|prefix| line.match_indices(prefix));
    found.filter_map(|(start, _)| code(start)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_outside_of_code_are_found() {
        let text = "see [a](a.md) and [b](../b.md#part \"title\")\n```\n[c](c.md)\n```\n`[d](d.md)` ![e](e.png)\n";
        let links: Vec<_> = links_in(text).into_iter().map(|(line, target)| format!("{line} {target}")).collect();
        assert_eq!(links, ["1 a.md", "1 ../b.md#part", "5 e.png"]);
    }

    #[test]
    fn links_resolve_from_their_file() {
        assert_eq!(resolve("docs/src/a.md", "../cli.md#wait"), Some("docs/cli.md".into()));
        assert_eq!(resolve("README.md", "docs/"), Some("docs".into()));
        assert_eq!(resolve("README.md", "../other"), Some("../other".into()));
        assert_eq!(resolve("README.md", "https://example.org/x"), None);
        assert_eq!(resolve("README.md", "#below"), None);
    }

    #[test]
    fn codes_are_told_from_other_words() {
        assert_eq!(codes_in("ANV12, ANV12345, ANVIL"), Vec::<&str>::new());
        assert_eq!(codes_in(&format!("x ANV{} y", "9999")), [format!("ANV{}", "9999")]);
    }
}
