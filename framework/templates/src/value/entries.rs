//! Entries of a map: few are looked for one by one, which takes less time and memory than to hash them.

use std::iter::Zip;
use std::sync::Arc;

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
    /// Values of a struct's fields, with names that all structs of the type share.
    Fields(Names, Vec<Value>),
}

/// Names of fields, no two of them the same; as many as there are values.
pub(super) type Names = Arc<[Key]>;

/// Fields of a struct that are looked for one by one. More of them are put into a map.
const FIELDS_MAX: usize = 32;

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

/// Of several of one key, the last counts.
impl FromIterator<(Key, Value)> for Entries {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(entries: I) -> Self {
        let mut made = Self::default();
        entries.into_iter().for_each(|(key, value)| drop(made.insert(key, value)));
        made
    }
}

/// What stands in one of them.
fn find(entries: &[(Key, Value)], is_it: impl Fn(&Key) -> bool) -> Option<&Value> {
    entries.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
}

impl Entries {
    /// Of a struct.
    pub(super) fn of_fields(names: Names, values: Vec<Value>) -> Self {
        let fields = Self::Fields(names, values);
        if fields.len() <= FIELDS_MAX { fields } else { fields.into_iter().collect() }
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
            Self::Fields(..) => {
                if let Some(known) = self.get_mut(&key) {
                    return Some(std::mem::replace(known, value));
                }
                self.unshare();
                self.insert(key, value)
            }
        }
    }

    /// With keys of its own.
    fn unshare(&mut self) {
        *self = std::mem::take(self).into_iter().collect();
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        match self {
            Self::Few(entries) => find(entries, |known| known == key),
            Self::Many(entries) => entries.get(key),
            Self::Fields(names, values) => values.get(names.iter().position(|known| known == key)?),
        }
    }

    pub(super) fn get_text(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Few(entries) => find(entries, |known| known.as_str() == Some(key)),
            Self::Many(entries) => entries.get(&Text(key)),
            Self::Fields(names, values) => values.get(names.iter().position(|known| known.as_str() == Some(key))?),
        }
    }

    pub(super) fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        match self {
            Self::Few(entries) => entries.iter_mut().find(|(known, _)| known == key).map(|(_, value)| value),
            Self::Many(entries) => entries.get_mut(key),
            Self::Fields(names, values) => values.get_mut(names.iter().position(|known| known == key)?),
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
            Self::Fields(..) => {
                self.get_text(key)?;
                self.unshare();
                self.remove(key)
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(entries) => entries.len(),
            Self::Many(entries) => entries.len(),
            Self::Fields(_, values) => values.len(),
        }
    }

    pub(super) fn iter(&self) -> Iter<'_> {
        Iter(match self {
            Self::Few(entries) => Either::Few(entries.iter()),
            Self::Many(entries) => Either::Many(entries.iter()),
            Self::Fields(names, values) => Either::Fields(names.iter().zip(values)),
        })
    }

    pub(super) fn into_iter(self) -> IntoIter {
        IntoIter(match self {
            Self::Few(entries) => Either::Few(entries.into_iter()),
            Self::Many(entries) => Either::Many(entries.into_iter()),
            Self::Fields(names, values) => {
                let names: Vec<Key> = names.to_vec();
                Either::Fields(names.into_iter().zip(values))
            }
        })
    }
}

#[derive(Debug, Clone)]
enum Either<F, M, S> {
    Few(F),
    Many(M),
    Fields(S),
}

type Named<'m> = Zip<std::slice::Iter<'m, Key>, std::slice::Iter<'m, Value>>;
type IntoNamed = Zip<std::vec::IntoIter<Key>, std::vec::IntoIter<Value>>;

/// Entries of a [`Map`](crate::Map), in their order.
#[derive(Debug, Clone)]
pub struct Iter<'m>(Either<std::slice::Iter<'m, (Key, Value)>, indexmap::map::Iter<'m, Key, Value>, Named<'m>>);

/// Entries of a [`Map`](crate::Map) that is no more, in their order.
#[derive(Debug)]
pub struct IntoIter(Either<std::vec::IntoIter<(Key, Value)>, indexmap::map::IntoIter<Key, Value>, IntoNamed>);

fn pair((key, value): &(Key, Value)) -> (&Key, &Value) {
    (key, value)
}

impl<'m> Iterator for Iter<'m> {
    type Item = (&'m Key, &'m Value);

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Either::Few(entries) => entries.next().map(pair),
            Either::Many(entries) => entries.next(),
            Either::Fields(entries) => entries.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Either::Few(entries) => entries.size_hint(),
            Either::Many(entries) => entries.size_hint(),
            Either::Fields(entries) => entries.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Either::Few(entries) => entries.next_back().map(pair),
            Either::Many(entries) => entries.next_back(),
            Either::Fields(entries) => entries.next_back(),
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
            Either::Fields(entries) => entries.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match &self.0 {
            Either::Few(entries) => entries.size_hint(),
            Either::Many(entries) => entries.size_hint(),
            Either::Fields(entries) => entries.size_hint(),
        }
    }
}

impl DoubleEndedIterator for IntoIter {
    fn next_back(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Either::Few(entries) => entries.next_back(),
            Either::Many(entries) => entries.next_back(),
            Either::Fields(entries) => entries.next_back(),
        }
    }
}

impl ExactSizeIterator for IntoIter {}

#[cfg(test)]
mod tests {
    use proptest::collection::{hash_set, vec};
    use proptest::prelude::{Strategy, any, prop_oneof};
    use proptest::{prop_assert_eq, proptest};

    use super::{Entries, Hashed, Key, Text, Value};

    fn key() -> impl Strategy<Value = Key> {
        prop_oneof!["[a-e]{1,2}".prop_map(Key::from), (0i64..6).prop_map(Key::Int), any::<bool>().prop_map(Key::Bool)]
    }

    proptest! {
        /// Few or many, fields of a struct or not, they are what a map with hashes is.
        #[test]
        fn are_those_of_a_map(
            fields in hash_set("[a-e]{1,2}", 0..40),
            steps in vec((key(), any::<i64>(), 0u8..4), 0..40),
        ) {
            let names: Vec<Key> = fields.iter().map(Key::from).collect();
            let values: Vec<Value> = (0..names.len()).map(Value::from).collect();
            let mut model: Hashed = names.iter().cloned().zip(values.clone()).collect();
            let mut entries = Entries::of_fields(names.into(), values);
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
