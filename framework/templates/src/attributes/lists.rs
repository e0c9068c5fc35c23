//! Lists of classes and styles, with conditions: `["a", "b" => condition]`.

use crate::{Key, Result, Value};

/// What `@class([…])` puts between the quotes, not escaped: items, and keys whose value holds.
///
/// # Errors
/// An item that is no text.
pub fn class_list(list: &Value) -> Result<String> {
    Ok(chosen(list)?.join(" "))
}

/// What `@style([…])` puts between the quotes, not escaped. Each ends with a semicolon.
///
/// # Errors
/// An item that is no text.
pub fn style_list(list: &Value) -> Result<String> {
    Ok(chosen(list)?.iter().map(|style| finished(style)).collect::<Vec<_>>().join(" "))
}

/// With one semicolon at its end.
pub(super) fn finished(style: &str) -> String {
    format!("{};", style.trim_end_matches(';'))
}

fn chosen(list: &Value) -> Result<Vec<String>> {
    match list {
        Value::Null => Ok(Vec::new()),
        Value::List(items) => items.iter().map(Value::to_text).collect(),
        Value::Map(map) => {
            let mut texts = Vec::new();
            for (key, value) in map.iter() {
                match key {
                    Key::Int(_) | Key::UInt(_) => texts.push(value.to_text()?),
                    key if value.is_truthy() => texts.push(key.to_string()),
                    _ => {}
                }
            }
            Ok(texts)
        }
        text => Ok(vec![text.to_text()?]),
    }
}
