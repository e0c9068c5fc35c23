//! Between the evaluator's values and the runtime's: conversions, Forge's own values and their methods, functions, filters.

use super::code::Function;
use super::fault::{Eval, mistake, needs_rust};
use super::iter::Iter;
use super::methods::{Call, Method as M};
use super::number::{FloatType, IntType};
use super::scope::Env;
use super::steps::Prepared;
use super::value::{Map, Val};
use super::vm::Vm;
use crate::{AttributeBag, ErrorBags, Key, Render, Slot, Value, functions};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

/// What a page's evaluation is part of.
pub(crate) struct Host<'r> {
    pub(crate) render: &'r mut Render,
    pub(crate) engine: &'r super::Interpreter,
    /// Variables from outside of the template that is being rendered.
    pub(crate) env: Rc<Env>,
    /// No variables from outside.
    pub(crate) nothing: Rc<Env>,
    /// Templates that this page has looked for: a page sees one state of each.
    pub(crate) found: HashMap<String, Option<Arc<Prepared>>, foldhash::fast::RandomState>,
}

/// Structs are converted field by field, when a field is asked for.
pub(crate) fn from_value(value: &Value) -> Val {
    match value {
        Value::Null => Val::None,
        Value::Bool(value) => Val::Bool(*value),
        Value::Int(number) => Val::Int((*number).into(), IntType::Signed),
        Value::UInt(number) => Val::Int((*number).into(), IntType::Unsigned),
        // Its width is not known; it takes that of the other side.
        Value::Float(number) => Val::Float(*number, FloatType::Literal),
        Value::Char(char) => Val::Char(*char),
        Value::Str(text) => Val::Str(text.clone()),
        Value::List(items) => Val::list(from_values(items)),
        Value::Map(map) if map.is_struct() => Val::Struct(map.clone()),
        Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| (from_key(key), from_value(value))).collect();
            Val::Map(Rc::new(Map { entries }))
        }
        Value::Opaque(opaque) => Val::Opaque(opaque.type_name().into()),
        Value::Slot(slot) => Val::Slot(slot.clone()),
        Value::Bag(bag) => Val::Bag(bag.clone()),
        Value::Safe(_) | Value::Errors(_) | Value::Prepends(_) => Val::Host(Rc::new(value.clone())),
    }
}

fn from_values(values: &[Value]) -> Vec<Val> {
    // Lists of numbers of one type, which are the longest, are made where they are to stand, and not moved there.
    let made = match values.first() {
        Some(Value::UInt(_)) => numbers(values, unsigned, IntType::Unsigned),
        Some(Value::Int(_)) => numbers(values, signed, IntType::Signed),
        _ => None,
    };
    made.unwrap_or_else(|| values.iter().map(from_value).collect())
}

fn numbers(values: &[Value], number: impl Fn(&Value) -> Option<i128>, kind: IntType) -> Option<Vec<Val>> {
    let all = values.iter().map(|value| Val::Int(number(value).unwrap_or_default(), kind));
    values.iter().all(|value| number(value).is_some()).then(|| all.collect())
}

fn unsigned(value: &Value) -> Option<i128> {
    match value {
        Value::UInt(number) => Some((*number).into()),
        _ => None,
    }
}

fn signed(value: &Value) -> Option<i128> {
    match value {
        Value::Int(number) => Some((*number).into()),
        _ => None,
    }
}

fn from_key(key: &Key) -> Val {
    match key {
        // Of an integer of whatever type.
        Key::Int(number) => Val::Int((*number).into(), IntType::Literal),
        key => from_value(&key.to_value()),
    }
}

/// For what the runtime does with a value.
pub(crate) fn to_value(value: &Val) -> Eval<Value> {
    Ok(match value {
        Val::Unbound => return Err(mistake("a variable is missing")),
        Val::Unit | Val::None => Value::Null,
        Val::Bool(value) => Value::Bool(*value),
        Val::Int(number, kind) => match (i64::try_from(*number), u64::try_from(*number)) {
            (Ok(number), _) if kind.is_signed() => Value::Int(number),
            (_, Ok(number)) => Value::UInt(number),
            _ => return Err(needs_rust("a number of more than 64 bits")),
        },
        Val::Float(number, FloatType::F32) => (*number as f32).into(),
        Val::Float(number, _) => Value::Float(*number),
        Val::Char(char) => Value::Char(*char),
        Val::Str(text) => Value::Str(text.clone()),
        Val::Some(value) => to_value(value)?,
        Val::Ok(value) => crate::Map::new().entry("Ok", to_value(value)?).into(),
        Val::Err(value) => crate::Map::new().entry("Err", to_value(value)?).into(),
        Val::List(items) | Val::Tuple(items) => {
            let items: Vec<Value> = items.iter().map(to_value).collect::<Eval<_>>()?;
            Value::list(items)
        }
        Val::Map(map) => to_map(map)?.into(),
        Val::Struct(map) => Value::Map(map.clone()),
        Val::Slot(slot) => Value::Slot(slot.clone()),
        Val::Bag(bag) => Value::Bag(bag.clone()),
        Val::Host(value) => (**value).clone(),
        Val::Opaque(name) => Value::Opaque(crate::Opaque::new(name)),
        Val::Range(_) | Val::Iter(_) | Val::Closure(_) | Val::Ordering(_) => {
            return Err(needs_rust(format!("a {} in a place that takes values; collect it into a list", value.kind())));
        }
    })
}

fn to_map(map: &Map) -> Eval<crate::Map> {
    let mut made = crate::Map::new();
    for (key, value) in &map.entries {
        made.insert(Key::try_from(to_value(key)?)?, to_value(value)?);
    }
    Ok(made)
}

pub(crate) fn to_values(values: &[Val]) -> Eval<Vec<Value>> {
    values.iter().map(to_value).collect()
}

/// Of a function's optional parameters.
pub(crate) fn map_of(value: Option<&Val>) -> Eval<crate::Map> {
    match value {
        None => Ok(crate::Map::new()),
        Some(Val::Map(map)) => to_map(map),
        Some(Val::Struct(map)) => Ok((**map).clone()),
        Some(Val::List(items)) if items.is_empty() => Ok(crate::Map::new()),
        Some(other) => Err(mistake(format!(
            "expected names with values, found `{}`; write them as `{{ name: value }}`",
            other.kind()
        ))),
    }
}

/// The text of text, HTML and slots.
pub(crate) fn text_of(value: &Val) -> Eval<&str> {
    match value {
        Val::Slot(slot) => Ok(slot.html()),
        Val::Host(host) => host.as_str().ok_or_else(|| mistake(format!("expected text, found {}", host.kind()))),
        Val::Some(value) => text_of(value),
        value => value.to_str(),
    }
}

pub(crate) fn is_text(value: &Value, text: &str) -> Eval<bool> {
    value.as_str().map(|own| own == text).ok_or_else(|| mistake(format!("can't compare a {} with text", value.kind())))
}

/// As `Display` prints it.
pub(crate) fn text(value: &Value) -> Eval<String> {
    let mut text = String::new();
    value.write_raw(&mut text)?;
    Ok(text)
}

pub(crate) fn iter(value: &Value) -> Eval<Iter> {
    match value {
        Value::Bag(bag) => {
            Ok(Iter::of(bag.iter().map(|(name, value)| Val::tuple(vec![Val::str(name), from_value(value)])).collect()))
        }
        other => Err(mistake(format!("a {} cannot be looped over; loop over its parts", other.kind()))),
    }
}

pub(crate) fn method(vm: &mut Vm<'_>, value: &Value, call: &Call<'_>) -> Eval<Val> {
    let own = match value {
        Value::Slot(slot) => slot_method(slot, call),
        Value::Bag(bag) => bag_method(vm, bag, call)?,
        Value::Errors(errors) => errors_method(errors, call)?,
        _ => None,
    };
    if let Some(own) = own {
        return Ok(own);
    }
    match call.method {
        M::clone | M::to_owned | M::as_ref | M::borrow => Ok(from_value(value)),
        M::to_string => text(value).map(Val::str),
        M::as_str if matches!(value, Value::Safe(_)) => text(value).map(Val::str),
        M::is_some => Ok(Val::Bool(true)),
        M::is_none => Ok(Val::Bool(false)),
        M::unwrap | M::unwrap_or | M::unwrap_or_default => Ok(from_value(value)),
        M::map => {
            let closure = call.argument(0)?.clone();
            vm.call(&closure, [from_value(value)]).map(Val::some)
        }
        method => Err(needs_rust(format!("the method `{}` of a {}", method.name(), value.kind()))),
    }
}

fn slot_method(slot: &Slot, call: &Call<'_>) -> Option<Val> {
    Some(match call.method {
        M::is_empty => Val::Bool(slot.is_empty()),
        M::is_not_empty => Val::Bool(slot.is_not_empty()),
        M::has_actual_content => Val::Bool(slot.has_actual_content()),
        M::html => Val::str(slot.html()),
        M::to_safe => Val::Host(Rc::new(Value::Safe(slot.to_safe()))),
        _ => return None,
    })
}

fn bag_method(vm: &mut Vm<'_>, bag: &AttributeBag, call: &Call<'_>) -> Eval<Option<Val>> {
    let names = || call.argument(0).and_then(to_value);
    Ok(Some(match call.method {
        M::get => {
            let name = text_of(call.argument(0)?)?;
            match call.arguments.get(1) {
                Some(default) => from_value(&bag.get_or(name, to_value(default)?)),
                None => Val::option(bag.get(name).map(from_value)),
            }
        }
        M::has => Val::Bool(bag.has(names()?)),
        M::has_any => Val::Bool(bag.has_any(names()?)),
        M::first => Val::option(bag.first().map(from_value)),
        M::only => Val::Bag(bag.only(names()?)),
        M::except => Val::Bag(bag.except(names()?)),
        M::where_starts_with | M::that_start_with => Val::Bag(bag.where_starts_with(names()?)),
        M::where_doesnt_start_with => Val::Bag(bag.where_doesnt_start_with(names()?)),
        M::only_props => Val::Bag(bag.only_props(names()?)),
        M::except_props => Val::Bag(bag.except_props(names()?)),
        M::merge => Val::Bag(match call.argument(0)? {
            Val::Bag(other) => bag.merge(other.clone()),
            other if other.is_of_runtime() => {
                return Err(mistake(format!("expected attributes, found {}", to_value(other)?.kind())));
            }
            defaults => bag.merge(map_of(Some(defaults))?),
        }),
        M::class => Val::Bag(bag.class(names()?)?),
        M::style => Val::Bag(bag.style(names()?)?),
        M::prepends => Val::Host(Rc::new(bag.prepends(names()?).into())),
        M::is_empty => Val::Bool(bag.is_empty()),
        M::is_not_empty => Val::Bool(bag.is_not_empty()),
        M::count => Val::usize(bag.count()),
        M::iter => Val::iter(iter(&Value::Bag(bag.clone()))?),
        M::filter => {
            let mut kept = AttributeBag::new();
            for (name, value) in bag {
                if vm.ask(call.argument(0)?, [from_value(value), Val::str(name)])? {
                    kept.insert(name, value.clone());
                }
            }
            Val::Bag(kept)
        }
        _ => return Ok(None),
    }))
}

fn errors_method(errors: &ErrorBags, call: &Call<'_>) -> Eval<Option<Val>> {
    let list = |texts: Vec<&str>| Val::list(texts.into_iter().map(Val::str).collect());
    let field = || call.argument(0).and_then(text_of);
    Ok(Some(match call.method {
        M::has => Val::Bool(errors.has(field()?)),
        M::first => Val::option(errors.first(field()?).map(Val::str)),
        M::get => list(errors.get(field()?)),
        M::any => Val::Bool(errors.any()),
        M::is_empty => Val::Bool(!errors.any()),
        M::is_not_empty => Val::Bool(errors.any()),
        M::all => list(errors.all()),
        M::count => Val::usize(errors.count()),
        _ => return Ok(None),
    }))
}

/// A function that is always there.
pub(crate) fn function(vm: &mut Vm<'_>, function: Function, arguments: &[Val]) -> Eval<Val> {
    let render = &*vm.host.render;
    let text = |at: usize| match arguments.get(at) {
        Some(value) => text_of(value),
        None => Err(mistake("the function needs an argument; give it a name in quotes")),
    };
    let option = |value: Option<Value>| Val::option(value.as_ref().map(from_value));
    Ok(match function {
        Function::Old => match arguments.get(1) {
            Some(default) => from_value(&functions::old_or(render, text(0)?, to_value(default)?)),
            None => option(functions::old(render, text(0)?)),
        },
        Function::Session => option(functions::session(render, text(0)?)),
        Function::Config => option(functions::config(render, text(0)?)),
        Function::CsrfToken => Val::str(functions::csrf_token(render)?),
        Function::Asset => Val::str(functions::asset(render, text(0)?)?),
        Function::Url => Val::str(functions::url(render, text(0)?)),
        Function::Route => Val::str(functions::route(render, text(0)?, &map_of(arguments.get(1))?)?),
        Function::Trans => Val::str(functions::trans(render, text(0)?, &map_of(arguments.get(1))?)?),
        Function::TransChoice => {
            let count = to_value(arguments.get(1).unwrap_or(&Val::None))?;
            Val::str(functions::trans_choice(render, text(0)?, &count, &map_of(arguments.get(2))?)?)
        }
        Function::Shared => from_value(&functions::data(render, text(0)?)?),
    })
}

pub(crate) fn filter(name: &str, value: &Val, arguments: &[Val]) -> Eval<Val> {
    if let Val::Opaque(name) = value {
        return Err(super::value::opaque(name));
    }
    if matches!(value, Val::Struct(_)) && name != "json" && name != "default" {
        return Err(needs_rust(format!("the filter `{name}` of a struct")));
    }
    let value = match value {
        // What is looped over is what an iterator gives.
        Val::Iter(_) | Val::Range(_) => {
            return Err(needs_rust(format!("the filter `{name}` of an iterator; collect it first")));
        }
        value => to_value(value)?,
    };
    Ok(from_value(&crate::filters::call(name, &value, &to_values(arguments)?)?))
}
