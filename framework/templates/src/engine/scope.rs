//! Variables that a template gets from outside.

use super::value::Val;
use std::rc::Rc;
use std::sync::Arc;

/// Names with values, in front of those around them.
#[derive(Debug, Default)]
pub(crate) struct Env {
    /// A name that is [`Val::Unbound`] hides the one around.
    pub(crate) names: Vec<(Arc<str>, Val)>,
    pub(crate) outer: Option<Rc<Env>>,
}

impl Env {
    pub(crate) fn new(names: Vec<(Arc<str>, Val)>) -> Rc<Self> {
        Rc::new(Self { names, outer: None })
    }

    pub(crate) fn within(names: Vec<(Arc<str>, Val)>, outer: &Rc<Self>) -> Rc<Self> {
        if names.is_empty() {
            return outer.clone();
        }
        Rc::new(Self { names, outer: Some(outer.clone()) })
    }

    /// The last of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Val> {
        let mut env = self;
        loop {
            if let Some((_, value)) = env.names.iter().rev().find(|(known, _)| **known == *name) {
                return Some(value);
            }
            env = env.outer.as_ref()?;
        }
    }
}
