//! `==` and the order of values.

use super::fault::{Eval, mistake, needs_rust};
use super::number::{common, mismatch};
use super::value::{Val, opaque};
use forge_codegen::expr::BinaryOp;
use std::cmp::Ordering;

pub(crate) fn equal(a: &Val, b: &Val) -> Eval<bool> {
    Ok(match (a, b) {
        (Val::Unit, Val::Unit) | (Val::None, Val::None) => true,
        (Val::Some(a), Val::Some(b)) | (Val::Ok(a), Val::Ok(b)) | (Val::Err(a), Val::Err(b)) => equal(a, b)?,
        (Val::Ok(_), Val::Err(_)) | (Val::Err(_), Val::Ok(_)) => false,
        // An option from data has no `Some` around it.
        (Val::None, _) | (_, Val::None) => false,
        (Val::Some(a), b) | (b, Val::Some(a)) => equal(a, b)?,
        (Val::Bool(a), Val::Bool(b)) => a == b,
        (Val::Char(a), Val::Char(b)) => a == b,
        (Val::Str(a), Val::Str(b)) => a == b,
        (Val::Ordering(a), Val::Ordering(b)) => a == b,
        (Val::Int(x, kind_x), Val::Int(y, kind_y)) => {
            common(BinaryOp::Equal, (*x, *kind_x), (*y, *kind_y))?;
            x == y
        }
        (Val::Float(x, kind_x), Val::Float(y, kind_y)) => {
            let kind = kind_x.unify(*kind_y).ok_or_else(|| mismatch(BinaryOp::Equal, a.kind(), b.kind()))?;
            kind.round(*x) == kind.round(*y)
        }
        (Val::List(a), Val::List(b)) => all_equal(a, b)?,
        (Val::Tuple(a), Val::Tuple(b) | Val::List(b)) | (Val::List(a), Val::Tuple(b)) if a.len() == b.len() => {
            all_equal(a, b)?
        }
        (Val::Map(a), Val::Map(b)) => {
            if a.entries.len() != b.entries.len() {
                return Ok(false);
            }
            for (key, value) in &a.entries {
                match find(&b.entries, key)? {
                    Some(other) if equal(value, other)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (Val::Range(a), Val::Range(b)) if a.is_inclusive == b.is_inclusive => {
            let end = |a: &Option<Val>, b: &Option<Val>| match (a, b) {
                (Some(a), Some(b)) => equal(a, b),
                (None, None) => Ok(true),
                _ => Ok(false),
            };
            end(&a.start, &b.start)? && end(&a.end, &b.end)?
        }
        (value, Val::Str(text)) | (Val::Str(text), value) if value.is_of_runtime() => {
            super::host::is_text(&super::host::to_value(value)?, text)?
        }
        (Val::Opaque(name), _) | (_, Val::Opaque(name)) => return Err(opaque(name)),
        (Val::Struct(_), _) | (_, Val::Struct(_)) => {
            return Err(needs_rust("`==` of a struct"));
        }
        _ => return Err(mismatch(BinaryOp::Equal, a.kind(), b.kind())),
    })
}

fn all_equal(a: &[Val], b: &[Val]) -> Eval<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (a, b) in a.iter().zip(b) {
        if !equal(a, b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The value under a key.
pub(crate) fn find<'a>(entries: &'a [(Val, Val)], key: &Val) -> Eval<Option<&'a Val>> {
    for (own, value) in entries {
        if same_key(own, key)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Keys of maps from data are text, whatever they were before.
pub(crate) fn same_key(own: &Val, key: &Val) -> Eval<bool> {
    match (own, key) {
        (Val::Str(own), Val::Int(key, _)) => Ok(own.parse::<i128>().is_ok_and(|own| own == *key)),
        (Val::Str(own), Val::Char(key)) => Ok(own.chars().eq([*key])),
        (Val::Str(own), Val::Bool(key)) => Ok(**own == *key.to_string()),
        _ => equal(own, key),
    }
}

/// None where the values have no order, as with floats that are no number.
pub(crate) fn partial_order(a: &Val, b: &Val) -> Eval<Option<Ordering>> {
    Ok(match (a, b) {
        (Val::Unit, Val::Unit) | (Val::None, Val::None) => Some(Ordering::Equal),
        (Val::Some(a), Val::Some(b)) | (Val::Ok(a), Val::Ok(b)) | (Val::Err(a), Val::Err(b)) => partial_order(a, b)?,
        (Val::Ok(_), Val::Err(_)) => Some(Ordering::Less),
        (Val::Err(_), Val::Ok(_)) => Some(Ordering::Greater),
        (Val::None, _) => Some(Ordering::Less),
        (_, Val::None) => Some(Ordering::Greater),
        (Val::Some(a), b) => partial_order(a, b)?,
        (a, Val::Some(b)) => partial_order(a, b)?,
        (Val::Bool(a), Val::Bool(b)) => Some(a.cmp(b)),
        (Val::Char(a), Val::Char(b)) => Some(a.cmp(b)),
        (Val::Str(a), Val::Str(b)) => Some(a.cmp(b)),
        (Val::Ordering(a), Val::Ordering(b)) => Some(a.cmp(b)),
        (Val::Int(x, kind_x), Val::Int(y, kind_y)) => {
            common(BinaryOp::Less, (*x, *kind_x), (*y, *kind_y))?;
            Some(x.cmp(y))
        }
        (Val::Float(x, kind_x), Val::Float(y, kind_y)) => {
            let kind = kind_x.unify(*kind_y).ok_or_else(|| mismatch(BinaryOp::Less, a.kind(), b.kind()))?;
            kind.round(*x).partial_cmp(&kind.round(*y))
        }
        (Val::List(a) | Val::Tuple(a), Val::List(b) | Val::Tuple(b)) => {
            for (a, b) in a.iter().zip(b.iter()) {
                match partial_order(a, b)? {
                    Some(Ordering::Equal) => {}
                    other => return Ok(other),
                }
            }
            Some(a.len().cmp(&b.len()))
        }
        (Val::Opaque(name), _) | (_, Val::Opaque(name)) => return Err(opaque(name)),
        (Val::Map(_) | Val::Struct(_), _) | (_, Val::Map(_) | Val::Struct(_)) => {
            return Err(needs_rust("the order of structs or maps"));
        }
        _ => return Err(mismatch(BinaryOp::Less, a.kind(), b.kind())),
    })
}

/// The order of values that always have one.
pub(crate) fn order(a: &Val, b: &Val) -> Eval<Ordering> {
    if matches!((a, b), (Val::Float(..), _) | (_, Val::Float(..))) {
        return Err(mistake(
            "the trait bound `f64: Ord` is not satisfied; use `fold` with `f64::max`, or compare with `.total_cmp(…)`",
        ));
    }
    partial_order(a, b)?.ok_or_else(|| mistake("the values have no order; compare them with `.total_cmp(…)`"))
}

/// `a op b` for an operator that compares.
pub(crate) fn compare(op: BinaryOp, a: &Val, b: &Val) -> Eval<bool> {
    Ok(match op {
        BinaryOp::Equal => equal(a, b)?,
        BinaryOp::NotEqual => !equal(a, b)?,
        BinaryOp::Less => partial_order(a, b)? == Some(Ordering::Less),
        BinaryOp::Greater => partial_order(a, b)? == Some(Ordering::Greater),
        BinaryOp::LessOrEqual => matches!(partial_order(a, b)?, Some(Ordering::Less | Ordering::Equal)),
        _ => matches!(partial_order(a, b)?, Some(Ordering::Greater | Ordering::Equal)),
    })
}
