//! Walks over trees: every node, every directive, every tag.

use forge_codegen::{
    Span, Template,
    tree::{AttributeKind, Directive, Node, Stray, Tag},
};

/// Each node, those around before those within.
pub(crate) fn nodes<'t>(list: &'t [Node], each: &mut dyn FnMut(&'t Node)) {
    for node in list {
        each(node);
        match node {
            Node::Block(block) => block.branches.iter().for_each(|branch| nodes(&branch.children, each)),
            Node::Component(component) => nodes(&component.children, each),
            Node::Slot(slot) => nodes(&slot.children, each),
            _ => {}
        }
    }
}

/// Each directive: alone, of a block or its branches and ends, in a tag, and without a place in the structure.
pub(crate) fn directives<'t>(list: &'t [Node], each: &mut dyn FnMut(&'t Directive)) {
    nodes(list, &mut |node| match node {
        Node::Directive(directive) | Node::Stray(Stray::Directive(directive)) => each(directive),
        Node::Raw(raw) => each(&raw.opener),
        Node::Block(block) => {
            block.branches.iter().for_each(|branch| each(&branch.head));
            block.close.iter().for_each(&mut *each);
        }
        _ => {
            for attribute in tag(node).iter().flat_map(|tag| &tag.attributes) {
                if let AttributeKind::Directive(directive) = &attribute.kind {
                    each(directive);
                }
            }
        }
    });
}

/// The opening tag of a component or slot.
#[must_use]
pub(crate) fn tag(node: &Node) -> Option<&Tag> {
    match node {
        Node::Component(component) => Some(&component.tag),
        Node::Slot(slot) => Some(&slot.tag),
        Node::Stray(Stray::Tag(tag)) => Some(tag),
        _ => None,
    }
}

/// The text that an argument is, with the place of what stands between the quotes.
#[must_use]
pub(crate) fn text_argument(template: &Template, directive: &Directive, index: usize) -> Option<(String, Span)> {
    let span = *directive.list().get(index)?;
    let text = forge_codegen::literal(template.text(span))?;
    Some((text, Span::new(span.start + 1, span.end - 1)))
}
