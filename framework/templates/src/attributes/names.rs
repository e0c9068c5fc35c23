//! Names as methods of bags take them, and their spellings.

use std::borrow::Cow;

use crate::Value;

/// One name, or several.
pub trait Names {
    fn names(&self) -> impl Iterator<Item = &str>;
}

impl Names for str {
    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self)
    }
}

impl Names for String {
    fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.as_str())
    }
}

impl<T: AsRef<str>> Names for [T] {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(AsRef::as_ref)
    }
}

impl<T: AsRef<str>, const N: usize> Names for [T; N] {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(AsRef::as_ref)
    }
}

impl<T: AsRef<str>> Names for Vec<T> {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(AsRef::as_ref)
    }
}

/// Text, or the texts of a list. Anything else names nothing.
impl Names for Value {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.as_str().into_iter().chain(self.as_list().unwrap_or_default().iter().filter_map(Value::as_str))
    }
}

impl<T: Names + ?Sized> Names for &T {
    fn names(&self) -> impl Iterator<Item = &str> {
        (**self).names()
    }
}

/// The name of the variable that an attribute or a slot is for: `max_width` of `max-width`, `maxWidth` and `max_width`.
#[must_use]
pub fn prop_name(written: &str) -> Cow<'_, str> {
    if !written.contains(|c: char| c == '-' || c.is_uppercase()) {
        return Cow::Borrowed(written);
    }
    let mut name = String::with_capacity(written.len() + 2);
    let mut before = '_';
    for c in written.chars() {
        if c == '-' {
            name.push('_');
        } else {
            if c.is_uppercase() && before != '_' && before != '-' {
                name.push('_');
            }
            name.extend(c.to_lowercase());
        }
        before = c;
    }
    Cow::Owned(name)
}
