//! Numbers with Rust's rules: types are not mixed, an overflow is a mistake, a literal takes the type of the other side.
//!
//! Numbers from data have lost their width; they are computed with in 64 bits. Where the width would decide the result, the answer is "needs Rust".

use super::fault::{Eval, mistake, needs_rust};
use super::value::Val;
use forge_codegen::expr::BinaryOp;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntType {
    /// Of a literal without a suffix, and of what is computed from such alone.
    Literal,
    /// From data: of unknown width.
    Signed,
    Unsigned,
    I8,
    I16,
    I32,
    I64,
    I128,
    Isize,
    U8,
    U16,
    U32,
    U64,
    U128,
    Usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FloatType {
    Literal,
    F32,
    F64,
}

use IntType as I;

impl IntType {
    pub(crate) fn find(name: &str) -> Option<Self> {
        Some(match name {
            "i8" => I::I8,
            "i16" => I::I16,
            "i32" => I::I32,
            "i64" => I::I64,
            "i128" => I::I128,
            "isize" => I::Isize,
            "u8" => I::U8,
            "u16" => I::U16,
            "u32" => I::U32,
            "u64" => I::U64,
            "u128" => I::U128,
            "usize" => I::Usize,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            I::Literal => "integer",
            I::Signed => "signed integer",
            I::Unsigned => "unsigned integer",
            I::I8 => "i8",
            I::I16 => "i16",
            I::I32 => "i32",
            I::I64 => "i64",
            I::I128 => "i128",
            I::Isize => "isize",
            I::U8 => "u8",
            I::U16 => "u16",
            I::U32 => "u32",
            I::U64 => "u64",
            I::U128 => "u128",
            I::Usize => "usize",
        }
    }

    pub(crate) fn is_signed(self) -> bool {
        matches!(self, I::Literal | I::Signed | I::I8 | I::I16 | I::I32 | I::I64 | I::I128 | I::Isize)
    }

    /// Bits, where they are known. A literal alone is an `i32`.
    pub(crate) fn bits(self) -> Option<u32> {
        Some(match self {
            I::Signed | I::Unsigned => return None,
            I::I8 | I::U8 => 8,
            I::I16 | I::U16 => 16,
            I::Literal | I::I32 | I::U32 => 32,
            I::I64 | I::U64 | I::Isize | I::Usize => 64,
            I::I128 | I::U128 => 128,
        })
    }

    /// The least and the greatest number. The greatest of a `u128` is not reached.
    pub(crate) fn bounds(self) -> (i128, i128) {
        let bits = self.bits().unwrap_or(64);
        match (self.is_signed(), bits) {
            (true, 128) => (i128::MIN, i128::MAX),
            (false, 128) => (0, i128::MAX),
            (true, bits) => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
            (false, bits) => (0, (1 << bits) - 1),
        }
    }

    pub(crate) fn holds(self, number: i128) -> bool {
        let (least, greatest) = self.bounds();
        (least..=greatest).contains(&number)
    }

    /// What both sides of an operator are.
    pub(crate) fn unify(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (I::Literal, b) => Some(b),
            (a, I::Literal) => Some(a),
            (I::Signed, I::Unsigned) | (I::Unsigned, I::Signed) => Some(I::Signed),
            (I::Signed, b) if b.is_signed() => Some(b),
            (a, I::Signed) if a.is_signed() => Some(a),
            (I::Unsigned, b) if !b.is_signed() => Some(b),
            (a, I::Unsigned) if !a.is_signed() => Some(a),
            _ => None,
        }
    }

    /// Cuts a number to the type's bits, as `as` does.
    pub(crate) fn wrap(self, number: i128) -> i128 {
        let bits = self.bits().unwrap_or(64);
        if bits == 128 {
            return number;
        }
        let cut = number & ((1i128 << bits) - 1);
        if self.is_signed() && cut >> (bits - 1) == 1 { cut - (1 << bits) } else { cut }
    }
}

impl FloatType {
    pub(crate) fn find(name: &str) -> Option<Self> {
        match name {
            "f32" => Some(Self::F32),
            "f64" => Some(Self::F64),
            _ => None,
        }
    }

    pub(crate) fn unify(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Self::Literal, b) => Some(b),
            (a, Self::Literal) => Some(a),
            _ => None,
        }
    }

    /// The nearest number of the type.
    pub(crate) fn round(self, number: f64) -> f64 {
        if self == Self::F32 { f64::from(number as f32) } else { number }
    }
}

/// A number as it stands in a template: digits, `_`, a suffix.
pub(crate) fn int_literal(text: &str) -> Option<Val> {
    let clean: String = text.chars().filter(|char| *char != '_').collect();
    let (radix, rest) = match clean.get(..2) {
        Some("0x") => (16, &clean[2..]),
        Some("0o") => (8, &clean[2..]),
        Some("0b") => (2, &clean[2..]),
        _ => (10, clean.as_str()),
    };
    let suffix = rest.find(['i', 'u']).unwrap_or(rest.len());
    let (digits, suffix) = rest.split_at(suffix);
    if radix == 10 && (digits.ends_with("f32") || digits.ends_with("f64")) {
        return float_literal(text);
    }
    let kind = if suffix.is_empty() { I::Literal } else { I::find(suffix)? };
    Some(Val::Int(i128::from_str_radix(digits, radix).ok()?, kind))
}

pub(crate) fn float_literal(text: &str) -> Option<Val> {
    let clean: String = text.chars().filter(|char| *char != '_').collect();
    let (digits, kind) = match (clean.strip_suffix("f32"), clean.strip_suffix("f64")) {
        (Some(digits), _) => (digits, FloatType::F32),
        (_, Some(digits)) => (digits, FloatType::F64),
        _ => (clean.as_str(), FloatType::Literal),
    };
    Some(Val::Float(kind.round(digits.parse().ok()?), kind))
}

/// Checks that a result is in the type.
pub(crate) fn checked(result: Option<i128>, kind: IntType, what: &str) -> Eval<Val> {
    match result {
        Some(number) if kind.holds(number) => Ok(Val::Int(number, kind)),
        Some(_) if kind == I::Literal => Err(needs_rust(
            "a number that does not fit into an `i32`; give one of the literals a suffix, as in `1_i64`",
        )),
        None if matches!(kind, I::U128) => Err(needs_rust("a number of more than 127 bits")),
        _ => Err(mistake(format!(
            "attempt to {what} with overflow; use a `checked_` or `saturating_` method where the result may be out of range"
        ))),
    }
}

/// `a op b` of two integers of the types given.
pub(crate) fn int_binary(op: BinaryOp, a: (i128, IntType), b: (i128, IntType)) -> Eval<Val> {
    if matches!(op, BinaryOp::ShiftLeft | BinaryOp::ShiftRight) {
        return shift(op, a, b.0);
    }
    let kind = common(op, a, b)?;
    let (a, b) = (a.0, b.0);
    match op {
        BinaryOp::Add => checked(a.checked_add(b), kind, "add"),
        BinaryOp::Subtract => checked(a.checked_sub(b), kind, "subtract"),
        BinaryOp::Multiply => checked(a.checked_mul(b), kind, "multiply"),
        BinaryOp::Divide if b == 0 => {
            Err(mistake("attempt to divide by zero; ask for `!= 0` first, or use `checked_div`"))
        }
        BinaryOp::Divide => checked(a.checked_div(b), kind, "divide"),
        BinaryOp::Remainder if b == 0 => Err(mistake(
            "attempt to calculate the remainder with a divisor of zero; ask for `!= 0` first, or use `checked_rem`",
        )),
        BinaryOp::Remainder if b == -1 && kind.bits().is_some() && a == kind.bounds().0 => {
            checked(None, kind, "calculate the remainder")
        }
        BinaryOp::Remainder => checked(a.checked_rem(b), kind, "calculate the remainder"),
        BinaryOp::BitAnd => Ok(Val::Int(a & b, kind)),
        BinaryOp::BitOr => Ok(Val::Int(a | b, kind)),
        BinaryOp::BitXor => Ok(Val::Int(a ^ b, kind)),
        _ => Err(mistake("comparisons are no arithmetic")),
    }
}

/// The type of both sides. A literal must fit into the other's type.
pub(crate) fn common(op: BinaryOp, a: (i128, IntType), b: (i128, IntType)) -> Eval<IntType> {
    let Some(kind) = a.1.unify(b.1) else {
        return Err(mismatch(op, a.1.name(), b.1.name()));
    };
    for (number, own) in [a, b] {
        if own == I::Literal && kind != I::Literal && !kind.holds(number) {
            return Err(mistake(format!(
                "literal out of range for `{}`: {number}; convert the other side with `as` first",
                kind.name()
            )));
        }
    }
    Ok(kind)
}

fn shift(op: BinaryOp, (number, kind): (i128, IntType), by: i128) -> Eval<Val> {
    let is_left = op == BinaryOp::ShiftLeft;
    let bits = i128::from(kind.bits().unwrap_or(64));
    if !(0..bits).contains(&by) {
        let what = if is_left { "shift left" } else { "shift right" };
        return Err(mistake(format!("attempt to {what} with overflow; shift by less than {bits} bits")));
    }
    if !is_left {
        return Ok(Val::Int(number >> by, kind));
    }
    let shifted = number.checked_mul(1i128.checked_shl(by as u32).unwrap_or(i128::MAX));
    match shifted {
        Some(shifted) if kind.holds(shifted) => Ok(Val::Int(shifted, kind)),
        Some(shifted) if kind.bits().is_some() && kind != I::Literal => Ok(Val::Int(kind.wrap(shifted), kind)),
        _ => Err(needs_rust("the result of `<<` depends on the number's type")),
    }
}

pub(crate) fn float_binary(op: BinaryOp, a: (f64, FloatType), b: (f64, FloatType)) -> Eval<Val> {
    let kind = a.1.unify(b.1).ok_or_else(|| mismatch(op, "f32", "f64"))?;
    // A literal becomes an `f32` by rounding its text; going through `f64` could round twice, but only beyond 17 digits.
    let (a, b) = (kind.round(a.0), kind.round(b.0));
    let result = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::Remainder => a % b,
        _ => {
            return Err(mistake(format!(
                "no implementation for `float {} float`; bits are a matter of integers",
                symbol(op)
            )));
        }
    };
    Ok(Val::Float(kind.round(result), kind))
}

pub(crate) fn mismatch(op: BinaryOp, a: &str, b: &str) -> Box<super::fault::Fault> {
    let hint = match (a, b) {
        ("float", _) | (_, "float") => "; convert one side, as in `a as f64`",
        _ => "; convert one side with `as`",
    };
    let what = match op {
        BinaryOp::Add => format!("cannot add `{b}` to `{a}`"),
        BinaryOp::Subtract => format!("cannot subtract `{b}` from `{a}`"),
        BinaryOp::Multiply => format!("cannot multiply `{a}` by `{b}`"),
        BinaryOp::Divide => format!("cannot divide `{a}` by `{b}`"),
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessOrEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterOrEqual => {
            format!("can't compare `{a}` with `{b}`")
        }
        _ => format!("no implementation for `{a} {} {b}`", symbol(op)),
    };
    mistake(format!("{what}{hint}"))
}

pub(crate) fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::And => "&&",
        BinaryOp::Or => "||",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
    }
}

/// `value as name`.
pub(crate) fn cast(value: &Val, name: &str) -> Eval<Val> {
    if let Some(kind) = IntType::find(name) {
        return cast_to_int(value, kind);
    }
    if let Some(kind) = FloatType::find(name) {
        return match value {
            // Rounded once, from the integer.
            Val::Int(number, _) if kind == FloatType::F32 => Ok(Val::Float(f64::from(*number as f32), kind)),
            Val::Int(number, _) => Ok(Val::Float(*number as f64, kind)),
            Val::Float(number, _) => Ok(Val::Float(kind.round(*number), kind)),
            _ => Err(mistake(format!(
                "casting `{}` as `{name}` is not possible; only numbers are cast to numbers",
                value.kind()
            ))),
        };
    }
    match (name, value) {
        ("char", Val::Char(_)) | ("bool", Val::Bool(_)) => Ok(value.clone()),
        ("char", Val::Int(number, I::U8 | I::Literal | I::Unsigned)) => match u8::try_from(*number) {
            Ok(byte) => Ok(Val::Char(byte.into())),
            Err(_) => Err(mistake("only `u8` can be cast as `char`; use `char::from_u32`")),
        },
        _ => Err(needs_rust(format!("a cast as `{name}`"))),
    }
}

fn cast_to_int(value: &Val, kind: IntType) -> Eval<Val> {
    let number = match value {
        Val::Int(number, _) if kind == I::U128 && *number < 0 => {
            return Err(needs_rust("a number of more than 127 bits"));
        }
        Val::Int(number, _) => kind.wrap(*number),
        // From floats it saturates; what is not a number is 0.
        Val::Float(number, _) => {
            let (least, greatest) = kind.bounds();
            (*number as i128).clamp(least, greatest)
        }
        Val::Bool(value) => i128::from(*value),
        Val::Char(char) => kind.wrap(i128::from(u32::from(*char))),
        _ => {
            let kind_of = value.kind();
            return Err(mistake(format!(
                "casting `{kind_of}` as `{}` is not possible; use `.parse::<{0}>()` for text",
                kind.name()
            )));
        }
    };
    Ok(Val::Int(number, kind))
}
