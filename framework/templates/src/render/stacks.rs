//! Stacks, in Blade's order: by the depth of the views that pushed, in the order in which the depths first did; what is
//! prepended stands before, in the opposite order.

use std::collections::HashMap;

use super::{Open, Render};
use crate::Result;

#[derive(Debug, Default)]
pub(super) struct Stacks {
    pushes: HashMap<String, Vec<AtDepth>>,
    prepends: HashMap<String, Vec<AtDepth>>,
}

#[derive(Debug)]
struct AtDepth {
    depth: usize,
    html: String,
}

impl Render {
    /// `@push` and the like. Whether what stands in it is to be rendered: not where something under the key was. Only then
    /// does [`end_push`](Self::end_push) follow.
    ///
    /// # Errors
    /// As [`begin_capture`](Self::begin_capture).
    pub fn begin_push(&mut self, stack: &str, once: Option<&str>, prepends: bool) -> Result<bool> {
        if once.is_some_and(|key| !self.once(key)) {
            return Ok(false);
        }
        self.begin(Open::Push { stack: stack.to_owned(), prepends })?;
        Ok(true)
    }

    /// # Errors
    /// [`crate::ErrorKind::Unpaired`].
    pub fn end_push(&mut self) -> Result<()> {
        let (open, start) = self.end("a push", |open| matches!(open, Open::Push { .. }))?;
        let Open::Push { stack, prepends } = open else { return Ok(()) };
        let html = self.cut(start);
        let depth = self.view_depth();
        let stacks = &mut self.kinds().stacks;
        let stacks = if prepends { &mut stacks.prepends } else { &mut stacks.pushes };
        let parts = stacks.entry(stack).or_default();
        match parts.iter_mut().find(|part| part.depth == depth) {
            Some(part) if prepends => part.html.insert_str(0, &html),
            Some(part) => part.html.push_str(&html),
            None => parts.push(AtDepth { depth, html }),
        }
        Ok(())
    }

    /// Prints what was pushed so far.
    ///
    /// # Errors
    /// [`crate::ErrorKind::TooLarge`].
    pub fn stack(&mut self, name: &str) -> Result<()> {
        let Some(stacks) = self.kinds.as_deref().map(|kinds| &kinds.stacks) else { return Ok(()) };
        let prepended = stacks.prepends.get(name).into_iter().flat_map(|parts| parts.iter().rev());
        let pushed = stacks.pushes.get(name).into_iter().flatten();
        for part in prepended.chain(pushed) {
            self.out.push_str(&part.html);
        }
        self.turn()
    }

    /// Whether anything was pushed so far, and be it nothing but space.
    #[must_use]
    pub fn has_stack(&self, name: &str) -> bool {
        let Some(stacks) = self.kinds.as_deref().map(|kinds| &kinds.stacks) else { return false };
        stacks.pushes.contains_key(name) || stacks.prepends.contains_key(name)
    }
}
