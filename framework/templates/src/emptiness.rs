//! What `@empty` and `@isset` ask of a value of any type.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use crate::value::Given;
use crate::{AttributeBag, ErrorBags, Map, Safe, Slot, Value};

/// Whether an expression, which is borrowed, is empty: `None`, `false`, a zero, text without a character, a collection
/// without an item. What is none of these is not empty.
#[macro_export]
macro_rules! is_empty {
    ($value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::emptiness::{EmptyKnown as _, EmptyOption as _, EmptyOther as _};
        (&&&$crate::value::Given(&$value)).forge_is_empty()
    }};
}

/// Whether a condition in a list of classes holds, which is borrowed: its [`Value`](crate::Value) is not empty.
#[macro_export]
macro_rules! holds {
    ($value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::emptiness::{HoldsBool as _, HoldsOther as _};
        match &$value {
            value => (&&$crate::value::Given(value)).forge_holds(|| $crate::to_value!(*value)),
        }
    }};
}

pub trait HoldsBool {
    fn forge_holds(&self, value: impl FnOnce() -> Value) -> bool;
}

impl HoldsBool for &Given<'_, bool> {
    #[inline]
    fn forge_holds(&self, _value: impl FnOnce() -> Value) -> bool {
        *self.0
    }
}

pub trait HoldsOther {
    fn forge_holds(&self, value: impl FnOnce() -> Value) -> bool;
}

impl<T: ?Sized> HoldsOther for Given<'_, T> {
    fn forge_holds(&self, value: impl FnOnce() -> Value) -> bool {
        value().is_truthy()
    }
}

/// Whether an expression, which is borrowed, is something: not `None`.
#[macro_export]
macro_rules! is_set {
    ($value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::emptiness::{SetKnown as _, SetOther as _};
        (&&$crate::value::Given(&$value)).forge_is_set()
    }};
}

impl Value {
    /// `None`, `false`, zero, empty text, nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Int(value) => *value == 0,
            Self::UInt(value) => *value == 0,
            Self::Float(value) => *value == 0.0,
            Self::Char(_) | Self::Opaque(_) => false,
            Self::Str(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(map) => map.is_empty(),
            Self::Safe(html) => html.as_str().is_empty(),
            Self::Slot(slot) => slot.is_empty(),
            Self::Bag(bag) => bag.is_empty(),
            Self::Errors(errors) => !errors.any(),
            Self::Prepends(value) => value.is_empty(),
        }
    }

    /// Whether a condition of a list of classes holds: not [empty](Self::is_empty).
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        !self.is_empty()
    }
}

/// Types that can be empty.
pub trait Emptiness {
    fn is_nothing(&self) -> bool;
}

macro_rules! zero {
    ($($type:ty = $zero:expr),*) => {
        $(impl Emptiness for $type {
            fn is_nothing(&self) -> bool {
                *self == $zero
            }
        })*
    };
}

zero!(bool = false, i8 = 0, i16 = 0, i32 = 0, i64 = 0, i128 = 0, isize = 0);
zero!(u8 = 0, u16 = 0, u32 = 0, u64 = 0, u128 = 0, usize = 0, f32 = 0.0, f64 = 0.0, () = ());

macro_rules! has_is_empty {
    ($([$($generics:tt)*] $type:ty),* $(,)?) => {
        $(impl<$($generics)*> Emptiness for $type {
            fn is_nothing(&self) -> bool {
                self.is_empty()
            }
        })*
    };
}

has_is_empty!(
    [] str, [] String, [T] [T], [T] Vec<T>, [T] VecDeque<T>, [T] LinkedList<T>, [T] BinaryHeap<T>,
    [T, S] HashSet<T, S>, [T] BTreeSet<T>, [K, V, S] HashMap<K, V, S>, [K, V] BTreeMap<K, V>,
    [K, V, S] indexmap::IndexMap<K, V, S>,
    [] Map, [] Value, [] Slot, [] AttributeBag,
);

impl Emptiness for Safe {
    fn is_nothing(&self) -> bool {
        self.as_str().is_empty()
    }
}

impl Emptiness for ErrorBags {
    fn is_nothing(&self) -> bool {
        !self.any()
    }
}

impl Emptiness for serde_json::Value {
    fn is_nothing(&self) -> bool {
        Value::of(self).is_empty()
    }
}

impl<T, const N: usize> Emptiness for [T; N] {
    fn is_nothing(&self) -> bool {
        N == 0
    }
}

macro_rules! through {
    ($($type:ty),*) => {
        $(impl<T: Emptiness + ?Sized> Emptiness for $type {
            fn is_nothing(&self) -> bool {
                (**self).is_nothing()
            }
        })*
    };
}

through!(&T, &mut T, Box<T>, Rc<T>, Arc<T>);

impl<T: Emptiness + ToOwned + ?Sized> Emptiness for Cow<'_, T> {
    fn is_nothing(&self) -> bool {
        (**self).is_nothing()
    }
}

impl<T: Emptiness> Emptiness for Option<T> {
    fn is_nothing(&self) -> bool {
        self.as_ref().is_none_or(Emptiness::is_nothing)
    }
}

/// An option of whatever.
pub trait Optional {
    fn is_nothing(&self) -> bool;
}

impl<T> Optional for Option<T> {
    fn is_nothing(&self) -> bool {
        self.is_none()
    }
}

impl Optional for Value {
    fn is_nothing(&self) -> bool {
        self.is_null()
    }
}

impl<T: Optional + ?Sized> Optional for &T {
    fn is_nothing(&self) -> bool {
        (**self).is_nothing()
    }
}

pub trait EmptyKnown {
    fn forge_is_empty(&self) -> bool;
}

impl<T: Emptiness + ?Sized> EmptyKnown for &&Given<'_, T> {
    fn forge_is_empty(&self) -> bool {
        self.0.is_nothing()
    }
}

pub trait EmptyOption {
    fn forge_is_empty(&self) -> bool;
}

impl<T: Optional + ?Sized> EmptyOption for &Given<'_, T> {
    fn forge_is_empty(&self) -> bool {
        self.0.is_nothing()
    }
}

pub trait EmptyOther {
    fn forge_is_empty(&self) -> bool;
}

impl<T: ?Sized> EmptyOther for Given<'_, T> {
    fn forge_is_empty(&self) -> bool {
        false
    }
}

pub trait SetKnown {
    fn forge_is_set(&self) -> bool;
}

impl<T: Optional + ?Sized> SetKnown for &Given<'_, T> {
    fn forge_is_set(&self) -> bool {
        !self.0.is_nothing()
    }
}

pub trait SetOther {
    fn forge_is_set(&self) -> bool;
}

impl<T: ?Sized> SetOther for Given<'_, T> {
    fn forge_is_set(&self) -> bool {
        true
    }
}
