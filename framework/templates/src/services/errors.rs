//! What is wrong with what was entered: messages by field, in named bags.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::matches;
use crate::Value;
use crate::value::handle;

/// Messages by field, in the order in which fields were found wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorBag {
    fields: Vec<(String, Vec<String>)>,
}

impl ErrorBag {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same message is not added to a field twice.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        let message = message.into();
        match self.fields.iter_mut().find(|(known, _)| known == field) {
            Some((_, messages)) if messages.contains(&message) => {}
            Some((_, messages)) => messages.push(message),
            None => self.fields.push((field.to_owned(), vec![message])),
        }
    }

    /// [`add`](Self::add) for chains.
    #[must_use]
    pub fn with(mut self, field: &str, message: impl Into<String>) -> Self {
        self.add(field, message);
        self
    }

    /// The messages of a field; of all fields that fit where the name has a `*`.
    #[must_use]
    pub fn get(&self, field: &str) -> Vec<&str> {
        let fits = |name: &str| name == field || field.contains('*') && matches(field, name);
        let of_fields = self.fields.iter().filter(|(name, _)| fits(name));
        of_fields.flat_map(|(_, messages)| messages.iter().map(String::as_str)).collect()
    }

    /// The first message of a field, of fields by `*`.
    #[must_use]
    pub fn first(&self, field: &str) -> Option<&str> {
        self.get(field).first().copied()
    }

    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.first(field).is_some()
    }

    #[must_use]
    pub fn any(&self) -> bool {
        !self.fields.is_empty()
    }

    /// All messages, field by field.
    #[must_use]
    pub fn all(&self) -> Vec<&str> {
        self.fields.iter().flat_map(|(_, messages)| messages.iter().map(String::as_str)).collect()
    }

    /// The number of messages.
    #[must_use]
    pub fn count(&self) -> usize {
        self.fields.iter().map(|(_, messages)| messages.len()).sum()
    }

    /// The names of the fields.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        self.fields.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// Bags of errors by name. Asked for a field, the bag `default` answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorBags {
    default: ErrorBag,
    named: BTreeMap<String, ErrorBag>,
}

impl ErrorBags {
    #[must_use]
    pub fn new(default: ErrorBag) -> Self {
        Self { default, named: BTreeMap::new() }
    }

    /// With a bag for one form of several.
    #[must_use]
    pub fn with_bag(mut self, name: &str, bag: ErrorBag) -> Self {
        if name == "default" {
            self.default = bag;
        } else {
            self.named.insert(name.to_owned(), bag);
        }
        self
    }

    /// A bag by its name; of an unknown name, an empty one.
    #[must_use]
    pub fn bag(&self, name: &str) -> &ErrorBag {
        static EMPTY: ErrorBag = ErrorBag { fields: Vec::new() };
        if name == "default" { &self.default } else { self.named.get(name).unwrap_or(&EMPTY) }
    }
}

impl std::ops::Deref for ErrorBags {
    type Target = ErrorBag;

    fn deref(&self) -> &ErrorBag {
        &self.default
    }
}

impl From<ErrorBag> for ErrorBags {
    fn from(default: ErrorBag) -> Self {
        Self::new(default)
    }
}

impl Serialize for ErrorBag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields.iter().map(|(field, messages)| (field, messages)))
    }
}

impl Serialize for ErrorBags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let own = || Value::Errors(std::sync::Arc::new(self.clone()));
        handle::serialize(serializer, own, |plain| self.default.serialize(plain))
    }
}
