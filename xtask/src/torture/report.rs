//! What came of all edits: differences, and the share of patches by kind of edit.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use super::subject::Seen;

/// The kind of edit that people make most.
const BODY: &str = "body";
/// Reasons shown, the most frequent first.
const REASONS_SHOWN: usize = 12;

#[derive(Default)]
pub(super) struct Report {
    kinds: BTreeMap<String, Count>,
    /// How often each reason was given for a full build.
    reasons: BTreeMap<String, usize>,
    differences: Vec<String>,
}

#[derive(Default, Clone, Copy)]
struct Count {
    edits: usize,
    patches: usize,
}

impl Count {
    fn percent(self) -> f64 {
        self.patches as f64 * 100.0 / self.edits.max(1) as f64
    }
}

impl Report {
    pub(super) fn add(&mut self, app: &str, seen: Seen) {
        let count = self.kinds.entry(seen.edit.kind).or_default();
        count.edits += 1;
        if seen.kind == "patch" {
            count.patches += 1;
        } else {
            *self.reasons.entry(format!("{}, {}", seen.kind, seen.reason)).or_default() += 1;
        }
        self.differences.extend(seen.difference.map(|found| format!("{app}, {}:\n{found}", seen.edit.said)));
    }

    pub(super) fn differences(&self) -> usize {
        self.differences.len()
    }

    /// The whole, as Markdown.
    pub(super) fn shown(&self, seed: u64, took: Duration) -> String {
        let all = self.kinds.values().fold(Count::default(), |all, count| Count {
            edits: all.edits + count.edits,
            patches: all.patches + count.patches,
        });
        let mut text = String::new();
        // Writing to a string cannot fail.
        let mut line = |written: String| {
            let _ = writeln!(text, "{written}");
        };
        let differences = match self.differences() {
            1 => "1 difference".to_owned(),
            number => format!("{number} differences"),
        };
        line(format!("{} edits with seed {seed} in {} s: {differences}.\n", all.edits, took.as_secs()));
        line("| kind of edit | edits | patches | share |\n|---|---:|---:|---:|".to_owned());
        for (kind, count) in &self.kinds {
            line(format!("| {kind} | {} | {} | {:.0} % |", count.edits, count.patches, count.percent()));
        }
        line(format!("| **all** | {} | {} | {:.0} % |\n", all.edits, all.patches, all.percent()));
        let body = self.kinds.get(BODY).copied().unwrap_or_default();
        line(format!("Patches: {:.0} % of edits of bodies, {:.0} % of all.\n", body.percent(), all.percent()));
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
        for (reason, times) in reasons.into_iter().take(REASONS_SHOWN) {
            line(format!("- {times} × {reason}"));
        }
        self.differences.iter().for_each(|difference| line(format!("\n{difference}")));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::torture::source::Edit;

    fn seen(of: &str, kind: &str, difference: Option<&str>) -> Seen {
        let edit = Edit { kind: of.to_owned(), said: format!("{of}.x is 1"), changes: BTreeMap::new() };
        Seen { edit, kind: kind.to_owned(), reason: "full: why".to_owned(), difference: difference.map(str::to_owned) }
    }

    #[test]
    fn shares_are_told_by_kind_and_over_all() {
        let mut report = Report::default();
        report.add("shop", seen("body", "patch", None));
        report.add("shop", seen("type", "swap", Some("  /: otherwise")));
        let shown = report.shown(7, Duration::from_secs(3));
        assert!(shown.starts_with("2 edits with seed 7 in 3 s: 1 difference.\n"), "{shown}");
        assert!(shown.contains("| body | 1 | 1 | 100 % |") && shown.contains("| **all** | 2 | 1 | 50 % |"), "{shown}");
        assert!(
            shown.contains("- 1 × swap, full: why") && shown.ends_with("shop, type.x is 1:\n  /: otherwise\n"),
            "{shown}"
        );
    }
}
