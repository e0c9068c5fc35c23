//! Maps that keep the order in which entries came.

use super::entries::{Entries, IntoIter, Iter};
use super::{Key, Value};

/// Entries by key, in the order of insertion. A list with keys, `["a", "b" => c]`, is a map too: items without a key have the
/// numbers from zero as keys, as in PHP.
#[derive(Debug, Clone, Default)]
pub struct Map {
    entries: Entries,
    next: i64,
    is_struct: bool,
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Map {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether these are the fields of a struct, which may have methods that nothing is known of.
    #[must_use]
    pub fn is_struct(&self) -> bool {
        self.is_struct
    }

    pub(super) fn of_struct(entries: Entries) -> Self {
        Self { is_struct: true, entries, next: 0 }
    }

    /// Puts it in the place of an entry with this key, else at the end.
    pub fn insert(&mut self, key: impl Into<Key>, value: impl Into<Value>) -> Option<Value> {
        let key = key.into();
        if let Key::Int(number) = key {
            self.next = self.next.max(number.saturating_add(1));
        }
        self.entries.insert(key, value.into())
    }

    /// Adds an item without a key.
    pub fn push(&mut self, value: impl Into<Value>) {
        self.insert(self.next, value);
    }

    /// [`insert`](Self::insert) for chains.
    #[must_use]
    pub fn entry(mut self, key: impl Into<Key>, value: impl Into<Value>) -> Self {
        self.insert(key, value);
        self
    }

    /// [`push`](Self::push) for chains.
    #[must_use]
    pub fn item(mut self, value: impl Into<Value>) -> Self {
        self.push(value);
        self
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.get_text(key)
    }

    #[must_use]
    pub fn get_key(&self, key: &Key) -> Option<&Value> {
        self.entries.get(key)
    }

    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        self.entries.get_mut(key)
    }

    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The order of the others stays.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.entries.remove(key)
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        self.entries.iter()
    }

    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Into<Key>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K: Into<Key>, V: Into<Value>> Extend<(K, V)> for Map {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Into<Key>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Map {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = (&'a Key, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

impl IntoIterator for Map {
    type Item = (Key, Value);
    type IntoIter = IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
