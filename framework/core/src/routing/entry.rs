//! One registered route.

use std::any::{TypeId, type_name};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use anvil_control::{RouteSummary, SourcePlace};
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, any_service, on_service};

use super::handler::{Handler, HandlerFn};
use super::middleware::{MiddlewareFn, MiddlewareUse};
use super::service::Erased;
use crate::container::Container;
use crate::error::place_of;

/// A handler and the name of its function.
#[derive(Clone)]
pub struct HandlerBox {
    pub(super) function: HandlerFn,
    pub(super) name: &'static str,
    /// Of the function.
    pub(super) id: TypeId,
}

impl HandlerBox {
    pub fn new<Args, H: Handler<Args>>(handler: H) -> Self {
        handler.erase()
    }

    /// `function` is an `F` without its type.
    pub(super) fn of<F: 'static>(function: HandlerFn) -> Self {
        Self { function, name: type_name::<F>(), id: TypeId::of::<F>() }
    }

    /// The erased function.
    pub fn function(&self) -> &HandlerFn {
        &self.function
    }

    /// As the compiler prints it: `blog::posts::show`.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for HandlerBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Which methods a route answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Methods {
    /// Those that no other route of the path answers.
    Any,
    Only(Vec<Method>),
}

/// One registration: methods, path, handler, and where it was written.
#[derive(Debug, Clone)]
pub struct RouteEntry {
    pub(super) methods: Methods,
    pub(super) path: String,
    pub(super) name: Option<String>,
    pub(super) handler: HandlerBox,
    pub(super) middleware: Vec<MiddlewareUse>,
    pub(super) place: &'static Location<'static>,
}

impl RouteEntry {
    /// The full path, with the prefixes of its groups.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn handler(&self) -> &HandlerBox {
        &self.handler
    }

    /// The full name, with the prefixes of its groups.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    pub fn place(&self) -> SourcePlace {
        place_of(self.place)
    }

    /// `GET`, `GET|POST` or `ANY`.
    pub fn methods(&self) -> String {
        match &self.methods {
            Methods::Any => "ANY".to_owned(),
            Methods::Only(list) => list.iter().map(Method::as_str).collect::<Vec<_>>().join("|"),
        }
    }

    /// The same requests and names mean both.
    pub(super) fn is_reached_as(&self, other: &Self) -> bool {
        self.path == other.path && self.methods == other.methods && self.name == other.name
    }

    /// Whether [`Self::summary`] says the same of both.
    pub(super) fn is_told_as(&self, other: &Self) -> bool {
        self.is_reached_as(other)
            && self.handler.name == other.handler.name
            && self.place == other.place
            && self.middleware.iter().map(|used| used.name).eq(other.middleware.iter().map(|used| used.name))
    }

    pub(super) fn summary(&self) -> RouteSummary {
        RouteSummary {
            method: self.methods(),
            path: self.path.clone(),
            name: self.name.clone(),
            handler: self.handler.name.to_owned(),
            place: Some(self.place()),
            middleware: self.middleware.iter().map(|used| used.name.to_owned()).collect(),
        }
    }

    pub(super) fn method_router(&self, chain: Arc<[MiddlewareFn]>, container: &Container) -> MethodRouter {
        let service = Erased::new(self.handler.function.clone(), chain, container.clone());
        match &self.methods {
            Methods::Any => any_service(service),
            Methods::Only(list) => match filter_of(list) {
                Some(filter) => on_service(filter, service),
                None => any_service(service),
            },
        }
    }
}

/// Methods that axum can tell apart.
fn filter_of(list: &[Method]) -> Option<MethodFilter> {
    list.iter().filter_map(|method| MethodFilter::try_from(method.clone()).ok()).reduce(MethodFilter::or)
}

/// The axum form of one handler for all methods, for use in an `axum::Router` of one's own.
pub fn handler_to_method_router(handler: &HandlerBox, container: &Container) -> MethodRouter {
    any_service(Erased::new(handler.function.clone(), Arc::from([]), container.clone()))
}
