//! The functions that every template has, for both engines.

use crate::services::{choose, replaced};
use crate::{ErrorKind, Map, Render, Result, Safe, Value, escape};

/// Their names, in no particular order. `errors` is a variable: [`crate::Services::errors`].
pub const NAMES: &[&str] =
    &["old", "session", "config", "csrf_token", "asset", "url", "route", "trans", "trans_choice", "data"];

/// What was entered into a field before. Without a session, nothing was.
#[must_use]
pub fn old(render: &Render, field: &str) -> Option<Value> {
    render.services().session.as_ref()?.old(field)
}

/// What was entered into a field before, else the default.
#[must_use]
pub fn old_or(render: &Render, field: &str, default: impl Into<Value>) -> Value {
    old(render, field).unwrap_or_else(|| default.into())
}

/// A value of the session. Without a session, there is none.
#[must_use]
pub fn session(render: &Render, key: &str) -> Option<Value> {
    render.services().session.as_ref()?.get(key).filter(|value| !value.is_null())
}

/// A value of the configuration, by a dotted key.
#[must_use]
pub fn config(render: &Render, key: &str) -> Option<Value> {
    render.services().config.get(key)
}

/// `@context(key)`: a value of the request's context.
#[must_use]
pub fn context(render: &Render, key: &str) -> Option<Value> {
    render.services().context.get(key).filter(|value| !value.is_null())
}

/// The token that forms send back.
///
/// # Errors
/// Without a session, or where it has no token.
pub fn csrf_token(render: &Render) -> Result<String> {
    let session = render.services().session.as_ref();
    session.and_then(|session| session.csrf_token()).ok_or_else(|| {
        let needs = "a session; give the app its session layer, or leave out the token where there is none";
        ErrorKind::MissingService { what: "@csrf".to_owned(), needs }.into()
    })
}

/// The address of a public file.
///
/// # Errors
/// Those of [`crate::services::Urls::asset`].
pub fn asset(render: &Render, path: &str) -> Result<String> {
    render.services().urls.asset(path)
}

/// The address of a path.
#[must_use]
pub fn url(render: &Render, path: &str) -> String {
    render.services().urls.url(path)
}

/// The address of a named route.
///
/// # Errors
/// Those of [`crate::services::Urls::route`].
pub fn route(render: &Render, name: &str, parameters: &Map) -> Result<String> {
    render.services().urls.route(name, parameters)
}

/// The line of a key, with values for its names; the key where there is none. Not escaped.
///
/// # Errors
/// A value that is no text.
pub fn trans(render: &Render, key: &str, values: &Map) -> Result<String> {
    let line = render.services().translator.line(key);
    replaced(line.as_deref().unwrap_or(key), values)
}

/// The form of a line that goes with a number, which also is `:count` in it.
///
/// # Errors
/// A count that is no number and no list; a value that is no text.
pub fn trans_choice(render: &Render, key: &str, count: &Value, values: &Map) -> Result<String> {
    let number = number_of(key, count)?;
    let translator = &render.services().translator;
    let line = translator.line(key);
    let form = choose(line.as_deref().unwrap_or(key), number, &translator.locale());
    replaced(&form, &with_count(values, count, number))
}

/// `@lang`: the line is HTML, as Blade has it; values in it are escaped, and so is a key that has no line.
///
/// # Errors
/// As [`trans`].
pub fn lang(render: &Render, key: &str, values: &Map) -> Result<Safe> {
    line_html(render.services().translator.line(key), key, values)
}

/// `@choice`, as [`lang`].
///
/// # Errors
/// As [`trans_choice`].
pub fn choice(render: &Render, key: &str, count: &Value, values: &Map) -> Result<Safe> {
    let number = number_of(key, count)?;
    let translator = &render.services().translator;
    let line = translator.line(key).map(|line| choose(&line, number, &translator.locale()));
    let form = choose(key, number, &translator.locale());
    line_html(line, &form, &with_count(values, count, number))
}

fn line_html(line: Option<String>, key: &str, values: &Map) -> Result<Safe> {
    let mut escaped = Map::new();
    for (name, value) in values {
        let mut html = String::new();
        value.write_escaped(&mut html)?;
        escaped.insert(name.clone(), html);
    }
    Ok(Safe::new(replaced(&line.unwrap_or_else(|| escape(key)), &escaped)?))
}

fn number_of(key: &str, count: &Value) -> Result<f64> {
    match count {
        Value::List(items) => Ok(items.len() as f64),
        Value::Map(map) => Ok(map.len() as f64),
        count => match count.as_f64() {
            Some(number) => Ok(number),
            None => Err(format!("the count of `{key}` is a number or a list, not a {}", count.kind()).into()),
        },
    }
}

fn with_count(values: &Map, count: &Value, number: f64) -> Map {
    let mut values = values.clone();
    if !values.contains("count") {
        values.insert(
            "count",
            if matches!(count, Value::List(_) | Value::Map(_)) { number.into() } else { count.clone() },
        );
    }
    values
}

/// [`Render::data`].
///
/// # Errors
/// [`ErrorKind::MissingData`].
pub fn data(render: &Render, key: &str) -> Result<Value> {
    render.data(key)
}
