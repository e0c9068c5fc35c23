//! Keys of the configuration and of the environment, and files that are served as they are: each with its place, none with its value.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use forge_codegen::Span;
use toml::de::{DeTable, DeValue};

use super::{Index, scope::Place};

/// The file that names variables without saying them is worth reading as well.
const ENVIRONMENTS: &[&str] = &[".env", ".env.example"];

impl Index {
    /// Takes a file of keys, or a file that is served, as it is on the disk; without a text it is gone.
    pub(super) fn replace_keys(&mut self, path: &Path, text: Option<&str>) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if ENVIRONMENTS.contains(&name)
            && path.parent().is_some_and(|folder| self.roots.iter().any(|root| root == folder))
        {
            let read = text.map(environment_keys).unwrap_or_default();
            replace_of(Arc::make_mut(&mut self.environment), path, read);
        } else if name.ends_with(".toml") && is_config(path, &self.roots) {
            let read = text.map(config_keys).unwrap_or_default();
            replace_of(Arc::make_mut(&mut self.config), path, read);
        } else if let Some(asset) = asset_of(path, &self.roots) {
            let assets = Arc::make_mut(&mut self.assets);
            if path.is_file() {
                assets.insert(asset, path.to_owned());
            } else {
                assets.remove(&asset);
            }
        }
    }
}

fn replace_of(keys: &mut BTreeMap<String, Place>, path: &Path, read: Vec<(String, Span)>) {
    keys.retain(|_, place| place.path != path);
    for (key, span) in read {
        keys.entry(key).or_insert_with(|| Place { path: path.to_owned(), span });
    }
}

/// Reads what lies below the roots.
pub(super) fn read(index: &mut Index) {
    for root in Arc::clone(&index.roots).iter() {
        let config = std::fs::read_dir(root.join("config")).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> =
            config.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
        files.sort();
        files.extend(ENVIRONMENTS.iter().map(|name| root.join(name)));
        for file in files {
            if let Some(text) = super::scan::read(&file) {
                index.replace_keys(&file, Some(&text));
            }
        }
    }
    let public = index.roots.iter().flat_map(|root| super::scan::files_of(&root.join("public")).collect::<Vec<_>>());
    let assets = public.filter_map(|path| Some((asset_of(&path, &index.roots)?, path)));
    index.assets = Arc::new(assets.collect());
}

fn is_config(path: &Path, roots: &[PathBuf]) -> bool {
    let Some(folder) = path.parent() else { return false };
    folder.file_name().is_some_and(|name| name == "config") && roots.iter().any(|root| folder.parent() == Some(root))
}

fn asset_of(path: &Path, roots: &[PathBuf]) -> Option<String> {
    let below = roots.iter().find_map(|root| path.strip_prefix(root.join("public")).ok())?;
    let name = below.to_str()?.replace('\\', "/");
    (!name.is_empty()).then_some(name)
}

/// The keys of a TOML file that have values, dotted, each with its place.
fn config_keys(text: &str) -> Vec<(String, Span)> {
    let mut keys = Vec::new();
    let (table, _) = DeTable::parse_recoverable(text);
    tables("", table.get_ref(), &mut keys);
    keys
}

fn tables(before: &str, table: &DeTable<'_>, keys: &mut Vec<(String, Span)>) {
    for (name, value) in table {
        let key = format!("{before}{}", name.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => tables(&format!("{key}."), inner, keys),
            _ => {
                let span = name.span();
                keys.push((key, Span::new(span.start as u32, span.end as u32)));
            }
        }
    }
}

/// The names of `NAME=value` lines.
fn environment_keys(text: &str) -> Vec<(String, Span)> {
    let mut keys = Vec::new();
    let mut before = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let trimmed = trimmed.strip_prefix("export ").map_or(trimmed, str::trim_start);
        if let Some((name, _)) = trimmed.split_once('=') {
            let name = name.trim_end();
            let start = before + line.len() - trimmed.len();
            if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.') {
                keys.push((name.to_owned(), Span::new(start as u32, (start + name.len()) as u32)));
            }
        }
        before += line.len();
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[(String, Span)], text: &str, expected: &[(&str, &str)]) {
        let found: Vec<(&str, &str)> = keys.iter().map(|(key, span)| (key.as_str(), &text[span.range()])).collect();
        let mut expected = expected.to_vec();
        let mut sorted = found;
        sorted.sort_unstable();
        expected.sort_unstable();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn keys_of_a_configuration_are_dotted() {
        let text = "[app]\nname = \"Blog\"\n[values.mail]\nfrom = \"a\"\nreply.to = 'b'\n";
        check(
            &config_keys(text),
            text,
            &[("app.name", "name"), ("values.mail.from", "from"), ("values.mail.reply.to", "to")],
        );
    }

    #[test]
    fn a_half_typed_configuration_has_the_rest_of_its_keys() {
        let text = "[app]\nname = \nurl = \"x\"\n";
        assert!(config_keys(text).iter().any(|(key, _)| key == "app.url"));
    }

    #[test]
    fn names_of_the_environment_are_read_without_their_values() {
        let text = "# NOT=this\nAPP_KEY=secret=1\n export DATABASE_URL = x\nnot a line\nbad name=1\n";
        check(&environment_keys(text), text, &[("APP_KEY", "APP_KEY"), ("DATABASE_URL", "DATABASE_URL")]);
    }
}
