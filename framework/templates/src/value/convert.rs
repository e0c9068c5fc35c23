//! From Rust's own types.

use std::borrow::Cow;
use std::sync::Arc;

use smol_str::SmolStr;

use super::{Map, Opaque, Value};
use crate::{AttributeBag, ErrorBags, Safe, Slot};

macro_rules! from {
    ($($type:ty => |$value:ident| $made:expr;)*) => {
        $(impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $made
            }
        })*
    };
}

from! {
    () => |_value| Self::Null;
    bool => |value| Self::Bool(value);
    i8 => |value| Self::Int(value.into());
    i16 => |value| Self::Int(value.into());
    i32 => |value| Self::Int(value.into());
    i64 => |value| Self::Int(value);
    isize => |value| Self::Int(value as i64);
    u8 => |value| Self::UInt(value.into());
    u16 => |value| Self::UInt(value.into());
    u32 => |value| Self::UInt(value.into());
    u64 => |value| Self::UInt(value);
    usize => |value| Self::UInt(value as u64);
    // By its shortest decimal form, so that it prints as before: `0.1f32 as f64` prints as 0.10000000149011612.
    f32 => |value| Self::Float(value.to_string().parse().unwrap_or_else(|_| f64::from(value)));
    f64 => |value| Self::Float(value);
    char => |value| Self::Char(value);
    &str => |value| Self::Str(value.into());
    &String => |value| Self::Str(value.as_str().into());
    String => |value| Self::Str(value.into());
    Arc<str> => |value| Self::Str(value.into());
    SmolStr => |value| Self::Str(value);
    Cow<'_, str> => |value| Self::Str(value.as_ref().into());
    Map => |value| Self::Map(Arc::new(value));
    Safe => |value| Self::Safe(value);
    Slot => |value| Self::Slot(value);
    AttributeBag => |value| Self::Bag(value);
    Arc<ErrorBags> => |value| Self::Errors(value);
    Opaque => |value| Self::Opaque(value);
    crate::Prepends => |value| Self::Prepends(Arc::new(value.0));
    &Value => |value| value.clone();
    serde_json::Value => |value| Self::of(&value);
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::list(items.into_iter().map(Into::into))
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Self {
        Self::list(items.into_iter().map(Into::into))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
