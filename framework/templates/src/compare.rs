//! `==`, `<` and their kin between expressions of any two types, as templates compare.
//!
//! References are looked through, text compares with text whatever holds it, and an option compares with what may be in it: `None`
//! equals nothing but `None`, and comes first. Everything else is as in Rust: both sides need a `PartialEq` or `PartialOrd` of each
//! other. So that integer literals get their type from the other side, only the shape of a side is found by method lookup, not the pair.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use crate::value::Given;

/// Compares two expressions, which are borrowed: `compare!(equal, a, b)`. The word is a method of [`Equal`] or [`Ordered`].
#[macro_export]
macro_rules! compare {
    ($method:ident, $left:expr, $right:expr) => {
        match (&$left, &$right) {
            (left, right) => {
                #[allow(unused_imports, reason = "one of them has the method")]
                use $crate::compare::{
                    Equal as _, Ordered as _, SideOption as _, SideOptionRef as _, SideOptionText as _, SideOther as _,
                    SideRef as _, SideRefRef as _, SideText as _,
                };
                let left = (&&&&&&&$crate::value::Given(left)).forge_side();
                let right = (&&&&&&&$crate::value::Given(right)).forge_side();
                left.$method(&right)
            }
        }
    };
}

/// A side of a comparison, without the references around it. Text is `Plain<str>`.
#[derive(Debug)]
pub struct Plain<'a, T: ?Sized>(&'a T);

/// A side that is an option.
#[derive(Debug)]
pub struct Maybe<'a, T: ?Sized>(Option<&'a T>);

/// What a comparison with `==` in a template takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{R}` cannot be compared in a template",
    label = "`{Self}` and `{R}` are not comparable",
    note = "compare values of one type: a number with `as`, text with `.to_string()`, a struct by one of its fields",
    note = "or implement `PartialEq<{R}>` for `{Self}`"
)]
pub trait Comparable<R: ?Sized> {
    fn is_equal(&self, other: &R) -> bool;
}

#[diagnostic::do_not_recommend]
impl<L: PartialEq<R> + ?Sized, R: ?Sized> Comparable<R> for L {
    fn is_equal(&self, other: &R) -> bool {
        self == other
    }
}

/// What a comparison with `<` and its kin in a template takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` and `{R}` have no order in a template",
    label = "neither of `{Self}` and `{R}` comes first",
    note = "compare values of one type: a number with `as`, text with `.to_string()`, a struct by one of its fields",
    note = "or implement `PartialOrd<{R}>` for `{Self}`"
)]
pub trait Orderable<R: ?Sized> {
    fn order(&self, other: &R) -> Option<Ordering>;
}

#[diagnostic::do_not_recommend]
impl<L: PartialOrd<R> + ?Sized, R: ?Sized> Orderable<R> for L {
    fn order(&self, other: &R) -> Option<Ordering> {
        self.partial_cmp(other)
    }
}

/// `==` and `!=` between sides.
pub trait Equal<R> {
    fn equal(&self, other: &R) -> bool;

    fn not_equal(&self, other: &R) -> bool {
        !self.equal(other)
    }
}

impl<L: Comparable<R> + ?Sized, R: ?Sized> Equal<Plain<'_, R>> for Plain<'_, L> {
    fn equal(&self, other: &Plain<'_, R>) -> bool {
        self.0.is_equal(other.0)
    }
}

impl<L: Comparable<R> + ?Sized, R: ?Sized> Equal<Maybe<'_, R>> for Maybe<'_, L> {
    fn equal(&self, other: &Maybe<'_, R>) -> bool {
        match (self.0, other.0) {
            (Some(left), Some(right)) => left.is_equal(right),
            (left, right) => left.is_none() && right.is_none(),
        }
    }
}

impl<L: Comparable<R> + ?Sized, R: ?Sized> Equal<Plain<'_, R>> for Maybe<'_, L> {
    fn equal(&self, other: &Plain<'_, R>) -> bool {
        self.0.is_some_and(|left| left.is_equal(other.0))
    }
}

impl<L: Comparable<R> + ?Sized, R: ?Sized> Equal<Maybe<'_, R>> for Plain<'_, L> {
    fn equal(&self, other: &Maybe<'_, R>) -> bool {
        other.0.is_some_and(|right| self.0.is_equal(right))
    }
}

/// `<`, `<=`, `>` and `>=` between sides.
pub trait Ordered<R> {
    fn compared(&self, other: &R) -> Option<Ordering>;

    fn less(&self, other: &R) -> bool {
        self.compared(other).is_some_and(Ordering::is_lt)
    }

    fn less_or_equal(&self, other: &R) -> bool {
        self.compared(other).is_some_and(Ordering::is_le)
    }

    fn greater(&self, other: &R) -> bool {
        self.compared(other).is_some_and(Ordering::is_gt)
    }

    fn greater_or_equal(&self, other: &R) -> bool {
        self.compared(other).is_some_and(Ordering::is_ge)
    }
}

fn order<L: Orderable<R> + ?Sized, R: ?Sized>(left: Option<&L>, right: Option<&R>) -> Option<Ordering> {
    match (left, right) {
        (Some(left), Some(right)) => left.order(right),
        (left, right) => Some(left.is_some().cmp(&right.is_some())),
    }
}

impl<L: Orderable<R> + ?Sized, R: ?Sized> Ordered<Plain<'_, R>> for Plain<'_, L> {
    fn compared(&self, other: &Plain<'_, R>) -> Option<Ordering> {
        self.0.order(other.0)
    }
}

impl<L: Orderable<R> + ?Sized, R: ?Sized> Ordered<Maybe<'_, R>> for Maybe<'_, L> {
    fn compared(&self, other: &Maybe<'_, R>) -> Option<Ordering> {
        order(self.0, other.0)
    }
}

impl<L: Orderable<R> + ?Sized, R: ?Sized> Ordered<Plain<'_, R>> for Maybe<'_, L> {
    fn compared(&self, other: &Plain<'_, R>) -> Option<Ordering> {
        order(self.0, Some(other.0))
    }
}

impl<L: Orderable<R> + ?Sized, R: ?Sized> Ordered<Maybe<'_, R>> for Plain<'_, L> {
    fn compared(&self, other: &Maybe<'_, R>) -> Option<Ordering> {
        order(Some(self.0), other.0)
    }
}

/// What holds text and nothing else.
pub trait Text {
    fn text(&self) -> &str;
}

impl Text for str {
    fn text(&self) -> &str {
        self
    }
}

macro_rules! holds_text {
    ($($type:ty),*) => {
        $(impl Text for $type {
            fn text(&self) -> &str {
                self
            }
        })*
    };
}

holds_text!(String, Cow<'_, str>, Box<str>, Rc<str>, Arc<str>);

impl<T: Text + ?Sized> Text for &T {
    fn text(&self) -> &str {
        (**self).text()
    }
}

/// An option, through references.
pub trait Optioned {
    type Item;
    fn option(&self) -> Option<&Self::Item>;
}

impl<T> Optioned for Option<T> {
    type Item = T;

    fn option(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl<T: Optioned + ?Sized> Optioned for &T {
    type Item = T::Item;

    fn option(&self) -> Option<&T::Item> {
        (**self).option()
    }
}

pub trait SideOptionText<'a> {
    fn forge_side(&self) -> Maybe<'a, str>;
}

impl<'a, T: Optioned<Item: Text> + ?Sized> SideOptionText<'a> for &&&&&&Given<'a, T> {
    fn forge_side(&self) -> Maybe<'a, str> {
        Maybe(self.0.option().map(Text::text))
    }
}

pub trait SideOptionRef<'a, I: ?Sized> {
    fn forge_side(&self) -> Maybe<'a, I>;
}

impl<'a, I: ?Sized + 'a, T: Optioned<Item = &'a I> + ?Sized> SideOptionRef<'a, I> for &&&&&Given<'a, T> {
    fn forge_side(&self) -> Maybe<'a, I> {
        Maybe(self.0.option().copied())
    }
}

pub trait SideOption<'a, I> {
    fn forge_side(&self) -> Maybe<'a, I>;
}

impl<'a, T: Optioned + ?Sized> SideOption<'a, T::Item> for &&&&Given<'a, T> {
    fn forge_side(&self) -> Maybe<'a, T::Item> {
        Maybe(self.0.option())
    }
}

pub trait SideText<'a> {
    fn forge_side(&self) -> Plain<'a, str>;
}

impl<'a, T: Text + ?Sized> SideText<'a> for &&&Given<'a, T> {
    fn forge_side(&self) -> Plain<'a, str> {
        Plain(self.0.text())
    }
}

pub trait SideRefRef<'a, T: ?Sized> {
    fn forge_side(&self) -> Plain<'a, T>;
}

impl<'a, T: ?Sized> SideRefRef<'a, T> for &&Given<'a, &&T> {
    fn forge_side(&self) -> Plain<'a, T> {
        Plain(self.0)
    }
}

pub trait SideRef<'a, T: ?Sized> {
    fn forge_side(&self) -> Plain<'a, T>;
}

impl<'a, T: ?Sized> SideRef<'a, T> for &Given<'a, &T> {
    fn forge_side(&self) -> Plain<'a, T> {
        Plain(self.0)
    }
}

pub trait SideOther<'a, T: ?Sized> {
    fn forge_side(&self) -> Plain<'a, T>;
}

impl<'a, T: ?Sized> SideOther<'a, T> for Given<'a, T> {
    fn forge_side(&self) -> Plain<'a, T> {
        Plain(self.0)
    }
}
