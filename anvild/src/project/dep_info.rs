//! Reads the dependency file that rustc writes next to its output: the files a crate was made of, including those of
//! `include_str!` and of templates that a derive reads.

use std::path::{Path, PathBuf};

/// Absolute paths of all files named as prerequisites. `text` is Makefile syntax as rustc writes it: one rule a line, spaces
/// escaped by a backslash; lines that start with `#` carry environment variables.
pub(crate) fn read_dep_info(text: &str, directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, prerequisites)) = line.split_once(": ") else { continue };
        files.extend(words(prerequisites).map(|word| directory.join(word)));
    }
    files.sort();
    files.dedup();
    files
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        while characters.next_if(|character| *character == ' ').is_some() {}
        let mut word = String::new();
        while let Some(character) = characters.next() {
            match character {
                '\\' if characters.peek() == Some(&' ') => word.extend(characters.next()),
                ' ' => break,
                other => word.push(other),
            }
        }
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_give_absolute_files_once() {
        let text = "/t/libblog.so: src/lib.rs src/a\\ b.rs templates/x.html\n\n/t/blog.d: src/lib.rs\n\nsrc/lib.rs:\n# env-dep:A=b: c\n";
        let files = read_dep_info(text, Path::new("/p"));
        let expected = ["/p/src/a b.rs", "/p/src/lib.rs", "/p/templates/x.html"].map(PathBuf::from);
        assert_eq!(files, expected);
    }
}
