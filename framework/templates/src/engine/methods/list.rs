//! Methods of lists: vectors, slices, arrays.

use super::Call;
use super::names::Method as M;
use crate::engine::compare;
use crate::engine::fault::{Eval, mistake};
use crate::engine::iter::Iter;
use crate::engine::value::Val;
use crate::engine::vm::ITEMS_MAX;
use std::cmp::Ordering;
use std::rc::Rc;

pub(super) fn call(items: &Rc<Vec<Val>>, call: &Call<'_>) -> Eval<Option<Val>> {
    let part = |range: std::ops::Range<usize>| Val::list(items[range].to_vec());
    Ok(Some(match call.method {
        M::len => Val::usize(items.len()),
        M::is_empty => Val::Bool(items.is_empty()),
        M::iter | M::into_iter => Val::iter(Iter::items(items.clone())),
        M::as_slice | M::to_vec | M::clone | M::to_owned | M::as_ref => Val::List(items.clone()),
        M::first => Val::option(items.first().cloned()),
        M::last => Val::option(items.last().cloned()),
        M::get => match bounds(call.argument(0)?, items.len())? {
            Some((start, end)) if start <= end && end <= items.len() => Val::some(part(start..end)),
            Some(_) => Val::None,
            None => Val::option(items.get(call.usize(0)?).cloned()),
        },
        M::contains => {
            let wanted = call.argument(0)?;
            for item in items.iter() {
                if compare::equal(item, wanted)? {
                    return Ok(Some(Val::Bool(true)));
                }
            }
            Val::Bool(false)
        }
        M::starts_with | M::ends_with => {
            let Val::List(other) = call.argument(0)? else {
                return Err(mistake("expected a list; write it as `&[…]`"));
            };
            let start = if call.method == M::starts_with { 0 } else { items.len().saturating_sub(other.len()) };
            let has_room = other.len() <= items.len();
            Val::Bool(has_room && compare::equal(&part(start..start + other.len()), &Val::List(other.clone()))?)
        }
        _ => return split(items, call),
    }))
}

/// Methods that put together and take apart.
fn split(items: &Rc<Vec<Val>>, call: &Call<'_>) -> Eval<Option<Val>> {
    let part = |range: std::ops::Range<usize>| Val::list(items[range].to_vec());
    Ok(Some(match call.method {
        M::join => join(items, call.argument(0)?)?,
        M::concat => match items.first() {
            Some(Val::List(_)) => join(items, &Val::list(Vec::new()))?,
            _ => super::str::join(items, "")?,
        },
        M::chunks | M::windows | M::chunks_exact | M::rchunks => parts(items, call)?,
        M::split_at => {
            let at = call.usize(0)?;
            if at > items.len() {
                return Err(mistake("mid > len; split the list within its length"));
            }
            Val::tuple(vec![part(0..at), part(at..items.len())])
        }
        M::split_first => Val::option(
            items.split_first().map(|(first, rest)| Val::tuple(vec![first.clone(), Val::list(rest.to_vec())])),
        ),
        M::split_last => {
            Val::option(items.split_last().map(|(last, rest)| Val::tuple(vec![last.clone(), Val::list(rest.to_vec())])))
        }
        M::is_sorted => {
            for pair in items.windows(2) {
                if !matches!(compare::partial_order(&pair[0], &pair[1])?, Some(Ordering::Less | Ordering::Equal)) {
                    return Ok(Some(Val::Bool(false)));
                }
            }
            Val::Bool(true)
        }
        M::repeat => {
            let times = call.usize(0)?;
            if items.len().saturating_mul(times) > ITEMS_MAX {
                return Err(mistake("the repeated list is too long; repeat it less often"));
            }
            Val::list(std::iter::repeat_n(items.as_slice(), times).flatten().cloned().collect())
        }
        M::rev | M::enumerate | M::sum => {
            return Err(mistake(format!("a list has no `{0}`; write `.iter().{0}(…)`", call.method.name())));
        }
        _ => return Ok(None),
    }))
}

fn parts(items: &[Val], call: &Call<'_>) -> Eval<Val> {
    let size = call.usize(0)?;
    if size == 0 {
        return Err(mistake(format!("`{}` needs a size that is not zero", call.method.name())));
    }
    let list = |part: &[Val]| Val::list(part.to_vec());
    let parts = match call.method {
        M::chunks => items.chunks(size).map(list).collect(),
        M::chunks_exact => items.chunks_exact(size).map(list).collect(),
        M::rchunks => items.rchunks(size).map(list).collect(),
        _ => {
            if items.len().saturating_mul(size.min(items.len())) > ITEMS_MAX {
                return Err(mistake("too many windows; use smaller ones"));
            }
            items.windows(size).map(list).collect()
        }
    };
    Ok(Val::iter(Iter::of(parts)))
}

fn join(items: &[Val], separator: &Val) -> Eval<Val> {
    match separator {
        Val::Str(separator) => super::str::join(items, separator),
        separator => {
            let mut out = Vec::new();
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    match separator {
                        Val::List(between) => out.extend(between.iter().cloned()),
                        one => out.push(one.clone()),
                    }
                }
                let Val::List(item) = item else {
                    return Err(mistake(format!("cannot join `{}`; convert the items to text first", item.kind())));
                };
                out.extend(item.iter().cloned());
                if out.len() > ITEMS_MAX {
                    return Err(mistake("the joined list is too long; join fewer items"));
                }
            }
            Ok(Val::list(out))
        }
    }
}

/// Where a range begins and ends in something of this length. None if the value is no range.
pub(crate) fn bounds(value: &Val, len: usize) -> Eval<Option<(usize, usize)>> {
    let Val::Range(range) = value else { return Ok(None) };
    let start = range.start.as_ref().map_or(Ok(0), Val::to_usize)?;
    let end = range.end.as_ref().map_or(Ok(len), Val::to_usize)?;
    Ok(Some((start, if range.is_inclusive { end.saturating_add(1) } else { end })))
}
