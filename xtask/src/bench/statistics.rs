//! Percentiles, and tables of them in Markdown.

use std::time::Duration;

/// A set of measured times.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    millis: Vec<f64>,
}

impl Sample {
    pub(super) fn add(&mut self, took: Duration) {
        self.millis.push(took.as_secs_f64() * 1000.0);
    }

    pub(super) fn add_millis(&mut self, millis: u64) {
        self.millis.push(millis as f64);
    }

    pub(super) fn extend(&mut self, other: &Self) {
        self.millis.extend_from_slice(&other.millis);
    }

    pub(super) fn len(&self) -> usize {
        self.millis.len()
    }

    /// Nearest rank: the smallest value that at least `percent` of all values do not exceed; 0 without values.
    pub(super) fn percentile(&self, percent: f64) -> f64 {
        let mut sorted = self.millis.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    }

    pub(super) fn p50(&self) -> f64 {
        self.percentile(50.0)
    }

    pub(super) fn p95(&self) -> f64 {
        self.percentile(95.0)
    }

    /// `p50 / p95 / p99` in milliseconds.
    pub(super) fn shown_3(&self) -> String {
        let [p50, p95, p99] = [50.0, 95.0, 99.0].map(|percent| self.percentile(percent));
        if self.millis.is_empty() { "–".to_owned() } else { format!("{p50:.1} / {p95:.1} / {p99:.1}") }
    }

    /// `p50 / p95` in milliseconds.
    pub(super) fn shown(&self) -> String {
        if self.millis.is_empty() { "–".to_owned() } else { format!("{:.0} / {:.0}", self.p50(), self.p95()) }
    }
}

/// A Markdown table; the first column is text, the others are numbers.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|---|{}\n", head.join(" | "), "---:|".repeat(head.len().saturating_sub(1)));
    for row in rows {
        text += &format!("| {} |\n", row.join(" | "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_values() {
        let mut sample = Sample::default();
        assert_eq!(sample.p50(), 0.0);
        for millis in (1..=20).rev() {
            sample.add_millis(millis);
        }
        assert_eq!((sample.p50(), sample.p95(), sample.percentile(100.0)), (10.0, 19.0, 20.0));
        assert_eq!(sample.shown(), "10 / 19");
    }

    #[test]
    fn tables_are_markdown() {
        let rows = [vec!["45".to_owned(), "1".to_owned()]];
        assert_eq!(table(&["routes", "ms"], &rows), "| routes | ms |\n|---|---:|\n| 45 | 1 |\n");
    }
}
