//! Which files without files below them may be divided.

use crate::graph::Unit;
use crate::part::{Kind, Part};
use crate::plan::Limits;

impl Unit {
    /// Whether a patch may hold some of its items and import the others, although no file lies below it: each must be in plain
    /// sight.
    pub(crate) fn may_be_divided(&self, limits: &Limits) -> bool {
        let parts = &self.parsed.parts;
        let is_plain = |part: &Part| !matches!(part.kind, Kind::Call | Kind::Macro) && !part.words.everything;
        self.is_leaf()
            && self.text().len() >= limits.divided_bytes
            && parts.iter().all(is_plain)
            && self.embedded.values().all(|embedded| !embedded.has_source)
            && !self.uses_derived()
    }

    /// Whether it uses a type that only a macro can have defined from one of its items: `PostBuilder` beside
    /// `#[derive(Builder)] struct Post`.
    fn uses_derived(&self) -> bool {
        let parts = &self.parsed.parts;
        let is_written = |word: &str| parts.iter().any(|part| part.names.contains(word));
        let roots = parts.iter().filter(|part| part.generates).flat_map(|part| &part.own).map(|name| syllables(name));
        let roots: Vec<_> = roots.filter(|root| !root.is_empty()).collect();
        let is_derived = |word: &str| roots.iter().any(|root| may_derive_from(word, root));
        let mut words = parts.iter().flat_map(|part| &part.words.all);
        words.any(|word| word.starts_with(char::is_uppercase) && !is_written(word) && is_derived(word))
    }
}

/// Whether a macro may have made `word` of the name with these syllables.
pub(crate) fn may_derive_from(word: &str, name: &[String]) -> bool {
    syllables(word).windows(name.len()).any(|window| window == name)
}

/// `PostBuilder` and `post_builder` alike.
pub(crate) fn syllables(name: &str) -> Vec<String> {
    let mut syllables: Vec<String> = Vec::new();
    let mut starts = true;
    for c in name.chars() {
        if c == '_' {
            starts = true;
            continue;
        }
        if starts || c.is_uppercase() {
            syllables.push(String::new());
        }
        if let Some(last) = syllables.last_mut() {
            last.extend(c.to_lowercase());
        }
        starts = false;
    }
    syllables
}
