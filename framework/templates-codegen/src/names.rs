//! Names of views, components and variables, from the spellings of templates to the one that everything else uses.

/// What an attribute without a value prints as its value: its name, but nothing where Alpine and Livewire read it.
#[must_use]
pub fn bare_value(name: &str) -> &str {
    if name == "x-data" || name.starts_with("wire:") { "" } else { name }
}

/// `maxWidth` and `max-width` are `max_width`, as props, slots and data are called in expressions.
#[must_use]
pub fn snake(name: &str) -> String {
    let mut result = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        match c {
            '-' | '.' | ':' => result.push('_'),
            c if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) => {
                result.push('_');
                result.extend(c.to_lowercase());
            }
            c => result.push(c),
        }
        before = c;
    }
    result
}

/// The name of the view in a file below the folder of templates: `posts/index.forge.html` is `posts.index`. Nothing for
/// other files.
#[must_use]
pub fn view_name(path: &str) -> Option<String> {
    let name = path.strip_suffix(".forge.html")?;
    (!name.is_empty()).then(|| name.replace(['/', '\\'], "."))
}

/// Whether an expression can have this name. Words of Rust are names too, but for those that stand for something else.
pub(crate) fn is_variable(name: &str) -> bool {
    let mut chars = name.chars();
    let is_word =
        chars.next().is_some_and(|c| c == '_' || c.is_alphabetic()) && chars.all(|c| c == '_' || c.is_alphanumeric());
    is_word && !matches!(name, "_" | "self" | "Self" | "super" | "crate" | "true" | "false")
}

/// The name of a view as it is written: `posts/index` is `posts.index`.
#[must_use]
pub fn dotted(name: &str) -> String {
    name.replace('/', ".")
}

/// The templates that a component's tag may mean, in the order in which they are tried. `written` is what stands behind `<x-`.
#[must_use]
pub fn component_candidates(written: &str) -> Vec<String> {
    let (namespaces, path) = match written.split_once("::") {
        Some((namespace, path)) => (vec![format!("{namespace}::"), format!("vendor.{namespace}.")], path),
        None => (vec![String::new()], written),
    };
    let last = path.rsplit('.').next().unwrap_or(path);
    let of_namespace = |prefix: &String| {
        let base = format!("{prefix}components.{path}");
        [base.clone(), format!("{base}.index"), format!("{base}.{last}")]
    };
    namespaces.iter().flat_map(of_namespace).collect()
}

/// The templates that a view's name may mean: `mail::welcome` is also `vendor.mail.welcome`.
#[must_use]
pub fn view_candidates(name: &str) -> Vec<String> {
    match name.split_once("::") {
        Some((namespace, path)) => vec![name.to_owned(), format!("vendor.{namespace}.{path}")],
        None => vec![name.to_owned()],
    }
}

/// The file below the folder of templates that would be this view.
pub(crate) fn path(name: &str) -> String {
    let name = view_candidates(name).pop().unwrap_or_default();
    format!("templates/{}.forge.html", name.replace('.', "/"))
}

/// The one of `known` that somebody who wrote `written` probably meant.
pub(crate) fn nearest<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let most = (written.len() / 3).min(2);
    known
        .into_iter()
        .filter_map(|name| Some((crate::spelling::distance(written, name, most)?, name)))
        .min()
        .map(|(_, name)| name)
}

/// Whether a view is the template of a component, which has no page of its own.
pub(crate) fn is_component(view: &str) -> bool {
    view.split_once("::").map_or(view, |(_, path)| path).split('.').rev().skip(1).any(|part| part == "components")
}
