//! What stands between a component's tags.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::attributes::{AttributeBag, prop_name};
use crate::value::handle;
use crate::{Safe, Value};

/// The content of a slot: HTML without space around it, and the attributes of its tag.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Slot {
    /// Nothing where it is empty.
    html: Option<Arc<str>>,
    pub attributes: AttributeBag,
}

impl Slot {
    /// Space around the HTML is dropped.
    #[must_use]
    pub fn new(html: &str, attributes: AttributeBag) -> Self {
        let html = html.trim_matches(crate::render::is_blank);
        Self { html: (!html.is_empty()).then(|| html.into()), attributes }
    }

    #[must_use]
    pub fn html(&self) -> &str {
        self.html.as_deref().unwrap_or_default()
    }

    #[must_use]
    pub fn to_safe(&self) -> Safe {
        self.html.clone().map_or_else(Safe::default, Safe::new)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.html.is_none()
    }

    #[must_use]
    pub fn is_not_empty(&self) -> bool {
        !self.is_empty()
    }

    /// Whether there is more than space and comments.
    #[must_use]
    pub fn has_actual_content(&self) -> bool {
        let mut rest = self.html();
        while let Some(start) = rest.find("<!--") {
            if !rest[..start].trim().is_empty() {
                return true;
            }
            match rest[start..].find("-->") {
                Some(end) => rest = &rest[start + end + 3..],
                // A comment without an end is none.
                None => return true,
            }
        }
        !rest.trim().is_empty()
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.html())
    }
}

impl From<Safe> for Slot {
    fn from(html: Safe) -> Self {
        Self::new(html.as_str(), AttributeBag::new())
    }
}

impl Serialize for Slot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        handle::serialize(serializer, || Value::Slot(self.clone()), |serializer| serializer.serialize_str(self.html()))
    }
}

/// The slots that a component was given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Slots {
    default: Slot,
    named: Vec<(String, Slot)>,
}

impl Slots {
    #[must_use]
    pub fn new(default: Slot) -> Self {
        Self { default, named: Vec::new() }
    }

    /// What is in no named slot.
    #[must_use]
    pub fn default_slot(&self) -> &Slot {
        &self.default
    }

    /// Like [`default_slot`](Self::default_slot), and it is in here no more.
    pub fn take_default(&mut self) -> Slot {
        std::mem::take(&mut self.default)
    }

    /// By the name of the variable (`title_bar`), whatever the spelling in the template (`titleBar`, `title-bar`).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Slot> {
        let name = prop_name(name);
        self.named.iter().find(|(known, _)| *known == name).map(|(_, slot)| slot)
    }

    /// Like [`get`](Self::get), and the slot is in here no more.
    pub fn take(&mut self, name: &str) -> Option<Slot> {
        let name = prop_name(name);
        let at = self.named.iter().position(|(known, _)| *known == name)?;
        Some(self.named.remove(at).1)
    }

    /// The named slots, in the order in which they first appeared.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Slot)> {
        self.named.iter().map(|(name, slot)| (name.as_str(), slot))
    }

    pub(crate) fn insert_default(&mut self, slot: Slot) {
        self.default = slot;
    }

    /// A slot that is given twice is what it was given last. The name `""` or `slot` is the default slot.
    pub fn insert(&mut self, name: &str, slot: Slot) {
        let name = prop_name(name);
        if name.is_empty() || name == "slot" {
            self.default = slot;
            return;
        }
        match self.named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = slot,
            None => self.named.push((name.into_owned(), slot)),
        }
    }
}
