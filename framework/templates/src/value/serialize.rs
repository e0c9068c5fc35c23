//! From anything that serde can serialise.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};

use super::entries::{Entries, Names};
use super::handle::{self, Inside};
use super::unsigned::Unsigned;
use super::{Key, Map, Value};

pub(super) fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, Failed> {
    let _inside = Inside::enter();
    value.serialize(ToValue)
}

/// Why a value has no form here.
#[derive(Debug)]
pub(super) struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl ser::Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

pub(super) struct ToValue;

type Made = Result<Value, Failed>;

impl Serializer for ToValue {
    type Ok = Value;
    type Error = Failed;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Variant<Items>;
    type SerializeMap = Pairs;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Variant<Pairs>;

    fn serialize_bool(self, value: bool) -> Made {
        Ok(Value::Bool(value))
    }

    fn serialize_i8(self, value: i8) -> Made {
        Ok(Value::Int(value.into()))
    }

    fn serialize_i16(self, value: i16) -> Made {
        Ok(Value::Int(value.into()))
    }

    fn serialize_i32(self, value: i32) -> Made {
        Ok(Value::Int(value.into()))
    }

    fn serialize_i64(self, value: i64) -> Made {
        Ok(Value::Int(value))
    }

    fn serialize_i128(self, value: i128) -> Made {
        match (i64::try_from(value), u64::try_from(value)) {
            (Ok(value), _) => Ok(Value::Int(value)),
            (_, Ok(value)) => Ok(Value::UInt(value)),
            _ => Ok(Value::Opaque(super::Opaque::because("i128", format!("{value} does not fit into 64 bits")))),
        }
    }

    fn serialize_u8(self, value: u8) -> Made {
        Ok(Value::UInt(value.into()))
    }

    fn serialize_u16(self, value: u16) -> Made {
        Ok(Value::UInt(value.into()))
    }

    fn serialize_u32(self, value: u32) -> Made {
        Ok(Value::UInt(value.into()))
    }

    fn serialize_u64(self, value: u64) -> Made {
        Ok(Value::UInt(value))
    }

    fn serialize_u128(self, value: u128) -> Made {
        match u64::try_from(value) {
            Ok(value) => Ok(Value::UInt(value)),
            Err(_) => Ok(Value::Opaque(super::Opaque::because("u128", format!("{value} does not fit into 64 bits")))),
        }
    }

    fn serialize_f32(self, value: f32) -> Made {
        Ok(value.into())
    }

    fn serialize_f64(self, value: f64) -> Made {
        Ok(Value::Float(value))
    }

    fn serialize_char(self, value: char) -> Made {
        Ok(Value::Char(value))
    }

    fn serialize_str(self, value: &str) -> Made {
        Ok(value.into())
    }

    fn serialize_bytes(self, value: &[u8]) -> Made {
        Ok(Value::list(value.iter().map(|byte| Value::UInt((*byte).into()))))
    }

    fn serialize_none(self) -> Made {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Made {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Made {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Made {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Made {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Made {
        let made = value.serialize(self)?;
        match made {
            Value::UInt(index) if name == handle::NAME => {
                handle::take(index).ok_or_else(|| ser::Error::custom("a value got lost while it was serialised"))
            }
            made => Ok(made),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Made {
        Ok(Map::new().entry(variant, value.serialize(Self)?).into())
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items, Failed> {
        // The length is what a type says of itself, so only so much is believed.
        Ok(Items(Vec::with_capacity(len.unwrap_or_default().min(1024))))
    }

    fn serialize_tuple(self, len: usize) -> Result<Items, Failed> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _name: &'static str, len: usize) -> Result<Items, Failed> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Variant<Items>, Failed> {
        Ok(Variant { variant, fields: self.serialize_seq(Some(len))? })
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Pairs, Failed> {
        Ok(Pairs { map: Map::new(), key: None })
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Fields, Failed> {
        Ok(Fields::new(name, len))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Variant<Pairs>, Failed> {
        Ok(Variant { variant, fields: self.serialize_map(Some(len))? })
    }
}

pub(super) struct Items(Vec<Value>);

impl SerializeSeq for Items {
    type Ok = Value;
    type Error = Failed;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        // The longest lists are of numbers. Those are made where they are to stand: to move them there takes longer.
        if let Some(Value::UInt(_)) = self.0.last()
            && let Ok(number) = value.serialize(Unsigned)
        {
            self.0.extend(std::iter::once(number).map(Value::UInt));
            return Ok(());
        }
        self.0.push(value.serialize(ToValue)?);
        Ok(())
    }

    fn end(self) -> Made {
        Ok(Value::List(Arc::new(self.0)))
    }
}

impl ser::SerializeTuple for Items {
    type Ok = Value;
    type Error = Failed;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Made {
        SerializeSeq::end(self)
    }
}

impl ser::SerializeTupleStruct for Items {
    type Ok = Value;
    type Error = Failed;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Made {
        SerializeSeq::end(self)
    }
}

pub(super) struct Pairs {
    map: Map,
    key: Option<Key>,
}

impl SerializeMap for Pairs {
    type Ok = Value;
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        self.key = Some(key.serialize(ToValue)?.try_into().map_err(ser::Error::custom)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let key = self.key.take().ok_or_else(|| Failed("a value of a map came before its key".to_owned()))?;
        self.map.insert(key, value.serialize(ToValue)?);
        Ok(())
    }

    fn end(self) -> Made {
        Ok(self.map.into())
    }
}

/// Fields of a struct.
pub(super) struct Fields {
    /// Of the struct.
    name: &'static str,
    /// If its fields so far are those of a struct that is known.
    shape: Option<Rc<Shape>>,
    /// The names of the fields, if they are not.
    names: Vec<&'static str>,
    values: Vec<Value>,
}

/// Names of a struct's fields, as they stand in the program and as keys.
struct Shape {
    places: Vec<&'static str>,
    keys: Names,
}

/// Structs whose fields a thread remembers.
const SHAPES_MAX: usize = 1024;

thread_local! {
    /// By where the name of the struct stands in the program. Structs may share it.
    static SHAPES: RefCell<HashMap<(usize, usize), Rc<Shape>, foldhash::fast::RandomState>> = RefCell::default();
}

fn place_of(name: &'static str) -> (usize, usize) {
    (name.as_ptr().addr(), name.len())
}

impl Fields {
    fn new(name: &'static str, len: usize) -> Self {
        let shape = SHAPES.with_borrow(|shapes| shapes.get(&place_of(name)).cloned());
        Self { name, shape, values: Vec::with_capacity(len.min(1024)), names: Vec::new() }
    }

    /// Another struct, or one that leaves fields out.
    fn forget_shape(&mut self) {
        if let Some(shape) = self.shape.take() {
            self.names = shape.places.iter().take(self.values.len()).copied().collect();
        }
    }
}

impl ser::SerializeStruct for Fields {
    type Ok = Value;
    type Error = Failed;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failed> {
        let known = self.shape.as_ref().and_then(|shape| shape.places.get(self.values.len()));
        if known.is_none_or(|known| place_of(known) != place_of(key)) {
            self.forget_shape();
            self.names.push(key);
        }
        self.values.push(value.serialize(ToValue)?);
        Ok(())
    }

    fn end(mut self) -> Made {
        if let Some(shape) = self.shape.take_if(|shape| shape.places.len() == self.values.len()) {
            return Ok(Map::of_struct(Entries::of_fields(shape.keys.clone(), self.values)).into());
        }
        self.forget_shape();
        let keys: Names = self.names.iter().map(|name| Key::from(*name)).collect();
        if self.names.iter().enumerate().any(|(at, name)| self.names[..at].contains(name)) {
            let entries = keys.iter().cloned().zip(self.values);
            return Ok(Map::of_struct(entries.collect()).into());
        }
        SHAPES.with_borrow_mut(|shapes| {
            if shapes.len() >= SHAPES_MAX {
                shapes.clear();
            }
            let shape = || Rc::new(Shape { places: self.names, keys: keys.clone() });
            shapes.entry(place_of(self.name)).or_insert_with(shape);
        });
        Ok(Map::of_struct(Entries::of_fields(keys, self.values)).into())
    }
}

/// A variant with fields is a map with one entry: its name, and what is in it.
pub(super) struct Variant<F> {
    variant: &'static str,
    fields: F,
}

impl<F> Variant<F> {
    fn wrap(variant: &'static str, fields: Value) -> Value {
        Map::new().entry(variant, fields).into()
    }
}

impl ser::SerializeTupleVariant for Variant<Items> {
    type Ok = Value;
    type Error = Failed;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        SerializeSeq::serialize_element(&mut self.fields, value)
    }

    fn end(self) -> Made {
        Ok(Self::wrap(self.variant, SerializeSeq::end(self.fields)?))
    }
}

impl ser::SerializeStructVariant for Variant<Pairs> {
    type Ok = Value;
    type Error = Failed;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failed> {
        self.fields.map.insert(key, value.serialize(ToValue)?);
        Ok(())
    }

    fn end(self) -> Made {
        Ok(Self::wrap(self.variant, SerializeMap::end(self.fields)?))
    }
}
