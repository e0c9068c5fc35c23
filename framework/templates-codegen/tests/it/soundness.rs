//! What holds for every template, whatever is wrong with it.

use forge_codegen::tree::{AttributeKind, Node, Part, Tag};
use forge_codegen::{
    Analysis, Code, LeafKind, NESTING_MAX, Options, PROBLEMS_MAX, SOURCE_BYTES_MAX, Span, Template, analyse, parse,
};

use crate::program::program;

/// Parses and checks everything that is promised of any template.
pub(crate) fn sound(text: &str, options: &Options) -> Template {
    let template = parse(text, options);
    assert_eq!(template.source(), text);
    let mut end = 0;
    for leaf in template.leaves() {
        assert_eq!(leaf.span.start, end, "leaves follow each other in {text:?}");
        assert!(leaf.span.end > end, "no leaf is empty in {text:?}");
        end = leaf.span.end;
        let written =
            text.get(leaf.span.range()).unwrap_or_else(|| panic!("{:?} cuts a character of {text:?}", leaf.span));
        if leaf.kind == LeafKind::Space {
            assert!(written.trim().is_empty(), "{written:?} is more than space");
        }
    }
    assert_eq!(end as usize, text.len(), "every byte of {text:?} is in a leaf");
    let whole = Span::new(0, text.len() as u32);
    nested(template.nodes(), whole, 0);
    for problem in template.problems() {
        for span in problem.related.iter().map(|(span, _)| *span).chain([problem.span]) {
            assert!(whole.contains(span) && text.get(span.range()).is_some(), "{problem:?} is in {text:?}");
        }
        assert!(!problem.message.ends_with('.') && !problem.message.starts_with(char::is_uppercase), "{problem:?}");
    }
    assert!(template.problems().is_sorted_by_key(|problem| problem.span) && template.problems().len() <= PROBLEMS_MAX);
    template
}

/// Analyses and checks everything that is promised of any meaning.
pub(crate) fn meaningful(template: &Template, options: &Options) -> Analysis {
    let analysis = analyse("test", template, options);
    for problem in &analysis.problems {
        for span in problem.related.iter().map(|(span, _)| *span).chain([problem.span]) {
            assert!(template.source().get(span.range()).is_some(), "{problem:?} is in {:?}", template.source());
        }
        assert!(!problem.message.ends_with('.') && !problem.message.starts_with(char::is_uppercase), "{problem:?}");
    }
    assert!(analysis.problems.is_sorted_by_key(|problem| problem.span) && analysis.problems.len() <= PROBLEMS_MAX);
    for problem in template.problems() {
        assert!(analysis.problems.contains(problem) || analysis.problems.len() == PROBLEMS_MAX, "{problem:?} is kept");
    }
    // What it shows are the places in the text.
    program(template, &analysis, options);
    analysis
}

/// Spans are in order and within their parents.
fn nested(nodes: &[Node], within: Span, depth: usize) {
    assert!(depth <= NESTING_MAX, "the tree is not deeper than promised");
    let mut end = within.start;
    for node in nodes {
        let span = node.span();
        assert!(end <= span.start && span.start <= span.end && span.end <= within.end, "{span:?} in {within:?}");
        end = span.end;
        match node {
            Node::Block(block) => {
                for branch in &block.branches {
                    assert!(span.contains(branch.head.span()));
                    nested(&branch.children, span, depth + 1);
                }
            }
            Node::Component(component) => {
                tag(&component.tag);
                nested(&component.children, span, depth + 1);
            }
            Node::Slot(slot) => {
                tag(&slot.tag);
                nested(&slot.children, span, depth + 1);
            }
            Node::Directive(directive) => {
                assert!(directive.list().iter().all(|argument| directive.span().contains(*argument)));
            }
            Node::Echo(echo) => assert!(echo.body.contains(echo.expression)),
            Node::Text(_) | Node::Comment(_) | Node::Raw(_) | Node::Escape(_) | Node::Stray(_) => {}
        }
    }
}

fn tag(tag: &Tag) {
    let mut end = tag.name.end;
    for attribute in &tag.attributes {
        assert!(end <= attribute.span.start && attribute.span.end <= tag.span.end);
        end = attribute.span.end;
        if let AttributeKind::Plain { value: Some(value), .. } = &attribute.kind {
            assert!(attribute.span.contains(value.span));
            assert!(value.parts.iter().map(Part::span).all(|part| value.span.contains(part)));
        }
    }
}

#[test]
fn a_text_beyond_the_limit_is_refused() {
    let text = "a".repeat(SOURCE_BYTES_MAX + 1);
    let template = parse(&text, &Options::default());
    assert_eq!(template.problems()[0].code, Code::TooLarge);
    assert!(template.source().is_empty() && template.nodes().is_empty());
    assert!(parse(&text[1..], &Options::default()).problems().is_empty());
}

#[test]
fn blocks_beyond_the_limit_stay_flat_and_are_one_problem() {
    for (open, close) in [("@if (a)\n", "@endif\n"), ("<x-a>", "</x-a>")] {
        let deep = |depth: usize| format!("{}{}", open.repeat(depth), close.repeat(depth));
        assert!(sound(&deep(NESTING_MAX), &Options::default()).problems().is_empty());
        let template = sound(&deep(5000), &Options::default());
        let codes: Vec<Code> = template.problems().iter().map(|problem| problem.code).collect();
        assert_eq!(codes, [Code::TooDeep]);
    }
}

#[test]
fn brackets_beyond_the_limit_are_a_problem() {
    let expression = |depth: usize| format!("{{{{ {}1{} }}}}", "(".repeat(depth), ")".repeat(depth));
    assert!(sound(&expression(NESTING_MAX), &Options::default()).problems().is_empty());
    assert_eq!(sound(&expression(NESTING_MAX + 1), &Options::default()).problems()[0].code, Code::TooDeep);
}
