//! Components with code: structs whose fields are the props of a template.
//!
//! `#[derive(Component)]` implements [`Component`]; compiled templates make the struct from the values in a tag, each through
//! [`IntoProp`], the interpreter from a bag of attributes.

use crate::{AttributeBag, Map, Result, Value};

/// A struct whose fields are a component's props. `#[derive(Component)]` implements it.
pub trait Component: Sized {
    /// The component's name: `alert` for `<x-alert>`.
    const NAME: &'static str;

    /// The struct of those attributes that are its fields, which then are none any more.
    ///
    /// # Errors
    /// A field without a default that is not there; a value that is not of its field's type.
    fn from_attributes(attributes: &mut AttributeBag) -> Result<Self>;

    /// The fields as the interpreter sees them.
    fn variables(&self) -> Map;

    /// Whether there is anything to render. With the derive, a method of this name of the struct itself counts.
    fn should_render(&self) -> bool {
        true
    }

    /// What the engines ask.
    #[doc(hidden)]
    fn renders(&self) -> bool {
        self.should_render()
    }
}

/// Values in a tag that a field of type `T` can be made of.
#[diagnostic::on_unimplemented(
    message = "a prop of type `{T}` cannot be made of `{Self}`",
    label = "this is `{Self}`, not `{T}`",
    note = "text in a tag is text: bind other values, as in `:name=\"e\"`"
)]
pub trait IntoProp<T> {
    fn into_prop(self) -> T;
}

impl<T> IntoProp<T> for T {
    fn into_prop(self) -> T {
        self
    }
}

impl<T: Clone> IntoProp<T> for &T {
    fn into_prop(self) -> T {
        self.clone()
    }
}

impl IntoProp<String> for &str {
    fn into_prop(self) -> String {
        self.to_owned()
    }
}

impl<T> IntoProp<Option<T>> for T {
    fn into_prop(self) -> Option<T> {
        Some(self)
    }
}

impl<T: Clone> IntoProp<Option<T>> for &T {
    fn into_prop(self) -> Option<T> {
        Some(self.clone())
    }
}

impl IntoProp<Option<String>> for &str {
    fn into_prop(self) -> Option<String> {
        Some(self.to_owned())
    }
}

/// A field's value of a [`Value`], whose type it finds from where it stands.
///
/// # Errors
/// A value of another shape.
pub fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T> {
    value.parse()
}
