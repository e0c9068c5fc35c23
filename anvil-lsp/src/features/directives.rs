//! The directives as people are told of them: one row each, for completion, hover and signature help. What a directive does to
//! the structure of a template is in `forge_codegen::Entry`; here are only words.

mod flow;
mod layout;
mod page;

use forge_codegen::Kind;

/// Where the guide to the template language is.
const GUIDE: &str = "https://github.com/anvilforge/anvilforge/blob/main/docs/guide/templates.md";

/// A directive in words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Documented {
    pub(crate) kind: Kind,
    /// What stands in the parenthesis, one word each; a `?` ends those that may be left out, and `…` those that may be repeated.
    pub(crate) parameters: &'static [&'static str],
    /// A sentence or two.
    pub(crate) summary: &'static str,
    pub(crate) example: &'static str,
    /// The heading of the guide.
    heading: &'static str,
    /// What follows the name, as a snippet; for a block up to its end.
    pub(crate) snippet: &'static str,
}

const fn row(
    kind: Kind,
    parameters: &'static [&'static str],
    summary: &'static str,
    example: &'static str,
    heading: &'static str,
    snippet: &'static str,
) -> Documented {
    Documented { kind, parameters, summary, example, heading, snippet }
}

/// The row of a directive. None for custom ones.
#[must_use]
pub(crate) fn find(kind: Kind) -> Option<&'static Documented> {
    [flow::ROWS, layout::ROWS, page::ROWS].into_iter().flatten().find(|row| row.kind == kind)
}

impl Documented {
    /// `@include(view, data?)`
    #[must_use]
    pub(crate) fn signature(&self) -> String {
        let name = self.kind.name().unwrap_or_default();
        if self.parameters.is_empty() { format!("@{name}") } else { format!("@{name}({})", self.parameters.join(", ")) }
    }

    /// Everything, as Markdown.
    #[must_use]
    pub(crate) fn markdown(&self) -> String {
        let Self { summary, example, heading, .. } = self;
        format!(
            "```forge\n{}\n```\n\n{summary}\n\n```forge\n{example}\n```\n\n[Guide]({GUIDE}#{heading})",
            self.signature()
        )
    }
}

#[cfg(test)]
mod tests {
    use forge_codegen::{Entry, Options, Takes, parse};

    use super::*;

    #[test]
    fn every_directive_has_one_row() {
        let rows = || [flow::ROWS, layout::ROWS, page::ROWS].into_iter().flatten();
        for entry in Entry::ALL {
            let found = rows().filter(|row| row.kind == entry.kind).count();
            assert_eq!(found, 1, "rows of `@{}`", entry.name);
        }
        assert_eq!(rows().count(), Entry::ALL.len());
    }

    #[test]
    fn parameters_are_named_where_there_is_a_parenthesis() {
        for entry in Entry::ALL {
            let row = find(entry.kind).expect("a row");
            assert_eq!(row.parameters.is_empty(), entry.takes == Takes::Nothing, "`@{}`", entry.name);
        }
    }

    /// The examples are Forge, and show what they are of.
    #[test]
    fn examples_can_be_read() {
        for entry in Entry::ALL.iter().filter(|entry| !matches!(entry.kind, Kind::Php | Kind::EndPhp)) {
            let row = find(entry.kind).expect("a row");
            let template = parse(row.example, &Options::default());
            assert_eq!(template.problems(), [], "the example of `@{}`", entry.name);
            let written = format!("@{}", entry.name);
            assert!(row.example.contains(&written), "the example of `{written}` is of something else");
        }
    }

    /// A snippet, with what its placeholders say, is Forge where the directive may stand.
    #[test]
    fn snippets_can_be_read() {
        for entry in Entry::ALL.iter().filter(|entry| !matches!(entry.kind, Kind::Php | Kind::EndPhp)) {
            let row = find(entry.kind).expect("a row");
            let is_whole = !matches!(entry.shape, forge_codegen::Shape::Branch | forge_codegen::Shape::Closer);
            if is_whole && entry.kind != Kind::Slot {
                let text = format!("@{}{}", entry.name, crate::features::snippet::plain(row.snippet));
                assert_eq!(parse(&text, &Options::default()).problems(), [], "{text}");
            }
        }
    }

    #[test]
    fn headings_are_those_of_the_guide() {
        let guide = include_str!("../../../docs/guide/templates.md");
        let headings: Vec<String> = guide
            .lines()
            .filter(|line| line.starts_with("##"))
            .map(|line| line.trim_start_matches('#').trim().to_lowercase().replace(',', "").replace(' ', "-"))
            .collect();
        for entry in Entry::ALL {
            let row = find(entry.kind).expect("a row");
            assert!(headings.iter().any(|heading| heading == row.heading), "`{}` of `@{}`", row.heading, entry.name);
        }
    }
}
