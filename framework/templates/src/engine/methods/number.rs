//! Methods of numbers, `bool` and `Ordering`.

use super::Call;
use super::names::Method as M;
use crate::engine::fault::{Eval, mistake, needs_rust};
use crate::engine::number::{FloatType, IntType, checked, common, float_binary, int_binary};
use crate::engine::value::Val;
use crate::engine::vm::Vm;
use forge_codegen::expr::BinaryOp;
use std::cmp::Ordering;

pub(super) fn int(number: i128, kind: IntType, call: &Call<'_>) -> Eval<Option<Val>> {
    let same = |number: i128| Ok(Some(Val::Int(number, kind)));
    let of_u32 = |number: u32| Ok(Some(Val::Int(number.into(), IntType::U32)));
    match call.method {
        M::abs => checked(number.checked_abs(), kind, "negate").map(Some),
        M::signum => same(number.signum()),
        M::is_positive => Ok(Some(Val::Bool(number > 0))),
        M::is_negative => Ok(Some(Val::Bool(number < 0))),
        M::is_power_of_two => Ok(Some(Val::Bool(number > 0 && number & (number - 1) == 0))),
        M::pow => checked(number.checked_pow(exponent(call)?), kind, "multiply").map(Some),
        M::isqrt if number >= 0 => same(number.isqrt()),
        M::ilog10 if number > 0 => of_u32(number.ilog10()),
        M::ilog2 if number > 0 => of_u32(number.ilog2()),
        M::count_ones if number >= 0 => of_u32(number.count_ones()),
        M::trailing_zeros if number > 0 => of_u32(number.trailing_zeros()),
        M::unsigned_abs => match unsigned(kind) {
            Some(unsigned) => Ok(Some(Val::Int(number.unsigned_abs() as i128, unsigned))),
            None => Err(needs_rust("`unsigned_abs` of a number whose type is not known")),
        },
        // Bytes that are looked at as characters.
        M::is_ascii_digit
        | M::is_ascii_alphabetic
        | M::is_ascii_alphanumeric
        | M::is_ascii_uppercase
        | M::is_ascii_lowercase
        | M::is_ascii_whitespace
            if kind == IntType::U8 =>
        {
            super::char::call(char::from(number as u8), call)
        }
        M::checked_neg => option(number.checked_neg(), kind),
        M::abs_diff
        | M::div_euclid
        | M::rem_euclid
        | M::div_ceil
        | M::is_multiple_of
        | M::checked_add
        | M::checked_sub
        | M::checked_mul
        | M::checked_div
        | M::checked_rem
        | M::saturating_add
        | M::saturating_sub
        | M::saturating_mul
        | M::wrapping_add
        | M::wrapping_sub
        | M::wrapping_mul => int_pair(number, kind, call).map(Some),
        M::checked_pow => option(number.checked_pow(exponent(call)?), kind),
        M::saturating_pow => known_width(kind).and_then(|()| {
            let (least, greatest) = kind.bounds();
            let over = if number < 0 && exponent(call)? % 2 == 1 { least } else { greatest };
            same(number.checked_pow(exponent(call)?).unwrap_or(over).clamp(least, greatest))
        }),
        _ => Ok(None),
    }
}

fn exponent(call: &Call<'_>) -> Eval<u32> {
    match call.argument(0)? {
        Val::Int(number, IntType::Literal | IntType::U32 | IntType::Unsigned) => {
            u32::try_from(*number).map_err(|_| mistake("an exponent is a `u32`"))
        }
        other => Err(mistake(format!("expected `u32`, found `{}`; write `as u32`", other.kind()))),
    }
}

/// What saturates or wraps depends on the width.
fn known_width(kind: IntType) -> Eval<()> {
    match kind.bits() {
        Some(64 | 32 | 16 | 8) => Ok(()),
        _ => Err(needs_rust("a result that depends on the width of a number")),
    }
}

fn option(result: Option<i128>, kind: IntType) -> Eval<Option<Val>> {
    let unknown = || needs_rust("whether a number fits into a type that is not known");
    match (result, kind) {
        // Below zero is out of any unsigned type; what a byte holds is in any.
        (Some(number), IntType::Unsigned) if number < 0 => Ok(Some(Val::None)),
        (Some(number), IntType::Unsigned) if number > 255 => Err(unknown()),
        (Some(number), IntType::Signed) if i8::try_from(number).is_err() => Err(unknown()),
        (Some(number), _) if kind.holds(number) => Ok(Some(Val::some(Val::Int(number, kind)))),
        // The literal may be more than an `i32` for the compiler.
        (_, IntType::Literal) => Err(unknown()),
        _ => Ok(Some(Val::None)),
    }
}

fn unsigned(kind: IntType) -> Option<IntType> {
    Some(match kind {
        IntType::I8 => IntType::U8,
        IntType::I16 => IntType::U16,
        IntType::I32 | IntType::Literal => IntType::U32,
        IntType::I64 => IntType::U64,
        IntType::Isize => IntType::Usize,
        IntType::Signed => IntType::Unsigned,
        _ => return None,
    })
}

fn int_pair(a: i128, kind: IntType, call: &Call<'_>) -> Eval<Val> {
    let &Val::Int(b, other) = call.argument(0)? else {
        return Err(mistake(format!("expected integer, found `{}`; convert it with `as`", call.argument(0)?.kind())));
    };
    let kind = common(BinaryOp::Add, (a, kind), (b, other))?;
    let by_zero = || mistake("attempt to divide by zero; ask for `!= 0` first");
    let maybe = |number: Option<i128>| option(number, kind).map(|value| value.unwrap_or(Val::None));
    let (least, greatest) = kind.bounds();
    let saturated = |number: i128| known_width(kind).map(|()| Val::Int(number.clamp(least, greatest), kind));
    let wrapped = |number: i128| known_width(kind).map(|()| Val::Int(kind.wrap(number), kind));
    match call.method {
        M::abs_diff => {
            let result = if kind.is_signed() { unsigned(kind) } else { Some(kind) };
            let result = result.ok_or_else(|| needs_rust("`abs_diff` of numbers of this type"))?;
            Ok(Val::Int(a.abs_diff(b) as i128, result))
        }
        M::div_euclid | M::rem_euclid | M::div_ceil if b == 0 => Err(by_zero()),
        M::div_euclid => checked(a.checked_div_euclid(b), kind, "divide"),
        M::rem_euclid => checked(a.checked_rem_euclid(b), kind, "calculate the remainder"),
        M::div_ceil if !kind.is_signed() => checked(Some(a / b + i128::from(a % b != 0)), kind, "divide"),
        M::is_multiple_of if !kind.is_signed() => Ok(Val::Bool(if b == 0 { a == 0 } else { a % b == 0 })),
        M::checked_add => maybe(a.checked_add(b)),
        M::checked_sub => maybe(a.checked_sub(b)),
        M::checked_mul => maybe(a.checked_mul(b)),
        M::checked_div | M::checked_rem if b == 0 => Ok(Val::None),
        M::checked_div if kind.bits().is_none() && b != -1 => Ok(Val::some(Val::Int(a / b, kind))),
        M::checked_div => maybe(a.checked_div(b)),
        M::checked_rem if kind.bits().is_none() && b != -1 => Ok(Val::some(Val::Int(a % b, kind))),
        M::checked_rem => maybe(a.checked_rem(b)),
        // The least number is known of what is unsigned.
        M::saturating_sub if kind == IntType::Unsigned => Ok(Val::Int((a - b).max(0), kind)),
        M::saturating_add => saturated(a.saturating_add(b)),
        M::saturating_sub => saturated(a.saturating_sub(b)),
        M::saturating_mul => saturated(a.saturating_mul(b)),
        M::wrapping_add => wrapped(a.wrapping_add(b)),
        M::wrapping_sub => wrapped(a.wrapping_sub(b)),
        M::wrapping_mul => wrapped(a.wrapping_mul(b)),
        _ => Err(needs_rust(format!("the method `{}` of `{}`", call.method.name(), kind.name()))),
    }
}

pub(super) fn float(number: f64, kind: FloatType, call: &Call<'_>) -> Eval<Option<Val>> {
    // In its own precision, so that nothing is rounded twice.
    macro_rules! own {
        ($method:ident) => {
            if kind == FloatType::F32 { f64::from((number as f32).$method()) } else { number.$method() }
        };
    }
    let bool = |yes| Ok(Some(Val::Bool(yes)));
    let result = match call.method {
        M::abs => own!(abs),
        M::round => own!(round),
        M::floor => own!(floor),
        M::ceil => own!(ceil),
        M::trunc => own!(trunc),
        M::fract => own!(fract),
        M::sqrt => own!(sqrt),
        M::cbrt => own!(cbrt),
        M::signum => own!(signum),
        M::exp => own!(exp),
        M::ln => own!(ln),
        M::log10 => own!(log10),
        M::log2 => own!(log2),
        M::sin => own!(sin),
        M::cos => own!(cos),
        M::tan => own!(tan),
        M::is_nan => return bool(number.is_nan()),
        M::is_finite => return bool(number.is_finite()),
        M::is_infinite => return bool(number.is_infinite()),
        M::is_sign_negative => return bool(number.is_sign_negative()),
        M::is_sign_positive => return bool(number.is_sign_positive()),
        M::powi => match call.argument(0)? {
            Val::Int(exponent, _) => {
                let exponent = i32::try_from(*exponent).map_err(|_| mistake("an exponent is an `i32`"))?;
                if kind == FloatType::F32 { f64::from((number as f32).powi(exponent)) } else { number.powi(exponent) }
            }
            _ => return Err(mistake("expected `i32`; use `powf` for a float")),
        },
        M::powf | M::min | M::max | M::clamp | M::copysign | M::total_cmp | M::rem_euclid => {
            return float_pair(number, kind, call);
        }
        _ => return Ok(None),
    };
    Ok(Some(Val::Float(result, kind)))
}

fn float_pair(a: f64, kind: FloatType, call: &Call<'_>) -> Eval<Option<Val>> {
    let other = |at: usize| match call.argument(at)? {
        Val::Float(number, kind) => Ok((*number, *kind)),
        other => Err(mistake(format!(
            "expected float, found `{}`; write `1.0` for `1`, or convert it with `as f64`",
            other.kind()
        ))),
    };
    let (b, other_kind) = other(0)?;
    // The same check as in arithmetic.
    float_binary(BinaryOp::Add, (a, kind), (b, other_kind))?;
    let kind = kind.unify(other_kind).unwrap_or(kind);
    let (a, b) = (kind.round(a), kind.round(b));
    let result = match call.method {
        M::total_cmp => return Ok(Some(Val::Ordering(a.total_cmp(&b)))),
        M::min => a.min(b),
        M::max => a.max(b),
        M::copysign => a.copysign(b),
        M::rem_euclid if kind != FloatType::F32 => a.rem_euclid(b),
        M::powf if kind == FloatType::F32 => f64::from((a as f32).powf(b as f32)),
        M::powf => a.powf(b),
        M::clamp => {
            let (high, _) = other(1)?;
            if b.is_nan() || high.is_nan() || b > high {
                return Err(mistake("min > max, or either was NaN; check the arguments of `clamp`"));
            }
            a.clamp(b, kind.round(high))
        }
        _ => return Ok(None),
    };
    Ok(Some(Val::Float(result, kind)))
}

pub(super) fn bool(vm: &mut Vm<'_>, value: bool, call: &Call<'_>) -> Eval<Option<Val>> {
    Ok(Some(match call.method {
        M::then if value => Val::some(vm.call(call.argument(0)?, [])?),
        M::then_some if value => Val::some(call.argument(0)?.clone()),
        M::then | M::then_some => Val::None,
        _ => return Ok(None),
    }))
}

pub(super) fn ordering(vm: &mut Vm<'_>, order: Ordering, call: &Call<'_>) -> Eval<Option<Val>> {
    Ok(Some(match call.method {
        M::reverse => Val::Ordering(order.reverse()),
        M::is_eq => Val::Bool(order.is_eq()),
        M::is_ne => Val::Bool(order.is_ne()),
        M::is_lt => Val::Bool(order.is_lt()),
        M::is_le => Val::Bool(order.is_le()),
        M::is_gt => Val::Bool(order.is_gt()),
        M::is_ge => Val::Bool(order.is_ge()),
        M::then if order.is_eq() => call.argument(0)?.clone(),
        M::then_with if order.is_eq() => vm.call(call.argument(0)?, [])?,
        M::then | M::then_with => Val::Ordering(order),
        _ => return Ok(None),
    }))
}

/// `sum` and `product`.
pub(super) fn accumulate(op: BinaryOp, so_far: &Val, next: &Val) -> Eval<Val> {
    match (so_far, next) {
        (Val::Int(a, kind), Val::Int(b, other)) => int_binary(op, (*a, *kind), (*b, *other)),
        (Val::Float(a, kind), Val::Float(b, other)) => float_binary(op, (*a, *kind), (*b, *other)),
        _ => Err(mistake(format!("cannot add up `{}` and `{}`; convert them with `as`", so_far.kind(), next.kind()))),
    }
}
