//! Filters by their names, for the interpreter.

use super::{
    abs, capitalize, date, default, fault, first, join, json, last, length, lower, nl2br, pluralize, replace, reverse,
    round, sort, title, trim, truncate, upper, urlencode,
};
use crate::filters::Either;
use crate::{ErrorKind, Result, Value};

/// All filters, with the number of their arguments.
pub const NAMES: &[(&str, usize)] = &[
    ("abs", 0),
    ("capitalize", 0),
    ("date", 1),
    ("default", 1),
    ("first", 0),
    ("join", 1),
    ("json", 0),
    ("last", 0),
    ("length", 0),
    ("lower", 0),
    ("nl2br", 0),
    ("pluralize", 2),
    ("replace", 2),
    ("reverse", 0),
    ("round", 1),
    ("sort", 0),
    ("title", 0),
    ("trim", 0),
    ("truncate", 1),
    ("upper", 0),
    ("urlencode", 0),
];

/// Applies a filter.
///
/// # Errors
/// An unknown filter, a wrong number of arguments, and the filter's own.
pub fn call(name: &str, value: &Value, arguments: &[Value]) -> Result<Value> {
    let Some((_, count)) = NAMES.iter().find(|(known, _)| *known == name) else {
        return Err(ErrorKind::UnknownFilter { name: name.to_owned(), known: nearest(name) }.into());
    };
    if arguments.len() != *count {
        return fault(name, format!("it takes {count} arguments, not {}", arguments.len()));
    }
    let plain: Vec<Value> = arguments.iter().map(printable).collect::<Result<_>>().or_else(|error| match name {
        "default" => Ok(arguments.to_vec()),
        _ => Err(error),
    })?;
    let argument = |index: usize| &plain[index];
    match name {
        "first" => Ok(first(value)?.into()),
        "last" => Ok(last(value)?.into()),
        "sort" => Ok(Value::list(sort(value)?.into_iter().cloned())),
        "reverse" => reverse(value),
        "length" => Ok(length(value)?.into()),
        "join" => Ok(join(value, argument(0))?.into()),
        "json" => Ok(json(value)?.into()),
        "abs" => abs(value),
        "round" => round(value, argument(0)),
        "pluralize" => Ok(pluralize(value, argument(0), argument(1))?.into()),
        "default" => Ok(match default(value, argument(0))? {
            Either::Value(value) | Either::Default(value) => value.clone(),
        }),
        _ => of_text(name, &printable(value)?, argument),
    }
}

fn of_text<'a>(name: &str, value: &Value, argument: impl Fn(usize) -> &'a Value) -> Result<Value> {
    Ok(match name {
        "upper" => upper(value)?.into(),
        "lower" => lower(value)?.into(),
        "capitalize" => capitalize(value)?.into(),
        "title" => title(value)?.into(),
        "trim" => trim(value)?.into(),
        "truncate" => truncate(value, argument(0))?.into(),
        "replace" => replace(value, argument(0), argument(1))?.into(),
        "nl2br" => nl2br(value)?.into(),
        "urlencode" => urlencode(value)?.into(),
        "date" => date(value, argument(0))?.into(),
        _ => return Err(ErrorKind::UnknownFilter { name: name.to_owned(), known: None }.into()),
    })
}

/// The value, if it prints; else the error that says why not.
fn printable(value: &Value) -> Result<Value> {
    value.to_text()?;
    Ok(value.clone())
}

/// A name with which this one shares its beginning, or all letters but one.
fn nearest(name: &str) -> Option<&'static str> {
    let distance = |known: &str| {
        let prefix = known.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
        let (known, name) = (known.chars().count(), name.chars().count());
        known.max(name) - prefix
    };
    let best = NAMES.iter().map(|(known, _)| *known).min_by_key(|known| distance(known))?;
    (distance(best) <= 3 && best.chars().next() == name.chars().next()).then_some(best)
}
