//! Filters of lists.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::{Display, Write};
use std::rc::Rc;
use std::sync::Arc;

use crate::{Map, Result, Value};

/// What filters of lists take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list for a filter",
    note = "of an iterator, `.collect::<Vec<_>>()` is a list"
)]
pub trait Items {
    type Item;

    /// # Errors
    /// A [`Value`] that is no list.
    fn items(&self) -> Result<Vec<&Self::Item>>;
}

macro_rules! items {
    ($([$($generics:tt)*] $type:ty),*) => {
        $(impl<T, $($generics)*> Items for $type {
            type Item = T;

            fn items(&self) -> Result<Vec<&T>> {
                Ok(self.iter().collect())
            }
        })*
    };
}

items!([] [T], [] Vec<T>, [const N: usize] [T; N], [] VecDeque<T>, [] BTreeSet<T>, [S] HashSet<T, S>);

macro_rules! through {
    ($name:ident: $($type:ty),*; $item:item) => {
        $(impl<T: Items + ?Sized> Items for $type {
            type Item = T::Item;

            fn items(&self) -> Result<Vec<&T::Item>> {
                (**self).items()
            }
        }

        impl<T: Length + ?Sized> Length for $type {
            fn length(&self) -> Result<usize> {
                (**self).length()
            }
        })*

        $item
    };
}

through! {
    Items: &T, Box<T>, Rc<T>, Arc<T>;

    impl Items for Value {
        type Item = Self;

        fn items(&self) -> Result<Vec<&Self>> {
            match self {
                Self::Null => Ok(Vec::new()),
                Self::List(items) => Ok(items.iter().collect()),
                Self::Map(map) => Ok(map.values().collect()),
                other => Err(format!("a list is needed before the filter, not a {}", other.kind()).into()),
            }
        }
    }
}

/// What has a length: characters of text, items of a collection.
pub trait Length {
    /// # Errors
    /// A [`Value`] that has none.
    fn length(&self) -> Result<usize>;
}

impl Length for str {
    fn length(&self) -> Result<usize> {
        Ok(self.chars().count())
    }
}

impl Length for String {
    fn length(&self) -> Result<usize> {
        self.as_str().length()
    }
}

macro_rules! lengths {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {
        $(impl<$($generics)*> Length for $type {
            fn length(&self) -> Result<usize> {
                Ok(self.len())
            }
        })*
    };
}

lengths!(
    [T] [T], [T] Vec<T>, [T, const N: usize] [T; N], [T] VecDeque<T>, [T] BTreeSet<T>, [T, S] HashSet<T, S>,
    [K, V] BTreeMap<K, V>, [K, V, S] HashMap<K, V, S>, [K, V, S] indexmap::IndexMap<K, V, S>, [] Map,
);

impl<T: Length> Length for Option<T> {
    fn length(&self) -> Result<usize> {
        self.as_ref().map_or(Ok(0), Length::length)
    }
}

impl Length for Value {
    fn length(&self) -> Result<usize> {
        match self {
            Self::Null => Ok(0),
            Self::List(items) => Ok(items.len()),
            Self::Map(map) => Ok(map.len()),
            Self::Bag(bag) => Ok(bag.count()),
            other => match other.as_str() {
                Some(text) => text.length(),
                None => Err(format!("a {} has no length", other.kind()).into()),
            },
        }
    }
}

/// Characters of text, items of a collection.
///
/// # Errors
/// A [`Value`] that has no length.
pub fn length<T: Length + ?Sized>(value: &T) -> Result<usize> {
    value.length()
}

/// The items as one text, with `separator` between.
///
/// # Errors
/// If `Display` fails; a [`Value`] that is no list.
pub fn join<T: Items<Item: Display> + ?Sized>(value: &T, separator: impl Display) -> Result<String> {
    let mut text = String::new();
    for (index, item) in value.items()?.into_iter().enumerate() {
        if index > 0 {
            write!(text, "{separator}")?;
        }
        write!(text, "{item}")?;
    }
    Ok(text)
}

/// The first item, if there is one.
///
/// # Errors
/// A [`Value`] that is no list.
pub fn first<T: Items + ?Sized>(value: &T) -> Result<Option<&T::Item>> {
    Ok(value.items()?.first().copied())
}

/// The last item, if there is one.
///
/// # Errors
/// A [`Value`] that is no list.
pub fn last<T: Items + ?Sized>(value: &T) -> Result<Option<&T::Item>> {
    Ok(value.items()?.last().copied())
}

/// In ascending order. Items that have none among them, such as NaN, stay where they are.
///
/// # Errors
/// A [`Value`] that is no list.
pub fn sort<T: Items<Item: PartialOrd> + ?Sized>(value: &T) -> Result<Vec<&T::Item>> {
    let mut items = value.items()?;
    if items.iter().any(|item| item.partial_cmp(item).is_none()) {
        return super::fault("sort", "an item cannot be compared, not even with itself");
    }
    items.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
    Ok(items)
}

/// Text and lists.
pub trait Reversible {
    type Reversed<'a>
    where
        Self: 'a;

    /// # Errors
    /// A [`Value`] that is neither.
    fn reversed(&self) -> Result<Self::Reversed<'_>>;
}

impl Reversible for str {
    type Reversed<'a> = String;

    fn reversed(&self) -> Result<String> {
        Ok(self.chars().rev().collect())
    }
}

impl Reversible for String {
    type Reversed<'a> = Self;

    fn reversed(&self) -> Result<Self> {
        self.as_str().reversed()
    }
}

macro_rules! reversible {
    ($([$($generics:tt)*] $type:ty),*) => {
        $(impl<T, $($generics)*> Reversible for $type {
            type Reversed<'a> = Vec<&'a T> where Self: 'a;

            fn reversed(&self) -> Result<Vec<&T>> {
                Ok(self.iter().rev().collect())
            }
        })*
    };
}

reversible!([] [T], [] Vec<T>, [const N: usize] [T; N], [] VecDeque<T>, [] BTreeSet<T>);

impl<T: Reversible + ?Sized> Reversible for &T {
    type Reversed<'a>
        = T::Reversed<'a>
    where
        Self: 'a;

    fn reversed(&self) -> Result<T::Reversed<'_>> {
        (**self).reversed()
    }
}

impl Reversible for Value {
    type Reversed<'a> = Self;

    fn reversed(&self) -> Result<Self> {
        match self {
            Self::Str(text) => Ok(text.reversed()?.into()),
            Self::List(items) => Ok(Self::list(items.iter().rev().cloned())),
            Self::Null => Ok(Self::Null),
            other => Err(format!("text or a list is needed before the filter, not a {}", other.kind()).into()),
        }
    }
}

/// The other way round.
///
/// # Errors
/// A [`Value`] that is neither text nor a list.
pub fn reverse<T: Reversible + ?Sized>(value: &T) -> Result<T::Reversed<'_>> {
    value.reversed()
}
