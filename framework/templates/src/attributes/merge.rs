//! Merging defaults into a bag.

use super::lists::finished;
use super::{AttributeBag, class_list, style_list};
use crate::escape::escape_into;
use crate::{Opaque, Result, Safe, Value};

/// A default that the caller's value is put behind instead of taking its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepends(pub Value);

impl AttributeBag {
    /// The defaults, with the caller's attributes over them: the caller's value wins, except that classes, styles and
    /// defaults from [`prepends`](Self::prepends) stand before it. The defaults come first.
    #[must_use]
    pub fn merge(&self, defaults: impl Into<Self>) -> Self {
        let mut merged = defaults.into();
        let is_joined = |name: &str, defaults: &Self| {
            name == "class" || name == "style" || matches!(defaults.get(name), Some(Value::Prepends(_)))
        };
        let (joined, others): (Vec<_>, Vec<_>) = self.entries().iter().partition(|(name, _)| is_joined(name, &merged));
        for (name, value) in joined {
            let value = join(name, merged.get(name), value);
            merged.insert(name, value);
        }
        for (name, value) in others {
            merged.insert(name, value.clone());
        }
        if merged.entries().iter().any(|(_, value)| matches!(value, Value::Prepends(_))) {
            for (_, value) in merged.entries_mut() {
                if let Value::Prepends(default) = value {
                    *value = (**default).clone();
                }
            }
        }
        merged
    }

    /// With these classes before the caller's: `["a", "b" => condition]`, or text.
    ///
    /// # Errors
    /// An item that is no text.
    pub fn class(&self, classes: impl Into<Value>) -> Result<Self> {
        Ok(self.merge(Self::new().with("class", class_list(&classes.into())?)))
    }

    /// With these styles before the caller's: `["a: b", "c: d" => condition]`, or text.
    ///
    /// # Errors
    /// An item that is no text.
    pub fn style(&self, styles: impl Into<Value>) -> Result<Self> {
        Ok(self.merge(Self::new().with("style", style_list(&styles.into())?)))
    }

    /// A default for [`merge`](Self::merge) that stands before the caller's value.
    #[must_use]
    pub fn prepends(&self, value: impl Into<Value>) -> Prepends {
        Prepends(value.into())
    }
}

/// Merging cannot fail, so that a fault waits until the bag is printed.
fn text_or_fault(text: Result<String>) -> Value {
    text.map_or_else(|fault| Value::Opaque(Opaque::new(&fault.to_string())), Value::from)
}

fn join(name: &str, default: Option<&Value>, value: &Value) -> Value {
    let parts = [default, Some(value)].into_iter().flatten().filter_map(|part| part_of(name, part));
    let parts: Vec<Value> = parts.collect();
    match &parts[..] {
        [] => Value::Str("".into()),
        [one] => one.clone(),
        [fault @ Value::Opaque(_), ..] | [_, fault @ Value::Opaque(_), ..] => fault.clone(),
        [first, second, ..] if first == second => first.clone(),
        // Text stays text: it is escaped when it is printed.
        [Value::Str(first), Value::Str(second), ..] => format!("{first} {second}").into(),
        [first, second, ..] => Value::Safe(Safe::new(format!("{} {}", html(first), html(second)))),
    }
}

/// What of a value can be joined: text that is not empty, or a fault.
fn part_of(name: &str, value: &Value) -> Option<Value> {
    let text = match value {
        Value::Null | Value::Bool(_) => return None,
        Value::Opaque(_) => return Some(value.clone()),
        Value::Prepends(value) => return part_of(name, value),
        Value::List(_) | Value::Map(_) if name == "style" => style_list(value),
        Value::List(_) | Value::Map(_) => class_list(value),
        value => value.to_text(),
    };
    let text = match text_or_fault(text) {
        Value::Str(text) => text,
        fault => return Some(fault),
    };
    if text.is_empty() {
        return None;
    }
    let text = if name == "style" { finished(&text).into() } else { text };
    Some(if matches!(value, Value::Safe(_) | Value::Slot(_)) { Value::Safe(Safe::new(text)) } else { text.into() })
}

fn html(part: &Value) -> String {
    let mut html = String::new();
    match part {
        Value::Str(text) => escape_into(&mut html, text),
        part => html.push_str(part.as_str().unwrap_or_default()),
    }
    html
}
