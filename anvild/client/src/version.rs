//! Order of package versions, as far as the version policy needs it: `major.minor.patch`, and a pre-release before its
//! release.

use std::cmp::Ordering;

/// Compares two versions. Text that is not a version compares as `0.0.0`: a daemon that names itself strangely is old.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    parse(left).cmp(&parse(right))
}

/// Numbers, whether it is a release (greater than its pre-releases), and the pre-release's text.
fn parse(text: &str) -> ([u64; 3], bool, &str) {
    let text = text.split('+').next().unwrap_or_default();
    let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
    let mut parsed = [0; 3];
    for (slot, part) in parsed.iter_mut().zip(numbers.split('.')) {
        *slot = part.parse().unwrap_or(0);
    }
    (parsed, pre.is_empty(), pre)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_as_numbers_and_pre_releases_come_first() {
        let ordered = ["", "0.1.0-alpha", "0.1.0-beta", "0.1.0", "0.2.0", "0.10.0", "1.0.0"];
        for pair in ordered.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        assert_eq!(compare("1.2.3+build", "1.2.3"), Ordering::Equal);
    }
}
