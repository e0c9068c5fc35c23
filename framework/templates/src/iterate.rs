//! Loops over expressions of any type.
//!
//! A place is looped over by reference, through references and smart pointers ([`each!`]); what is no place, by value
//! ([`each_owned!`]). Both evaluate to `forge::Result<impl Iterator>`, with keys in their other form. A [`Value`] yields its items.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::iter::Enumerate;
use std::ops::Deref;

use crate::{AttributeBag, Error, ErrorKind, Key, Map, Result, Value};

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

/// Over what is no place, by value: a range, an array, a call. As [`each!`].
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
    type Pairs = indexmap::map::Iter<'a, Key, Value>;

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

// By reference. The order in which methods are found is that of the traits here.

pub trait EachValue<'a> {
    /// # Errors
    /// [`ErrorKind::NotIterable`].
    fn forge_each(&self) -> Result<std::vec::IntoIter<Value>>;
}

impl<'a> EachValue<'a> for &&&&Place<'a, Value> {
    fn forge_each(&self) -> Result<std::vec::IntoIter<Value>> {
        Ok(self.0.to_items()?.into_iter())
    }
}

impl<'a> EachValue<'a> for &&&&Place<'a, &Value> {
    fn forge_each(&self) -> Result<std::vec::IntoIter<Value>> {
        Ok(self.0.to_items()?.into_iter())
    }
}

pub trait EachRef<'a> {
    type Iter: Iterator;
    /// # Errors
    /// None.
    fn forge_each(&self) -> Result<Self::Iter>;
}

impl<'a, T: ?Sized> EachRef<'a> for &&&Place<'a, T>
where
    &'a T: IntoIterator,
{
    type Iter = <&'a T as IntoIterator>::IntoIter;

    fn forge_each(&self) -> Result<Self::Iter> {
        Ok(self.0.into_iter())
    }
}

pub trait EachInner<'a> {
    type Iter: Iterator;
    /// # Errors
    /// None.
    fn forge_each(&self) -> Result<Self::Iter>;
}

impl<'a, T: Deref + ?Sized> EachInner<'a> for &&Place<'a, T>
where
    &'a T::Target: IntoIterator,
{
    type Iter = <&'a T::Target as IntoIterator>::IntoIter;

    fn forge_each(&self) -> Result<Self::Iter> {
        Ok(self.0.deref().into_iter())
    }
}

pub trait EachDeep<'a> {
    type Iter: Iterator;
    /// # Errors
    /// None.
    fn forge_each(&self) -> Result<Self::Iter>;
}

impl<'a, T: Deref + ?Sized> EachDeep<'a> for &Place<'a, T>
where
    T::Target: Deref,
    &'a <T::Target as Deref>::Target: IntoIterator,
{
    type Iter = <&'a <T::Target as Deref>::Target as IntoIterator>::IntoIter;

    fn forge_each(&self) -> Result<Self::Iter> {
        Ok(self.0.deref().deref().into_iter())
    }
}

/// For any type, so that what cannot be looped over is reported as that.
pub trait EachClone<T> {
    /// # Errors
    /// None.
    fn forge_each(&self) -> Result<T::IntoIter>
    where
        T: LoopableAgain;
}

impl<T> EachClone<T> for Place<'_, T> {
    fn forge_each(&self) -> Result<T::IntoIter>
    where
        T: LoopableAgain,
    {
        Ok(self.0.clone().into_iter())
    }
}

// By reference, with keys.

pub trait KeyedMap<'a> {
    type Pairs: Iterator;
    /// # Errors
    /// [`ErrorKind::NotIterable`], of a [`Value`].
    fn forge_keyed(&self) -> Result<Self::Pairs>;
}

impl<'a, T: MapLike<'a> + ?Sized> KeyedMap<'a> for &&&&&&Place<'a, T> {
    type Pairs = T::Pairs;

    fn forge_keyed(&self) -> Result<Self::Pairs> {
        self.0.pairs()
    }
}

pub trait KeyedInner<'a> {
    type Pairs: Iterator;
    /// # Errors
    /// As [`KeyedMap`].
    fn forge_keyed(&self) -> Result<Self::Pairs>;
}

impl<'a, T: Deref + ?Sized> KeyedInner<'a> for &&&&&Place<'a, T>
where
    T::Target: MapLike<'a>,
{
    type Pairs = <T::Target as MapLike<'a>>::Pairs;

    fn forge_keyed(&self) -> Result<Self::Pairs> {
        self.0.deref().pairs()
    }
}

pub trait KeyedDeep<'a> {
    type Pairs: Iterator;
    /// # Errors
    /// As [`KeyedMap`].
    fn forge_keyed(&self) -> Result<Self::Pairs>;
}

impl<'a, T: Deref + ?Sized> KeyedDeep<'a> for &&&&Place<'a, T>
where
    T::Target: Deref,
    <T::Target as Deref>::Target: MapLike<'a>,
{
    type Pairs = <<T::Target as Deref>::Target as MapLike<'a>>::Pairs;

    fn forge_keyed(&self) -> Result<Self::Pairs> {
        self.0.deref().deref().pairs()
    }
}

pub trait KeyedList<'a> {
    type Iter: Iterator;
    /// # Errors
    /// None.
    fn forge_keyed(&self) -> Result<Enumerate<Self::Iter>>;
}

impl<'a, T: ?Sized> KeyedList<'a> for &&&Place<'a, T>
where
    &'a T: IntoIterator,
{
    type Iter = <&'a T as IntoIterator>::IntoIter;

    fn forge_keyed(&self) -> Result<Enumerate<Self::Iter>> {
        Ok(self.0.into_iter().enumerate())
    }
}

pub trait KeyedListInner<'a> {
    type Iter: Iterator;
    /// # Errors
    /// None.
    fn forge_keyed(&self) -> Result<Enumerate<Self::Iter>>;
}

impl<'a, T: Deref + ?Sized> KeyedListInner<'a> for &&Place<'a, T>
where
    &'a T::Target: IntoIterator,
{
    type Iter = <&'a T::Target as IntoIterator>::IntoIter;

    fn forge_keyed(&self) -> Result<Enumerate<Self::Iter>> {
        Ok(self.0.deref().into_iter().enumerate())
    }
}

pub trait KeyedListDeep<'a> {
    type Iter: Iterator;
    /// # Errors
    /// None.
    fn forge_keyed(&self) -> Result<Enumerate<Self::Iter>>;
}

impl<'a, T: Deref + ?Sized> KeyedListDeep<'a> for &Place<'a, T>
where
    T::Target: Deref,
    &'a <T::Target as Deref>::Target: IntoIterator,
{
    type Iter = <&'a <T::Target as Deref>::Target as IntoIterator>::IntoIter;

    fn forge_keyed(&self) -> Result<Enumerate<Self::Iter>> {
        Ok(self.0.deref().deref().into_iter().enumerate())
    }
}

/// As [`EachClone`].
pub trait KeyedClone<T> {
    /// # Errors
    /// None.
    fn forge_keyed(&self) -> Result<Enumerate<T::IntoIter>>
    where
        T: LoopableAgain;
}

impl<T> KeyedClone<T> for Place<'_, T> {
    fn forge_keyed(&self) -> Result<Enumerate<T::IntoIter>>
    where
        T: LoopableAgain,
    {
        Ok(self.0.clone().into_iter().enumerate())
    }
}

// By value.

pub trait OwnedValue {
    /// # Errors
    /// [`ErrorKind::NotIterable`].
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
    /// [`ErrorKind::NotIterable`], of a [`Value`].
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
