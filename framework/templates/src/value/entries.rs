//! Entries of a map: few are looked for one by one, which takes less time and memory than to hash them.

use indexmap::IndexMap;

use super::key::Text;
use super::{Key, Value};

/// As many as most structs have fields.
const FEW: usize = 8;

type Hashed = IndexMap<Key, Value, foldhash::fast::RandomState>;

/// Keys with values, in the order of insertion.
#[derive(Debug, Clone)]
pub(super) enum Entries {
    /// At most [`FEW`].
    Few(Vec<(Key, Value)>),
    Many(Hashed),
}

impl Default for Entries {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl PartialEq for Entries {
    /// In whatever order.
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

/// What stands in one of them.
fn find(entries: &[(Key, Value)], is_it: impl Fn(&Key) -> bool) -> Option<&Value> {
    entries.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
}

impl Entries {
    pub(super) fn with_capacity(entries: usize) -> Self {
        if entries <= FEW {
            Self::Few(Vec::with_capacity(entries))
        } else {
            Self::Many(Hashed::with_capacity_and_hasher(entries, foldhash::fast::RandomState::default()))
        }
    }

    /// Puts it in the place of an entry with this key, else at the end.
    pub(super) fn insert(&mut self, key: Key, value: Value) -> Option<Value> {
        match self {
            Self::Few(entries) => {
                if let Some((_, known)) = entries.iter_mut().find(|(known, _)| *known == key) {
                    return Some(std::mem::replace(known, value));
                }
                if entries.len() < FEW {
                    entries.push((key, value));
                    return None;
                }
                let mut many: Hashed = std::mem::take(entries).into_iter().collect();
                many.insert(key, value);
                *self = Self::Many(many);
                None
            }
            Self::Many(entries) => entries.insert(key, value),
        }
    }

    /// Adds an entry whose key no other has.
    pub(super) fn add(&mut self, key: Key, value: Value) {
        match self {
            Self::Few(entries) if entries.len() < FEW => entries.push((key, value)),
            _ => drop(self.insert(key, value)),
        }
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        match self {
            Self::Few(entries) => find(entries, |known| known == key),
            Self::Many(entries) => entries.get(key),
        }
    }

    pub(super) fn get_text(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Few(entries) => find(entries, |known| known.as_str() == Some(key)),
            Self::Many(entries) => entries.get(&Text(key)),
        }
    }

    pub(super) fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        match self {
            Self::Few(entries) => entries.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value),
            Self::Many(entries) => entries.get_mut(key),
        }
    }

    /// The order of the others stays.
    pub(super) fn remove(&mut self, key: &str) -> Option<Value> {
        match self {
            Self::Few(entries) => {
                let at = entries.iter().position(|(known, _)| known.as_str() == Some(key))?;
                Some(entries.remove(at).1)
            }
            Self::Many(entries) => entries.shift_remove(&Text(key)),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(entries) => entries.len(),
            Self::Many(entries) => entries.len(),
        }
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        Iter(match self {
            Self::Few(entries) => Either::Few(entries.iter()),
            Self::Many(entries) => Either::Many(entries.iter()),
        })
    }

    pub(super) fn into_iter(self) -> IntoIter {
        IntoIter(match self {
            Self::Few(entries) => Either::Few(entries.into_iter()),
            Self::Many(entries) => Either::Many(entries.into_iter()),
        })
    }
}

#[derive(Debug, Clone)]
enum Either<F, M> {
    Few(F),
    Many(M),
}

/// Entries of a [`Map`](crate::Map), in their order.
#[derive(Debug, Clone)]
pub struct Iter<'m>(Either<std::slice::Iter<'m, (Key, Value)>, indexmap::map::Iter<'m, Key, Value>>);

/// Entries of a [`Map`](crate::Map) that is no more, in their order.
#[derive(Debug)]
pub struct IntoIter(Either<std::vec::IntoIter<(Key, Value)>, indexmap::map::IntoIter<Key, Value>>);

fn pair((key, value): &(Key, Value)) -> (&Key, &Value) {
    (key, value)
}

impl<'m> Iterator for Iter<'m> {
    type Item = (&'m Key, &'m Value);

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Either::Few(entries) => entries.next().map(pair),
            Either::Many(entries) => entries.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Either::Few(entries) => entries.size_hint(),
            Either::Many(entries) => entries.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Either::Few(entries) => entries.next_back().map(pair),
            Either::Many(entries) => entries.next_back(),
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl Iterator for IntoIter {
    type Item = (Key, Value);

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Either::Few(entries) => entries.next(),
            Either::Many(entries) => entries.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Either::Few(entries) => entries.size_hint(),
            Either::Many(entries) => entries.size_hint(),
        }
    }
}

impl DoubleEndedIterator for IntoIter {
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Either::Few(entries) => entries.next_back(),
            Either::Many(entries) => entries.next_back(),
        }
    }
}

impl ExactSizeIterator for IntoIter {}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any, prop_oneof};
    use proptest::{prop_assert_eq, proptest};

    use super::{Entries, Hashed, Key, Text, Value};

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof!["[a-e]{1,2}".prop_map(Key::from), (0i64..6).prop_map(Key::Int), any::<bool>().prop_map(Key::Bool)]
    }

    proptest! {
        /// Few or many, they are what a map with hashes is.
        #[test]
        fn are_those_of_a_map(steps in vec((key(), any::<i64>(), 0u8..4), 0..40)) {
            let (mut entries, mut model) = (Entries::default(), Hashed::default());
            for (key, number, step) in steps {
                match (step, key.as_str()) {
                    (0, Some(text)) => prop_assert_eq!(entries.remove(text), model.shift_remove(&Text(text))),
                    (1, _) => prop_assert_eq!(entries.get_mut(&key), model.get_mut(&key)),
                    _ => prop_assert_eq!(entries.insert(key.clone(), number.into()), model.insert(key.clone(), number.into())),
                }
                prop_assert_eq!(entries.len(), model.len());
                prop_assert_eq!(entries.get(&key), model.get(&key));
                prop_assert_eq!(key.as_str().and_then(|text| entries.get_text(text)), key.as_str().and_then(|text| model.get(&Text(text))));
                prop_assert_eq!(entries.iter().collect::<Vec<_>>(), model.iter().collect::<Vec<_>>());
                prop_assert_eq!(entries.iter().rev().collect::<Vec<_>>(), model.iter().rev().collect::<Vec<_>>());
            }
            let owned: Vec<(Key, Value)> = entries.clone().into_iter().collect();
            let mut reversed = Entries::default();
            owned.iter().rev().for_each(|(key, value)| drop(reversed.insert(key.clone(), value.clone())));
            prop_assert_eq!(&reversed, &entries);
            prop_assert_eq!(owned, model.into_iter().collect::<Vec<_>>());
        }
    }
}
