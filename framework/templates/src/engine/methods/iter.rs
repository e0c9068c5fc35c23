//! Methods of iterators and ranges.

use super::names::Method as M;
use super::{Call, map, number, str};
use crate::engine::compare;
use crate::engine::fault::{Eval, mistake, needs_rust};
use crate::engine::iter::Iter;
use crate::engine::types::Type;
use crate::engine::value::{Range, Val};
use crate::engine::vm::Vm;
use forge_codegen::expr::BinaryOp;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;

pub(super) fn range(vm: &mut Vm<'_>, receiver: &Val, range: &Range, call: &Call<'_>) -> Eval<Option<Val>> {
    let ends = || match (&range.start, &range.end) {
        (Some(start), Some(end)) => Ok((start, end)),
        _ => Err(needs_rust("the ends of a range that has only one")),
    };
    match call.method {
        M::contains => {
            let value = call.argument(0)?;
            let above = range
                .start
                .as_ref()
                .map_or(Ok(true), |start| compare::compare(BinaryOp::GreaterOrEqual, value, start))?;
            let op = if range.is_inclusive { BinaryOp::LessOrEqual } else { BinaryOp::Less };
            let below = range.end.as_ref().map_or(Ok(true), |end| compare::compare(op, value, end))?;
            return Ok(Some(Val::Bool(above && below)));
        }
        M::is_empty => {
            let (start, end) = ends()?;
            let op = if range.is_inclusive { BinaryOp::LessOrEqual } else { BinaryOp::Less };
            return Ok(Some(Val::Bool(!compare::compare(op, start, end)?)));
        }
        M::clone => return Ok(Some(receiver.clone())),
        M::eq | M::ne | M::to_owned => return Ok(None),
        _ => {}
    }
    let state = Rc::new(RefCell::new(Iter::new(receiver)?));
    self::call(vm, &state, call)
}

fn own(state: &Rc<RefCell<Iter>>) -> Eval<Box<Iter>> {
    Iter::new(&Val::Iter(state.clone())).map(Box::new)
}

pub(super) fn call(vm: &mut Vm<'_>, state: &Rc<RefCell<Iter>>, call: &Call<'_>) -> Eval<Option<Val>> {
    let function = || call.argument(0).cloned();
    let adaptor = match call.method {
        M::iter => return Ok(None),
        M::into_iter | M::cloned | M::copied => *own(state)?,
        M::by_ref => Iter::Shared(state.clone()),
        M::clone => state.borrow().fork(),
        M::map => Iter::Map(own(state)?, function()?),
        M::map_while => Iter::MapWhile(own(state)?, function()?),
        M::filter => Iter::Filter(own(state)?, function()?),
        M::filter_map => Iter::FilterMap(own(state)?, function()?),
        M::flat_map => Iter::Flat { function: Some(function()?), outer: own(state)?, inner: None },
        M::flatten => Iter::Flat { function: None, outer: own(state)?, inner: None },
        M::enumerate => Iter::Enumerate(own(state)?, 0),
        M::take => Iter::Take(own(state)?, call.usize(0)?),
        M::skip => Iter::Skip(own(state)?, call.usize(0)?),
        M::take_while => Iter::TakeWhile { inner: own(state)?, while_: function()?, is_done: false },
        M::skip_while => Iter::SkipWhile { inner: own(state)?, while_: function()?, is_past: false },
        M::rev => Iter::Rev(own(state)?),
        M::zip => Iter::Zip(own(state)?, Box::new(Iter::new(call.argument(0)?)?)),
        M::chain => Iter::Chain(Some(own(state)?), Box::new(Iter::new(call.argument(0)?)?)),
        M::cycle => {
            let first = own(state)?;
            Iter::Cycle { current: first.clone(), first }
        }
        M::step_by => match call.usize(0)? {
            0 => return Err(mistake("assertion failed: step != 0; step by one or more")),
            step => Iter::StepBy { inner: own(state)?, step, is_first: true },
        },
        _ => return consume(vm, state, call),
    };
    Ok(Some(Val::iter(adaptor)))
}

/// Methods that walk.
fn consume(vm: &mut Vm<'_>, state: &Rc<RefCell<Iter>>, call: &Call<'_>) -> Eval<Option<Val>> {
    let mut iter = state.try_borrow_mut().map_err(|_| mistake("an iterator is used while it runs"))?;
    Ok(Some(match call.method {
        M::next => Val::option(iter.next(vm)?),
        M::next_back => Val::option(iter.next_back(vm)?),
        M::nth => {
            for _ in 0..call.usize(0)? {
                if iter.next(vm)?.is_none() {
                    return Ok(Some(Val::None));
                }
            }
            Val::option(iter.next(vm)?)
        }
        M::last => {
            let mut last = None;
            while let Some(value) = iter.next(vm)? {
                last = Some(value);
            }
            Val::option(last)
        }
        M::count => {
            let mut count = 0;
            while iter.next(vm)?.is_some() {
                count += 1;
            }
            Val::usize(count)
        }
        M::len => {
            Val::usize(iter.len().ok_or_else(|| mistake("the iterator does not know its length; use `.count()`"))?)
        }
        M::any | M::all | M::find | M::find_map | M::position => search(vm, &mut iter, call)?,
        M::eq | M::ne | M::cmp | M::partial_cmp | M::lt | M::le | M::gt | M::ge => {
            let own = Val::list(iter.collect(vm)?);
            let other = Val::list(Iter::new(call.argument(0)?)?.collect(vm)?);
            return super::of_all(&own, &Call { arguments: &[other], ..*call });
        }
        M::rposition => {
            let items = iter.collect(vm)?;
            for (at, item) in items.into_iter().enumerate().rev() {
                if vm.ask(call.argument(0)?, [item])? {
                    return Ok(Some(Val::some(Val::usize(at))));
                }
            }
            Val::None
        }
        _ => return gather(vm, &mut iter, call),
    }))
}

/// Methods that make one value of all.
fn gather(vm: &mut Vm<'_>, iter: &mut Iter, call: &Call<'_>) -> Eval<Option<Val>> {
    Ok(Some(match call.method {
        M::fold => {
            let mut so_far = call.argument(0)?.clone();
            while let Some(value) = iter.next(vm)? {
                so_far = vm.call(call.argument(1)?, [so_far, value])?;
            }
            so_far
        }
        M::reduce => {
            let Some(mut so_far) = iter.next(vm)? else { return Ok(Some(Val::None)) };
            while let Some(value) = iter.next(vm)? {
                so_far = vm.call(call.argument(0)?, [so_far, value])?;
            }
            Val::some(so_far)
        }
        M::sum | M::product => sum(vm, iter, call)?,
        M::min | M::max | M::min_by_key | M::max_by_key | M::min_by | M::max_by => extreme(vm, iter, call)?,
        M::collect => {
            let items = iter.collect(vm)?;
            collect(items, call.of)?
        }
        M::partition => {
            let (mut yes, mut no) = (Vec::new(), Vec::new());
            for item in iter.collect(vm)? {
                if vm.ask(call.argument(0)?, [item.clone()])? { yes.push(item) } else { no.push(item) }
            }
            Val::tuple(vec![Val::list(yes), Val::list(no)])
        }
        M::is_sorted => {
            let items = Rc::new(iter.collect(vm)?);
            return super::list::call(&items, call);
        }
        _ => return Ok(None),
    }))
}

fn search(vm: &mut Vm<'_>, iter: &mut Iter, call: &Call<'_>) -> Eval<Val> {
    let function = call.argument(0)?;
    let mut at = 0;
    while let Some(value) = iter.next(vm)? {
        match call.method {
            M::any if vm.ask(function, [value.clone()])? => return Ok(Val::Bool(true)),
            M::all if !vm.ask(function, [value.clone()])? => return Ok(Val::Bool(false)),
            M::find if vm.ask(function, [value.clone()])? => return Ok(Val::some(value)),
            M::position if vm.ask(function, [value.clone()])? => return Ok(Val::some(Val::usize(at))),
            M::find_map => {
                if let Some(found) = vm.call(function, [value])?.unwrapped() {
                    return Ok(Val::some(found.clone()));
                }
            }
            _ => {}
        }
        at += 1;
    }
    Ok(match call.method {
        M::any => Val::Bool(false),
        M::all => Val::Bool(true),
        _ => Val::None,
    })
}

fn sum(vm: &mut Vm<'_>, iter: &mut Iter, call: &Call<'_>) -> Eval<Val> {
    let (op, start) = if call.method == M::sum { (BinaryOp::Add, 0) } else { (BinaryOp::Multiply, 1) };
    let mut so_far = match call.of {
        Some(Type::Int(kind)) => Some(Val::Int(start, *kind)),
        // What the standard library begins with: nothing added to it changes.
        Some(Type::Float(kind)) => Some(Val::Float(if start == 0 { -0.0 } else { 1.0 }, *kind)),
        None | Some(Type::Any) => None,
        Some(_) => return Err(needs_rust(format!("`{}` into this type", call.method.name()))),
    };
    while let Some(value) = iter.next(vm)? {
        so_far = Some(match &so_far {
            Some(so_far) => number::accumulate(op, so_far, &value)?,
            None => value,
        });
    }
    let empty = || {
        needs_rust(format!(
            "`{0}` of nothing, into a type that is not written; write it, as in `.{0}::<i64>()`",
            call.method.name()
        ))
    };
    so_far.ok_or_else(empty)
}

fn extreme(vm: &mut Vm<'_>, iter: &mut Iter, call: &Call<'_>) -> Eval<Val> {
    let wants_max = matches!(call.method, M::max | M::max_by | M::max_by_key);
    let mut best: Option<(Val, Val)> = None;
    while let Some(value) = iter.next(vm)? {
        let key = match call.method {
            M::min_by_key | M::max_by_key => vm.call(call.argument(0)?, [value.clone()])?,
            _ => value.clone(),
        };
        let Some((best_key, _)) = &best else {
            best = Some((key, value));
            continue;
        };
        let order = match call.method {
            M::min_by | M::max_by => match vm.call(call.argument(0)?, [best_key.clone(), key.clone()])? {
                Val::Ordering(order) => order,
                other => {
                    return Err(mistake(format!(
                        "expected `Ordering`, found `{}`; compare with `.cmp(…)`",
                        other.kind()
                    )));
                }
            },
            _ => compare::order(best_key, &key)?,
        };
        // Of equals the first is the least and the last the greatest.
        if if wants_max { order != Ordering::Greater } else { order == Ordering::Greater } {
            let value = str::extreme(&value, &best.as_ref().map_or(Val::Unit, |(_, value)| value.clone()));
            best = Some((key, value));
        }
    }
    Ok(Val::option(best.map(|(_, value)| value)))
}

/// `.collect::<T>()`.
fn collect(items: Vec<Val>, of: Option<&Type>) -> Eval<Val> {
    match of {
        Some(Type::List(_)) => Ok(Val::list(items)),
        Some(Type::Str) => {
            let mut text = String::new();
            for item in &items {
                match item {
                    Val::Str(piece) => text.push_str(piece),
                    Val::Char(char) => text.push(*char),
                    other => {
                        return Err(mistake(format!(
                            "a `String` is collected from text or chars, not from `{}`; map the items with `.to_string()`",
                            other.kind()
                        )));
                    }
                }
            }
            Ok(Val::str(text))
        }
        Some(Type::Map { is_sorted }) => map::collect(items, *is_sorted),
        Some(Type::Option(inner)) => {
            let mut all = Vec::with_capacity(items.len());
            for item in &items {
                match item.unwrapped() {
                    Some(value) => all.push(value.clone()),
                    None => return Ok(Val::None),
                }
            }
            collect(all, Some(inner)).map(Val::some)
        }
        Some(Type::Result(inner)) => {
            let mut all = Vec::with_capacity(items.len());
            for item in items {
                match item {
                    Val::Ok(value) => all.push((*value).clone()),
                    Val::Err(_) => return Ok(item),
                    other => {
                        return Err(mistake(format!(
                            "expected `Result`, found `{}`; wrap it in `Ok(…)`",
                            other.kind()
                        )));
                    }
                }
            }
            collect(all, Some(inner)).map(|value| Val::Ok(value.into()))
        }
        _ => Err(needs_rust("`collect` into a type that is not written; write it, as in `.collect::<Vec<_>>()`")),
    }
}

/// Sorts by an order that may fail.
pub(super) fn sort<T>(items: &mut [T], order: impl Fn(&T, &T) -> Eval<Ordering>) -> Eval<()> {
    let mut failed = None;
    items.sort_by(|a, b| {
        order(a, b).unwrap_or_else(|fault| {
            failed.get_or_insert(fault);
            Ordering::Equal
        })
    });
    failed.map_or(Ok(()), Err)
}
