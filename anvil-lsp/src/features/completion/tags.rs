//! Components, their props and their slots, and the ends of what is open.

use forge_codegen::{
    Span,
    tree::{Attribute, AttributeKind, Tag, TagEnd},
};
use tower_lsp::ls_types::{CompletionItem, CompletionItemKind};

use super::{Asked, Offer, finish};
use crate::{
    features::{context::Around, describe, known},
    index::Package,
};

/// `opening` is what stands there from the `<` on; `name` what stands behind `<x-`.
pub(super) fn components(asked: &Asked<'_>, name: Span, opening: Span, tag: Option<&Tag>) -> Vec<CompletionItem> {
    let edits = asked.edits(opening.start);
    let rest = asked.template.source()[name.end as usize..].trim_start_matches([' ', '\t']);
    // Of a tag that goes on, only the name is missing.
    let is_begun = rest.starts_with(['>', '/', ':', '@']) || tag.is_some_and(goes_on);
    let mut offers = Vec::new();
    if let Some(view) = asked.cursor.view {
        for (component, target) in known::components(view.package) {
            let whole = if is_begun { format!("<x-{component}") } else { call(view.package, &component, target) };
            let offer = Offer::new(format!("x-{component}"), CompletionItemKind::CLASS).insert(whole);
            let offer = offer.filter(format!("<x-{component}")).detail(describe::file(view.package, target)).group(2);
            offers.push(offer.docs(describe::component(view.package, &component, target)));
        }
    }
    offers.extend(slot_tags(asked, is_begun));
    let dynamic = if is_begun { "<x-dynamic-component" } else { "<x-dynamic-component :component=\"$1\" />" };
    let dynamic = Offer::new("x-dynamic-component", CompletionItemKind::CLASS).insert(dynamic.to_owned());
    offers.push(dynamic.filter("<x-dynamic-component").detail("the component that an expression names").group(3));
    finish(offers, &edits)
}

/// Words behind a name may be text that nobody wrote as attributes.
fn goes_on(tag: &Tag) -> bool {
    let has_value = |attribute: &Attribute| {
        !matches!(attribute.kind, AttributeKind::Plain { value: None, .. } | AttributeKind::Stray)
    };
    tag.end != TagEnd::Missing || tag.attributes.iter().any(has_value)
}

/// The tag with its required props.
fn call(package: &Package, component: &str, view: &str) -> String {
    let mut tag = format!("<x-{component}");
    let required = known::props(&package.set, view).into_iter().filter(|prop| prop.default.is_none());
    for (at, prop) in required.enumerate() {
        tag.push_str(&format!(" {}=\"${}\"", prop.attribute, at + 1));
    }
    match package.set.template(view).is_some_and(known::shows_default_slot) {
        true => tag.push_str(&format!(">$0</x-{component}>")),
        false => tag.push_str(" />$0"),
    }
    tag
}

/// `<x-slot:title>` for the slots that the component around has and that are not filled yet.
fn slot_tags(asked: &Asked<'_>, is_begun: bool) -> Vec<Offer> {
    let offers = missing_slots(asked).into_iter().map(|slot| {
        let insert = if is_begun { format!("<x-slot:{slot}") } else { format!("<x-slot:{slot}>$0</x-slot>") };
        let offer = Offer::new(format!("x-slot:{slot}"), CompletionItemKind::FIELD).insert(insert);
        offer.filter(format!("<x-slot:{slot}")).detail("a slot of the component around").group(1)
    });
    offers.collect()
}

fn missing_slots(asked: &Asked<'_>) -> Vec<String> {
    let (Some(view), Some(component)) = (asked.cursor.view, asked.context.component()) else { return Vec::new() };
    let written = asked.template.text(component.tag.name);
    let Some(target) = known::component(view.package, written) else { return Vec::new() };
    let filled = known::filled(asked.template, component, asked.cursor.offset);
    let given = known::given(asked.template, &component.tag);
    let mut slots = known::slots(&view.package.set, target);
    slots.retain(|slot| !filled.contains(slot) && !given.contains(slot));
    slots
}

pub(super) fn slots(asked: &Asked<'_>, name: Span) -> Vec<CompletionItem> {
    let offers = missing_slots(asked).into_iter().map(|slot| {
        let detail = "a slot of the component around";
        Offer::new(slot, CompletionItemKind::FIELD).detail(detail).group(0)
    });
    finish(offers, &asked.edits(name.start))
}

/// `</x-card>` for what is open, innermost first.
pub(super) fn ends(asked: &Asked<'_>, opening: Span) -> Vec<CompletionItem> {
    let names = asked.context.around.iter().rev().filter_map(|around| match around {
        Around::Component(component) => Some(asked.template.text(component.tag.name)),
        Around::Slot => Some("slot"),
        Around::Block { .. } => None,
    });
    let bracket = if asked.behind().starts_with('>') { "" } else { ">" };
    let offers = names.enumerate().map(|(at, name)| {
        let end = format!("</x-{name}");
        let offer = Offer::new(format!("/x-{name}"), CompletionItemKind::CLASS).filter(end.clone());
        offer.insert(format!("{end}{bracket}")).ordered(0, at)
    });
    finish(offers, &asked.edits(opening.start))
}

/// The props that the tag does not have yet, required ones first, as text and bound.
pub(super) fn attributes(
    asked: &Asked<'_>,
    tag: &Tag,
    name: Span,
    attribute: Option<&Attribute>,
) -> Vec<CompletionItem> {
    let Some(view) = asked.cursor.view else { return Vec::new() };
    let typed = asked.template.text(Span::new(name.start, asked.cursor.offset));
    if typed.starts_with("::") {
        return Vec::new();
    }
    let has_value = match attribute.map(|attribute| &attribute.kind) {
        Some(AttributeKind::Plain { value, .. }) => value.is_some(),
        Some(AttributeKind::Bound { .. }) => true,
        _ => false,
    };
    let edits = asked.edits(name.start);
    let component = asked.template.text(tag.name);
    if component == "slot" {
        return finish(
            [Offer::new("name", CompletionItemKind::PROPERTY).insert(valued("name", has_value)).group(0)],
            &edits,
        );
    }
    if component == "dynamic-component" {
        return finish(
            [Offer::new(":component", CompletionItemKind::PROPERTY).insert(valued(":component", has_value)).group(0)],
            &edits,
        );
    }
    let Some(target) = known::component(view.package, component) else { return Vec::new() };
    let own = attribute.map(|_| forge_codegen::snake(asked.template.text(name).trim_start_matches(':')));
    let given = known::given(asked.template, tag);
    let is_missing = |prop: &known::Prop| own.as_deref() == Some(&prop.variable) || !given.contains(&prop.variable);
    let mut offers = Vec::new();
    for (at, prop) in known::props(&view.package.set, target).into_iter().filter(is_missing).enumerate() {
        let group = if prop.default.is_some() { 2 } else { 0 };
        let detail = prop.default.as_ref().map_or("required".to_owned(), |default| format!("= {default}"));
        let bound = format!(":{}", prop.attribute);
        let offer = |label: &str, insert: String, group| {
            Offer::new(label, CompletionItemKind::PROPERTY)
                .insert(insert)
                .filter(label)
                .detail(detail.clone())
                .ordered(group, at)
        };
        if !typed.starts_with(':') {
            let insert = if prop.is_flag() { prop.attribute.clone() } else { valued(&prop.attribute, has_value) };
            offers.push(offer(&prop.attribute, insert, group));
        }
        offers.push(offer(&bound, valued(&bound, has_value), group + 1));
    }
    finish(offers, &edits)
}

fn valued(name: &str, has_value: bool) -> String {
    if has_value { name.to_owned() } else { format!("{name}=\"$1\"") }
}

/// `<x-dynamic-component component="…">` is the one attribute whose text is a name.
pub(super) fn values(asked: &Asked<'_>, tag: &Tag, name: Span, value: Span) -> Vec<CompletionItem> {
    let is_component = asked.template.text(tag.name) == "dynamic-component" && asked.template.text(name) == "component";
    let Some(view) = asked.cursor.view.filter(|_| is_component) else { return Vec::new() };
    let offers = known::components(view.package).into_iter().map(|(component, target)| {
        Offer::new(component, CompletionItemKind::CLASS).detail(describe::file(view.package, target)).group(0)
    });
    finish(offers, &asked.edits(value.start))
}
