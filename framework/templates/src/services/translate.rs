//! Translated lines: replacing names in them, and choosing among forms by a number, by Laravel's rules.

use std::collections::HashMap;

use super::Translator;
use super::select::plural_index;
use crate::{Map, Result};

/// Lines in memory. Without one for a key, the line is the key.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    locale: Option<String>,
    lines: HashMap<String, String>,
}

impl Lines {
    #[must_use]
    pub fn new(locale: &str, lines: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { locale: Some(locale.to_owned()), lines: lines.into_iter().collect() }
    }
}

impl Translator for Lines {
    fn locale(&self) -> String {
        self.locale.clone().unwrap_or_else(|| "en".to_owned())
    }

    fn line(&self, key: &str) -> Option<String> {
        self.lines.get(key).cloned()
    }
}

/// The line with values in the place of `:name`; `:Name` is the value with a capital, `:NAME` the value in capitals. Longer names go
/// first, and what was put in is not looked at again.
///
/// # Errors
/// A value that is no text.
pub fn replaced(line: &str, values: &Map) -> Result<String> {
    let mut names = Vec::new();
    for (key, value) in values {
        let (key, text) = (key.to_string(), value.to_text()?);
        names.push((capitalized(&key), capitalized(&text)));
        names.push((key.to_uppercase(), text.to_uppercase()));
        names.push((key, text));
    }
    // The name as it was given wins over its own capitals where both are written alike.
    names.reverse();
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match names.iter().find(|(name, _)| !name.is_empty() && rest.starts_with(name.as_str())) {
            Some((name, text)) => {
                out.push_str(text);
                rest = &rest[name.len()..];
            }
            None => out.push(':'),
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The form of a line for a number: `{0} None|[1,19] Some|[20,*] Many`, or `One|Many` by the rule of the locale.
#[must_use]
pub fn choose(line: &str, number: f64, locale: &str) -> String {
    let forms: Vec<(Option<&str>, &str)> = line.split('|').map(condition).collect();
    let holds = |(condition, _): &&(Option<&str>, &str)| condition.is_some_and(|condition| includes(condition, number));
    if let Some((_, form)) = forms.iter().find(holds) {
        return form.trim().to_owned();
    }
    let index = plural_index(locale, number);
    let (_, form) = forms.get(index).or_else(|| forms.first()).copied().unwrap_or_default();
    form.to_owned()
}

/// A form, and what stands in brackets before it.
fn condition(form: &str) -> (Option<&str>, &str) {
    let inner = form.strip_prefix(['{', '[']);
    let end = inner.and_then(|inner| inner.find(['{', '}', '[', ']']).map(|end| (inner, end)));
    match end {
        Some((inner, end)) if inner[end..].starts_with(['}', ']']) => (Some(&inner[..end]), &inner[end + 1..]),
        _ => (None, form),
    }
}

fn includes(condition: &str, number: f64) -> bool {
    let value = |text: &str| text.trim().parse::<f64>().ok();
    match condition.split_once(',') {
        Some((from, "*")) => value(from).is_some_and(|from| number >= from),
        Some(("*", to)) => value(to).is_some_and(|to| number <= to),
        Some((from, to)) => value(from).zip(value(to)).is_some_and(|(from, to)| from <= number && number <= to),
        None => value(condition) == Some(number),
    }
}
