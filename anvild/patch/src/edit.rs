//! Changes of a text that keep its lines, and its columns where that is possible.

use std::ops::Range;

use crate::part::Parsed;

#[derive(Debug, Default)]
pub(crate) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub(crate) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.0.push((at..at, text.into()));
    }

    pub(crate) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A range that begins within an earlier one is left as the earlier one made it.
    pub(crate) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut result = String::with_capacity(text.len() + 1024);
        let mut done = 0;
        for (range, replacement) in self.0 {
            if range.start < done {
                continue;
            }
            result.push_str(text.get(done..range.start).unwrap_or_default());
            result.push_str(&replacement);
            done = range.end;
        }
        result.push_str(text.get(done..).unwrap_or_default());
        result
    }
}

/// As many lines and columns of nothing.
pub(crate) fn blank(text: &str) -> String {
    text.chars().map(|c| if c == '\n' || c == '\r' { c } else { ' ' }).collect()
}

/// `replacement`, on the first line of as many lines as `original` has, and ending in the same column where it fits.
pub(crate) fn fitted(original: &str, replacement: &str) -> String {
    let (first, rest) = original.split_at(original.find(['\r', '\n']).unwrap_or(original.len()));
    let missing = first.chars().count().saturating_sub(replacement.chars().count());
    let padding = if rest.is_empty() { " ".repeat(missing) } else { String::new() };
    format!("{replacement}{padding}{}", blank(rest))
}

/// Inserts items before all others of a file: on an empty line if there is one, else before the first item.
pub(crate) fn open_with(parsed: &Parsed, items: &str, edits: &mut Edits) {
    let Some(first) = parsed.first_item else {
        edits.insert(parsed.text.len(), if parsed.inner_end > 0 { format!("\n{items}") } else { items.to_owned() });
        return;
    };
    let gap = parsed.slice(&(parsed.inner_end..first));
    let mut at = parsed.inner_end;
    for (number, line) in gap.split_inclusive('\n').enumerate() {
        let is_whole_line = (number > 0 || parsed.inner_end == 0) && line.ends_with('\n');
        if is_whole_line && line.trim().is_empty() && !gap.contains("/*") {
            edits.insert(at, items);
            return;
        }
        at += line.len();
    }
    edits.insert(first, format!("{items} "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_stay() {
        let text = "struct A {\n    é: u8,\n} struct B;\n";
        let mut edits = Edits::default();
        edits.replace(0..text.find(" struct B").unwrap_or(0), fitted("struct A {\n    é: u8,\n}", "use x::A;"));
        assert_eq!(edits.apply(text), "use x::A;\n          \n  struct B;\n");
        assert_eq!(fitted("struct Long;", "use A;"), "use A;      ");
    }

    #[test]
    fn items_open_a_file_after_its_inner_attributes() {
        for (text, opened) in [
            ("//! Doc.\n\nmod a;\n", "//! Doc.\nX;\nmod a;\n"),
            ("#![allow(x)]\nmod a;\n", "#![allow(x)]\nX; mod a;\n"),
            ("// Why.\n\n\nfn a() {}\n", "// Why.\nX;\n\nfn a() {}\n"),
            ("/* Why.\n\n */ fn a() {}\n", "/* Why.\n\n */ X; fn a() {}\n"),
            ("", "X;"),
        ] {
            let mut edits = Edits::default();
            open_with(&Parsed::read(text).expect("it parses"), "X;", &mut edits);
            assert_eq!(edits.apply(text), opened);
        }
    }
}
