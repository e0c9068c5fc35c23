//! What lives longer than a request: configuration, database pool, cache and the app's own values.
//!
//! The container survives swaps of the app library. Its values are therefore checked at every access: the fingerprint of
//! the type in the code that asks is compared with that of the type in the code that put the value, before the downcast.

mod values;

use std::path::Path;
use std::sync::Arc;

use anvil_control::{SourcePlace, TypeLayout};
use arc_swap::ArcSwap;
use axum::extract::FromRef;
use sqlx::SqlitePool;

use crate::cache::Cache;
use crate::config::{Config, ConfigError, ConfigSource, Overrides, changed_at_start};
use crate::database;
use crate::error::{Error, Result};
use crate::layout::Layout;
pub use values::ValueError;
use values::Values;

/// Shared state of an app. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Container {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: ConfigSource,
    config: ArcSwap<Config>,
    db: SqlitePool,
    cache: Cache,
    values: Values,
}

/// What [`Container::reload_config`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigReload {
    /// The next request sees the new configuration.
    Applied,
    /// Nothing was applied: these keys are used when a process starts.
    NeedsRestart { keys: Vec<String> },
    /// Nothing was applied: the files are wrong.
    Invalid { message: String, place: Option<SourcePlace> },
}

impl Container {
    /// Starts a container for the project at `root`: reads `.env` and `config/anvil.toml`.
    ///
    /// Call it inside a tokio runtime; the database pool needs one.
    ///
    /// # Errors
    /// What is wrong in these files, with its place.
    pub fn builder(root: &Path) -> Result<ContainerBuilder, ConfigError> {
        Self::builder_with(root, Overrides::default())
    }

    /// As [`Container::builder`], with values that stand above files and environment.
    ///
    /// # Errors
    /// As [`Container::builder`].
    pub fn builder_with(root: &Path, overrides: Overrides) -> Result<ContainerBuilder, ConfigError> {
        let source = ConfigSource::new(root, overrides);
        let config = Arc::new(source.read()?);
        let db = database::pool(&config.database, root)?;
        let cache = Cache::new(config.cache.capacity);
        Ok(ContainerBuilder { source, config, db, cache, values: Values::default() })
    }

    /// A builder for tests: environment `testing`, debug on, a database in memory.
    ///
    /// # Errors
    /// As [`Container::builder`].
    pub fn test_builder(root: &Path) -> Result<ContainerBuilder, ConfigError> {
        Self::builder_with(root, Overrides::for_tests())
    }

    /// A container for tests without values of the app: see [`Container::test_builder`].
    ///
    /// # Errors
    /// As [`Container::builder`].
    pub fn for_tests(root: &Path) -> Result<Self, ConfigError> {
        Self::test_builder(root).map(ContainerBuilder::build)
    }

    /// The configuration as of now. A request that must see one state reads it once.
    pub fn config(&self) -> Arc<Config> {
        self.inner.config.load_full()
    }

    /// Reads the files again. The old configuration stays unless the answer is [`ConfigReload::Applied`].
    pub fn reload_config(&self) -> ConfigReload {
        let new = match self.inner.source.read() {
            Ok(new) => new,
            Err(error) => return ConfigReload::Invalid { message: error.message, place: error.place },
        };
        let keys = changed_at_start(&self.config(), &new);
        if !keys.is_empty() {
            return ConfigReload::NeedsRestart { keys };
        }
        self.inner.config.store(Arc::new(new));
        ConfigReload::Applied
    }

    pub fn db(&self) -> &SqlitePool {
        &self.inner.db
    }

    pub fn cache(&self) -> &Cache {
        &self.inner.cache
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        self.inner.source.root()
    }

    /// The value of type `T` that the boot function put in.
    ///
    /// # Errors
    /// There is none, or it was put in by code in which `T` has another layout.
    #[track_caller]
    pub fn get<T: Layout + Send + Sync>(&self) -> Result<Arc<T>> {
        self.inner.values.get::<T>().map_err(Error::from)
    }

    /// The layouts of all values, as of when they were put in.
    pub fn layouts(&self) -> Vec<TypeLayout> {
        self.inner.values.layouts()
    }
}

impl FromRef<Container> for SqlitePool {
    fn from_ref(container: &Container) -> Self {
        container.db().clone()
    }
}

/// A container that is being filled by the boot function.
#[derive(Debug)]
pub struct ContainerBuilder {
    source: ConfigSource,
    config: Arc<Config>,
    db: SqlitePool,
    cache: Cache,
    values: Values,
}

impl ContainerBuilder {
    /// Puts `value` in; one of the same type that was there goes.
    pub fn insert<T: Layout + Send + Sync>(&mut self, value: T) -> &mut Self {
        self.values.insert(Arc::new(value));
        self
    }

    /// Hands values out to every build of their type that has the same layout, for a process that loads several builds of one
    /// app.
    #[doc(hidden)]
    pub fn across_builds(&mut self) -> &mut Self {
        self.values.allow_across_builds();
        self
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    pub fn db(&self) -> &SqlitePool {
        &self.db
    }

    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The project's folder.
    pub fn root(&self) -> &Path {
        self.source.root()
    }

    pub fn build(self) -> Container {
        let Self { source, config, db, cache, values } = self;
        Container { inner: Arc::new(Inner { source, config: ArcSwap::new(config), db, cache, values }) }
    }
}
