//! Names of templates in Rust files, as the index read them.

use std::path::{Path, PathBuf};

use forge_codegen::{component_candidates, dotted};

use super::{Names, Role, Site, Spelling, Symbol};
use crate::index::rust::{KeyKind, Route, ViewUseKind};

/// Routes with their whole names, by the files that register them.
pub(super) type Routes<'i> = Vec<(&'i PathBuf, Route)>;

pub(super) fn sites(names: Names<'_>, path: &Path, routes: &Routes<'_>) -> Vec<Site> {
    let Some(file) = names.index.rust.files.get(path) else { return Vec::new() };
    let mut sites = Vec::new();
    for found in &file.views {
        let view = names.resolved(&[dotted(&found.view)]);
        let symbol = Symbol::View(view.clone());
        sites.push(Site { span: found.span, symbol, role: Role::Use, spelling: Spelling::View });
        if found.kind == ViewUseKind::Name {
            continue;
        }
        for variable in &found.variables {
            let symbol = Symbol::Given { view: view.clone(), name: variable.name.clone() };
            sites.push(Site { span: variable.span, symbol, role: Role::Definition, spelling: Spelling::Unwritten });
        }
    }
    for (_, route) in routes.iter().filter(|(of, _)| of.as_path() == path) {
        if let Some(name) = &route.name {
            let symbol = Symbol::Route(name.clone());
            sites.push(Site { span: route.span, symbol, role: Role::Definition, spelling: Spelling::Plain });
        }
    }
    for key in &file.keys {
        let symbol = match key.kind {
            KeyKind::Route => Symbol::Route(key.key.clone()),
            KeyKind::Config => Symbol::Config(key.key.clone()),
            KeyKind::Translation => Symbol::Translation(key.key.clone()),
        };
        sites.push(Site { span: key.span, symbol, role: Role::Use, spelling: Spelling::Plain });
    }
    props(names, path, &mut sites);
    sites
}

/// The fields of structs that are components.
fn props(names: Names<'_>, path: &Path, sites: &mut Vec<Site>) {
    let Some(file) = names.index.rust.files.get(path) else { return };
    for view in names.package.views.keys().filter(|view| super::is_component(view)) {
        let Some(component) = names.package.set.options().component(view) else { continue };
        debug_assert!(component_candidates(&component.name).contains(view));
        let last = component.path.rsplit("::").next().unwrap_or_default();
        let Some(definition) = file.types.iter().find(|found| found.name == last) else { continue };
        for field in definition.fields.iter().filter(|field| component.props.iter().any(|prop| prop.name == field.name))
        {
            let symbol = Symbol::Prop { component: view.clone(), name: field.name.clone() };
            sites.push(Site { span: field.span, symbol, role: Role::Definition, spelling: Spelling::Unwritten });
        }
    }
}
