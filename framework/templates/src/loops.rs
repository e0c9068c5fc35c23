//! The variable `loop`.

use std::sync::Arc;

use serde::Serialize;

use crate::Value;

/// Where a loop stands. `loop.parent` is not here: it is known when the template is read whose `Loop` that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Loop {
    /// From zero.
    pub index: usize,
    /// From one.
    pub iteration: usize,
    /// Turns that come after this one.
    pub remaining: usize,
    pub count: usize,
    pub first: bool,
    pub last: bool,
    /// Of the iteration, so that the first turn is odd.
    pub even: bool,
    pub odd: bool,
    /// From one, for a loop that is in no other.
    pub depth: usize,
}

impl Loop {
    /// Turn `index` (from zero) of a loop over `count` items, `depth` loops deep (from one).
    #[must_use]
    pub const fn new(index: usize, count: usize, depth: usize) -> Self {
        let iteration = index + 1;
        Self {
            index,
            iteration,
            remaining: count.saturating_sub(iteration),
            count,
            first: index == 0,
            last: iteration == count,
            even: iteration.is_multiple_of(2),
            odd: iteration % 2 == 1,
            depth,
        }
    }

    /// As a template sees it that is included within the loop, with the one around.
    pub(crate) fn to_value(self, parent: Option<Value>) -> Value {
        let mut state = Value::of(&self);
        if let Value::Map(fields) = &mut state {
            Arc::make_mut(fields).insert("parent", parent.unwrap_or_default());
        }
        state
    }
}
