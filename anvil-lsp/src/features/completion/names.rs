//! Texts that name something: views, sections, stacks, slots, routes, keys; and the names that data are given under.

use std::collections::{BTreeMap, BTreeSet};

use forge_codegen::{Kind, Set, Span};
use tower_lsp::ls_types::{CompletionItem, CompletionItemKind};

use super::{Asked, Offer, finish};
use crate::{
    features::{
        context::{Code, NameKind},
        describe, known, visit,
    },
    index::{Package, View, rust::KeyKind},
};

pub(super) fn items(asked: &Asked<'_>, kind: NameKind, code: &Code<'_>, text: Span) -> Vec<CompletionItem> {
    let directive = code.argument.map(|(directive, _)| directive.kind);
    let edits = asked.edits(text.start);
    let Some(view) = asked.cursor.view else { return Vec::new() };
    let offers = match kind {
        NameKind::View => views(view.package, Some(view.name), directive),
        NameKind::Section => named(view, kind, directive == Some(Kind::Yield) || asks(directive), text.start),
        NameKind::Stack => named(view, kind, matches!(directive, Some(Kind::Stack | Kind::HasStack)), text.start),
        NameKind::Slot => slots(asked, view),
        NameKind::Route => routes(asked),
        NameKind::Config => keys(asked, view, KeyKind::Config),
        NameKind::Translation => keys(asked, view, KeyKind::Translation),
        NameKind::HttpMethod => {
            let methods = ["PUT", "PATCH", "DELETE"].into_iter().enumerate();
            methods.map(|(at, method)| Offer::new(method, CompletionItemKind::ENUM_MEMBER).ordered(0, at)).collect()
        }
        NameKind::Fragment => Vec::new(),
    };
    finish(offers, &edits)
}

fn asks(directive: Option<Kind>) -> bool {
    matches!(directive, Some(Kind::HasSection | Kind::SectionMissing))
}

/// All views but `own`. Those that are likely meant come first: layouts for `@extends`, no layouts or components elsewhere.
pub(super) fn views(package: &Package, own: Option<&str>, directive: Option<Kind>) -> Vec<Offer> {
    let is_layout = |view: &str| is_shown_in(&package.set, view);
    let wants_layout = matches!(directive, Some(Kind::Extends | Kind::ExtendsFirst));
    let wants_component = matches!(directive, Some(Kind::Component | Kind::ComponentFirst));
    let offers = package.set.names().filter(|view| Some(*view) != own).map(|view| {
        let is_component = known::component_name(&package.set, view).is_some();
        let is_likely = is_component == wants_component && (is_component || is_layout(view) == wants_layout);
        let offer = Offer::new(view, CompletionItemKind::FILE).detail(describe::file(package, view));
        offer.group(if is_likely { 0 } else { 1 })
    });
    offers.collect()
}

/// Whether the view shows sections that others fill.
fn is_shown_in(set: &Set, view: &str) -> bool {
    known::named(set, &[view], NameKind::Section).iter().any(|section| section.is_shown)
}

/// Sections or stacks. Where one is shown, those that users of this view fill; where one is filled, those that its layouts show
/// and that it does not fill yet.
fn named(view: View<'_>, kind: NameKind, shows: bool, at: u32) -> Vec<Offer> {
    let set = &view.package.set;
    let mut views: Vec<&str> = match (shows, kind) {
        // Whatever is pushed in a part is shown where the page has the stack.
        (_, NameKind::Stack) => set.names().collect(),
        (true, _) => known::users(set, view.name),
        (false, _) => set.parts(view.name),
    };
    // A section is filled, and shown, once.
    let mut done = BTreeSet::new();
    if kind == NameKind::Section {
        views.retain(|other| *other != view.name);
        let own = known::named(set, &[view.name], kind).into_iter();
        done = own
            .filter(|own| own.is_shown == shows && !(own.span.start <= at && at <= own.span.end))
            .map(|own| own.name)
            .collect();
    }
    let mut found: BTreeMap<String, &str> = BTreeMap::new();
    for named in known::named(set, &views, kind) {
        if named.is_shown != shows && !done.contains(&named.name) {
            found.entry(named.name).or_insert(named.view);
        }
    }
    let what = if kind == NameKind::Section { "section" } else { "stack" };
    let offers = found.into_iter();
    offers
        .map(|(name, of)| Offer::new(name, CompletionItemKind::MODULE).detail(format!("{what} of `{of}`")).group(0))
        .collect()
}

/// Of the `@component` around.
fn slots(asked: &Asked<'_>, view: View<'_>) -> Vec<Offer> {
    let is_component = |kind| matches!(kind, Kind::Component | Kind::ComponentFirst);
    let opener = asked.context.blocks().map(|(block, _)| block.opener()).find(|opener| is_component(opener.kind));
    let named = opener.and_then(|opener| visit::text_argument(asked.template, opener, 0));
    let target = named.and_then(|(name, _)| view.package.set.resolve(&[forge_codegen::dotted(&name)]));
    let slots = target.map(|target| known::slots(&view.package.set, target)).unwrap_or_default();
    slots.into_iter().map(|slot| Offer::new(slot, CompletionItemKind::FIELD).group(0)).collect()
}

fn routes(asked: &Asked<'_>) -> Vec<Offer> {
    let mut found = BTreeMap::new();
    for (_, route) in asked.snapshot.index.rust.whole_routes() {
        if let Some(name) = &route.name {
            found.entry(name.clone()).or_insert(route);
        }
    }
    let offers = found.into_iter().map(|(name, route)| {
        let offer = Offer::new(name, CompletionItemKind::CONSTANT).detail(format!("{} {}", route.method, route.path));
        offer.docs(describe::route(&route)).group(0)
    });
    offers.collect()
}

/// The keys that Rust and templates use already.
fn keys(asked: &Asked<'_>, view: View<'_>, kind: KeyKind) -> Vec<Offer> {
    let files = asked.snapshot.index.rust.files.values();
    let mut found: BTreeSet<String> =
        files.flat_map(|file| &file.keys).filter(|used| used.kind == kind).map(|used| used.key.clone()).collect();
    if kind == KeyKind::Translation {
        let set = &view.package.set;
        let views: Vec<&str> = set.names().filter(|name| *name != view.name).collect();
        found.extend(known::named(set, &views, NameKind::Translation).into_iter().map(|named| named.name));
    }
    found.into_iter().map(|key| Offer::new(key, CompletionItemKind::CONSTANT).group(0)).collect()
}

/// The names of data: what an included view uses, what a route's path has.
pub(super) fn given(asked: &Asked<'_>, code: &Code<'_>, word: Span) -> Vec<CompletionItem> {
    let Some(view) = asked.cursor.view else { return Vec::new() };
    let source = asked.template.source();
    let names = match code.call(source) {
        Some(("route", _)) => route_parameters(asked, code),
        Some(_) => return Vec::new(),
        None => given_variables(asked, view, code),
    };
    let is_valued = source[word.end as usize..].trim_start().starts_with(':');
    let offers = names.into_iter().map(|name| {
        let insert = if is_valued { name.clone() } else { format!("{name}: $1") };
        Offer::new(name, CompletionItemKind::FIELD).insert(insert).group(0)
    });
    finish(offers, &asked.edits(word.start))
}

fn given_variables(asked: &Asked<'_>, view: View<'_>, code: &Code<'_>) -> Vec<String> {
    let Some((directive, index)) = code.argument else { return Vec::new() };
    let at = (0..index).find(|index| NameKind::of_argument(directive.kind, *index) == Some(NameKind::View));
    let named = at.and_then(|at| visit::text_argument(asked.template, directive, at));
    let set = &view.package.set;
    let Some(target) = named.and_then(|(name, _)| set.resolve(&[forge_codegen::dotted(&name)])) else {
        return Vec::new();
    };
    let props = known::props(set, target).into_iter().map(|prop| prop.variable);
    props
        .chain(set.variables(target).into_iter().filter(|variable| variable.is_certain).map(|variable| variable.name))
        .collect()
}

fn route_parameters(asked: &Asked<'_>, code: &Code<'_>) -> Vec<String> {
    let call = code.brackets.iter().rev().find(|bracket| bracket.callee.is_some());
    let source = asked.template.source();
    let Some(inside) = call.map(|call| &source[call.at as usize + 1..asked.cursor.offset as usize]) else {
        return Vec::new();
    };
    let Some(name) = inside.split_once(',').and_then(|(first, _)| forge_codegen::literal(first.trim())) else {
        return Vec::new();
    };
    let routes = asked.snapshot.index.rust.whole_routes();
    let route = routes.iter().find(|(_, route)| route.name.as_deref() == Some(&name));
    route.map(|(_, route)| parameters(&route.path)).unwrap_or_default()
}

/// `id` of `/posts/{id}` and of `/posts/:id`.
fn parameters(path: &str) -> Vec<String> {
    let parts = path.split('/').filter_map(|part| {
        let braced = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        braced
            .or_else(|| part.strip_prefix(':'))
            .map(|name| name.trim_start_matches('*').trim_end_matches('?').to_owned())
    });
    parts.collect()
}
