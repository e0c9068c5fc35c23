//! A release build of an app carries nothing of the loop.

use anyhow::Result;

use super::{Finding, Tree};
use crate::command;

/// The library that opens libraries: whoever loads code at run time depends on it.
const LOADER: &str = "libloading";

/// Apps that are looked at: manifest and packages.
const APPS: &[(&str, &[&str])] =
    &[("examples/blog/Cargo.toml", &["blog"]), ("examples/hot-demo/Cargo.toml", &["hot-demo", "hot-demo-handlers"])];

pub(super) fn without_loader(tree: &Tree) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (manifest, packages) in APPS.iter().filter(|(manifest, _)| tree.has(manifest)) {
        for package in *packages {
            let mut cargo = command::cargo(["tree", "--edges", "normal", "--prefix", "none", "--format", "{p}"]);
            cargo.args(["--manifest-path", manifest, "--package", package]);
            if has_loader(&command::output(&mut cargo)?) {
                let message = format!("a release build of `{package}` contains `{LOADER}`");
                findings.push(Finding::new(*manifest, 0, message));
            }
        }
    }
    Ok(findings)
}

/// `listed`: one `name vVERSION` a line.
fn has_loader(listed: &str) -> bool {
    listed.lines().any(|line| line.split_whitespace().next() == Some(LOADER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loader_is_recognised() {
        assert!(has_loader("blog v0.1.0 (examples/blog)\nlibloading v0.9.0\n"));
        assert!(!has_loader("blog v0.1.0 (examples/libloading)\naxum v0.8.9\n"));
    }
}
