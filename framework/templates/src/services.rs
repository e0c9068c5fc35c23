//! What a page needs of its surroundings: small traits, each with a default that works without an app and never allows
//! more than an app would: nobody is logged in, nothing is allowed, there is no session, the environment is `production`.
//!
//! The services of a request are a value that belongs to its future: [`with_services`] sets it at every poll.

mod assets;
mod current;
mod errors;
mod select;
mod translate;

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;

pub use assets::PublicFiles;
pub(crate) use current::ask;
pub use current::{WithServices, scope, with_services};
pub use errors::{ErrorBag, ErrorBags};
pub use translate::{Lines, choose, replaced};

use crate::{Error, ErrorKind, Forge, Map, Result, Value};

/// The session of a request.
pub trait Session: Send + Sync {
    fn get(&self, key: &str) -> Option<Value>;

    /// What was entered into a form's field before; for `old(…)`.
    fn old(&self, field: &str) -> Option<Value>;

    /// The token that forms send back.
    fn csrf_token(&self) -> Option<String>;
}

/// Who is logged in.
pub trait Auth: Send + Sync {
    /// Whether somebody is, by a guard's name or by the default guard.
    ///
    /// # Errors
    /// An unknown guard, or whatever keeps it from being known.
    fn check(&self, guard: Option<&str>) -> Result<bool>;
}

/// Who may do what.
pub trait Gate: Send + Sync {
    /// Whether the user may. The arguments are those of `@can`, behind the ability.
    ///
    /// # Errors
    /// An unknown ability, or whatever keeps it from being known.
    fn allows(&self, ability: &str, arguments: &[Value]) -> Result<bool>;
}

/// Translated lines.
pub trait Translator: Send + Sync {
    fn locale(&self) -> String;

    /// The line of a key as it is written, in this locale or the one to fall back to.
    fn line(&self, key: &str) -> Option<String>;
}

/// Addresses.
pub trait Urls: Send + Sync {
    /// The address of a path below the app.
    fn url(&self, path: &str) -> String;

    /// The address of a public file.
    ///
    /// # Errors
    /// Whatever keeps its version from being known.
    fn asset(&self, path: &str) -> Result<String>;

    /// The address of a public file whose name says its version, such as those of Vite's build.
    ///
    /// # Errors
    /// None by default.
    fn file(&self, path: &str) -> Result<String> {
        Ok(self.url(path))
    }

    /// The address of a named route.
    ///
    /// # Errors
    /// An unknown route, or a parameter that is missing.
    fn route(&self, name: &str, parameters: &Map) -> Result<String>;
}

/// A place to look values up by a key: configuration, the request's context.
pub trait Lookup: Send + Sync {
    fn get(&self, key: &str) -> Option<Value>;
}

/// Services of the app, for `@inject`.
pub trait Container: Send + Sync {
    fn get(&self, type_id: TypeId) -> Option<Arc<dyn Any + Send + Sync>>;

    /// What templates that are interpreted see of the service that is written with this path. `None` where it has no such form.
    fn value(&self, path: &str) -> Option<Value>;
}

/// The services of a request. Fields are set one by one over [`Services::default`].
#[derive(Clone)]
pub struct Services {
    /// Templates by name, composers, shared values.
    pub forge: Arc<Forge>,
    /// Without one, `@csrf` is an error, and `session` and `old` know nothing.
    pub session: Option<Arc<dyn Session>>,
    pub auth: Arc<dyn Auth>,
    pub gate: Arc<dyn Gate>,
    pub translator: Arc<dyn Translator>,
    pub urls: Arc<dyn Urls>,
    pub config: Arc<dyn Lookup>,
    pub context: Arc<dyn Lookup>,
    /// `local`, `production` …
    pub environment: Arc<str>,
    /// What is wrong with what was entered.
    pub errors: Arc<ErrorBags>,
    pub vite: Option<Arc<crate::vite::Vite>>,
    pub container: Option<Arc<dyn Container>>,
}

impl Default for Services {
    fn default() -> Self {
        Self {
            forge: Arc::default(),
            session: None,
            auth: Arc::new(Nobody),
            gate: Arc::new(Nobody),
            translator: Arc::new(Lines::default()),
            urls: Arc::new(PublicFiles::default()),
            config: Arc::new(Map::new()),
            context: Arc::new(Map::new()),
            environment: "production".into(),
            errors: Arc::default(),
            vite: None,
            container: None,
        }
    }
}

impl Services {
    /// Those of the request that is being answered here; else the defaults.
    #[must_use]
    pub fn current() -> Arc<Self> {
        current::ask(Arc::clone)
    }

    /// `@auth(guard)`.
    ///
    /// # Errors
    /// Those of [`Auth`].
    pub fn is_logged_in(&self, guard: Option<&str>) -> Result<bool> {
        self.auth.check(guard)
    }

    /// `@can`.
    ///
    /// # Errors
    /// Those of [`Gate`].
    pub fn allows(&self, ability: &str, arguments: &[Value]) -> Result<bool> {
        self.gate.allows(ability, arguments)
    }

    /// `@canany`: an ability, or a list of them.
    ///
    /// # Errors
    /// Those of [`Gate`], and abilities that are no text.
    pub fn allows_any(&self, abilities: &Value, arguments: &[Value]) -> Result<bool> {
        for ability in texts(abilities, "an ability")? {
            if self.gate.allows(&ability, arguments)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `@env`: one of these names; `*` stands for anything.
    ///
    /// # Errors
    /// Names that are no text.
    pub fn is_environment(&self, names: &Value) -> Result<bool> {
        Ok(texts(names, "an environment")?.iter().any(|name| matches(name, &self.environment)))
    }

    /// `@production`.
    #[must_use]
    pub fn is_production(&self) -> bool {
        &*self.environment == "production"
    }

    /// `@inject`, for compiled templates.
    ///
    /// # Errors
    /// Where there is no such service.
    pub fn inject<T: Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        let found = self.container.as_ref().and_then(|container| container.get(TypeId::of::<T>()));
        found.and_then(|service| service.downcast().ok()).ok_or_else(|| no_service(std::any::type_name::<T>()))
    }

    /// `@inject`, for interpreted templates.
    ///
    /// # Errors
    /// Where there is no such service, or it has no form as a value.
    pub fn inject_value(&self, path: &str) -> Result<Value> {
        self.container.as_ref().and_then(|container| container.value(path)).ok_or_else(|| no_service(path))
    }
}

fn no_service(name: &str) -> Error {
    ErrorKind::MissingService { what: format!("@inject of `{name}`"), needs: "that service; provide it to the app" }
        .into()
}

fn texts(value: &Value, what: &str) -> Result<Vec<String>> {
    let text = |value: &Value| match value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(Error::message(format!("{what} is text, not a {}", value.kind()))),
    };
    match value {
        Value::List(items) => items.iter().map(text).collect(),
        Value::Map(map) => map.values().map(text).collect(),
        value => Ok(vec![text(value)?]),
    }
}

/// Whether a name fits a pattern, in which `*` stands for any text.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// The default: nobody is logged in, and nobody may do anything.
#[derive(Debug, Clone, Copy)]
struct Nobody;

impl Auth for Nobody {
    fn check(&self, _guard: Option<&str>) -> Result<bool> {
        Ok(false)
    }
}

impl Gate for Nobody {
    fn allows(&self, _ability: &str, _arguments: &[Value]) -> Result<bool> {
        Ok(false)
    }
}

/// Values by their keys as they are, and by a path: `app.name` is `name` in `app`.
impl Lookup for Map {
    fn get(&self, key: &str) -> Option<Value> {
        if let Some(value) = Self::get(self, key) {
            return Some(value.clone());
        }
        let (first, rest) = key.split_once('.')?;
        Lookup::get(Self::get(self, first)?.as_map()?, rest)
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").field("environment", &self.environment).finish_non_exhaustive()
    }
}
