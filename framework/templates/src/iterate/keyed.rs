//! Loops over places, by reference, with keys: maps first, then everything else with positions.

use std::iter::Enumerate;
use std::ops::Deref;

use super::{LoopableAgain, MapLike, Place};
use crate::Result;

pub trait KeyedMap<'a> {
    type Pairs: Iterator;
    /// # Errors
    /// [`crate::ErrorKind::NotIterable`], of a [`Value`](crate::Value).
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

/// As [`EachClone`](super::EachClone).
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
