//! What the app's routes function fills. It never fails: mistakes are kept and told when the router is built.

use std::any::TypeId;
use std::collections::HashMap;
use std::ops::Range;
use std::panic::Location;

use anvil_control::RouteError;
use axum::Router;
use axum::http::Method;
use forge::Forge;

use super::entry::{HandlerBox, Methods, RouteEntry};
use super::handler::Handler;
use super::middleware::{Inline, Middleware, MiddlewareUse};
use super::path;
use crate::error::place_of;
use crate::templates::{Embedded, Templates};

/// Collects an app's routes. Part of the hot-reload ABI: `anvil_register_routes(&mut RouteSink)`.
#[derive(Debug, Default)]
pub struct RouteSink {
    pub(super) entries: Vec<RouteEntry>,
    pub(super) routers: Vec<RouterEntry>,
    pub(super) aliases: HashMap<&'static str, MiddlewareUse>,
    pub(super) fallback: Option<RouteEntry>,
    pub(super) errors: Vec<RouteError>,
    pub(crate) templates: Templates,
    prefix: String,
    /// Handlers that are registered instead of others, by the type of these.
    stand_ins: HashMap<TypeId, HandlerBox>,
}

/// A whole axum router.
#[derive(Debug)]
pub(super) struct RouterEntry {
    pub(super) router: Router,
    /// Absent: its routes stand beside the others.
    pub(super) prefix: Option<String>,
    pub(super) middleware: Vec<MiddlewareUse>,
    pub(super) place: &'static Location<'static>,
}

impl RouteSink {
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a handler. `method` is one method, several as in `GET|POST`, or `ANY`; `path` as in `/posts/{id}` or
    /// `/files/{*rest}`.
    #[track_caller]
    pub fn route<Args>(&mut self, method: &str, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add(method, path, handler.erase(), Location::caller())
    }

    /// The templates that this crate was built with, `r.templates(forge::embedded!())`: for names of templates that are only
    /// known when a page is made.
    pub fn templates(&mut self, embedded: Embedded) -> &mut Self {
        self.templates.embedded.push(embedded);
        self
    }

    /// What templates find in this app: composers, shared values, directives.
    ///
    /// ```
    /// # fn routes(r: &mut anvil_core::RouteSink) {
    /// r.forge(|forge| forge.composer("layouts.*", |view| { view.with("year", 2026); Ok(()) }));
    /// # }
    /// ```
    pub fn forge(&mut self, say: impl FnOnce(Forge) -> Forge) -> &mut Self {
        self.templates.forge = say(std::mem::take(&mut self.templates.forge));
        self
    }

    // Written out: a macro here would stand in the middle of the compiler's message about a handler that does not fit.

    /// Registers a handler for GET requests to `path`.
    #[track_caller]
    pub fn get<Args>(&mut self, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add("GET", path, handler.erase(), Location::caller())
    }

    /// Registers a handler for POST requests to `path`.
    #[track_caller]
    pub fn post<Args>(&mut self, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add("POST", path, handler.erase(), Location::caller())
    }

    /// Registers a handler for PUT requests to `path`.
    #[track_caller]
    pub fn put<Args>(&mut self, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add("PUT", path, handler.erase(), Location::caller())
    }

    /// Registers a handler for PATCH requests to `path`.
    #[track_caller]
    pub fn patch<Args>(&mut self, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add("PATCH", path, handler.erase(), Location::caller())
    }

    /// Registers a handler for DELETE requests to `path`.
    #[track_caller]
    pub fn delete<Args>(&mut self, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add("DELETE", path, handler.erase(), Location::caller())
    }

    /// Registers a handler for HEAD requests to `path`.
    #[track_caller]
    pub fn head<Args>(&mut self, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add("HEAD", path, handler.erase(), Location::caller())
    }

    /// Registers a handler for OPTIONS requests to `path`.
    #[track_caller]
    pub fn options<Args>(&mut self, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add("OPTIONS", path, handler.erase(), Location::caller())
    }

    /// Registers a handler for all methods that no other route of `path` answers.
    #[track_caller]
    pub fn any<Args>(&mut self, path: &str, handler: impl Handler<Args>) -> RouteHandle<'_> {
        self.add("ANY", path, handler.erase(), Location::caller())
    }

    /// Registers routes below a common prefix. `.middleware(..)` and `.name("posts.")` on the result go for all of them.
    #[track_caller]
    pub fn group(&mut self, prefix: &str, routes: impl FnOnce(&mut RouteSink)) -> GroupHandle<'_> {
        let place = Location::caller();
        if !prefix.is_empty()
            && let Some(message) = path::mistake(prefix)
        {
            self.error(message, place, None);
        }
        let outer = self.prefix.clone();
        self.prefix = format!("{outer}{}", path::prefix(prefix));
        let (entries, routers) = (self.entries.len(), self.routers.len());
        routes(self);
        self.prefix = outer;
        let (entries, routers) = (entries..self.entries.len(), routers..self.routers.len());
        GroupHandle { sink: self, entries, routers, middleware_count: 0 }
    }

    /// Answers what no route and no static file does. Once, outside of groups.
    #[track_caller]
    pub fn fallback<Args>(&mut self, handler: impl Handler<Args>) {
        let place = Location::caller();
        if !self.prefix.is_empty() {
            return self.error("a fallback stands outside of groups".to_owned(), place, None);
        }
        if let Some(other) = &self.fallback {
            let other = other.place;
            return self.error("the fallback is registered twice".to_owned(), place, Some(other));
        }
        self.fallback = Some(RouteEntry {
            methods: Methods::Any,
            path: "*".to_owned(),
            name: None,
            handler: self.chosen(handler.erase()),
            middleware: Vec::new(),
            place,
        });
    }

    /// Hands everything below `path` to an axum router, which sees paths without that prefix.
    #[track_caller]
    pub fn nest(&mut self, path: &str, router: Router) -> GroupHandle<'_> {
        let place = Location::caller();
        match path::mistake(path) {
            Some(message) => {
                self.error(message, place, None);
                self.router_handle(None)
            }
            None => {
                let prefix = path::prefix(&path::join(&self.prefix, path));
                let prefix = (!prefix.is_empty()).then_some(prefix);
                self.router_handle(Some(RouterEntry { router, prefix, middleware: Vec::new(), place }))
            }
        }
    }

    /// Adds the routes of an axum router beside those registered here (below the prefix, inside a group).
    #[track_caller]
    pub fn merge(&mut self, router: Router) -> GroupHandle<'_> {
        let prefix = (!self.prefix.is_empty()).then(|| self.prefix.clone());
        self.router_handle(Some(RouterEntry { router, prefix, middleware: Vec::new(), place: Location::caller() }))
    }

    /// Gives a middleware a name, so that routes can say `.middleware("auth")`.
    #[track_caller]
    pub fn middleware_alias(&mut self, name: &'static str, middleware: impl Middleware<Inline>) {
        let place = Location::caller();
        let mut used = middleware.erase();
        used.place = Some(place);
        if let Some(other) = self.aliases.insert(name, used) {
            self.error(format!("the middleware `{name}` is registered twice"), place, other.place);
        }
    }

    /// From here on `new` is registered wherever `old` is. A patch of some modules is registered so: the routes function of the
    /// whole app runs, and where it names a handler of those modules, the patch's is taken.
    #[doc(hidden)]
    #[track_caller]
    pub fn stand_in<Old: Copy + 'static, Args>(&mut self, _old: Old, new: impl Handler<Args>) {
        const { assert!(size_of::<Old>() == 0, "many functions can have the type of a function pointer") };
        let new = new.erase();
        let (id, name) = (new.id, new.name);
        if self.stand_ins.insert(TypeId::of::<Old>(), new).is_some_and(|before| before.id != id) {
            self.error(
                format!("`{name}` stands in for a handler that another stands in for"),
                Location::caller(),
                None,
            );
        }
    }

    /// What is registered so far, in order.
    pub fn entries(&self) -> &[RouteEntry] {
        &self.entries
    }

    fn add(
        &mut self,
        method: &str,
        path: &str,
        handler: HandlerBox,
        place: &'static Location<'static>,
    ) -> RouteHandle<'_> {
        let joined = path::join(&self.prefix, path);
        let wrong_path = if path.is_empty() && !self.prefix.is_empty() { None } else { path::mistake(path) };
        let checked = match wrong_path {
            Some(message) => Err(message),
            None => parse_methods(method),
        };
        let index = match checked {
            Err(message) => {
                self.error(message, place, None);
                None
            }
            Ok(methods) => {
                let (name, middleware, handler) = (None, Vec::new(), self.chosen(handler));
                self.entries.push(RouteEntry { methods, path: joined, name, handler, middleware, place });
                Some(self.entries.len() - 1)
            }
        };
        RouteHandle { sink: self, index }
    }

    /// The handler, or the one that stands in for it.
    fn chosen(&self, handler: HandlerBox) -> HandlerBox {
        self.stand_ins.get(&handler.id).cloned().unwrap_or(handler)
    }

    fn router_handle(&mut self, entry: Option<RouterEntry>) -> GroupHandle<'_> {
        let first = self.routers.len();
        self.routers.extend(entry);
        let (entries, routers) = (0..0, first..self.routers.len());
        GroupHandle { sink: self, entries, routers, middleware_count: 0 }
    }

    pub(super) fn error(
        &mut self,
        message: String,
        place: &'static Location<'static>,
        other: Option<&'static Location<'static>>,
    ) {
        self.errors.push(RouteError { message, place: Some(place_of(place)), other: other.map(place_of) });
    }
}

fn parse_methods(text: &str) -> Result<Methods, String> {
    if text.eq_ignore_ascii_case("any") {
        return Ok(Methods::Any);
    }
    let mut list: Vec<Method> = Vec::new();
    for word in text.split('|') {
        let method = match word.trim().to_ascii_uppercase().as_str() {
            "GET" => Method::GET,
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            "DELETE" => Method::DELETE,
            "HEAD" => Method::HEAD,
            "OPTIONS" => Method::OPTIONS,
            "TRACE" => Method::TRACE,
            "CONNECT" => Method::CONNECT,
            _ => return Err(format!("`{text}` is not a method; write `GET`, `GET|POST` or `ANY`")),
        };
        if !list.contains(&method) {
            list.push(method);
        }
    }
    Ok(Methods::Only(list))
}

/// The route that was just registered.
#[derive(Debug)]
pub struct RouteHandle<'a> {
    sink: &'a mut RouteSink,
    /// Absent: the registration was wrong; the error is kept in the sink.
    index: Option<usize>,
}

impl RouteHandle<'_> {
    /// Names the route for [`Urls`](super::Urls).
    pub fn name(self, name: &str) -> Self {
        if let Some(index) = self.index {
            self.sink.entries[index].name = Some(name.to_owned());
        }
        self
    }

    /// Puts a middleware around the handler, inside those that were named before.
    #[track_caller]
    pub fn middleware<Kind>(self, middleware: impl Middleware<Kind>) -> Self {
        let used = placed(middleware.erase(), Location::caller());
        if let Some(index) = self.index {
            self.sink.entries[index].middleware.push(used);
        }
        self
    }
}

/// The routes of a group.
#[derive(Debug)]
pub struct GroupHandle<'a> {
    sink: &'a mut RouteSink,
    entries: Range<usize>,
    routers: Range<usize>,
    /// Middleware of this group so far; the next one goes inside them and outside of the routes' own.
    middleware_count: usize,
}

impl GroupHandle<'_> {
    /// Puts `prefix` before the names of the group's routes.
    pub fn name(self, prefix: &str) -> Self {
        for entry in &mut self.sink.entries[self.entries.clone()] {
            if let Some(name) = &mut entry.name {
                name.insert_str(0, prefix);
            }
        }
        self
    }

    /// Puts a middleware around every route of the group, inside those that the group named before.
    #[track_caller]
    pub fn middleware<Kind>(mut self, middleware: impl Middleware<Kind>) -> Self {
        let used = placed(middleware.erase(), Location::caller());
        for entry in &mut self.sink.entries[self.entries.clone()] {
            entry.middleware.insert(self.middleware_count, used.clone());
        }
        for entry in &mut self.sink.routers[self.routers.clone()] {
            entry.middleware.insert(self.middleware_count, used.clone());
        }
        self.middleware_count += 1;
        self
    }
}

fn placed(mut used: MiddlewareUse, place: &'static Location<'static>) -> MiddlewareUse {
    used.place = Some(place);
    used
}
