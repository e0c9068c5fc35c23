//! Which white space makes a difference: that beside other white space, or beside a tag on lines of its own, does not.

use forge_codegen::{
    Kind, Set, Template, component_candidates, dotted, literal,
    tree::{Block, Directive, Node},
};

use super::html;

/// How the content of a block reaches the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Where it stands, or not at all.
    InPlace,
    /// Elsewhere; nothing is printed here.
    Kept,
    /// Nothing is known of it.
    Unknown,
}

/// What is printed behind a place, whatever the conditions; the lesser of two ways is what can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Behind {
    /// Perhaps something that white space before it would part from what stands before.
    Ink,
    /// At worst the end of a part that is printed elsewhere: no matter if the part has printed nothing.
    End,
    /// White space, or a tag that stands on its own lines.
    Soft,
}

/// Of a block.
pub(super) fn of_block(block: &Block) -> Flow {
    match block.opener().kind {
        Kind::Section => match block.close.as_ref().map(|close| close.kind) {
            Some(Kind::Show) => Flow::Unknown,
            _ => Flow::Kept,
        },
        Kind::Push | Kind::PushIf | Kind::PushOnce | Kind::Prepend | Kind::PrependOnce | Kind::Slot => Flow::Kept,
        Kind::Component | Kind::ComponentFirst | Kind::Lang | Kind::Custom(_) => Flow::Unknown,
        _ => Flow::InPlace,
    }
}

/// Whether a directive that stands alone prints nothing.
pub(super) fn prints_nothing(directive: &Directive) -> bool {
    use Kind as K;
    matches!(
        directive.kind,
        K::Extends
            | K::ExtendsFirst
            | K::Props
            | K::Aware
            | K::Use
            | K::Inject
            | K::Unset
            | K::Rust
            | K::Php
            | K::Section
            | K::Push
            | K::Prepend
            | K::Slot
            // Hidden inputs, and what loads styles and scripts: none of it takes a place on the page.
            | K::Csrf
            | K::Method
            | K::Vite
            | K::ViteReactRefresh
            | K::Fonts
    )
}

/// Whether a newline directly behind a directive is dropped; `before` if that is decided by what stands before.
pub(super) fn drops_behind(directive: &Directive, before: bool) -> bool {
    match directive.kind {
        Kind::Class | Kind::Style => false,
        Kind::Extends | Kind::ExtendsFirst => before,
        _ => true,
    }
}

/// The text without the newline that is dropped.
pub(super) fn printed(text: &str, drops: bool) -> &str {
    if !drops {
        return text;
    }
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text)
}

/// Templates within each other that are looked into.
const DEPTH_MAX: usize = 4;

/// Reads nodes for what they print first and last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edges<'t> {
    pub source: &'t str,
    /// What is included and called is looked up here.
    pub set: Option<&'t Set>,
    pub depth: usize,
}

/// The template that is printed in place of an include or a component.
struct Target<'t> {
    edges: Edges<'t>,
    template: &'t Template,
    may_be_left_out: bool,
}

impl<'t> Edges<'t> {
    /// What the nodes print first; `behind` is it of what follows them.
    pub(super) fn start(&self, nodes: &[Node], drops: bool, behind: Behind) -> Behind {
        let mut drops = drops;
        for (at, node) in nodes.iter().enumerate() {
            match node {
                Node::Text(span) => {
                    let text = printed(&self.source[span.range()], drops);
                    drops = false;
                    // What is printed by another template is trimmed at its beginning.
                    let text = if self.depth > 0 { text.trim_start() } else { text };
                    if !text.is_empty() {
                        let is_soft = text.starts_with([' ', '\t', '\r', '\n']) || html::begins_block(text);
                        return if is_soft { Behind::Soft } else { Behind::Ink };
                    }
                }
                Node::Comment(_) => {}
                Node::Raw(raw) if raw.opener.kind != Kind::Verbatim => drops = true,
                Node::Directive(directive) if prints_nothing(directive) => drops = drops_behind(directive, drops),
                Node::Block(block) => match of_block(block) {
                    Flow::Kept => drops = true,
                    Flow::Unknown => return Behind::Ink,
                    Flow::InPlace => {
                        let rest = self.start(&nodes[at + 1..], true, behind);
                        let branches = block.branches.iter().map(|branch| self.start(&branch.children, true, rest));
                        return branches.fold(rest, Behind::min);
                    }
                },
                Node::Slot(_) => drops = true,
                Node::Directive(_) | Node::Component(_) => {
                    let Some(target) = self.target(node) else { return Behind::Ink };
                    let rest = self.start(&nodes[at + 1..], true, behind);
                    let start = target.edges.start(target.template.nodes(), false, rest);
                    return if target.may_be_left_out { start.min(rest) } else { start };
                }
                _ => return Behind::Ink,
            }
        }
        behind
    }

    /// Whether what the nodes print last, whatever the conditions, is white space or a tag that stands on its own lines; `before` is
    /// the same of what stands before them.
    pub(super) fn end_softly(&self, nodes: &[Node], before: bool) -> bool {
        for (at, node) in nodes.iter().enumerate().rev() {
            match node {
                Node::Text(span) => {
                    let drops = at
                        .checked_sub(1)
                        .is_none_or(|before| !matches!(nodes[before], Node::Echo(_) | Node::Escape(_)));
                    let text = printed(&self.source[span.range()], drops);
                    if !text.is_empty() {
                        return text.ends_with([' ', '\t', '\r', '\n']) || html::ends_block(text);
                    }
                }
                Node::Comment(_) | Node::Slot(_) => {}
                Node::Raw(raw) if raw.opener.kind != Kind::Verbatim => {}
                Node::Directive(directive) if prints_nothing(directive) => {}
                Node::Block(block) => match of_block(block) {
                    Flow::Kept => {}
                    Flow::Unknown => return false,
                    Flow::InPlace => {
                        let before = self.end_softly(&nodes[..at], before);
                        return before && block.branches.iter().all(|branch| self.end_softly(&branch.children, before));
                    }
                },
                Node::Directive(_) | Node::Component(_) => {
                    return self.leaves_softly(node, self.end_softly(&nodes[..at], before));
                }
                _ => return false,
            }
        }
        before
    }

    /// The same of an include or a component; false for anything else.
    pub(super) fn leaves_softly(&self, node: &Node, before: bool) -> bool {
        self.target(node).is_some_and(|Target { edges, template, may_be_left_out }| {
            edges.end_softly(template.nodes(), before) && (before || !may_be_left_out)
        })
    }

    fn target(&self, node: &Node) -> Option<Target<'t>> {
        let set = self.set.filter(|_| self.depth < DEPTH_MAX)?;
        let names = match node {
            Node::Component(component) => component_candidates(self.source.get(component.tag.name.range())?),
            Node::Directive(directive) => {
                let argument = match directive.kind {
                    Kind::Include | Kind::IncludeIf | Kind::IncludeIsolated => 0,
                    Kind::IncludeWhen | Kind::IncludeUnless => 1,
                    _ => return None,
                };
                vec![dotted(&literal(self.source.get(directive.list().get(argument)?.range())?)?)]
            }
            _ => return None,
        };
        let name = set.resolve(&names)?;
        let template =
            set.template(name).filter(|_| set.program(name).is_some_and(|program| program.extends.is_none()))?;
        let may_be_left_out = match node {
            Node::Directive(directive) => !matches!(directive.kind, Kind::Include | Kind::IncludeIsolated),
            // The struct decides whether it renders.
            _ => set.options().component(name).is_some(),
        };
        let edges = Self { source: template.source(), depth: self.depth + 1, ..*self };
        Some(Target { edges, template, may_be_left_out })
    }
}
