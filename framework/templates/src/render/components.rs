//! Components: collecting their slots, and what they pass on to `@aware`.
//!
//! `begin_component`, the content with `begin_slot … end_slot`, `end_component_body`, which gives the slots; then the
//! component's template between `begin_view` and `end_view`; then `end_component`.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{Name, Open, Render};
use crate::attributes::prop_name;
use crate::{AttributeBag, Error, Key, Map, Result, Slot, Slots, Value};

/// What `@aware` of components within can see.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    /// Values by the names of variables.
    pub(crate) variables: SmallVec<[(Arc<str>, Value); 1]>,
    /// Attributes, in front of the variables.
    pub(crate) attributes: AttributeBag,
}

impl Passed {
    /// Of several of one name, the last counts.
    fn get(&self, name: &str) -> Option<&Value> {
        let attribute = self.attributes.iter().filter(|(known, _)| prop_name(known) == name).last();
        let variable = || self.variables.iter().rfind(|(known, _)| **known == *name);
        attribute.map(|(_, value)| value).or_else(|| variable().map(|(_, value)| value))
    }
}

/// A component whose tag was opened.
#[derive(Debug)]
pub(super) struct Called {
    passed: Passed,
    slots: Slots,
    /// Its template is being rendered; else its content is.
    is_rendering: bool,
}

impl Render {
    /// A component's tag. `passed` is what `@aware` of components within can see: its attributes by any spelling. It may be
    /// empty where nothing asks.
    ///
    /// # Errors
    /// As [`begin_capture`](Self::begin_capture).
    pub fn begin_component(&mut self, name: impl Into<Name>, passed: Map) -> Result<()> {
        let variable = |key: Key| match key {
            Key::Str(name) if *prop_name(&name) == *name => name,
            key => prop_name(&key.to_string()).into(),
        };
        let variables = passed.into_iter().map(|(key, value)| (variable(key), value)).collect();
        self.begin_component_passing(name, Passed { variables, ..Passed::default() })
    }

    /// A component's tag, with what was passed in any form.
    pub(crate) fn begin_component_passing(&mut self, name: impl Into<Name>, passed: Passed) -> Result<()> {
        self.begin(Open::Component(name.into()))?;
        self.components.push(Called { passed, slots: Slots::default(), is_rendering: false });
        Ok(())
    }

    /// A slot of the component whose content this is. The names `""` and `slot` are the default slot.
    ///
    /// # Errors
    /// As [`begin_capture`](Self::begin_capture).
    pub fn begin_slot(&mut self, name: &str, attributes: AttributeBag) -> Result<()> {
        self.begin(Open::Slot(name.to_owned(), attributes))
    }

    /// # Errors
    /// [`crate::ErrorKind::Unpaired`], and a slot outside of a component.
    pub fn end_slot(&mut self) -> Result<()> {
        let (open, start) = self.end("a slot", |open| matches!(open, Open::Slot(..)))?;
        let Open::Slot(name, attributes) = open else { return Ok(()) };
        let slot = Slot::new(&self.out[start..], attributes);
        self.out.truncate(start);
        let called = self.components.iter_mut().rev().find(|called| !called.is_rendering);
        let called = called.ok_or_else(|| Error::message(format!("slot `{name}` stands outside of a component")))?;
        called.slots.insert(&name, slot);
        Ok(())
    }

    /// The content ends. What is in no slot is the default slot, unless that was given by name.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Unpaired`].
    pub fn end_component_body(&mut self) -> Result<Slots> {
        let (open, start) = self.end("a component", |open| matches!(open, Open::Component(_)))?;
        let Open::Component(name) = open else { return Ok(Slots::default()) };
        let called = self.components.last_mut().ok_or_else(|| Error::message("a component got lost"))?;
        called.is_rendering = true;
        let mut slots = std::mem::take(&mut called.slots);
        if slots.default_slot().is_empty() {
            slots.insert_default(Slot::new(&self.out[start..], AttributeBag::new()));
        }
        self.out.truncate(start);
        self.begin(Open::Body(name))?;
        Ok(slots)
    }

    /// Prints what stands between a component's tags where its template prints `slot`, without space around it.
    ///
    /// # Errors
    /// Those of `content`.
    pub fn content(&mut self, content: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let start = self.out.len();
        content(self)?;
        self.trim_end(start);
        self.trim_start(start);
        self.turn()
    }

    /// The component's template has ended.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Unpaired`].
    pub fn end_component(&mut self) -> Result<()> {
        self.end("a component", |open| matches!(open, Open::Body(_)))?;
        self.components.pop();
        Ok(())
    }

    /// What was passed under a name to this component or to the nearest around it: first to those whose templates are being
    /// rendered, from the inside; then to those whose content this is.
    #[must_use]
    pub fn aware(&self, name: &str) -> Option<Value> {
        let name = prop_name(name);
        let rendering = self.components.iter().rev().filter(|called| called.is_rendering);
        let collecting = self.components.iter().rev().filter(|called| !called.is_rendering);
        rendering.chain(collecting).find_map(|called| called.passed.get(&name)).cloned()
    }
}
