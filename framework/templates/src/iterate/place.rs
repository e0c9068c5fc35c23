//! Loops over places, by reference: the order in which methods are found is that of the traits here.

use std::ops::Deref;

use super::{LoopableAgain, Place};
use crate::{Result, Value};

pub trait EachValue<'a> {
    /// # Errors
    /// [`crate::ErrorKind::NotIterable`].
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
