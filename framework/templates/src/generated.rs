//! What only the code that Forge prints calls. Not for use by hand.

use std::cell::Cell;
use std::collections::{btree_map, btree_set, hash_map, hash_set, vec_deque};
use std::iter::{Enumerate, Rev};
use std::ops::Range;

use crate::forge::component_names;
use crate::value::Given;
use crate::{AttributeBag, Error, ErrorKind, Key, Loop, Map, Render, Result, Slots, Value};

/// A place as an argument: a copy of what can be copied, else a reference.
#[macro_export]
macro_rules! lend {
    ($place:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::generated::{LendCopy as _, LendRef as _};
        (&&$crate::value::Given(&$place)).forge_lend()
    }};
}

/// What a loop binds a name to: a copy of what a reference leads to where it can be copied, else what it is.
#[macro_export]
macro_rules! item {
    ($item:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::generated::ItemOther as _;
        $crate::generated::Item($item).forge_item()
    }};
}

/// An expression as an option, which it may be already: a prop whose default is `None` is one wherever it comes from.
#[macro_export]
macro_rules! optional {
    ($value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::generated::{OptionalOption as _, OptionalOther as _};
        (&&$crate::generated::Once::new($value)).forge_optional()
    }};
}

/// A loop's items with their number: `(usize, impl Iterator)`. Whether they are counted or collected, nobody can tell.
#[macro_export]
macro_rules! counted {
    ($items:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::generated::{CountedOther as _, CountedPlain as _};
        (&&$crate::generated::Once::new($items)).forge_counted()
    }};
}

/// The templates that an app was built with, as `(name, file, text)`; its build script calls `forge_codegen::compile`.
#[macro_export]
macro_rules! embedded {
    () => {{
        const TEMPLATES: &[(&str, &str, &str)] =
            ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/forge/registry.rs"));
        TEMPLATES
    }};
}

pub trait LendCopy<T> {
    fn forge_lend(&self) -> T;
}

impl<T: Copy> LendCopy<T> for &Given<'_, T> {
    fn forge_lend(&self) -> T {
        *self.0
    }
}

pub trait LendRef<'a, T: ?Sized> {
    fn forge_lend(&self) -> &'a T;
}

impl<'a, T: ?Sized> LendRef<'a, T> for Given<'a, T> {
    fn forge_lend(&self) -> &'a T {
        self.0
    }
}

/// What a loop yields. Its own method goes before that of [`ItemOther`].
#[derive(Debug)]
pub struct Item<T>(pub T);

impl<T: Copy> Item<&T> {
    #[must_use]
    pub fn forge_item(self) -> T {
        *self.0
    }
}

pub trait ItemOther<T> {
    fn forge_item(self) -> T;
}

impl<T> ItemOther<T> for Item<T> {
    fn forge_item(self) -> T {
        self.0
    }
}

/// A value that is taken out once.
pub struct Once<T>(Cell<Option<T>>);

impl<T> Once<T> {
    pub fn new(value: T) -> Self {
        Self(Cell::new(Some(value)))
    }
}

impl<T> std::fmt::Debug for Once<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Once")
    }
}

/// Iterators that know how many items they have, and in which no code of a template runs.
pub trait Plain: ExactSizeIterator {}

impl<T> Plain for std::slice::Iter<'_, T> {}
impl<T> Plain for std::vec::IntoIter<T> {}
impl<T, const N: usize> Plain for std::array::IntoIter<T, N> {}
impl<T> Plain for vec_deque::Iter<'_, T> {}
impl<K, V> Plain for hash_map::Iter<'_, K, V> {}
impl<K, V> Plain for btree_map::Iter<'_, K, V> {}
impl<K, V> Plain for indexmap::map::Iter<'_, K, V> {}
impl Plain for crate::value::Iter<'_> {}
impl<T> Plain for hash_set::Iter<'_, T> {}
impl<T> Plain for btree_set::Iter<'_, T> {}
impl Plain for Range<usize> {}
impl Plain for Range<i32> {}
impl Plain for Range<u32> {}
impl<I: Plain> Plain for Enumerate<I> {}
impl<I: Plain + DoubleEndedIterator> Plain for Rev<I> {}

pub trait CountedPlain {
    type Iter: Iterator;
    fn forge_counted(&self) -> (usize, Self::Iter);
}

impl<I: Plain> CountedPlain for &Once<I> {
    type Iter = std::iter::Flatten<std::option::IntoIter<I>>;

    fn forge_counted(&self) -> (usize, Self::Iter) {
        let items = self.0.take();
        (items.as_ref().map_or(0, ExactSizeIterator::len), items.into_iter().flatten())
    }
}

pub trait CountedOther<I: Iterator> {
    fn forge_counted(&self) -> (usize, std::vec::IntoIter<I::Item>);
}

impl<I: Iterator> CountedOther<I> for Once<I> {
    fn forge_counted(&self) -> (usize, std::vec::IntoIter<I::Item>) {
        let items: Vec<I::Item> = self.0.take().into_iter().flatten().collect();
        (items.len(), items.into_iter())
    }
}

pub trait OptionalOption<T> {
    fn forge_optional(&self) -> Option<T>;
}

impl<T> OptionalOption<T> for &Once<Option<T>> {
    fn forge_optional(&self) -> Option<T> {
        self.0.take().flatten()
    }
}

pub trait OptionalOther<T> {
    fn forge_optional(&self) -> Option<T>;
}

impl<T> OptionalOther<T> for Once<T> {
    fn forge_optional(&self) -> Option<T> {
        self.0.take()
    }
}

/// A value that must be text, such as the name of a view.
///
/// # Errors
/// Anything else.
pub fn text(value: &Value) -> Result<&str> {
    value.as_str().ok_or_else(|| Error::message(format!("text is needed here, not a {}", value.kind())))
}

/// A field of a value that only is known now.
///
/// # Errors
/// There is no such field.
pub fn field(value: &Value, name: &str) -> Result<Value> {
    let missing = || Error::message(format!("a {} has no field `{name}`", value.kind()));
    value.get(name).cloned().ok_or_else(missing)
}

/// An item of a value that only is known now.
///
/// # Errors
/// There is no such item.
pub fn entry(value: &Value, at: Value) -> Result<Value> {
    let at = key(at)?;
    let missing = || Error::message(format!("a {} has no entry `{at}`", value.kind()));
    value.get(at.clone()).cloned().ok_or_else(missing)
}

/// A condition whose type only is known now.
///
/// # Errors
/// It is not a `bool`.
pub fn truth(value: &Value) -> Result<bool> {
    let wrong = || Error::message(format!("expected `bool`, found a {}; compare it, or ask `@isset`", value.kind()));
    value.as_bool().ok_or_else(wrong)
}

/// A value as a key of a list.
///
/// # Errors
/// It is neither text nor a whole number, a `bool` or a `char`.
pub fn key(value: Value) -> Result<Key> {
    Key::try_from(value)
}

/// A value that must be a map, such as data of an include. Nothing is an empty map.
///
/// # Errors
/// Anything else.
pub fn map(value: Value) -> Result<Map> {
    match value {
        Value::Map(map) => Ok(std::sync::Arc::unwrap_or_clone(map)),
        Value::Null => Ok(Map::new()),
        Value::Bag(bag) => Ok(bag.iter().map(|(name, value)| (name, value.clone())).collect()),
        other => Err(Error::message(format!("a map of names and values is needed here, not a {}", other.kind()))),
    }
}

/// The variable `loop` for a template that is included within these loops, the outermost first.
#[must_use]
pub fn loops(around: &[Loop]) -> Value {
    around.iter().fold(None, |parent, state| Some(state.to_value(parent))).unwrap_or_default()
}

/// Renders the view of a name that is known now; of several, the first that exists.
///
/// # Errors
/// None exists, unless that is allowed; and whatever goes wrong in it.
pub fn include(render: &mut Render, name: &Value, variables: Map, isolated: bool, may_be_missing: bool) -> Result<()> {
    let services = render.services().clone();
    let names = match name {
        Value::List(items) => items.iter().map(text).collect::<Result<Vec<_>>>()?,
        name => vec![text(name)?],
    };
    match services.forge.first(&names) {
        Ok(name) => services.forge.by_name()?.view(name, variables, isolated, render),
        Err(_) if may_be_missing => Ok(()),
        Err(_) if names.len() == 1 => Err(ErrorKind::UnknownView { name: names[0].to_owned() }.into()),
        Err(error) => Err(error),
    }
}

/// Renders the template of a component whose name is known now, behind `end_component_body`; with `end_component`.
///
/// # Errors
/// There is none; and whatever goes wrong in it.
pub fn component(render: &mut Render, name: &Value, attributes: AttributeBag, slots: Slots) -> Result<()> {
    let services = render.services().clone();
    let names = component_names(text(name)?);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let engine = services.forge.by_name()?;
    engine.component(&names, attributes, slots, render)?;
    render.end_component()
}
