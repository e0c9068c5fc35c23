//! The methods of the standard library that templates use, by what they are called on. Their names are resolved when a template is prepared; which one a name
//! means is known when it is called.

mod char;
mod iter;
mod list;
mod map;
mod names;
mod number;
mod option;
mod str;

pub(crate) use list::bounds;
pub(crate) use names::Method;

use super::fault::{Eval, mistake, needs_rust};
use super::format;
use super::types::Type;
use super::value::{Val, opaque};
use super::vm::Vm;
use names::Method as M;

/// One call: what it is called on is separate.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) of: Option<&'a Type>,
    pub(crate) arguments: &'a [Val],
}

impl Call<'_> {
    /// The argument at a place.
    pub(crate) fn argument(&self, at: usize) -> Eval<&Val> {
        self.arguments.get(at).ok_or_else(|| {
            mistake(format!(
                "`{}` takes more than {} arguments; add the missing one",
                self.method.name(),
                self.arguments.len()
            ))
        })
    }

    fn usize(&self, at: usize) -> Eval<usize> {
        self.argument(at)?.to_usize()
    }
}

/// `receiver.method(arguments)`.
pub(crate) fn call(vm: &mut Vm<'_>, receiver: &Val, call: &Call<'_>) -> Eval<Val> {
    if let Val::Opaque(name) = receiver {
        return Err(opaque(name));
    }
    if let Some(value) = receiver.of_runtime() {
        return super::host::method(vm, &value, call);
    }
    if matches!(receiver, Val::Struct(_))
        && !option::is_only_of_options(call.method)
        && !matches!(call.method, M::clone | M::as_ref | M::borrow | M::to_owned)
    {
        return Err(needs_rust(format!("the method `{}` of a struct", call.method.name())));
    }
    let own = match receiver {
        Val::None | Val::Some(_) => option::call(vm, receiver, call)?,
        Val::Ok(_) | Val::Err(_) => option::call_result(vm, receiver, call)?,
        Val::Str(text) => str::call(vm, text, call)?,
        Val::Int(number, kind) => number::int(*number, *kind, call)?,
        Val::Float(number, kind) => number::float(*number, *kind, call)?,
        Val::Bool(value) => number::bool(vm, *value, call)?,
        Val::Char(value) => char::call(*value, call)?,
        Val::Ordering(order) => number::ordering(vm, *order, call)?,
        Val::List(items) => list::call(items, call)?,
        Val::Map(map) => map::call(map, call)?,
        Val::Range(range) => iter::range(vm, receiver, range, call)?,
        Val::Iter(state) => iter::call(vm, state, call)?,
        _ => None,
    };
    if let Some(value) = own {
        return Ok(value);
    }
    if let Some(value) = of_all(receiver, call)? {
        return Ok(value);
    }
    // An array has a `map` of its own; a list may be an option of one, or an array.
    if matches!((receiver, call.method), (Val::List(_), M::map)) {
        return Err(unknown(receiver, call.method));
    }
    // An option from data has no `Some` around it.
    if option::is_only_of_options(call.method)
        && !matches!(receiver, Val::None | Val::Some(_) | Val::Iter(_) | Val::Ok(_) | Val::Err(_))
    {
        let wrapped = Val::some(receiver.clone());
        if let Some(value) = option::call(vm, &wrapped, call)? {
            return Ok(value);
        }
    }
    Err(unknown(receiver, call.method))
}

#[cold]
fn unknown(receiver: &Val, method: Method) -> Box<super::fault::Fault> {
    needs_rust(format!("the method `{}` of `{}`", method.name(), receiver.kind()))
}

/// What traits give to every type.
fn of_all(receiver: &Val, call: &Call<'_>) -> Eval<Option<Val>> {
    use super::compare;
    use forge_codegen::expr::BinaryOp;
    use std::cmp::Ordering;
    let against = |op| compare::compare(op, receiver, call.argument(0)?).map(|yes| Some(Val::Bool(yes)));
    Ok(match call.method {
        M::clone | M::to_owned | M::borrow | M::as_ref | M::as_mut | M::as_deref | M::by_ref => match receiver {
            Val::Iter(iter) => Some(Val::iter(iter.borrow().fork())),
            _ => Some(receiver.clone()),
        },
        M::into => match receiver {
            Val::Str(_) => Some(receiver.clone()),
            _ => {
                return Err(needs_rust(format!(
                    "`into`: what the `{}` becomes is up to the compiler",
                    receiver.kind()
                )));
            }
        },
        M::to_string => {
            let mut text = String::new();
            format::display(&mut text, receiver)?;
            Some(Val::str(text))
        }
        M::eq => return against(BinaryOp::Equal),
        M::ne => return against(BinaryOp::NotEqual),
        M::lt => return against(BinaryOp::Less),
        M::le => return against(BinaryOp::LessOrEqual),
        M::gt => return against(BinaryOp::Greater),
        M::ge => return against(BinaryOp::GreaterOrEqual),
        M::cmp => Some(Val::Ordering(compare::order(receiver, call.argument(0)?)?)),
        M::partial_cmp => Some(Val::option(compare::partial_order(receiver, call.argument(0)?)?.map(Val::Ordering))),
        M::max => {
            let other = call.argument(0)?;
            // Of equals, the second.
            Some(if compare::order(receiver, other)? == Ordering::Greater {
                adapted(receiver, other)
            } else {
                adapted(other, receiver)
            })
        }
        M::min => {
            let other = call.argument(0)?;
            Some(if compare::order(receiver, other)? == Ordering::Greater {
                adapted(other, receiver)
            } else {
                adapted(receiver, other)
            })
        }
        M::clamp => {
            let (low, high) = (call.argument(0)?, call.argument(1)?);
            if compare::order(low, high)? == Ordering::Greater {
                return Err(mistake("assertion failed: min <= max; swap the arguments of `clamp`"));
            }
            Some(if compare::order(receiver, low)? == Ordering::Less {
                adapted(low, receiver)
            } else if compare::order(receiver, high)? == Ordering::Greater {
                adapted(high, receiver)
            } else {
                adapted(receiver, low)
            })
        }
        _ => None,
    })
}

/// A literal takes the type of what it was compared with.
pub(super) fn adapted(value: &Val, other: &Val) -> Val {
    match (value, other) {
        (Val::Int(number, a), Val::Int(_, b)) => Val::Int(*number, a.unify(*b).unwrap_or(*a)),
        (Val::Float(number, a), Val::Float(_, b)) => Val::Float(*number, a.unify(*b).unwrap_or(*a)),
        _ => value.clone(),
    }
}
