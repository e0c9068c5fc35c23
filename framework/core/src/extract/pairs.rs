//! `application/x-www-form-urlencoded` as a source for serde: pairs of texts.
//!
//! It reads what `serde_urlencoded` reads, by the same rules, but remembers the key that it is at, so that an error can name it,
//! and goes through fewer generic functions on the way, each of which the compiler would repeat for every type of an app.

use std::borrow::Cow;

use form_urlencoded::Parse;
use serde::de::value::{Error, SeqDeserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{SERDE_TEXT_BYTES_MAX, shortened};

/// Longest key that an error names.
const KEY_BYTES_MAX: usize = 100;

/// The pairs of a query or a form, to be read once.
pub(super) struct Pairs<'de> {
    rest: Parse<'de>,
    /// The pair that is being read.
    key: Option<Cow<'de, str>>,
    value: Option<Cow<'de, str>>,
}

impl<'de> Pairs<'de> {
    pub(super) fn new(text: &'de [u8]) -> Self {
        Self { rest: form_urlencoded::parse(text), key: None, value: None }
    }

    /// `error`, after the key that it is about if it is about one.
    pub(super) fn explain(&self, error: &Error) -> String {
        let text = error.to_string();
        let text = shortened(&text, SERDE_TEXT_BYTES_MAX);
        match &self.key {
            Some(key) => format!("{}: {text}", shortened(key, KEY_BYTES_MAX)),
            None => text.into_owned(),
        }
    }

    /// The next key. Its value waits.
    fn advance(&mut self) -> Option<Text<'de>> {
        let (key, value) = self.rest.next()?;
        self.key = Some(key.clone());
        self.value = Some(value);
        Some(Text(key))
    }

    fn take_value(&mut self) -> Text<'de> {
        Text(self.value.take().unwrap_or_default())
    }
}

impl<'de> Deserializer<'de> for &mut Pairs<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.rest.count() {
            0 => visitor.visit_unit(),
            pairs => Err(Error::invalid_length(pairs, &"no pairs")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit_struct newtype_struct
        tuple tuple_struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for &mut Pairs<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        match self.advance() {
            Some(key) => match seed.deserialize(key) {
                Ok(key) => Ok(Some(key)),
                Err(error) => Err(error),
            },
            None => Ok(None),
        }
    }

    fn next_value_seed<W: DeserializeSeed<'de>>(&mut self, seed: W) -> Result<W::Value, Error> {
        match seed.deserialize(self.take_value()) {
            Ok(value) => {
                self.key = None;
                Ok(value)
            }
            Err(error) => Err(error),
        }
    }

    // The same without a seed. What serde's traits provide goes through the above and one more function for each type.

    fn next_key<K: Deserialize<'de>>(&mut self) -> Result<Option<K>, Error> {
        match self.advance() {
            Some(key) => match K::deserialize(key) {
                Ok(key) => Ok(Some(key)),
                Err(error) => Err(error),
            },
            None => Ok(None),
        }
    }

    fn next_value<W: Deserialize<'de>>(&mut self) -> Result<W, Error> {
        match W::deserialize(self.take_value()) {
            Ok(value) => {
                self.key = None;
                Ok(value)
            }
            Err(error) => Err(error),
        }
    }
}

impl<'de> SeqAccess<'de> for &mut Pairs<'de> {
    type Error = Error;

    fn next_element_seed<W: DeserializeSeed<'de>>(&mut self, seed: W) -> Result<Option<W::Value>, Error> {
        let Some(key) = self.advance() else { return Ok(None) };
        let pair = [key, self.take_value()];
        match seed.deserialize(SeqDeserializer::new(pair.into_iter())) {
            Ok(element) => {
                self.key = None;
                Ok(Some(element))
            }
            Err(error) => Err(error),
        }
    }
}

/// A key or a value.
struct Text<'de>(Cow<'de, str>);

impl<'de> IntoDeserializer<'de> for Text<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.parse() {
                Ok(value) => visitor.$visit(value),
                Err(error) => Err(Error::custom(error)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    parsed! {
        deserialize_bool => visit_bool
        deserialize_i8 => visit_i8
        deserialize_i16 => visit_i16
        deserialize_i32 => visit_i32
        deserialize_i64 => visit_i64
        deserialize_i128 => visit_i128
        deserialize_u8 => visit_u8
        deserialize_u16 => visit_u16
        deserialize_u32 => visit_u32
        deserialize_u64 => visit_u64
        deserialize_u128 => visit_u128
        deserialize_f32 => visit_f32
        deserialize_f64 => visit_f64
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.0.into_owned())
    }

    /// Names of fields: a visitor of its own for each type, which need not see the three kinds of text.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(&self.0)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant without fields, by its name.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(self.0))
    }

    forward_to_deserialize_any! {
        char str bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
    }
}
