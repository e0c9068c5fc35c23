//! Filters of numbers.

use std::fmt::Display;

use super::fault;
use crate::{Result, Value};

/// Numbers, and values that are. What filters make of them is a [`Value`]: an associated type would not be known yet where that of
/// a literal is not, and then the echo could not choose how to print it.
pub trait Numeric {
    /// # Errors
    /// A [`Value`] that is no number.
    fn rounded(&self, digits: i32) -> Result<Value>;

    /// # Errors
    /// As [`rounded`](Self::rounded); the smallest number of a type, whose positive is none of it.
    fn absolute(&self) -> Result<Value>;

    /// # Errors
    /// As [`rounded`](Self::rounded).
    fn is_one(&self) -> Result<bool>;
}

macro_rules! whole {
    ($($type:ty),*) => {
        $(
            impl Numeric for $type {
                fn rounded(&self, digits: i32) -> Result<Value> {
                    if digits >= 0 {
                        return Ok(Value::of(self));
                    }
                    fault("round", "a whole number has no digits to round; the count must not be below zero")
                }

                #[allow(unused_comparisons, reason = "for numbers without a sign, too")]
                fn absolute(&self) -> Result<Value> {
                    let zero: Self = 0;
                    if *self >= 0 {
                        return Ok(Value::of(self));
                    }
                    let positive = zero.checked_sub(*self);
                    positive.map_or_else(|| fault("abs", "the number is too small"), |positive| Ok(Value::of(&positive)))
                }

                fn is_one(&self) -> Result<bool> {
                    Ok(*self == 1)
                }
            }

            impl Count for $type {
                fn count(&self, filter: &str) -> Result<usize> {
                    usize::try_from(*self).or_else(|_| fault(filter, "the count must not be below zero"))
                }
            }
        )*
    };
}

whole!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl Numeric for f64 {
    /// Halves away from zero, as PHP's `round`.
    fn rounded(&self, digits: i32) -> Result<Value> {
        let scale = 10f64.powi(digits.clamp(-300, 300));
        let rounded = (self * scale).round() / scale;
        Ok(Value::Float(if rounded.is_finite() { rounded } else { *self }))
    }

    fn absolute(&self) -> Result<Value> {
        Ok(Value::Float(self.abs()))
    }

    fn is_one(&self) -> Result<bool> {
        Ok(*self == 1.0)
    }
}

impl Numeric for f32 {
    fn rounded(&self, digits: i32) -> Result<Value> {
        Value::from(*self).rounded(digits)
    }

    fn absolute(&self) -> Result<Value> {
        Ok(Value::from(self.abs()))
    }

    fn is_one(&self) -> Result<bool> {
        Ok(*self == 1.0)
    }
}

impl Numeric for Value {
    fn rounded(&self, digits: i32) -> Result<Value> {
        match self {
            Self::Int(value) => value.rounded(digits),
            Self::UInt(value) => value.rounded(digits),
            Self::Float(value) => value.rounded(digits),
            other => fault("round", format!("a number is needed before it, not a {}", other.kind())),
        }
    }

    fn absolute(&self) -> Result<Value> {
        match self {
            Self::Int(value) => value.absolute(),
            Self::UInt(_) => Ok(self.clone()),
            Self::Float(value) => Ok(value.abs().into()),
            other => fault("abs", format!("a number is needed before it, not a {}", other.kind())),
        }
    }

    fn is_one(&self) -> Result<bool> {
        match self {
            Self::Int(_) | Self::UInt(_) | Self::Float(_) => Ok(self.as_f64() == Some(1.0)),
            other => fault("pluralize", format!("a number is needed before it, not a {}", other.kind())),
        }
    }
}

impl<T: Numeric + ?Sized> Numeric for &T {
    fn rounded(&self, digits: i32) -> Result<Value> {
        (**self).rounded(digits)
    }

    fn absolute(&self) -> Result<Value> {
        (**self).absolute()
    }

    fn is_one(&self) -> Result<bool> {
        (**self).is_one()
    }
}

/// An argument that counts something.
pub trait Count {
    /// # Errors
    /// Numbers below zero, and a [`Value`] that is no whole number.
    fn count(&self, filter: &str) -> Result<usize>;
}

impl Count for Value {
    fn count(&self, filter: &str) -> Result<usize> {
        match self {
            Self::Int(value) => value.count(filter),
            Self::UInt(value) => value.count(filter),
            other => fault(filter, format!("the count is a whole number, not a {}", other.kind())),
        }
    }
}

impl<T: Count + ?Sized> Count for &T {
    fn count(&self, filter: &str) -> Result<usize> {
        (**self).count(filter)
    }
}

/// With so many digits behind the point. Whole numbers stay as they are.
///
/// # Errors
/// A [`Value`] that is no number.
pub fn round<T: Numeric + ?Sized>(value: &T, digits: impl Count) -> Result<Value> {
    value.rounded(i32::try_from(digits.count("round")?).unwrap_or(i32::MAX))
}

/// Without its sign.
///
/// # Errors
/// The smallest number of a type; a [`Value`] that is no number.
pub fn abs<T: Numeric + ?Sized>(value: &T) -> Result<Value> {
    value.absolute()
}

/// `one` for 1, else `many`.
///
/// # Errors
/// If `Display` fails; a [`Value`] that is no number.
pub fn pluralize<T: Numeric + ?Sized>(count: &T, one: impl Display, many: impl Display) -> Result<String> {
    if count.is_one()? { super::text::written(&one) } else { super::text::written(&many) }
}
