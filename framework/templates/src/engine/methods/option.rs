//! Methods of `Option` and `Result`.

use super::Call;
use super::names::Method as M;
use crate::engine::fault::{Eval, mistake, needs_rust};
use crate::engine::format;
use crate::engine::iter::Iter;
use crate::engine::value::Val;
use crate::engine::vm::Vm;

/// Methods that no other type has whose values come from data, so that the bare value stands for `Some` of it.
pub(crate) fn is_only_of_options(method: M) -> bool {
    matches!(
        method,
        M::is_some
            | M::is_none
            | M::is_some_and
            | M::is_none_or
            | M::unwrap
            | M::expect
            | M::unwrap_or
            | M::unwrap_or_default
            | M::unwrap_or_else
            | M::map
            | M::map_or
            | M::map_or_else
            | M::and
            | M::and_then
            | M::or
            | M::or_else
            | M::xor
            | M::ok_or
            | M::ok_or_else
            | M::filter
            | M::as_deref
            | M::copied
            | M::cloned
            | M::iter
            | M::flatten
            | M::inspect
    )
}

pub(super) fn call(vm: &mut Vm<'_>, receiver: &Val, call: &Call<'_>) -> Eval<Option<Val>> {
    let inner = match receiver {
        Val::Some(value) => Some(&**value),
        _ => None,
    };
    let default = |at: usize| call.argument(at);
    Ok(Some(match call.method {
        M::is_some => Val::Bool(inner.is_some()),
        M::is_none => Val::Bool(inner.is_none()),
        M::is_some_and => Val::Bool(match inner {
            Some(value) => vm.ask(default(0)?, [value.clone()])?,
            None => false,
        }),
        M::is_none_or => Val::Bool(match inner {
            Some(value) => vm.ask(default(0)?, [value.clone()])?,
            None => true,
        }),
        M::unwrap | M::expect => match (inner, call.method) {
            (Some(value), _) => value.clone(),
            (None, M::unwrap) => {
                return Err(mistake(
                    "called `Option::unwrap()` on a `None` value; use `.unwrap_or(…)` or `@if (let Some(a) = …)`",
                ));
            }
            (None, _) => return Err(mistake(default(0)?.to_str()?)),
        },
        M::unwrap_or => or_literal(inner, default(0)?),
        M::unwrap_or_else => match inner {
            Some(value) => value.clone(),
            None => vm.call(default(0)?, [])?,
        },
        M::unwrap_or_default => match inner {
            Some(value) => value.clone(),
            None => {
                return Err(needs_rust(
                    "`unwrap_or_default` of `None`: the default depends on the type; use `.unwrap_or(…)`",
                ));
            }
        },
        M::map | M::and_then | M::map_or | M::map_or_else | M::filter => return change(vm, inner, call).map(Some),
        _ => return combine(vm, receiver, inner, call),
    }))
}

/// Methods that join two options, or turn one into something else.
fn combine(vm: &mut Vm<'_>, receiver: &Val, inner: Option<&Val>, call: &Call<'_>) -> Eval<Option<Val>> {
    let default = |at: usize| call.argument(at);
    Ok(Some(match call.method {
        M::or => inner.map_or_else(|| default(0).cloned(), |_| Ok(receiver.clone()))?,
        M::or_else => match inner {
            Some(_) => receiver.clone(),
            None => vm.call(default(0)?, [])?,
        },
        M::and => match inner {
            Some(_) => default(0)?.clone(),
            None => Val::None,
        },
        M::xor => match (inner, default(0)?.unwrapped()) {
            (Some(_), None) => receiver.clone(),
            (None, Some(_)) => default(0)?.clone(),
            _ => Val::None,
        },
        M::ok_or => match inner {
            Some(value) => Val::Ok(value.clone().into()),
            None => Val::Err(default(0)?.clone().into()),
        },
        M::ok_or_else => match inner {
            Some(value) => Val::Ok(value.clone().into()),
            None => Val::Err(vm.call(default(0)?, [])?.into()),
        },
        M::zip => match (inner, default(0)?.unwrapped()) {
            (Some(a), Some(b)) => Val::some(Val::tuple(vec![a.clone(), b.clone()])),
            _ => Val::None,
        },
        M::flatten => match inner {
            Some(value @ (Val::Some(_) | Val::None)) => value.clone(),
            _ => receiver.clone(),
        },
        M::as_ref | M::as_deref | M::as_mut | M::copied | M::cloned | M::clone => receiver.clone(),
        M::iter | M::into_iter => Val::iter(Iter::new(receiver)?),
        _ => return Ok(None),
    }))
}

/// A literal that stands in for a number takes its type.
fn or_literal(inner: Option<&Val>, default: &Val) -> Val {
    inner.map_or_else(|| default.clone(), |value| super::adapted(value, default))
}

fn change(vm: &mut Vm<'_>, inner: Option<&Val>, call: &Call<'_>) -> Eval<Val> {
    let Some(value) = inner else {
        return match call.method {
            M::map_or => Ok(call.argument(0)?.clone()),
            M::map_or_else => vm.call(call.argument(0)?, []),
            _ => Ok(Val::None),
        };
    };
    let value = value.clone();
    Ok(match call.method {
        M::map => Val::some(vm.call(call.argument(0)?, [value])?),
        M::and_then => vm.call(call.argument(0)?, [value])?,
        M::filter => {
            if vm.ask(call.argument(0)?, [value.clone()])? {
                Val::some(value)
            } else {
                Val::None
            }
        }
        _ => vm.call(call.argument(1)?, [value])?,
    })
}

pub(super) fn call_result(vm: &mut Vm<'_>, receiver: &Val, call: &Call<'_>) -> Eval<Option<Val>> {
    let (value, is_ok) = match receiver {
        Val::Ok(value) => (value, true),
        Val::Err(value) => (value, false),
        _ => return Ok(None),
    };
    let inner = || (**value).clone();
    Ok(Some(match (call.method, is_ok) {
        (M::is_ok, _) => Val::Bool(is_ok),
        (M::is_err, _) => Val::Bool(!is_ok),
        (M::is_ok_and, true) | (M::is_err_and, false) => Val::Bool(vm.ask(call.argument(0)?, [inner()])?),
        (M::is_ok_and, false) | (M::is_err_and, true) => Val::Bool(false),
        (M::ok, true) | (M::err, false) => Val::some(inner()),
        (M::ok, false) | (M::err, true) => Val::None,
        (M::unwrap | M::expect | M::unwrap_or | M::unwrap_or_else | M::unwrap_or_default, true)
        | (M::unwrap_err, false) => inner(),
        (M::unwrap_or, false) => call.argument(0)?.clone(),
        (M::unwrap_or_else, false) => vm.call(call.argument(0)?, [inner()])?,
        (M::unwrap_or_default, false) => {
            return Err(needs_rust(
                "`unwrap_or_default` of `Err`: the default depends on the type; use `.unwrap_or(…)`",
            ));
        }
        (M::unwrap | M::expect, false) => {
            let mut text = String::new();
            // What it is goes into the message where it can be printed.
            format::display(&mut text, value).unwrap_or_default();
            return Err(mistake(format!("called `Result::unwrap()` on an `Err` value: {text}; use `.unwrap_or(…)`")));
        }
        (M::map, true) => Val::Ok(vm.call(call.argument(0)?, [inner()])?.into()),
        (M::and_then, true) => vm.call(call.argument(0)?, [inner()])?,
        (M::map | M::and_then, false) => receiver.clone(),
        (M::map_or, true) | (M::map_or_else, true) => vm.call(call.argument(1)?, [inner()])?,
        (M::map_or, false) => call.argument(0)?.clone(),
        (M::map_or_else, false) => vm.call(call.argument(0)?, [inner()])?,
        (M::or, true) | (M::or_else, true) => receiver.clone(),
        (M::or, false) => call.argument(0)?.clone(),
        (M::or_else, false) => vm.call(call.argument(0)?, [inner()])?,
        (M::as_ref | M::clone | M::copied | M::cloned, _) => receiver.clone(),
        _ => return Ok(None),
    }))
}
