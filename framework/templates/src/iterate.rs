//! Loops over expressions of any type.
//!
//! A place is looped over by reference, through references and smart pointers ([`each!`](crate::each)); what is no place, by value
//! ([`each_owned!`](crate::each_owned)). Both evaluate to `forge::Result<impl Iterator>`, with keys in their other form. A [`Value`] yields its items.

mod keyed;
mod owned;
mod place;

use std::collections::{BTreeMap, HashMap};

pub use keyed::{KeyedClone, KeyedDeep, KeyedInner, KeyedList, KeyedListDeep, KeyedListInner, KeyedMap};
pub use owned::{IntoPairs, Owned, OwnedEach, OwnedKeyedList, OwnedKeyedMap, OwnedValue};
pub use place::{EachClone, EachDeep, EachInner, EachRef, EachValue};

use crate::{AttributeBag, ErrorKind, Map, Result, Value};

/// Over a place, by reference: `each!(posts)` yields items; `each!(key posts)` yields pairs of a map's key, or a position,
/// and the item. Evaluates to `forge::Result<impl Iterator>`.
#[macro_export]
macro_rules! each {
    (key $place:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::iterate::{
            KeyedClone as _, KeyedDeep as _, KeyedInner as _, KeyedList as _, KeyedListDeep as _, KeyedListInner as _,
            KeyedMap as _,
        };
        (&&&&&&&$crate::iterate::Place(&$place)).forge_keyed()
    }};
    ($place:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::iterate::{EachClone as _, EachDeep as _, EachInner as _, EachRef as _, EachValue as _};
        (&&&&&$crate::iterate::Place(&$place)).forge_each()
    }};
}

/// Over what is no place, by value: a range, an array, a call. As [`each!`](crate::each).
#[macro_export]
macro_rules! each_owned {
    (key $value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::iterate::{OwnedKeyedList as _, OwnedKeyedMap as _};
        (&&$crate::iterate::Owned::new($value)).forge_keyed()
    }};
    ($value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::iterate::{OwnedEach as _, OwnedValue as _};
        (&&$crate::iterate::Owned::new($value)).forge_each()
    }};
}

/// A place that is looped over.
#[derive(Debug)]
pub struct Place<'a, T: ?Sized>(pub &'a T);

/// What `@foreach` can loop over.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be looped over in a template",
    label = "this is no collection",
    note = "`@foreach` takes whatever `for` does: lists, maps, options, ranges, iterators"
)]
pub trait Loopable: IntoIterator {}

#[diagnostic::do_not_recommend]
impl<T: IntoIterator> Loopable for T {}

/// What `@foreach` can loop over again and again.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be looped over in a template",
    label = "this is no collection",
    note = "`@foreach` takes whatever `for` does: lists, maps, options, ranges, iterators; a variable that is an iterator must be `Clone`"
)]
pub trait LoopableAgain: IntoIterator + Clone {}

#[diagnostic::do_not_recommend]
impl<T: IntoIterator + Clone> LoopableAgain for T {}

/// Types whose items come with keys of their own.
pub trait MapLike<'a> {
    type Pairs: Iterator;
    fn pairs(&'a self) -> Result<Self::Pairs>;
}

impl<'a, K: 'a, V: 'a, S: 'a> MapLike<'a> for HashMap<K, V, S> {
    type Pairs = std::collections::hash_map::Iter<'a, K, V>;

    fn pairs(&'a self) -> Result<Self::Pairs> {
        Ok(self.iter())
    }
}

impl<'a, K: 'a, V: 'a> MapLike<'a> for BTreeMap<K, V> {
    type Pairs = std::collections::btree_map::Iter<'a, K, V>;

    fn pairs(&'a self) -> Result<Self::Pairs> {
        Ok(self.iter())
    }
}

impl<'a, K: 'a, V: 'a, S: 'a> MapLike<'a> for indexmap::IndexMap<K, V, S> {
    type Pairs = indexmap::map::Iter<'a, K, V>;

    fn pairs(&'a self) -> Result<Self::Pairs> {
        Ok(self.iter())
    }
}

impl<'a> MapLike<'a> for serde_json::Map<String, serde_json::Value> {
    type Pairs = serde_json::map::Iter<'a>;

    fn pairs(&'a self) -> Result<Self::Pairs> {
        Ok(self.iter())
    }
}

impl<'a> MapLike<'a> for Map {
    type Pairs = crate::value::Iter<'a>;

    fn pairs(&'a self) -> Result<Self::Pairs> {
        Ok(self.iter())
    }
}

impl<'a> MapLike<'a> for AttributeBag {
    type Pairs = crate::attributes::Iter<'a>;

    fn pairs(&'a self) -> Result<Self::Pairs> {
        Ok(self.iter())
    }
}

impl<'a> MapLike<'a> for Value {
    type Pairs = std::vec::IntoIter<(Value, Value)>;

    fn pairs(&'a self) -> Result<Self::Pairs> {
        Ok(self.to_pairs()?.into_iter())
    }
}

impl Value {
    /// What a loop over it yields: items of a list, the pairs `(key, value)` of a map as in Rust, nothing of `None`.
    ///
    /// # Errors
    /// [`ErrorKind::NotIterable`].
    pub fn to_items(&self) -> Result<Vec<Self>> {
        match self {
            Self::List(items) => Ok(items.to_vec()),
            Self::Null => Ok(Vec::new()),
            _ => Ok(self.to_pairs()?.into_iter().map(|(key, value)| Self::list([key, value])).collect()),
        }
    }

    /// What a loop `as key => value` over it yields: entries of a map, or positions (from zero) and items of a list.
    ///
    /// # Errors
    /// [`ErrorKind::NotIterable`].
    pub fn to_pairs(&self) -> Result<Vec<(Self, Self)>> {
        match self {
            Self::Null => Ok(Vec::new()),
            Self::List(items) => {
                let position = |(index, item): (usize, &Self)| (Self::UInt(index as u64), item.clone());
                Ok(items.iter().enumerate().map(position).collect())
            }
            Self::Map(map) => Ok(map.iter().map(|(key, value)| (key.to_value(), value.clone())).collect()),
            Self::Bag(bag) => Ok(bag.iter().map(|(name, value)| (name.into(), value.clone())).collect()),
            other => Err(ErrorKind::NotIterable { kind: other.kind().to_owned() }.into()),
        }
    }
}
