//! What is open, on the parser's stack.

use std::collections::HashMap;

use crate::span::Span;
use crate::table::Kind;
use crate::tree::{Branch, Directive, Node, Tag};

/// By what an end finds its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key<'t> {
    Block(Kind),
    Component(&'t str),
    /// With its name, where that is text.
    Slot(Option<&'t str>),
}

#[derive(Debug)]
pub(super) struct Frame<'t> {
    pub(super) key: Key<'t>,
    /// What a message underlines.
    pub(super) opener: Span,
    /// Missing beyond the greatest depth: such a frame builds nothing.
    pub(super) head: Option<Head>,
    /// Of the current branch.
    pub(super) children: Vec<Node>,
    pub(super) suspect: Option<Suspect>,
}

#[derive(Debug)]
pub(super) enum Head {
    Block {
        /// Of the current branch.
        head: Directive,
        /// Those before it.
        branches: Vec<Branch>,
        /// The branch that takes what no other does, once there is one.
        rest: Option<Span>,
    },
    Component(Tag),
    Slot(Tag, Option<Span>),
}

/// An end of another kind within a frame. If the frame's own end never comes, it was meant as that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Suspect {
    pub(super) closer: Span,
    /// Its place among the children.
    pub(super) child: usize,
    /// How many branches there were before.
    pub(super) branches: usize,
}

impl<'t> Frame<'t> {
    pub(super) fn new(key: Key<'t>, opener: Span, head: Option<Head>) -> Self {
        Self { key, opener, head, children: Vec::new(), suspect: None }
    }

    pub(super) fn branches(&self) -> usize {
        match &self.head {
            Some(Head::Block { branches, .. }) => branches.len(),
            _ => 0,
        }
    }
}

/// How many frames there are of each kind, so that an end without a beginning is recognized without a search.
#[derive(Debug, Default)]
pub(super) struct Open<'t> {
    blocks: HashMap<Kind, usize>,
    components: HashMap<&'t str, usize>,
    slots: HashMap<Option<&'t str>, usize>,
    component_count: usize,
    slot_count: usize,
}

impl<'t> Open<'t> {
    pub(super) fn add(&mut self, key: Key<'t>) {
        let count = match key {
            Key::Block(kind) => self.blocks.entry(kind).or_default(),
            Key::Component(name) => self.components.entry(name).or_default(),
            Key::Slot(name) => self.slots.entry(name).or_default(),
        };
        *count += 1;
        self.component_count += usize::from(is_component(key));
        self.slot_count += usize::from(matches!(key, Key::Slot(_)));
    }

    pub(super) fn remove(&mut self, key: Key<'t>) {
        let count = match key {
            Key::Block(kind) => self.blocks.get_mut(&kind),
            Key::Component(name) => self.components.get_mut(name),
            Key::Slot(name) => self.slots.get_mut(&name),
        };
        if let Some(count) = count {
            *count -= 1;
        }
        self.component_count -= usize::from(is_component(key));
        self.slot_count -= usize::from(matches!(key, Key::Slot(_)));
    }

    /// The kinds of blocks that are open.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Kind> {
        self.blocks.iter().filter(|(_, count)| **count > 0).map(|(kind, _)| *kind)
    }

    /// Whether `</x-name>` has something to close.
    pub(super) fn has_tag(&self, closing: &str) -> bool {
        let has = |count: Option<&usize>| count.is_some_and(|count| *count > 0);
        match closing.strip_prefix("slot") {
            Some("") => self.slot_count > 0,
            Some(name) if name.starts_with(':') => has(self.slots.get(&Some(&name[1..]))) || has(self.slots.get(&None)),
            _ => has(self.components.get(closing)),
        }
    }

    pub(super) fn has_component(&self) -> bool {
        self.component_count > 0
    }
}

impl Key<'_> {
    /// Whether `</x-name>` closes this.
    pub(super) fn is_closed_by(self, closing: &str) -> bool {
        match self {
            Key::Block(_) => false,
            Key::Component(name) => name == closing,
            Key::Slot(name) => {
                let closed = closing.strip_prefix("slot:");
                closing == "slot" || closed.is_some_and(|closed| name.is_none_or(|name| name == closed))
            }
        }
    }
}

fn is_component(key: Key<'_>) -> bool {
    matches!(key, Key::Component(_) | Key::Block(Kind::Component | Kind::ComponentFirst))
}
