//! Nothing in the repository may depend on one machine or on one registry.

use std::{env, path::Path};

use anyhow::Result;

use super::{Finding, Tree};
use crate::command;

/// The only sources a lock file may name.
const REGISTRIES: &[&str] = &[
    "registry+https://github.com/rust-lang/crates.io-index",
    "sparse+https://index.crates.io/",
    "https://registry.npmjs.org/",
];

/// Users that documents and tests may speak of: nobody's home.
const NOBODY: &[&str] = &["me", "you", "user", "ada", "alice", "bob"];

pub(super) fn registries(tree: &Tree) -> Result<Vec<Finding>> {
    Ok(tree.texts().flat_map(|(path, text)| registries_in(path, text)).collect())
}

fn registries_in(path: &str, text: &str) -> Vec<Finding> {
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let lock_key = match name {
        "Cargo.lock" => "source = \"",
        "package-lock.json" => "\"resolved\": \"",
        _ => "",
    };
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(source) = line.strip_prefix(lock_key).filter(|_| !lock_key.is_empty())
            && !REGISTRIES.iter().any(|registry| source.starts_with(registry))
        {
            findings.push(Finding::new(path, number + 1, "not from the public registry"));
        }
        let replaced =
            line.starts_with("[source.") || line.starts_with("replace-with") || line.starts_with("[registries");
        if path.ends_with(".toml") && replaced {
            findings.push(Finding::new(path, number + 1, "registries are configured outside of the repository"));
        }
    }
    findings
}

pub(super) fn machines(tree: &Tree) -> Result<Vec<Finding>> {
    let mut own = vec![format!("{}/", command::root().display())];
    own.extend(env::home_dir().filter(|home| home.components().count() > 1).map(|home| format!("{}/", home.display())));
    Ok(tree.texts().flat_map(|(path, text)| machines_in(path, text, &own)).collect())
}

/// `own`: folders of the machine that runs this check, each with a final `/`.
fn machines_in(path: &str, text: &str, own: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let of_this_machine = own.iter().any(|folder| line.contains(folder.as_str()));
        let of_somebody = ["/home/", "/Users/"].iter().any(|homes| line.split(homes).skip(1).any(is_somebody));
        if of_this_machine || of_somebody {
            findings.push(Finding::new(path, number + 1, "names a folder of one machine"));
        }
    }
    findings
}

/// `rest`: what follows `/home/`.
fn is_somebody(rest: &str) -> bool {
    let user: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).collect();
    !user.is_empty() && !NOBODY.contains(&user.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_of_somebody_are_found() {
        let somebody = format!("see {}/kim/notes", "/home");
        assert_eq!(machines_in("a.md", &somebody, &[]).len(), 1);
        assert!(machines_in("a.md", "see /home/me/blog", &[]).is_empty());
        assert_eq!(machines_in("a.md", "in /checkout/src", &["/checkout/".into()]).len(), 1);
    }

    #[test]
    fn lock_files_name_the_public_registry_only() {
        let lock = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
                    source = \"sparse+https://mirror.example/\"\n";
        assert_eq!(registries_in("Cargo.lock", lock), [Finding::new("Cargo.lock", 2, "not from the public registry")]);
        assert_eq!(registries_in(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"m\"").len(), 2);
    }
}
