//! From any expression, whether its type can be serialised or not: which trait a type has decides, by the order in which
//! methods are looked for.

use serde::Serialize;

use super::{Opaque, Value};
use crate::{AttributeBag, ErrorBags, Prepends, Safe, Slot};

/// The [`Value`](crate::Value) of an expression, which is borrowed: of Forge's own values themselves, of what is serialisable its
/// form, of anything else [`Opaque`](crate::Opaque) with the type's name.
#[macro_export]
macro_rules! to_value {
    ($value:expr) => {{
        #[allow(unused_imports, reason = "one of them has the method")]
        use $crate::value::{ToValueOpaque as _, ToValuePlain as _, ToValueSerialize as _};
        (&&&$crate::value::Given(&$value)).forge_to_value()
    }};
}

/// An expression whose type is asked for traits.
#[derive(Debug)]
pub struct Given<'a, T: ?Sized>(pub &'a T);

/// Types that pass as they are, without serde between.
pub trait ViaForge {
    fn to_forge(&self) -> Value;
}

macro_rules! via_forge {
    ($($type:ty),*) => {
        $(impl ViaForge for $type {
            fn to_forge(&self) -> Value {
                self.clone().into()
            }
        })*
    };
}

via_forge!(Value, Safe, Slot, AttributeBag, Prepends, super::Map);

impl ViaForge for ErrorBags {
    fn to_forge(&self) -> Value {
        Value::Errors(std::sync::Arc::new(self.clone()))
    }
}

impl<T: ViaForge + ?Sized> ViaForge for &T {
    fn to_forge(&self) -> Value {
        (**self).to_forge()
    }
}

impl<T: ViaForge> ViaForge for Option<T> {
    fn to_forge(&self) -> Value {
        self.as_ref().map_or(Value::Null, ViaForge::to_forge)
    }
}

pub trait ToValuePlain {
    fn forge_to_value(&self) -> Value;
}

impl<T: ViaForge + ?Sized> ToValuePlain for &&Given<'_, T> {
    fn forge_to_value(&self) -> Value {
        self.0.to_forge()
    }
}

pub trait ToValueSerialize {
    fn forge_to_value(&self) -> Value;
}

impl<T: Serialize + ?Sized> ToValueSerialize for &Given<'_, T> {
    fn forge_to_value(&self) -> Value {
        Value::of(self.0)
    }
}

pub trait ToValueOpaque {
    fn forge_to_value(&self) -> Value;
}

impl<T: ?Sized> ToValueOpaque for Given<'_, T> {
    fn forge_to_value(&self) -> Value {
        Value::Opaque(Opaque::new(std::any::type_name::<T>()))
    }
}
