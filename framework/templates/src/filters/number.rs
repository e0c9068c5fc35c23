//! Filters of numbers.

use std::fmt::Display;

use super::fault;
use crate::{Result, Value};

/// Numbers, and values that are.
pub trait Numeric {
    type Number;

    /// # Errors
    /// A [`Value`] that is no number.
    fn rounded(&self, digits: i32) -> Result<Self::Number>;

    /// # Errors
    /// As [`rounded`](Self::rounded); the smallest number of a type, whose positive is none of it.
    fn absolute(&self) -> Result<Self::Number>;

    /// # Errors
    /// As [`rounded`](Self::rounded).
    fn is_one(&self) -> Result<bool>;
}

macro_rules! whole {
    ($($type:ty),*) => {
        $(
            impl Numeric for $type {
                type Number = Self;

                fn rounded(&self, digits: i32) -> Result<Self> {
                    if digits >= 0 {
                        return Ok(*self);
                    }
                    fault("round", "a whole number has no digits to round; the count must not be below zero")
                }

                #[allow(unused_comparisons, reason = "for numbers without a sign, too")]
                fn absolute(&self) -> Result<Self> {
                    let zero: Self = 0;
                    if *self >= 0 {
                        return Ok(*self);
                    }
                    zero.checked_sub(*self).map_or_else(|| fault("abs", "the number is too small"), Ok)
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
    type Number = Self;

    /// Halves away from zero, as PHP's `round`.
    fn rounded(&self, digits: i32) -> Result<Self> {
        let scale = 10f64.powi(digits.clamp(-300, 300));
        let rounded = (self * scale).round() / scale;
        Ok(if rounded.is_finite() { rounded } else { *self })
    }

    fn absolute(&self) -> Result<Self> {
        Ok(self.abs())
    }

    fn is_one(&self) -> Result<bool> {
        Ok(*self == 1.0)
    }
}

impl Numeric for f32 {
    type Number = f64;

    fn rounded(&self, digits: i32) -> Result<f64> {
        Value::from(*self).as_f64().unwrap_or_default().rounded(digits)
    }

    fn absolute(&self) -> Result<f64> {
        Ok(Value::from(self.abs()).as_f64().unwrap_or_default())
    }

    fn is_one(&self) -> Result<bool> {
        Ok(*self == 1.0)
    }
}

impl Numeric for Value {
    type Number = Self;

    fn rounded(&self, digits: i32) -> Result<Self> {
        match self {
            Self::Int(value) => Ok(value.rounded(digits)?.into()),
            Self::UInt(value) => Ok(value.rounded(digits)?.into()),
            Self::Float(value) => Ok(value.rounded(digits)?.into()),
            other => fault("round", format!("a number is needed before it, not a {}", other.kind())),
        }
    }

    fn absolute(&self) -> Result<Self> {
        match self {
            Self::Int(value) => Ok(value.absolute()?.into()),
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
    type Number = T::Number;

    fn rounded(&self, digits: i32) -> Result<T::Number> {
        (**self).rounded(digits)
    }

    fn absolute(&self) -> Result<T::Number> {
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
pub fn round<T: Numeric + ?Sized>(value: &T, digits: impl Count) -> Result<T::Number> {
    value.rounded(i32::try_from(digits.count("round")?).unwrap_or(i32::MAX))
}

/// Without its sign.
///
/// # Errors
/// The smallest number of a type; a [`Value`] that is no number.
pub fn abs<T: Numeric + ?Sized>(value: &T) -> Result<T::Number> {
    value.absolute()
}

/// `one` for 1, else `many`.
///
/// # Errors
/// If `Display` fails; a [`Value`] that is no number.
pub fn pluralize<T: Numeric + ?Sized>(count: &T, one: impl Display, many: impl Display) -> Result<String> {
    if count.is_one()? { super::text::written(&one) } else { super::text::written(&many) }
}
