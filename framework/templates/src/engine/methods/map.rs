//! Methods of maps.

use super::Call;
use super::names::Method as M;
use crate::engine::compare::{equal, find, same_key};
use crate::engine::fault::Eval;
use crate::engine::iter::Iter;
use crate::engine::value::{Map, Val};
use std::rc::Rc;

pub(super) fn call(map: &Rc<Map>, call: &Call<'_>) -> Eval<Option<Val>> {
    let entries = &map.entries;
    let pair = |(key, value): &(Val, Val)| Val::tuple(vec![key.clone(), value.clone()]);
    Ok(Some(match call.method {
        M::len => Val::usize(entries.len()),
        M::is_empty => Val::Bool(entries.is_empty()),
        M::get => Val::option(find(entries, call.argument(0)?)?.cloned()),
        M::contains_key => Val::Bool(find(entries, call.argument(0)?)?.is_some()),
        M::get_key_value => {
            let wanted = call.argument(0)?;
            for entry in entries {
                if same_key(&entry.0, wanted)? {
                    return Ok(Some(Val::some(pair(entry))));
                }
            }
            Val::None
        }
        M::keys | M::into_keys => Val::iter(Iter::of(entries.iter().map(|(key, _)| key.clone()).collect())),
        M::values | M::into_values => Val::iter(Iter::of(entries.iter().map(|(_, value)| value.clone()).collect())),
        M::iter | M::into_iter => Val::iter(Iter::of(entries.iter().map(pair).collect())),
        M::clone | M::to_owned | M::as_ref => Val::Map(map.clone()),
        _ => return Ok(None),
    }))
}

/// A map of pairs; of equal keys the last counts.
pub(super) fn collect(pairs: Vec<Val>, is_sorted: bool) -> Eval<Val> {
    let mut entries: Vec<(Val, Val)> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let (key, value) = match &pair {
            Val::Tuple(items) | Val::List(items) if items.len() == 2 => (items[0].clone(), items[1].clone()),
            other => {
                return Err(crate::engine::fault::mistake(format!(
                    "a map is collected from pairs, not from `{}`; map the items to `(key, value)`",
                    other.kind()
                )));
            }
        };
        // Sorted maps are searched below; the others are small.
        let known = entries.iter_mut().find(|(own, _)| equal(own, &key).unwrap_or(false));
        match known {
            Some(entry) => entry.1 = value,
            None => entries.push((key, value)),
        }
    }
    if is_sorted {
        super::iter::sort(&mut entries, |a, b| crate::engine::compare::order(&a.0, &b.0))?;
    }
    Ok(Val::Map(Rc::new(Map { entries })))
}
