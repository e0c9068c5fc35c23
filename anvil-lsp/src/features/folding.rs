//! What can be folded: branches of blocks, components, slots, comments, text that is not read. Elements of HTML are left to HTML.

use forge_codegen::{Span, Template, tree::Node};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams},
};

use super::{context, visit};
use crate::{
    snapshot::{Cursor, Snapshot},
    text::{Encoding, Text},
};

/// See the module.
pub(crate) fn folding(snapshot: &Snapshot, params: &FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
    let start = tower_lsp::ls_types::Position::default();
    let Some(cursor) = snapshot.cursor(&params.text_document.uri, start)? else { return Ok(None) };
    let Cursor { document, .. } = cursor;
    let template = context::template(&cursor);
    Ok(Some(ranges(&document.text, &template)))
}

fn ranges(text: &Text, template: &Template) -> Vec<FoldingRange> {
    let mut folds = Folds { text, ranges: Vec::new() };
    visit::nodes(template.nodes(), &mut |node| match node {
        Node::Block(block) => {
            for (at, branch) in block.branches.iter().enumerate() {
                let next = block.branches.get(at + 1).map(|next| &next.head).or(block.close.as_ref());
                let last = branch.children.last().map_or(branch.head.span().end, |child| child.span().end);
                match next {
                    Some(next) => folds.until(branch.head.name.start, next.name.start),
                    None => folds.as_far_as(branch.head.name.start, last),
                }
            }
        }
        Node::Component(component) => folds.element(component.tag.span, component.close, node.span()),
        Node::Slot(slot) => folds.element(slot.tag.span, slot.close, node.span()),
        Node::Raw(raw) => folds.until(raw.opener.name.start, raw.close.start),
        Node::Comment(comment) if comment.is_closed => {
            folds.add(comment.span.start, comment.span.end, 0, Some(FoldingRangeKind::Comment))
        }
        _ => {}
    });
    // Of several that begin in one line, editors take the first.
    folds.ranges.sort_by_key(|range| (range.start_line, std::cmp::Reverse(range.end_line)));
    folds.ranges.dedup_by_key(|range| range.start_line);
    folds.ranges
}

struct Folds<'a> {
    text: &'a Text,
    ranges: Vec<FoldingRange>,
}

impl Folds<'_> {
    /// Up to the line before that of `end`, which stays to be seen.
    fn until(&mut self, start: u32, end: u32) {
        self.add(start, end, 1, None);
    }

    fn as_far_as(&mut self, start: u32, end: u32) {
        let trimmed = self.text.as_str()[..end as usize].trim_end().len() as u32;
        self.add(start, trimmed.max(start), 0, None);
    }

    fn element(&mut self, tag: Span, close: Option<Span>, whole: Span) {
        match close {
            Some(close) => self.until(tag.start, close.start),
            None => self.until(tag.start, tag.end.min(whole.end)),
        }
    }

    fn add(&mut self, start: u32, end: u32, lines_kept: u32, kind: Option<FoldingRangeKind>) {
        let line = |offset| self.text.position(offset, Encoding::Utf8).line;
        let (start_line, end_line) = (line(start), line(end).saturating_sub(lines_kept));
        if end_line > start_line {
            self.ranges.push(FoldingRange { start_line, end_line, kind, ..FoldingRange::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranges as `first-last`, counted from 0.
    fn check(text: &str, expected: &str) {
        let template = forge_codegen::parse(text, &forge_codegen::Options::default());
        let found = ranges(&Text::new(text), &template);
        let shown: Vec<String> = found
            .iter()
            .map(|range| {
                let kind = if range.kind == Some(FoldingRangeKind::Comment) { " comment" } else { "" };
                format!("{}-{}{kind}", range.start_line, range.end_line)
            })
            .collect();
        assert_eq!(shown.join(", "), expected, "{text}");
    }

    #[test]
    fn each_branch_folds_up_to_the_next() {
        check("@if (a)\n  b\n@elseif (c)\n  d\n@else\n  e\n@endif\n", "0-1, 2-3, 4-5");
        check("@if (a)\r\n  b\r\n@endif\r\n", "0-1");
        check("@foreach (a as b)\n  @if (c)\n    𝄞\n  @endif\n@endforeach", "0-3, 1-2");
        check("@if (a) b @endif", "");
        check("@section('a', 'b')\n@csrf", "");
    }

    #[test]
    fn components_slots_comments_and_raw_text_fold() {
        check("<x-card>\n  <x-slot:title>\n    a\n  </x-slot>\n</x-card>", "0-3, 1-2");
        check("<x-card\n  a=\"b\"\n  c=\"d\"\n/>", "0-2");
        check("{{--\n a\n--}}", "0-2 comment");
        check("@verbatim\n{{ a }}\n@endverbatim", "0-1");
    }

    #[test]
    fn what_is_not_ended_folds_as_far_as_it_goes() {
        check("@if (a)\n  b\n  c\n\n", "0-2");
        check("<p>\n<x-card\n<p>", "");
    }
}
