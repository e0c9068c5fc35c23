//! A view gets another name: every place that names it, in templates and in Rust.

use crate::{
    features::{
        edits::Edits,
        sites::{Names, Spelling, Symbol},
    },
    snapshot::Snapshot,
};

/// The edits of all texts. Moving the file is up to the caller.
pub(super) fn rename(snapshot: &Snapshot, names: Names<'_>, from: &str, to: &str, edits: &mut Edits) {
    for found in names.all(&Symbol::View(from.to_owned())) {
        let Some(text) = snapshot.text(&found.path) else { continue };
        let Some(old) = text.as_str().get(found.site.span.range()) else { continue };
        let new = match found.site.spelling {
            Spelling::Tag => match tag_name(to) {
                Some(tag) => tag,
                // What is no component any more cannot be written as a tag.
                None => continue,
            },
            _ if old.contains('/') => slashed(to),
            _ => to.to_owned(),
        };
        edits.replace(&found.path, found.site.span, new);
    }
}

fn slashed(view: &str) -> String {
    match view.split_once("::") {
        Some((namespace, name)) => format!("{namespace}::{}", name.replace('.', "/")),
        None => view.replace('.', "/"),
    }
}

/// What stands behind `<x-` for a component: without what the lookup adds, `card/index` and `card/card` are `card`.
pub(crate) fn tag_name(view: &str) -> Option<String> {
    let (namespace, name) = if let Some(name) = view.strip_prefix("components.") {
        (None, name)
    } else if let Some((namespace, name)) = view.split_once("::") {
        (Some(namespace), name.strip_prefix("components.")?)
    } else {
        let (namespace, name) = view.strip_prefix("vendor.")?.split_once(".components.")?;
        (Some(namespace), name)
    };
    let name = match name.rsplit_once('.') {
        Some((before, last)) if last == "index" || before.rsplit('.').next() == Some(last) => before,
        _ => name,
    };
    Some(namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}::{name}")))
}
