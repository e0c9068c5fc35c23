//! What only generated code calls. Not for use by hand.

use crate::{AttributeBag, ErrorKind, Map, Render, Result, Slots, Value};

/// A place as a value of its own: copied where its type can be, else borrowed. So a variable that is passed on has the type that
/// it has where it comes from, but for a reference.
#[doc(hidden)]
#[macro_export]
macro_rules! lend {
    ($place:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::generated::{LendCopy as _, LendReference as _};
        (&&$crate::generated::Lent(&$place)).forge_lend()
    }};
}

/// An expression as an option, which it may be already.
#[doc(hidden)]
#[macro_export]
macro_rules! optional {
    ($value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::generated::{OptionalOption as _, OptionalOther as _};
        (&&$crate::generated::Once::new($value)).forge_optional()
    }};
}

/// The texts of an app's templates, as `(name, file, text)`; its build script calls `forge_codegen::compile`.
#[macro_export]
macro_rules! embedded {
    () => {{
        const TEMPLATES: &[(&str, &str, &str)] = ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/forge/registry.rs"));
        TEMPLATES
    }};
}

#[derive(Debug)]
pub struct Lent<'a, T: ?Sized>(pub &'a T);

pub trait LendCopy<T> {
    fn forge_lend(&self) -> T;
}

impl<T: Copy> LendCopy<T> for &Lent<'_, T> {
    fn forge_lend(&self) -> T {
        *self.0
    }
}

pub trait LendReference<'a, T: ?Sized> {
    fn forge_lend(&self) -> &'a T;
}

impl<'a, T: ?Sized> LendReference<'a, T> for Lent<'a, T> {
    fn forge_lend(&self) -> &'a T {
        self.0
    }
}

/// A value that is taken out once.
#[derive(Debug)]
pub struct Once<T>(std::cell::RefCell<Option<T>>);

impl<T> Once<T> {
    pub fn new(value: T) -> Self {
        Self(std::cell::RefCell::new(Some(value)))
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

/// A name of a template, or of a component.
///
/// # Errors
/// A value that is no text.
pub fn text(name: &Value) -> Result<&str> {
    name.as_str().ok_or_else(|| format!("a template's name is text, not a {}", name.kind()).into())
}

/// Values with names, for functions that take such.
///
/// # Errors
/// A value that is no list with names.
pub fn map(value: Value) -> Result<Map> {
    match value {
        Value::Map(map) => Ok(map.as_ref().clone()),
        Value::Null => Ok(Map::new()),
        other => Err(format!("these are names with values, not a {}", other.kind()).into()),
    }
}

/// Renders the view of this name, or the first that exists of a list of names.
///
/// # Errors
/// Names that are no text, an unknown view, no engine, and whatever goes wrong in the view.
pub fn include(render: &mut Render, name: &Value, variables: Map, isolated: bool, may_be_missing: bool) -> Result<()> {
    let forge = render.services().forge.clone();
    let names = match name {
        Value::List(names) => names.iter().map(text).collect::<Result<Vec<_>>>()?,
        name => vec![text(name)?],
    };
    let view = match (names.as_slice(), may_be_missing) {
        (names, true) => match names.iter().find(|name| forge.exists(name)) {
            Some(name) => name,
            None => return Ok(()),
        },
        ([name], false) => *name,
        (names, false) => forge.first(names)?,
    };
    forge.by_name()?.view(view, variables, isolated, render)
}

/// Renders the template of the component of this name, and ends the component.
///
/// # Errors
/// As [`include`].
pub fn component(render: &mut Render, name: &Value, attributes: AttributeBag, slots: Slots) -> Result<()> {
    let forge = render.services().forge.clone();
    let names = component_names(text(name)?);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.iter().all(|name| !forge.exists(name)) {
        return Err(ErrorKind::NoneOfViews { names: names.iter().map(|name| (*name).to_owned()).collect() }.into());
    }
    forge.by_name()?.component(&names, attributes, slots, render)?;
    render.end_component()
}

/// The templates that `<x-…>` may mean, in the order in which they are tried.
#[must_use]
pub fn component_names(written: &str) -> Vec<String> {
    let (prefixes, path) = match written.split_once("::") {
        Some((namespace, path)) => (vec![format!("{namespace}::"), format!("vendor.{namespace}.")], path),
        None => (vec![String::new()], written),
    };
    let last = path.rsplit('.').next().unwrap_or(path);
    let of = |prefix: &String| {
        let base = format!("{prefix}components.{path}");
        [base.clone(), format!("{base}.index"), format!("{base}.{last}")]
    };
    prefixes.iter().flat_map(of).collect()
}
