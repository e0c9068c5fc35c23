//! Loops over what is no place, by value.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::iter::Enumerate;

use super::Loopable;
use crate::{AttributeBag, Error, Map, Result, Value};

/// A value that is looped over, and used up by that.
pub struct Owned<T>(Cell<Option<T>>);

impl<T> std::fmt::Debug for Owned<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Owned")
    }
}

impl<T> Owned<T> {
    pub fn new(value: T) -> Self {
        Self(Cell::new(Some(value)))
    }

    fn take(&self) -> Result<T> {
        self.0.take().ok_or_else(|| Error::message("a loop's values were used up before it began"))
    }
}

pub trait OwnedValue {
    /// # Errors
    /// [`crate::ErrorKind::NotIterable`].
    fn forge_each(&self) -> Result<std::vec::IntoIter<Value>>;
}

impl OwnedValue for &Owned<Value> {
    fn forge_each(&self) -> Result<std::vec::IntoIter<Value>> {
        Ok(self.take()?.to_items()?.into_iter())
    }
}

pub trait OwnedEach<T> {
    /// # Errors
    /// None.
    fn forge_each(&self) -> Result<T::IntoIter>
    where
        T: Loopable;
}

impl<T> OwnedEach<T> for Owned<T> {
    fn forge_each(&self) -> Result<T::IntoIter>
    where
        T: Loopable,
    {
        Ok(self.take()?.into_iter())
    }
}

/// Types that give up their entries, with keys.
pub trait IntoPairs {
    type Pairs: Iterator;
    /// # Errors
    /// [`crate::ErrorKind::NotIterable`], of a [`Value`].
    fn into_pairs(self) -> Result<Self::Pairs>;
}

macro_rules! into_pairs {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {
        $(impl<$($generics)*> IntoPairs for $type {
            type Pairs = <Self as IntoIterator>::IntoIter;

            fn into_pairs(self) -> Result<Self::Pairs> {
                Ok(self.into_iter())
            }
        })*
    };
}

into_pairs!(
    [K, V, S] HashMap<K, V, S>, ['a, K, V, S] &'a HashMap<K, V, S>,
    [K, V] BTreeMap<K, V>, ['a, K, V] &'a BTreeMap<K, V>,
    [K, V, S] indexmap::IndexMap<K, V, S>, ['a, K, V, S] &'a indexmap::IndexMap<K, V, S>,
    [] Map, ['a] &'a Map, ['a] &'a AttributeBag,
);

impl IntoPairs for Value {
    type Pairs = std::vec::IntoIter<(Value, Value)>;

    fn into_pairs(self) -> Result<Self::Pairs> {
        Ok(self.to_pairs()?.into_iter())
    }
}

pub trait OwnedKeyedMap<T: IntoPairs> {
    /// # Errors
    /// As [`IntoPairs::into_pairs`].
    fn forge_keyed(&self) -> Result<T::Pairs>;
}

impl<T: IntoPairs> OwnedKeyedMap<T> for &Owned<T> {
    fn forge_keyed(&self) -> Result<T::Pairs> {
        self.take()?.into_pairs()
    }
}

pub trait OwnedKeyedList<T> {
    /// # Errors
    /// None.
    fn forge_keyed(&self) -> Result<Enumerate<T::IntoIter>>
    where
        T: Loopable;
}

impl<T> OwnedKeyedList<T> for Owned<T> {
    fn forge_keyed(&self) -> Result<Enumerate<T::IntoIter>>
    where
        T: Loopable,
    {
        Ok(self.take()?.into_iter().enumerate())
    }
}
