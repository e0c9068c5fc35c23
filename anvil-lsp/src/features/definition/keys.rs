//! Where translations stand: in the files of `lang/`, which are read when asked. Keys of the configuration are in the index.

use std::path::{Path, PathBuf};

use forge_codegen::Span;

use crate::{
    features::sites::Names,
    index::{scan, scope::Place},
};

/// Files of one folder that are read at most.
const FILES_MAX: usize = 64;

/// `mail.welcome` is `welcome` in `lang/<locale>/mail.toml`, or the whole key in `lang/<locale>.json`; in every locale.
pub(super) fn translations(names: Names<'_>, key: &str) -> Vec<Place> {
    let root = names.package.root.join("lang");
    let folders = std::fs::read_dir(&root).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).take(FILES_MAX).collect();
    let files = folders.iter().flat_map(|folder| files(folder)).chain(files(&root));
    files.filter_map(|path| in_file(path, key)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
    let is_read = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "toml" || extension == "json");
    let mut files: Vec<PathBuf> = entries.filter(is_read).take(FILES_MAX).collect();
    files.sort();
    files
}

fn in_file(path: PathBuf, key: &str) -> Option<Place> {
    let text = scan::read(&path)?;
    let stem = path.file_stem()?.to_str()?;
    let below = key.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.'));
    let find = if path.extension().is_some_and(|extension| extension == "json") { in_json } else { in_toml };
    let span = below.and_then(|below| find(&text, below)).or_else(|| find(&text, key))?;
    Some(Place { path, span })
}

/// The place of a dotted key, table by table.
fn in_toml(text: &str, key: &str) -> Option<Span> {
    let mut table = String::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if let Some(name) = content.strip_prefix('[').and_then(|name| name.split(']').next()) {
            table = plain(name.trim_matches('['));
            if table == key {
                return Some(place(start, line, name.trim_matches('[')));
            }
        } else if let Some((name, _)) = content.split_once('=').filter(|_| !content.starts_with('#')) {
            let (name, own) = (name.trim(), plain(name.trim()));
            let whole = if table.is_empty() { own } else { format!("{table}.{own}") };
            if whole == key {
                return Some(place(start, line, name));
            }
        }
        start += line.len();
    }
    None
}

/// `a."b".c` as `a.b.c`.
fn plain(name: &str) -> String {
    name.split('.').map(|part| part.trim().trim_matches(['"', '\''])).collect::<Vec<_>>().join(".")
}

fn place(start: usize, line: &str, name: &str) -> Span {
    let start = start + line.find(name).unwrap_or(0);
    Span::new(start as u32, (start + name.len()) as u32)
}

/// The place of a key in nested objects, each level by one part of the key or the whole rest.
fn in_json(text: &str, key: &str) -> Option<Span> {
    let mut path: Vec<String> = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at)?;
                last = Some((at + 1, end));
                at = end;
            }
            b':' => {
                let (start, end) = last.take()?;
                path.push(text[start..end].to_owned());
                if path.join(".") == key {
                    return Some(Span::new(start as u32, end as u32));
                }
                let value = text[at + 1..].trim_start();
                if value.starts_with('{') {
                    at += 1 + (text[at + 1..].len() - value.len());
                } else if value.starts_with('"') {
                    at = string_end(bytes, at + 1 + (text[at + 1..].len() - value.len()))?;
                    path.pop();
                } else {
                    path.pop();
                }
            }
            b'}' => drop(path.pop()),
            _ => {}
        }
        at += 1;
    }
    None
}

fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toml(text: &str, key: &str) -> Option<u32> {
        in_toml(text, key).map(|span| span.start)
    }

    fn json(text: &str, key: &str) -> Option<u32> {
        in_json(text, key).map(|span| span.start)
    }

    #[test]
    fn a_key_is_found_in_its_table() {
        let text = "name = 1\n# a.name = 2\n[a]\nname = 3\n[a.b]\n'c' = 4\nd.e = 5\n";
        assert_eq!(toml(text, "name"), Some(0));
        assert_eq!(toml(text, "a.name"), Some(26));
        assert_eq!(toml(text, "a.b.c"), Some(41));
        assert_eq!(toml(text, "a.b.d.e"), Some(49));
        assert_eq!(toml(text, "a.b"), Some(36));
        assert_eq!(toml(text, "b"), None);
    }

    #[test]
    fn a_key_is_found_in_its_object() {
        let text = r#"{ "a": "b: {", "ä": { "c": 1, "d": { "e": "f" } }, "g.h": 2 }"#;
        assert_eq!(json(text, "a"), Some(3));
        assert_eq!(json(text, "ä.c"), text.find("c\"").map(|at| at as u32));
        assert_eq!(json(text, "ä.d.e"), text.find("e\"").map(|at| at as u32));
        assert_eq!(json(text, "g.h"), text.find("g.h").map(|at| at as u32));
        assert_eq!(json(text, "c"), None);
        assert_eq!(json("{ \"a\": ", "b"), None);
    }
}
