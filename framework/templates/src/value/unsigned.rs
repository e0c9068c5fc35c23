//! Whether a value is a number without a sign, found out without a [`Value`](super::Value).

use std::fmt;

use serde::ser::{self, Impossible, Serialize, Serializer};

/// Gives the number, or [`Other`].
pub(super) struct Unsigned;

/// It is something else.
#[derive(Debug)]
pub(super) struct Other;

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no number without a sign")
    }
}

impl std::error::Error for Other {}

impl ser::Error for Other {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

macro_rules! others {
    ($($method:ident($($type:ty),*);)*) => {
        $(fn $method(self, $(_: $type),*) -> Result<u64, Other> {
            Err(Other)
        })*
    };
}

macro_rules! compounds {
    ($($method:ident($($type:ty),*);)*) => {
        $(fn $method(self, $(_: $type),*) -> Result<Impossible<u64, Other>, Other> {
            Err(Other)
        })*
    };
}

impl Serializer for Unsigned {
    type Ok = u64;
    type Error = Other;
    type SerializeSeq = Impossible<u64, Other>;
    type SerializeTuple = Impossible<u64, Other>;
    type SerializeTupleStruct = Impossible<u64, Other>;
    type SerializeTupleVariant = Impossible<u64, Other>;
    type SerializeMap = Impossible<u64, Other>;
    type SerializeStruct = Impossible<u64, Other>;
    type SerializeStructVariant = Impossible<u64, Other>;

    fn serialize_u8(self, value: u8) -> Result<u64, Other> {
        Ok(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<u64, Other> {
        Ok(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<u64, Other> {
        Ok(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<u64, Other> {
        Ok(value)
    }

    others! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _value: &T) -> Result<u64, Other> {
        Err(Other)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, _value: &T) -> Result<u64, Other> {
        Err(Other)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<u64, Other> {
        Err(Other)
    }

    compounds! {
        serialize_seq(Option<usize>);
        serialize_tuple(usize);
        serialize_tuple_struct(&'static str, usize);
        serialize_tuple_variant(&'static str, u32, &'static str, usize);
        serialize_map(Option<usize>);
        serialize_struct(&'static str, usize);
        serialize_struct_variant(&'static str, u32, &'static str, usize);
    }
}
