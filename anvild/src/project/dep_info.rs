//! Reads the dependency file that rustc writes next to its output: the files a crate was made of, including those of
//! `include_str!` and of templates that a derive reads.

use std::path::{Component, Path, PathBuf};

/// Absolute paths of all files named as prerequisites. `text` is Makefile syntax as rustc writes it: one rule a line, spaces
/// escaped by a backslash; lines that start with `#` carry environment variables.
pub(crate) fn read_dep_info(text: &str, directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((_, prerequisites)) = line.split_once(": ") else { continue };
        files.extend(words(prerequisites).map(|word| without_parents(directory.join(word))));
    }
    files.sort();
    files.dedup();
    files
}

/// `src/../notes.txt` is how rustc writes what `include_str!("../notes.txt")` names; changes are told of `notes.txt`. The file
/// itself may be a link, which is watched as such.
fn without_parents(path: PathBuf) -> PathBuf {
    if !path.components().any(|part| part == Component::ParentDir) {
        return path;
    }
    let resolved = path.parent().and_then(|folder| folder.canonicalize().ok());
    if let (Some(folder), Some(name)) = (resolved, path.file_name()) {
        return folder.join(name);
    }
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
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

    #[test]
    fn a_way_over_a_parent_names_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        std::fs::create_dir(folder.join("src")).unwrap();
        let files = read_dep_info("/t/a.d: src/../text.txt gone/../b.txt\n", &folder);
        assert_eq!(files, [folder.join("b.txt"), folder.join("text.txt")]);
    }
}
