//! Attributes of components and slots, with Blade's rules for merging and printing them.
//!
//! Values are escaped when they are printed; [`Value::Safe`] is HTML already, and only its double quotes are replaced. So
//! no value can end its attribute. A name that could is an error when the bag is printed.

mod lists;
mod merge;
mod names;

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use smallvec::SmallVec;

pub use lists::{class_list, style_list};
pub use merge::Prepends;
pub use names::{Names, prop_name};

use crate::escape::{escape_into, quote_safe_into};
use crate::value::handle;
use crate::{ErrorKind, Map, Result, Value};

/// Names with values, in order. The values are any: what is a list is meant for `@props`. Clones are cheap.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AttributeBag {
    /// Nothing where there are no attributes. Shared, since the bag of a tag without expressions is made once.
    shared: Option<Arc<Entries>>,
}

type Entry = (Arc<str>, Value);

/// Most tags have one or two.
type Entries = SmallVec<[Entry; 2]>;

impl AttributeBag {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn of(entries: Entries) -> Self {
        Self { shared: (!entries.is_empty()).then(|| Arc::new(entries)) }
    }

    fn entries(&self) -> &[Entry] {
        self.shared.as_deref().map_or(&[], SmallVec::as_slice)
    }

    fn entries_mut(&mut self) -> &mut Entries {
        Arc::make_mut(self.shared.get_or_insert_default())
    }

    /// The value of an attribute. `false` and `None` are values, too.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries().iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    /// The value of an attribute, or the default where there is none or it is `None`.
    #[must_use]
    pub fn get_or(&self, name: &str, default: impl Into<Value>) -> Value {
        self.get(name).filter(|value| !value.is_null()).cloned().unwrap_or_else(|| default.into())
    }

    /// Whether there are attributes of all these names.
    #[must_use]
    pub fn has(&self, names: impl Names) -> bool {
        names.names().all(|name| self.get(name).is_some())
    }

    /// Whether there is an attribute of one of these names.
    #[must_use]
    pub fn has_any(&self, names: impl Names) -> bool {
        names.names().any(|name| self.get(name).is_some())
    }

    /// The value of the first attribute.
    #[must_use]
    pub fn first(&self) -> Option<&Value> {
        self.entries().first().map(|(_, value)| value)
    }

    #[must_use]
    pub fn only(&self, names: impl Names) -> Self {
        self.filter(|_, key| names.names().any(|name| name == key))
    }

    #[must_use]
    pub fn except(&self, names: impl Names) -> Self {
        self.filter(|_, key| names.names().all(|name| name != key))
    }

    /// What the closure says yes to; it gets value and name, in this order, as in Blade.
    #[must_use]
    pub fn filter(&self, mut keeps: impl FnMut(&Value, &str) -> bool) -> Self {
        let entries = self.entries().iter().filter(|(name, value)| keeps(value, name));
        Self::of(entries.cloned().collect())
    }

    /// Names that begin with one of these.
    #[must_use]
    pub fn where_starts_with(&self, prefixes: impl Names) -> Self {
        self.filter(|_, key| prefixes.names().any(|prefix| !prefix.is_empty() && key.starts_with(prefix)))
    }

    #[must_use]
    pub fn where_doesnt_start_with(&self, prefixes: impl Names) -> Self {
        self.filter(|_, key| !prefixes.names().any(|prefix| !prefix.is_empty() && key.starts_with(prefix)))
    }

    /// Another name of [`where_starts_with`](Self::where_starts_with).
    #[must_use]
    pub fn that_start_with(&self, prefixes: impl Names) -> Self {
        self.where_starts_with(prefixes)
    }

    /// The attributes that are these props, in any spelling (`maxWidth`, `max-width`, `max_width`).
    #[must_use]
    pub fn only_props(&self, props: impl Names) -> Self {
        self.filter(|_, key| props.names().any(|prop| prop_name(prop) == prop_name(key)))
    }

    /// The attributes that are none of these props.
    #[must_use]
    pub fn except_props(&self, props: impl Names) -> Self {
        self.filter(|_, key| props.names().all(|prop| prop_name(prop) != prop_name(key)))
    }

    /// The value of a prop in any spelling, which then is no attribute any more.
    pub fn take_prop(&mut self, prop: &str) -> Option<Value> {
        let prop = prop_name(prop);
        let at = self.entries().iter().position(|(name, _)| prop_name(name) == prop)?;
        Some(self.take(at))
    }

    /// Whether it prints nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries().iter().all(|(_, value)| matches!(value, Value::Null | Value::Bool(false)))
    }

    #[must_use]
    pub fn is_not_empty(&self) -> bool {
        !self.is_empty()
    }

    /// With those that are `false` or `None`.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries().len()
    }

    /// Names and values, in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.entries().iter())
    }

    /// Puts it in the place of an attribute of this name, else at the end.
    pub fn insert(&mut self, name: &str, value: impl Into<Value>) {
        self.set(name, value.into());
    }

    /// [`insert`](Self::insert) of a name that may be shared.
    pub(crate) fn set(&mut self, name: impl AsRef<str> + Into<Arc<str>>, value: Value) {
        let at = self.entries().iter().position(|(known, _)| **known == *name.as_ref());
        let entries = self.entries_mut();
        match at {
            Some(at) => entries[at].1 = value,
            None => entries.push((name.into(), value)),
        }
    }

    /// [`insert`](Self::insert) for chains.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.insert(name, value);
        self
    }

    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.entries().iter().position(|(known, _)| **known == *name)?;
        Some(self.take(at))
    }

    fn take(&mut self, at: usize) -> Value {
        let value = self.entries_mut().remove(at).1;
        // Bags are equal where they hold the same.
        self.shared.take_if(|entries| entries.is_empty());
        value
    }

    /// Writes the attributes as they stand in a tag, with single spaces between.
    ///
    /// # Errors
    /// A name that is not safe in a tag, and a value that is no text.
    pub fn write(&self, out: &mut String) -> Result<()> {
        let start = out.len();
        for (name, value) in self.entries() {
            if matches!(value, Value::Null | Value::Bool(false)) {
                continue;
            }
            if !is_safe_name(name) {
                return Err(ErrorKind::AttributeName { name: name.to_string() }.into());
            }
            if out.len() > start {
                out.push(' ');
            }
            out.push_str(name);
            out.push_str("=\"");
            write_value(out, name, value)?;
            out.push('"');
        }
        Ok(())
    }
}

/// A name with these would end the name, the tag or the attribute. Everything else is a name to a browser.
fn is_safe_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let ends = |c: char| matches!(c, '"' | '\'' | '<' | '>' | '/' | '=' | '`') || c.is_whitespace() || c.is_control();
    !name.is_empty() && (name.bytes().all(is_plain) || !name.contains(ends))
}

fn write_value(out: &mut String, name: &str, value: &Value) -> Result<()> {
    match value {
        Value::Bool(true) => out.push_str(forge_codegen::bare_value(name)),
        Value::Prepends(value) => write_value(out, name, value)?,
        Value::Safe(html) => quote_safe_into(out, html.as_str().trim()),
        Value::Slot(slot) => quote_safe_into(out, slot.html()),
        Value::List(_) | Value::Map(_) | Value::Bag(_) | Value::Errors(_) | Value::Opaque(_) => {
            let kind = match value {
                Value::Opaque(opaque) => opaque.to_string(),
                value => value.kind().to_owned(),
            };
            return Err(ErrorKind::AttributeValue { name: name.to_owned(), kind }.into());
        }
        Value::Str(text) => escape_into(out, text.trim()),
        value => escape_into(out, value.to_text()?.trim()),
    }
    Ok(())
}

/// The attributes as they stand in a tag. Fails where [`AttributeBag::write`] does; echoes say why.
impl fmt::Display for AttributeBag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut html = String::new();
        self.write(&mut html).map_err(|_| fmt::Error)?;
        f.write_str(&html)
    }
}

/// Names and values of a bag.
#[derive(Debug, Clone)]
pub struct Iter<'a>(std::slice::Iter<'a, Entry>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (&**name, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a AttributeBag {
    type Item = (&'a str, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl<N: AsRef<str>, V: Into<Value>> FromIterator<(N, V)> for AttributeBag {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut bag = Self::new();
        for (name, value) in entries {
            bag.insert(name.as_ref(), value);
        }
        bag
    }
}

/// An item without a key is an attribute that is there: `["disabled"]`.
impl From<Map> for AttributeBag {
    fn from(map: Map) -> Self {
        let entry = |(key, value): (crate::Key, Value)| match (key, value) {
            (crate::Key::Int(_), Value::Str(name)) => (name.to_string(), Value::Bool(true)),
            (key, value) => (key.to_string(), value),
        };
        map.into_iter().map(entry).collect()
    }
}

impl Serialize for AttributeBag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let own = || Value::Bag(self.clone());
        handle::serialize(serializer, own, |plain| plain.collect_map(self.iter()))
    }
}
