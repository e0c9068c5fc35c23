//! Things in words, as Markdown: what hover says, and the documentation of what completion offers.

use forge_codegen::Kind;

use super::{builtin::Callable, known};
use crate::{
    index::{
        Package, View,
        rust::{Route, ViewUseKind},
        scope::{self, Member, Origin, Place, ScopeVariable},
        types::Type,
    },
    snapshot::Snapshot,
    text::Encoding,
};

/// Of more, only the number is told.
const LISTED_MAX: usize = 8;

/// `templates/components/card.forge.html`, from the package's folder on.
#[must_use]
pub(crate) fn file(package: &Package, view: &str) -> String {
    let path = package.views.get(view);
    path.map(|path| path.strip_prefix(&package.root).unwrap_or(path).display().to_string()).unwrap_or_default()
}

/// A component: its props, its slots, its file.
#[must_use]
pub(crate) fn component(package: &Package, name: &str, view: &str) -> String {
    let set = &package.set;
    let mut text = format!("```forge\n<x-{name}>\n```\n");
    let docs = set.template(view).and_then(known::docs);
    paragraph(&mut text, docs.as_deref().unwrap_or_default());
    let props = known::props(set, view).into_iter().map(|prop| match prop.default {
        Some(default) => format!("- `{}` = `{}`", prop.attribute, one_line(&default)),
        None => format!("- `{}`, required", prop.attribute),
    });
    list(&mut text, "Props", props.collect());
    let mut slots: Vec<String> = known::slots(set, view).into_iter().map(|slot| format!("- `{slot}`")).collect();
    if set.template(view).is_some_and(known::shows_default_slot) {
        slots.insert(0, "- what stands in the tag".to_owned());
    }
    list(&mut text, "Slots", slots);
    if let Some(component) = set.options().component(view) {
        paragraph(&mut text, &format!("`{}`", component.path));
    }
    paragraph(&mut text, &format!("`{}`", file(package, view)));
    text
}

/// A view: its file, and who shows it with which variables.
#[must_use]
pub(crate) fn view(snapshot: &Snapshot, package: &Package, name: &str) -> String {
    let mut text = format!("```forge\n{name}\n```\n");
    paragraph(&mut text, &format!("`{}`", file(package, name)));
    let docs = package.set.template(name).and_then(known::docs);
    paragraph(&mut text, docs.as_deref().unwrap_or_default());
    let uses =
        snapshot.index.rust.uses_of(name).filter(|(path, _)| path.starts_with(&package.root)).map(|(path, found)| {
            let place = Place { path: path.clone(), span: found.span };
            let who = match (&found.kind, &found.function) {
                (ViewUseKind::Struct(name), _) => format!("`struct {name}`"),
                (_, Some(function)) => format!("`fn {function}`"),
                (_, None) => "Rust".to_owned(),
            };
            let variables: Vec<String> = found
                .variables
                .iter()
                .map(|given| match snapshot.index.rust.given_type(path, given) {
                    Some(ty) => format!("`{}: {}`", given.name, ty.show()),
                    None => format!("`{}`", given.name),
                })
                .collect();
            let with = if variables.is_empty() { String::new() } else { format!(" with {}", variables.join(", ")) };
            format!("- {who} in {}{with}", place_link(snapshot, &place))
        });
    list(&mut text, "Shown by", uses.collect());
    let templates: Vec<String> = users(package, name).into_iter().map(|user| format!("- `{user}`")).collect();
    list(&mut text, "Used in", templates);
    text
}

/// The templates that name a view directly. Sorted.
#[must_use]
pub(crate) fn users<'p>(package: &'p Package, view: &str) -> Vec<&'p str> {
    let set = &package.set;
    let names = |user: &&str| {
        let needs = set.program(user).map(|program| &program.needs[..]).unwrap_or_default();
        **user != *view && needs.iter().any(|need| set.resolve(&need.names) == Some(view))
    };
    set.names().filter(names).collect()
}

#[must_use]
pub(crate) fn variable(snapshot: &Snapshot, variable: &ScopeVariable) -> String {
    let ty = variable.ty.as_ref().map(|ty| format!(": {}", ty.show())).unwrap_or_default();
    let mut text = format!("```rust\n{}{ty}\n```\n", variable.name);
    let places: Vec<String> =
        variable.definitions.iter().map(|place| place_link(snapshot, place)).take(LISTED_MAX).collect();
    let from = if places.is_empty() { String::new() } else { format!(" — {}", places.join(", ")) };
    let what = match is_only_used(variable) {
        true => "used here; no Rust is known that gives it",
        false => origin(variable.origin),
    };
    paragraph(&mut text, &format!("{what}{from}"));
    text
}

/// A name of the view that nobody is known to give.
#[must_use]
pub(crate) fn is_only_used(variable: &ScopeVariable) -> bool {
    variable.origin == Origin::View && variable.definitions.is_empty()
}

#[must_use]
pub(crate) fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::View => "given by Rust",
        Origin::Local => "bound in this template",
        Origin::Prop => "a prop",
        Origin::Slot => "a slot",
        Origin::BuiltIn => "always there",
    }
}

#[must_use]
pub(crate) fn member(snapshot: &Snapshot, of: Option<&Type>, member: &Member) -> String {
    let of = of.map(|of| format!("// {}\n", of.show())).unwrap_or_default();
    let mut text = format!("```rust\n{of}{}\n```\n", member.signature);
    paragraph(&mut text, &member.docs);
    let place = member.definition.as_ref().map(|place| place_link(snapshot, place));
    paragraph(&mut text, &place.unwrap_or_default());
    text
}

/// Fields and methods of an expression that stands at `offset`, with its type.
#[must_use]
pub(crate) fn members(
    snapshot: &Snapshot,
    view: View<'_>,
    offset: u32,
    expression: &str,
) -> (Option<Type>, Vec<Member>) {
    let ty = scope::type_of(&snapshot.index, view, offset, expression);
    let members = ty.as_ref().map(|ty| scope::members(&snapshot.index, ty)).unwrap_or_default();
    (ty, members)
}

#[must_use]
pub(crate) fn callable(callable: &Callable) -> String {
    format!("```forge\n{}\n```\n\n{}\n", callable.signature(), callable.docs)
}

#[must_use]
pub(crate) fn route(route: &Route) -> String {
    let mut text = format!("```text\n{} {}\n```\n", route.method, route.path);
    let handler = route.handler.as_ref().map(|handler| format!("`{handler}`"));
    paragraph(&mut text, &handler.unwrap_or_default());
    text
}

/// A section or stack: where it is shown, and where it is filled.
#[must_use]
pub(crate) fn section(package: &Package, name: &str, kind: super::context::NameKind) -> String {
    let what = if kind == super::context::NameKind::Stack { Kind::Stack } else { Kind::Section };
    let what = what.name().unwrap_or_default();
    let mut text = format!("```forge\n{what} {name}\n```\n");
    let views: Vec<&str> = package.set.names().collect();
    let all = known::named(&package.set, &views, kind);
    let places = |is_shown: bool| {
        let found = all.iter().filter(|named| named.name == name && named.is_shown == is_shown);
        let mut views: Vec<String> = found.map(|named| format!("- `{}`", named.view)).collect();
        views.dedup();
        views
    };
    list(&mut text, "Shown in", places(true));
    list(&mut text, "Filled in", places(false));
    text
}

/// `[src/post.rs:12](file:///…#L12)`
#[must_use]
pub(crate) fn place_link(snapshot: &Snapshot, place: &Place) -> String {
    let root = snapshot.index.package_of(&place.path).map(|package| &package.root);
    let short = root.and_then(|root| place.path.strip_prefix(root).ok()).unwrap_or(&place.path).display();
    let line = snapshot.text(&place.path).map(|text| text.position(place.span.start, Encoding::Utf8).line + 1);
    match (line, snapshot.uri(&place.path)) {
        (Some(line), Some(uri)) => format!("[{short}:{line}]({}#L{line})", uri.as_str()),
        _ => format!("`{short}`"),
    }
}

fn paragraph(text: &mut String, more: &str) {
    if !more.is_empty() {
        text.push('\n');
        text.push_str(more);
        text.push('\n');
    }
}

fn list(text: &mut String, title: &str, mut lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    let more = lines.len().saturating_sub(LISTED_MAX);
    lines.truncate(LISTED_MAX);
    if more > 0 {
        lines.push(format!("- and {more} more"));
    }
    paragraph(text, &format!("{title}:\n\n{}", lines.join("\n")));
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
