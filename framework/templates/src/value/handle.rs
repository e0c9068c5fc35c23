//! Values of Forge's own kinds on their way through serde: within our serialiser they pass as they are, to any other they are
//! what they look like. The way is a list per thread, and an index into it that is serialised in their place.

use std::cell::{Cell, RefCell};

use serde::Serializer;

use super::Value;

/// No other type has this name; and what it names is only looked for while our serialiser runs.
pub(super) const NAME: &str = "\u{0}forge value";

thread_local! {
    static INSIDE: Cell<usize> = const { Cell::new(0) };
    static PASSING: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Serialises `own` within our serialiser, and through `plain` in any other.
pub(crate) fn serialize<S: Serializer>(
    serializer: S,
    own: impl FnOnce() -> Value,
    plain: impl FnOnce(S) -> Result<S::Ok, S::Error>,
) -> Result<S::Ok, S::Error> {
    // A `Serialize` that makes JSON text on its way comes here with another serialiser.
    if std::any::type_name::<S>() != std::any::type_name::<super::serialize::ToValue>() {
        return plain(serializer);
    }
    let index = PASSING.with_borrow_mut(|passing| {
        passing.push(own());
        passing.len() - 1
    });
    serializer.serialize_newtype_struct(NAME, &(index as u64))
}

/// Marks this thread as being within our serialiser.
pub(super) struct Inside;

impl Inside {
    pub(super) fn enter() -> Self {
        INSIDE.set(INSIDE.get() + 1);
        Self
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(INSIDE.get() - 1);
        if INSIDE.get() == 0 {
            PASSING.with_borrow_mut(Vec::clear);
        }
    }
}

pub(super) fn take(index: u64) -> Option<Value> {
    PASSING.with_borrow_mut(|passing| passing.get_mut(usize::try_from(index).ok()?).map(std::mem::take))
}
