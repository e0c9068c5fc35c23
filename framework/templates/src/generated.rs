//! What only the code that Forge prints calls. Not for use by hand.

use std::cell::RefCell;

use crate::forge::component_names;
use crate::value::Given;
use crate::{AttributeBag, Error, ErrorKind, Key, Map, Render, Result, Slots, Value};

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
#[derive(Debug)]
pub struct Once<T>(RefCell<Option<T>>);

impl<T> Once<T> {
    pub fn new(value: T) -> Self {
        Self(RefCell::new(Some(value)))
    }
}

pub trait OptionalOption<T> {
    fn forge_optional(&self) -> Option<T>;
}

impl<T> OptionalOption<T> for &Once<Option<T>> {
    fn forge_optional(&self) -> Option<T> {
        self.0.borrow_mut().take().flatten()
    }
}

pub trait OptionalOther<T> {
    fn forge_optional(&self) -> Option<T>;
}

impl<T> OptionalOther<T> for Once<T> {
    fn forge_optional(&self) -> Option<T> {
        self.0.borrow_mut().take()
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
