//! Who may depend on whom: the code map of `ARCHITECTURE.md` as a table.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use cargo_metadata::{DependencyKind, Metadata};

use super::{Finding, Tree};

/// Every package with the packages of this workspace that it depends on. Exact: an edge that nobody uses any more is
/// reported too, else the table would grow into a wish list.
const EDGES: &[(&str, &[&str])] = &[
    ("anvilforge-control", &[]),
    ("anvilforge-core", &["anvilforge-control", "anvilforge-templates"]),
    ("anvilforge-derive", &[]),
    ("anvilforge-templates-codegen", &[]),
    ("anvilforge-templates", &["anvilforge-templates-codegen"]),
    ("forge-bench", &["anvilforge-derive", "anvilforge-templates", "anvilforge-templates-codegen"]),
    ("forge-spec", &["anvilforge-templates-codegen"]),
    ("forge-compiled-tests", &["anvilforge-derive", "anvilforge-templates", "anvilforge-templates-codegen"]),
    ("anvilforge-dev", &["anvilforge-control", "anvilforge-core"]),
    ("anvilforge", &["anvilforge-core", "anvilforge-derive", "anvilforge-dev", "anvilforge-templates"]),
    ("anvild-protocol", &[]),
    ("anvild-engine", &["anvild-protocol", "anvilforge-control"]),
    ("anvild-patch", &[]),
    ("anvild-client", &["anvild-protocol"]),
    (
        "anvild",
        &[
            "anvild-client",
            "anvild-engine",
            "anvild-patch",
            "anvild-protocol",
            "anvilforge-control",
            "anvilforge-templates-codegen",
        ],
    ),
    ("anvil-cli", &["anvild-client", "anvild-protocol"]),
    ("anvil-lsp", &["anvild-client", "anvild-protocol", "anvilforge-templates-codegen"]),
    ("xtask", &[]),
];

/// Packages whose third-party dependencies are part of their promise: the protocols are data, the engine does no I/O.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("anvilforge-control", &["serde"]),
    ("anvild-protocol", &["jsonrpsee", "serde", "serde_json"]),
    ("anvild-engine", &[]),
    ("anvild-patch", &["proc-macro2", "quote", "syn"]),
    ("anvilforge-derive", &["proc-macro2", "quote", "syn"]),
    ("anvilforge-templates-codegen", &["proc-macro2", "serde", "serde_json", "syn"]),
];

type Edges = BTreeMap<String, BTreeSet<String>>;

pub(super) fn between_packages(tree: &Tree) -> Result<Vec<Finding>> {
    let members = members(&tree.workspace);
    let mut findings = compare(&table(EDGES), &edges(&tree.workspace, &members, Side::Workspace));
    findings.extend(framework_on_tools(&tree.workspace));
    Ok(findings)
}

pub(super) fn to_libraries(tree: &Tree) -> Result<Vec<Finding>> {
    let members = members(&tree.workspace);
    let allowed = table(LIBRARIES);
    let mut actual = edges(&tree.workspace, &members, Side::Libraries);
    actual.retain(|package, _| allowed.contains_key(package));
    let mut findings = Vec::new();
    for (package, libraries) in &actual {
        for library in libraries.difference(&allowed[package]) {
            findings.push(found(format!("`{package}` must not depend on `{library}`: see LIBRARIES in this file")));
        }
    }
    Ok(findings)
}

#[derive(Clone, Copy)]
enum Side {
    Workspace,
    Libraries,
}

fn members(workspace: &Metadata) -> BTreeSet<String> {
    workspace.workspace_packages().iter().map(|package| package.name.to_string()).collect()
}

fn edges(workspace: &Metadata, members: &BTreeSet<String>, side: Side) -> Edges {
    let packages = workspace.workspace_packages();
    let of = |package: &cargo_metadata::Package| {
        package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .filter(|dependency| members.contains(&dependency.name) == matches!(side, Side::Workspace))
            .map(|dependency| dependency.name.clone())
            .collect()
    };
    packages
        .into_iter()
        .filter(|package| !package.manifest_path.as_str().contains("/examples/"))
        .map(|package| (package.name.to_string(), of(package)))
        .collect()
}

fn table(rows: &[(&str, &[&str])]) -> Edges {
    rows.iter()
        .map(|(package, on)| ((*package).to_owned(), on.iter().map(|name| (*name).to_owned()).collect()))
        .collect()
}

fn compare(allowed: &Edges, actual: &Edges) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (package, on) in actual {
        let Some(allowed) = allowed.get(package) else {
            findings.push(found(format!("`{package}` is not in the table EDGES: decide what it may depend on")));
            continue;
        };
        for other in on.difference(allowed) {
            findings.push(found(format!("`{package}` must not depend on `{other}`")));
        }
        for other in allowed.difference(on) {
            findings.push(found(format!("`{package}` does not depend on `{other}` any more: remove it from EDGES")));
        }
    }
    for package in allowed.keys().filter(|package| !actual.contains_key(*package)) {
        findings.push(found(format!("`{package}` is in EDGES and not in the workspace")));
    }
    findings
}

/// Published crates are tested without the tools as well: a development dependency would make them unbuildable alone.
fn framework_on_tools(workspace: &Metadata) -> Vec<Finding> {
    let packages = workspace.workspace_packages();
    let framework = |name: &str| {
        packages.iter().any(|package| {
            package.name.as_str() == name
                && package.manifest_path.starts_with(workspace.workspace_root.join("framework"))
        })
    };
    let member = |name: &str| packages.iter().any(|package| package.name.as_str() == name);
    let mut findings = Vec::new();
    for package in packages.iter().filter(|package| framework(&package.name)) {
        for dependency in package.dependencies.iter().filter(|on| member(&on.name) && !framework(&on.name)) {
            findings
                .push(found(format!("`{}` of the framework depends on the tool `{}`", package.name, dependency.name)));
        }
    }
    findings
}

fn found(message: String) -> Finding {
    Finding::new("xtask/src/tidy/edges.rs", 0, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: &[(&str, &[&str])], actual: &[(&str, &[&str])]) -> Vec<String> {
        compare(&table(allowed), &table(actual)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn the_table_holds_exactly() {
        let allowed: &[(&str, &[&str])] = &[("engine", &["protocol"]), ("protocol", &[])];
        assert!(check(allowed, allowed).is_empty());
        assert_eq!(
            check(allowed, &[("engine", &["protocol", "shell"]), ("protocol", &[])]),
            ["`engine` must not depend on `shell`"]
        );
        assert_eq!(
            check(allowed, &[("engine", &[]), ("protocol", &[])]),
            ["`engine` does not depend on `protocol` any more: remove it from EDGES"]
        );
    }

    #[test]
    fn new_and_gone_packages_are_noticed() {
        assert_eq!(check(&[], &[("new", &[])]), ["`new` is not in the table EDGES: decide what it may depend on"]);
        assert_eq!(check(&[("gone", &[])], &[]), ["`gone` is in EDGES and not in the workspace"]);
    }
}
