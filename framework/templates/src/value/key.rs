//! Keys of maps.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::{Error, Value};

/// The key of a map's entry. Whole numbers are equal whatever their type was.
#[derive(Debug, Clone)]
pub enum Key {
    Str(Arc<str>),
    Int(i64),
    /// Beyond [`i64::MAX`] only.
    UInt(u64),
    Bool(bool),
    Char(char),
}

impl Key {
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_index(&self) -> Option<usize> {
        match self {
            Self::Int(value) => usize::try_from(*value).ok(),
            Self::UInt(value) => usize::try_from(*value).ok(),
            _ => None,
        }
    }

    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Str(text) => Value::from(text.clone()),
            Self::Int(value) => Value::Int(*value),
            Self::UInt(value) => Value::UInt(*value),
            Self::Bool(value) => Value::Bool(*value),
            Self::Char(value) => Value::Char(*value),
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::UInt(a), Self::UInt(b)) => a == b,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Char(a), Self::Char(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            // As `Text` hashes, so that a lookup need not copy the text.
            Self::Str(text) => text.hash(state),
            Self::Int(value) => value.hash(state),
            Self::UInt(value) => value.hash(state),
            Self::Bool(value) => value.hash(state),
            Self::Char(value) => value.hash(state),
        }
    }
}

/// Text as a key, without a copy of it.
#[derive(Hash)]
pub(super) struct Text<'a>(pub(super) &'a str);

impl indexmap::Equivalent<Key> for Text<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        key.as_str() == Some(self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => f.write_str(text),
            Self::Int(value) => value.fmt(f),
            Self::UInt(value) => value.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Char(value) => value.fmt(f),
        }
    }
}

impl TryFrom<Value> for Key {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self, Error> {
        match value {
            Value::Str(text) => Ok(Self::Str(text.into())),
            Value::Safe(html) => Ok(html.as_str().into()),
            Value::Int(value) => Ok(Self::Int(value)),
            Value::UInt(value) => Ok(value.into()),
            Value::Bool(value) => Ok(Self::Bool(value)),
            Value::Char(value) => Ok(Self::Char(value)),
            other => Err(Error::message(format!("a {} cannot be a key", other.kind()))),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<&String> for Key {
    fn from(text: &String) -> Self {
        Self::Str(text.as_str().into())
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<Arc<str>> for Key {
    fn from(text: Arc<str>) -> Self {
        Self::Str(text)
    }
}

impl From<u64> for Key {
    fn from(value: u64) -> Self {
        i64::try_from(value).map_or(Self::UInt(value), Self::Int)
    }
}

impl From<usize> for Key {
    fn from(value: usize) -> Self {
        (value as u64).into()
    }
}

impl From<i64> for Key {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Key {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}
