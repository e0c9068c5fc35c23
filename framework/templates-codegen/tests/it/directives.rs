//! Every row of the table does what it says, in the shortest template that has it.

use std::collections::BTreeSet;

use forge_codegen::tree::{Directive, Node, Stray};
use forge_codegen::{Block, Code, Entry, Kind, Options, Shape, Takes, When};

use crate::soundness::sound;

fn entry(kind: Kind) -> &'static Entry {
    Entry::ALL.iter().find(|entry| entry.kind == kind).expect("every kind has an entry")
}

/// The directive with arguments that suit it.
fn written(entry: &Entry) -> String {
    let arguments = match (entry.takes, entry.kind) {
        (Takes::Nothing, _) => "",
        (_, Kind::For | Kind::ForEach | Kind::ForElse) => "(a in b)",
        (Takes::Optional, kind) if !matches!(kind, Kind::Empty) => "",
        _ => "(a)",
    };
    format!("@{}{arguments}", entry.name)
}

fn block(entry: &Entry) -> Option<&'static Block> {
    match entry.shape {
        Shape::Block(block) => Some(block),
        _ => None,
    }
}

#[test]
fn names_are_found_in_any_letter_case() {
    let names: BTreeSet<String> = Entry::ALL.iter().map(|entry| entry.name.to_ascii_lowercase()).collect();
    assert_eq!(names.len(), Entry::ALL.len(), "no name is there twice");
    for entry in Entry::ALL {
        assert_eq!(Entry::find(entry.name), Some(entry));
        assert_eq!(Entry::find(&entry.name.to_ascii_uppercase()), Some(entry));
        assert_eq!(entry.kind.name(), Some(entry.name));
    }
}

#[test]
fn what_stands_alone_is_a_leaf() {
    for entry in Entry::ALL.iter().filter(|entry| entry.shape == Shape::Alone) {
        let template = sound(&written(entry), &Options::default());
        assert!(
            matches!(template.nodes(), [Node::Directive(Directive { kind, .. })] if *kind == entry.kind),
            "{entry:?}"
        );
        assert!(template.problems().is_empty(), "{entry:?}");
    }
}

#[test]
fn blocks_are_closed_by_each_of_their_ends() {
    for opener in Entry::ALL {
        for closer in block(opener).into_iter().flat_map(|block| block.closers) {
            let text = format!("{}\n a {}", written(opener), written(entry(*closer)));
            let template = sound(&text, &Options::default());
            let [Node::Block(block)] = template.nodes() else { panic!("{text} is no block") };
            assert_eq!(block.opener().kind, opener.kind);
            assert_eq!(block.close.as_ref().map(|close| close.kind), Some(*closer));
            let foreign = matches!(opener.kind, Kind::Slot);
            assert_eq!(template.problems().len(), usize::from(foreign), "{text}");
        }
    }
}

#[test]
fn blocks_take_each_of_their_branches() {
    for opener in Entry::ALL {
        for branch in block(opener).into_iter().flat_map(|block| block.branches) {
            let branch = entry(*branch);
            let continued = if branch.kind == Kind::Empty { "@empty".to_owned() } else { written(branch) };
            let closer = written(entry(block(opener).expect("it is one").closers[0]));
            let text = format!("{}\n {continued}\n b {closer}", written(opener));
            let template = sound(&text, &Options::default());
            let [Node::Block(block)] = template.nodes() else { panic!("{text} is no block") };
            let kinds: Vec<Kind> = block.branches.iter().map(|branch| branch.head.kind).collect();
            assert_eq!(kinds, [opener.kind, branch.kind], "{text}");
            assert!(template.problems().is_empty(), "{text}: {:?}", template.problems());
        }
    }
}

#[test]
fn every_branch_and_end_belongs_to_a_block_or_raw_text() {
    let blocks = || Entry::ALL.iter().filter_map(block);
    for entry in Entry::ALL {
        let ends_raw = |raw: &Entry| matches!(raw.shape, Shape::Raw(close) if close[1..] == *entry.name);
        let is_used = match entry.shape {
            Shape::Branch => blocks().any(|block| block.branches.contains(&entry.kind)),
            Shape::Closer => {
                blocks().any(|block| block.closers.contains(&entry.kind)) || Entry::ALL.iter().any(ends_raw)
            }
            Shape::Alone | Shape::Block(_) | Shape::Raw(_) => true,
        };
        assert!(is_used, "{entry:?}");
    }
}

#[test]
fn branches_and_ends_without_a_block_are_strays() {
    let strays = Entry::ALL.iter().filter(|entry| matches!(entry.shape, Shape::Branch | Shape::Closer));
    for entry in strays.filter(|entry| entry.kind != Kind::EndPhp) {
        let template = sound(&written(entry), &Options::default());
        assert!(matches!(template.nodes(), [Node::Stray(Stray::Directive(_))]), "{entry:?}");
        let codes: Vec<Code> = template.problems().iter().map(|problem| problem.code).collect();
        assert!(matches!(codes[..], [Code::StrayCloser | Code::StrayBranch]), "{entry:?}: {codes:?}");
    }
}

#[test]
fn required_arguments_are_missed() {
    for entry in Entry::ALL.iter().filter(|entry| entry.takes == Takes::Required) {
        let template = sound(&format!("@{}", entry.name), &Options::default());
        assert_eq!(template.problems()[0].code, Code::MissingArguments, "{entry:?}");
        let template = sound(&format!("@{}()", entry.name), &Options::default());
        assert!(template.problems().iter().any(|problem| problem.code == Code::MissingArguments), "{entry:?}");
    }
}

#[test]
fn a_parenthesis_behind_what_takes_none_is_text() {
    let alone = |entry: &&Entry| entry.takes == Takes::Nothing && entry.shape == Shape::Alone;
    for entry in Entry::ALL.iter().filter(alone) {
        let template = sound(&format!("@{} (a)", entry.name), &Options::default());
        let [Node::Directive(_), Node::Text(text)] = template.nodes() else { panic!("{entry:?}") };
        assert_eq!(template.text(*text), " (a)");
    }
}

#[test]
fn a_second_argument_is_the_content() {
    for entry in Entry::ALL {
        if block(entry).is_some_and(|block| block.when == When::OneArgument) {
            let template = sound(&format!("@{}('a', b)", entry.name), &Options::default());
            assert!(matches!(template.nodes(), [Node::Directive(_)]), "{entry:?}");
        }
    }
}

#[test]
fn raw_texts_are_not_read() {
    for (name, close) in [("@verbatim", "@endverbatim"), ("@rust", "@endrust")] {
        let template = sound(&format!("{name} {{{{ @if <x-a \" {close}"), &Options::default());
        assert!(matches!(template.nodes(), [Node::Raw(_)]) && template.problems().is_empty(), "{name}");
    }
}

#[test]
fn codes_are_stable_names_in_order() {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let expected: Vec<String> = (1..=codes.len()).map(|number| format!("FRG{number:04}")).collect();
    assert_eq!(codes, expected);
}
