//! What attributes say about the item below them.

use std::ops::Range;

use quote::ToTokens;
use syn::Attribute;
use syn::spanned::Spanned;

use crate::tokens::identifiers;

/// Attributes of the language and of well-known macros that define no further names.
const PLAIN: &[&str] = &[
    "allow",
    "async_trait",
    "boot",
    "cfg",
    "cold",
    "default",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "error",
    "expect",
    "forbid",
    "inline",
    "instrument",
    "layout",
    "macro_export",
    "macro_use",
    "main",
    "must_use",
    "no_mangle",
    "non_exhaustive",
    "path",
    "repr",
    "routes",
    "rustfmt",
    "serde",
    "sqlx",
    "target_feature",
    "template",
    "test",
    "track_caller",
    "unsafe",
    "warn",
];

/// Derives that implement traits and define nothing else.
const DERIVES: &[&str] = &[
    "Args",
    "AsRef",
    "Clone",
    "Copy",
    "Debug",
    "Decode",
    "Default",
    "Deref",
    "DerefMut",
    "Deserialize",
    "Display",
    "Encode",
    "Eq",
    "Error",
    "From",
    "FromForm",
    "FromRequest",
    "FromRequestParts",
    "FromRow",
    "Hash",
    "Into",
    "JsonSchema",
    "Layout",
    "Ord",
    "Parser",
    "PartialEq",
    "PartialOrd",
    "Serialize",
    "Subcommand",
    "Template",
    "ToSchema",
    "Type",
    "Validate",
    "ValueEnum",
];

/// `#[cfg(test)]`: the daemon builds no tests.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
    })
}

/// Part of the language or known to define no names.
pub(crate) fn is_plain(attribute: &Attribute) -> bool {
    let segments = &attribute.path().segments;
    segments.last().is_some_and(|last| PLAIN.iter().any(|name| last.ident == name))
        || segments.first().is_some_and(|first| first.ident == "rustfmt" || first.ident == "clippy")
}

/// Whether the item's name may be the root of other names (`#[derive(Builder)] struct Post` defines `PostBuilder`).
pub(crate) fn may_generate(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        if attribute.path().is_ident("derive") {
            return !derives(attribute).iter().all(|name| DERIVES.contains(&name.as_str()));
        }
        !is_plain(attribute)
    })
}

/// Last segments of what is derived.
pub(crate) fn derives(attribute: &Attribute) -> Vec<String> {
    let text = match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string(),
        _ => String::new(),
    };
    let paths = text.split(',').map(str::trim).filter(|path| !path.is_empty());
    paths.map(|path| path.rsplit("::").next().unwrap_or(path).trim().to_owned()).collect()
}

/// Whether a library exports the function below under a fixed name.
pub(crate) fn is_entry(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let tokens = attribute.meta.to_token_stream().to_string();
        ["routes", "boot"].contains(&last.as_str())
            || (last != "doc" && identifiers(&tokens).any(|word| word == "no_mangle" || word == "export_name"))
    })
}

/// `#[routes]`, and not exported by hand.
pub(crate) fn is_registrar(attributes: &[Attribute]) -> bool {
    let mut entries = attributes.iter().filter(|attribute| is_entry(std::slice::from_ref(attribute)));
    let is_routes = |attribute: &Attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "routes");
    entries.next().is_some_and(is_routes) && entries.next().is_none()
}

/// Ranges of the `#[cfg(…)]`.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<Range<usize>> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .map(|attribute| attribute.span().byte_range())
        .collect()
}
