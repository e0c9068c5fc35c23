//! Equality and order: Rust's, between values of one kind.

use std::cmp::Ordering;

use super::Value;

impl Value {
    /// As `partial_cmp` of the originals. `None` for values of different kinds, for those without an order, and for NaN.
    /// Whole numbers are one kind; `None` comes before everything; text and HTML are one kind.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::Null, _) => Some(Ordering::Less),
            (_, Self::Null) => Some(Ordering::Greater),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int(_) | Self::UInt(_), Self::Int(_) | Self::UInt(_)) => Some(self.whole()?.cmp(&other.whole()?)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Char(a), Self::Char(b)) => Some(a.cmp(b)),
            (Self::List(a), Self::List(b)) => lists(a, b),
            _ => Some(self.as_str()?.cmp(other.as_str()?)),
        }
    }

    /// Whether `==` between them can mean anything; else the types differ, which Rust would refuse.
    #[must_use]
    pub fn is_comparable(&self, other: &Self) -> bool {
        let is_whole = |value: &Self| matches!(value, Self::Int(_) | Self::UInt(_));
        self.is_null()
            || other.is_null()
            || is_whole(self) && is_whole(other)
            || self.as_str().is_some() && other.as_str().is_some()
            || std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    fn whole(&self) -> Option<i128> {
        match self {
            Self::Int(value) => Some((*value).into()),
            Self::UInt(value) => Some((*value).into()),
            _ => None,
        }
    }
}

fn lists(a: &[Value], b: &[Value]) -> Option<Ordering> {
    for (a, b) in a.iter().zip(b) {
        match a.compare(b)? {
            Ordering::Equal => {}
            order => return Some(order),
        }
    }
    Some(a.len().cmp(&b.len()))
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Bag(a), Self::Bag(b)) => a == b,
            (Self::Errors(a), Self::Errors(b)) => a == b,
            (Self::Prepends(a), Self::Prepends(b)) => a == b,
            (Self::Opaque(_), _) | (_, Self::Opaque(_)) => false,
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.compare(other)
    }
}

macro_rules! equals {
    ($($type:ty),*) => {
        $(
            impl PartialEq<$type> for Value {
                fn eq(&self, other: &$type) -> bool {
                    self.partial_cmp(other) == Some(Ordering::Equal)
                }
            }

            impl PartialEq<Value> for $type {
                fn eq(&self, other: &Value) -> bool {
                    other == self
                }
            }

            impl PartialOrd<$type> for Value {
                fn partial_cmp(&self, other: &$type) -> Option<Ordering> {
                    self.compare(&Self::from(*other))
                }
            }

            impl PartialOrd<Value> for $type {
                fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
                    other.partial_cmp(self).map(Ordering::reverse)
                }
            }
        )*
    };
}

equals!(bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64, char);

macro_rules! equals_text {
    ($($type:ty),*) => {
        $(
            impl PartialEq<$type> for Value {
                fn eq(&self, other: &$type) -> bool {
                    self.as_str() == Some(AsRef::<str>::as_ref(other))
                }
            }

            impl PartialEq<Value> for $type {
                fn eq(&self, other: &Value) -> bool {
                    other == self
                }
            }

            impl PartialOrd<$type> for Value {
                fn partial_cmp(&self, other: &$type) -> Option<Ordering> {
                    Some(self.as_str()?.cmp(AsRef::<str>::as_ref(other)))
                }
            }

            impl PartialOrd<Value> for $type {
                fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
                    other.partial_cmp(self).map(Ordering::reverse)
                }
            }
        )*
    };
}

equals_text!(str, &str, String);
