//! What an Askama template names: its expressions are compiled in the module of the type that derives it.

use crate::tokens::identifiers;
use crate::words::Words;

/// Adds the identifiers of expressions and tags. Returns the strings in tags: some are paths of other templates.
pub(crate) fn read(text: &str, words: &mut Words) -> Vec<String> {
    let mut others = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let (close, is_tag) = if rest[open..].starts_with("{%") { ("%}", true) } else { ("}}", false) };
        let inside = &rest[open + 2..];
        let end = inside.find(close).unwrap_or(inside.len());
        for (at, piece) in inside[..end].split('"').enumerate() {
            if at % 2 == 0 {
                add_code(piece, words);
            } else if is_tag {
                others.push(piece.to_owned());
            }
        }
        rest = inside.get(end + 2..).unwrap_or_default();
    }
    others
}

/// A variable is no path, as in Rust.
fn add_code(code: &str, words: &mut Words) {
    for name in identifiers(code) {
        let at = name.as_ptr().addr() - code.as_ptr().addr();
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let calls = after.starts_with('!') && !after.starts_with("!=");
        if calls || before.trim_end().ends_with("::") || after.trim_start().starts_with("::") {
            words.add_path(name);
        } else {
            words.all.insert(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_counts() {
        let mut words = Words::default();
        let others = read("<p>posts {{ crate::dates::iso(at) }}{% include \"row.html\" %}{{ open", &mut words);
        assert_eq!(others, ["row.html"]);
        assert!(words.paths.contains("dates") && words.all.contains("open") && !words.all.contains("posts"));
        assert!(!words.paths.contains("at"));
    }
}
