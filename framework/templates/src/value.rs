//! Values as templates see them when there is no compiler: the interpreter's variables, and everything that crosses between
//! engines, such as data of composers, attributes and arguments of services.

mod compare;
mod convert;
pub(crate) mod digits;
mod entries;
pub(crate) mod handle;
mod key;
mod map;
mod opaque;
mod parse;
mod probe;
mod serialize;
mod unsigned;
mod write;

use std::sync::Arc;

use smol_str::SmolStr;

pub use entries::{IntoIter, Iter};
pub use key::Key;
pub use map::Map;
pub use opaque::Opaque;
pub use probe::{Given, ToValueOpaque, ToValuePlain, ToValueSerialize, ViaForge};
pub(crate) use write::write_display_escaped;

use crate::{AttributeBag, ErrorBags, Result, Safe, Slot};

/// A value without its Rust type. Clones are cheap.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Value {
    /// `None`, `()`.
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    Char(char),
    Str(SmolStr),
    List(Arc<Vec<Value>>),
    /// Structs, maps, and lists with keys.
    Map(Arc<Map>),
    Safe(Safe),
    Slot(Slot),
    Bag(AttributeBag),
    /// The variable `errors`.
    Errors(Arc<ErrorBags>),
    /// What [`AttributeBag::prepends`] returned.
    Prepends(Arc<Value>),
    /// A value that has no serialisable form.
    Opaque(Opaque),
}

impl Value {
    /// Any serialisable value. Structs are maps, variants without fields their names, tuples lists. What fails to be serialised, or
    /// does not fit (a `u128` beyond 64 bits), is [`Opaque`].
    #[must_use]
    pub fn of<T: serde::Serialize + ?Sized>(value: &T) -> Self {
        serialize::to_value(value)
            .unwrap_or_else(|failed| Self::Opaque(Opaque::because(std::any::type_name::<T>(), failed.to_string())))
    }

    /// A list of values.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(Arc::new(items.into_iter().collect()))
    }

    /// The value as any type that can be deserialised.
    ///
    /// # Errors
    /// If it does not have the shape of that type.
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        Ok(serde_json::from_value(serde_json::to_value(self)?)?)
    }

    /// What it is, for messages: `number`, `text`, `list` …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::UInt(_) => "whole number",
            Self::Float(_) => "number",
            Self::Char(_) => "char",
            Self::Str(_) => "text",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Safe(_) => "HTML",
            Self::Slot(_) => "slot",
            Self::Bag(_) => "bag of attributes",
            Self::Errors(_) => "bag of errors",
            Self::Prepends(_) => "prepended value",
            Self::Opaque(_) => "value that only Rust knows",
        }
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of text, HTML and slots.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            Self::Safe(html) => Some(html.as_str()),
            Self::Slot(slot) => Some(slot.html()),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Whole numbers that fit.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::UInt(value) => i64::try_from(*value).ok(),
            _ => None,
        }
    }

    /// Any number.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::UInt(value) => Some(*value as f64),
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The field of a struct, the entry of a map, an attribute of a bag, or the item of a list or tuple at a position.
    #[must_use]
    pub fn get(&self, key: impl Into<Key>) -> Option<&Self> {
        let key = key.into();
        match self {
            Self::Map(map) => map.get_key(&key),
            Self::Bag(bag) => match &key {
                Key::Str(name) => bag.get(name),
                _ => None,
            },
            Self::List(items) => items.get(key.as_index()?),
            _ => None,
        }
    }
}

/// # Panics
/// Where there is no such entry, as indexing does in Rust.
impl std::ops::Index<&str> for Value {
    type Output = Self;

    fn index(&self, key: &str) -> &Self {
        self.get(key).unwrap_or_else(|| panic!("a {} has no entry `{key}`", self.kind()))
    }
}

/// # Panics
/// Where there is no such item, as indexing does in Rust.
impl std::ops::Index<usize> for Value {
    type Output = Self;

    fn index(&self, index: usize) -> &Self {
        self.get(index).unwrap_or_else(|| panic!("a {} has no item {index}", self.kind()))
    }
}
