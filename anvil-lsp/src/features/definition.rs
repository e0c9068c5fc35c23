//! Where the name under the cursor is defined; at a definition, where it is used.

mod keys;
mod members;

use std::collections::BTreeSet;

use forge_codegen::Span;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{GotoDefinitionParams, GotoDefinitionResponse},
};

use super::sites::{Found, Here, Role, Site, Symbol, locations};
use crate::{
    index::{scope, scope::Place},
    snapshot::Snapshot,
};

/// Places that are listed at most.
const PLACES_MAX: usize = 1000;

/// See the module.
pub(crate) fn definition(snapshot: &Snapshot, params: &GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
    let at = &params.text_document_position_params;
    let Some(here) = Here::of(snapshot, &at.text_document.uri, at.position)? else { return Ok(None) };
    let mut places: Vec<Place> = Vec::new();
    for site in here.sites.iter().filter(|site| here.site().is_some_and(|first| first.span == site.span)) {
        places.extend(of_site(&here, site));
    }
    if places.is_empty() {
        places = members::definitions(snapshot, &here);
    }
    let mut seen = BTreeSet::new();
    places.retain(|place| seen.insert((place.path.clone(), place.span)));
    let locations = locations(snapshot, places.into_iter().take(PLACES_MAX).map(|place| (place.path, place.span)));
    Ok(match locations.len() {
        0 => None,
        1 => locations.into_iter().next().map(GotoDefinitionResponse::Scalar),
        _ => Some(GotoDefinitionResponse::Array(locations)),
    })
}

fn of_site(here: &Here<'_>, site: &Site) -> Vec<Place> {
    match &site.symbol {
        Symbol::View(view) => of_view(here, view),
        Symbol::Config(key) => here.names.index.config.get(key).cloned().into_iter().collect(),
        Symbol::Translation(key) => keys::translations(here.names, key),
        Symbol::Given { name, .. } if site.role == Role::Use => {
            let places = of_variable(here, name, site.span.start);
            if places.is_empty() { other_side(here, site) } else { places }
        }
        Symbol::Local { .. } => others(here, site, Role::Definition),
        _ => other_side(here, site),
    }
}

/// The file, and the struct of a component.
fn of_view(here: &Here<'_>, view: &str) -> Vec<Place> {
    let package = here.names.package;
    let mut places: Vec<Place> =
        package.views.get(view).map(|path| Place { path: path.clone(), span: Span::new(0, 0) }).into_iter().collect();
    if let Some(component) = package.set.options().component(view)
        && let Some(name) = component.path.rsplit("::").next()
        && let Some((path, definition)) = here.names.index.rust.type_named(name)
    {
        places.push(Place { path: path.clone(), span: definition.span });
    }
    places
}

fn of_variable(here: &Here<'_>, name: &str, offset: u32) -> Vec<Place> {
    let Some(view) = here.view else { return Vec::new() };
    let variables = scope::variables(here.names.index, view, offset);
    variables
        .into_iter()
        .find(|variable| variable.name == name)
        .map(|variable| variable.definitions)
        .unwrap_or_default()
}

/// From a use to the definitions, from a definition to the uses; to the others like it where there are none.
fn other_side(here: &Here<'_>, site: &Site) -> Vec<Place> {
    let other = if site.role == Role::Definition { Role::Use } else { Role::Definition };
    let places = others(here, site, other);
    if places.is_empty() { others(here, site, site.role) } else { places }
}

fn others(here: &Here<'_>, site: &Site, role: Role) -> Vec<Place> {
    let found = here.names.all(&site.symbol).into_iter().filter(|found| found.site.role == role);
    found.map(|Found { path, site }| Place { path, span: site.span }).collect()
}

#[cfg(test)]
mod tests;
