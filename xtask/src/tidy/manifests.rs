//! Members name their dependencies; versions and features are decided once, in the root manifest.

use anyhow::{Context, Result};
use toml::{Table, Value};

use super::{Finding, Tree};

pub(super) fn versions(tree: &Tree) -> Result<Vec<Finding>> {
    let root = &tree.workspace.workspace_root;
    let mut findings = Vec::new();
    for package in tree.workspace.workspace_packages() {
        let path = package.manifest_path.strip_prefix(root).context("a member lies outside of the workspace")?.as_str();
        let Some(text) = tree.text(path) else {
            findings.push(Finding::new(path, 0, "a member that is not in the repository"));
            continue;
        };
        for name in own_versions(text).with_context(|| format!("cannot read {path}"))? {
            findings.push(Finding::new(path, 0, format!("write `{name}.workspace = true` and declare it in the root")));
        }
    }
    Ok(findings)
}

/// Dependencies of a manifest that do not come from the root.
fn own_versions(manifest: &str) -> Result<Vec<String>> {
    let manifest: Table = manifest.parse()?;
    let mut tables = vec![&manifest];
    if let Some(Value::Table(targets)) = manifest.get("target") {
        tables.extend(targets.values().filter_map(Value::as_table));
    }
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let dependencies =
        tables.iter().flat_map(|table| kinds.iter().filter_map(|kind| table.get(*kind)?.as_table())).flatten();
    Ok(dependencies
        .filter(|(_, value)| value.get("workspace").and_then(Value::as_bool) != Some(true))
        // A neighbour by its path alone (the two halves of an example, or a package that switches on a feature of its own for
        // its tests) has no version that could differ.
        .filter(|(_, value)| value.get("path").is_none() || value.get("version").is_some())
        .map(|(name, _)| name.clone())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_root_declares_versions() {
        let manifest = r#"
            [dependencies]
            serde.workspace = true
            axum = { workspace = true, optional = true }
            toml = "1"
            [target.'cfg(unix)'.dev-dependencies]
            rustix = { version = "1" }
            sibling = { path = "../sibling", version = "0.1" }
            half = { path = "handlers" }
            itself = { path = ".", features = ["host"] }
        "#;
        assert_eq!(own_versions(manifest).expect("it parses"), ["toml", "rustix", "sibling"]);
    }
}
