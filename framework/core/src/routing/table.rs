//! From a filled sink to what requests are matched against, or to every reason why not.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::panic::Location;
use std::sync::Arc;

use anvil_control::{RouteError, RouteSummary};
use axum::Router;
use axum::http::Method;
use matchit::InsertError;

use super::entry::{Methods, RouteEntry};
use super::middleware::{MiddlewareFn, MiddlewareUse};
use super::routes::{Path, Paths, Routes};
use super::service::{ChainLayer, Erased, router_handler};
use super::sink::{RouteSink, RouterEntry};
use super::urls::UrlTable;
use crate::container::Container;
use crate::error::place_of;
use crate::panics;

type Place = &'static Location<'static>;

/// Everything that requests are matched against.
#[derive(Debug)]
pub(crate) struct RouteTable {
    pub(crate) routes: Routes,
    pub(crate) fallback: Option<Erased>,
    pub(crate) urls: Arc<UrlTable>,
}

/// What was found out about the routes `before` is not found out again where the sink has the same.
pub(crate) fn build(
    sink: RouteSink,
    container: &Container,
    before: Option<(&Routes, &Arc<UrlTable>)>,
) -> Result<RouteTable, Vec<RouteError>> {
    let RouteSink { entries, routers, aliases, fallback, mut errors, .. } = sink;
    let same = before.and_then(|(routes, urls)| Some((routes.paths_of(&entries)?, urls.clone())));
    let (paths, urls) = same.unwrap_or_else(|| {
        let paths = check_conflicts(&entries, &mut errors);
        (Arc::new(paths), Arc::new(UrlTable::new(&entries, &mut errors)))
    });
    let resolve = |list: &[MiddlewareUse], errors: &mut Vec<RouteError>| resolve(list, &aliases, errors);

    let summaries = routers.iter().map(router_summary).collect();
    let mut at: Vec<Path> = Vec::new();
    for (entry, home) in entries.into_iter().zip(&paths.homes) {
        let chain = resolve(&entry.middleware, &mut errors);
        let Some(home) = *home else { continue };
        if at.len() <= home {
            at.resize_with(home + 1, Path::new);
        }
        at[home].entries.push((entry, chain));
    }
    let mut rest = Router::new();
    if !routers.is_empty() {
        // Whether routers of the app's own making contradict the routes, only axum can tell.
        for path in &at {
            let place = path.entries.first().map_or(Location::caller(), |(entry, _)| entry.place);
            rest = attempt(rest, place, &mut errors, |rest| rest.merge(path.router(container).clone()));
        }
    }
    for entry in routers {
        let chain = resolve(&entry.middleware, &mut errors);
        let place = entry.place;
        rest = attempt(rest, place, &mut errors, |rest| add_router(rest, entry, chain, container));
    }
    let fallback = fallback.map(|entry| Erased::new(entry.handler.function, Arc::from([]), container.clone()));
    let routes = Routes::new(paths, at, rest, summaries, container);
    if errors.is_empty() { Ok(RouteTable { routes, fallback, urls }) } else { Err(errors) }
}

/// Finds duplicates and paths that could mean the same request.
fn check_conflicts(entries: &[RouteEntry], errors: &mut Vec<RouteError>) -> Paths {
    let mut positions = matchit::Router::new();
    let mut known: HashMap<&str, Known<'_>> = HashMap::new();
    let mut homes = Vec::with_capacity(entries.len());
    for entry in entries {
        let path = entry.path.as_str();
        let before = errors.len();
        let count = known.len();
        let home = match known.entry(path) {
            Occupied(known) => known.into_mut(),
            Vacant(place) => match positions.insert(path, count) {
                Ok(()) => place.insert(Known { number: count, owners: Vec::new() }),
                Err(error) => {
                    errors.push(path_error(entry, &error, &known));
                    homes.push(None);
                    continue;
                }
            },
        };
        for method in keys(&entry.methods) {
            match home.owners.iter().find(|(known, _)| *known == method) {
                Some((_, other)) => errors.push(duplicate(entry, method.as_ref(), other)),
                None => home.owners.push((method, entry)),
            }
        }
        homes.push((errors.len() == before).then_some(home.number));
    }
    Paths { positions, homes }
}

/// What is known of a path.
struct Known<'e> {
    number: usize,
    /// Who answers which methods.
    owners: Vec<(Option<Method>, &'e RouteEntry)>,
}

fn keys(methods: &Methods) -> Vec<Option<Method>> {
    match methods {
        Methods::Any => vec![None],
        Methods::Only(list) => list.iter().cloned().map(Some).collect(),
    }
}

fn duplicate(entry: &RouteEntry, method: Option<&Method>, other: &RouteEntry) -> RouteError {
    let method = method.map_or("ANY", Method::as_str);
    let message = format!(
        "{method} {} is registered twice: for `{}` here and for `{}` at {}",
        entry.path, entry.handler.name, other.handler.name, other.place
    );
    RouteError { message, place: Some(entry.place()), other: Some(other.place()) }
}

fn path_error(entry: &RouteEntry, error: &InsertError, known: &HashMap<&str, Known<'_>>) -> RouteError {
    let path = &entry.path;
    let (message, other) = match error {
        InsertError::Conflict { with } => {
            let other = known.get(with.as_str()).and_then(|known| Some(known.owners.first()?.1.place));
            let at = other.map(|place| format!(" at {place}")).unwrap_or_default();
            let hint = "give the parameter the same name in both, or make the paths differ";
            (format!("`{path}` and `{with}`{at} match the same requests; {hint}"), other.map(|place| place_of(place)))
        }
        InsertError::InvalidParamSegment => {
            (format!("`{path}`: text may stand before a parameter in a segment, not after it"), None)
        }
        InsertError::InvalidParam => {
            (format!("`{path}`: write a parameter as `{{name}}`; a literal brace as `{{{{`"), None)
        }
        InsertError::InvalidCatchAll => (format!("`{path}`: `{{*rest}}` must be the last segment"), None),
        other => (format!("`{path}`: {other}"), None),
    };
    RouteError { message, place: Some(entry.place()), other }
}

/// A name that nobody registered is an error: without it a route would be open that was meant to be guarded.
fn resolve(
    list: &[MiddlewareUse],
    aliases: &HashMap<&'static str, MiddlewareUse>,
    errors: &mut Vec<RouteError>,
) -> Arc<[MiddlewareFn]> {
    let mut chain = Vec::with_capacity(list.len());
    for used in list {
        let function =
            used.function.as_ref().or_else(|| aliases.get(used.name).and_then(|alias| alias.function.as_ref()));
        match function {
            Some(function) => chain.push(function.clone()),
            None => {
                let message = format!(
                    "no middleware is registered as `{}`; name one with `middleware_alias(\"{}\", ..)`",
                    used.name, used.name
                );
                let error = RouteError { message, place: used.place.map(place_of), other: None };
                if !errors.contains(&error) {
                    errors.push(error);
                }
            }
        }
    }
    chain.into()
}

fn add_router(router: Router, entry: RouterEntry, chain: Arc<[MiddlewareFn]>, container: &Container) -> Router {
    match entry.prefix {
        Some(prefix) => {
            let service = Erased::new(router_handler(entry.router), chain, container.clone());
            router.nest_service(&prefix, service)
        }
        None if chain.is_empty() => router.merge(entry.router),
        None => router.merge(entry.router.layer(ChainLayer { chain, container: container.clone() })),
    }
}

/// Axum panics on conflicts; those with routes inside of foreign routers cannot be foreseen. There is no table then, so what
/// follows is tried on an empty router: keeping a second handle on the full one would make axum copy it for every route.
fn attempt(
    router: Router,
    place: Place,
    errors: &mut Vec<RouteError>,
    change: impl FnOnce(Router) -> Router,
) -> Router {
    panics::install_panic_hook();
    panics::catch(|| change(router)).unwrap_or_else(|panic| {
        errors.push(RouteError { message: panic.message, place: Some(place_of(place)), other: None });
        Router::new()
    })
}

fn router_summary(entry: &RouterEntry) -> RouteSummary {
    RouteSummary {
        method: "ANY".to_owned(),
        path: format!("{}/*", entry.prefix.as_deref().unwrap_or_default()),
        name: None,
        handler: "axum::Router".to_owned(),
        place: Some(place_of(entry.place)),
        middleware: entry.middleware.iter().map(|used| used.name.to_owned()).collect(),
    }
}
