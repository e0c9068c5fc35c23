//! What an app says about its templates once: where they are, who adds values to them, values for all of them, directives of its own; and
//! which engine renders those whose name is only known when the page is made.

mod folders;

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

pub(crate) use folders::Folders;
pub use folders::Template;

use forge_codegen::Takes;

use crate::attributes::Names;
use crate::services::matches;
use crate::view::Texts;
use crate::{AttributeBag, Error, ErrorKind, Map, Render, Result, Safe, Slots, Value, View};

/// Renders templates at run time.
pub trait Engine: Send + Sync {
    /// Renders a view with these variables into the page, between `begin_view` and `end_view`, which is the engine's to call.
    ///
    /// # Errors
    /// An unknown view, and whatever goes wrong in it.
    fn view(&self, name: &str, variables: Map, isolated: bool, render: &mut Render) -> Result<()>;

    /// Renders the template of a component, behind `end_component_body`. `names` are tried in order.
    ///
    /// # Errors
    /// As [`view`](Self::view).
    fn component(&self, names: &[&str], attributes: AttributeBag, slots: Slots, render: &mut Render) -> Result<()>;

    /// Renders a text as a template.
    ///
    /// # Errors
    /// A template that cannot be read, and whatever goes wrong in it.
    fn text(&self, template: &str, variables: Map, render: &mut Render) -> Result<()>;

    /// Whether there is such a view.
    fn exists(&self, name: &str) -> bool;

    /// Whether these templates still have these texts. An engine that cannot tell says no.
    fn is_current(&self, texts: Texts) -> bool {
        let _ = texts;
        false
    }
}

type Composer = Arc<dyn Fn(&mut Composing<'_>) -> Result<()> + Send + Sync>;
type Condition = Arc<dyn Fn(&[Value]) -> Result<bool> + Send + Sync>;
type Directive = Arc<dyn Fn(&[Value]) -> Result<Safe> + Send + Sync>;
type Block = Arc<dyn Fn(&[Value], Safe) -> Result<Safe> + Send + Sync>;

/// The registry of an app's templates.
#[derive(Default)]
pub struct Forge {
    folders: folders::Folders,
    engine: Option<Arc<dyn Engine>>,
    composers: Vec<(String, Composer)>,
    creators: Vec<(String, Composer)>,
    shared: RwLock<Map>,
    conditions: Vec<(String, Condition)>,
    directives: Vec<(String, Directive)>,
    blocks: Vec<(String, Block)>,
    is_live: bool,
    packages: Option<Packages>,
}

type MakeEngine = Box<dyn Fn(&Path) -> Arc<dyn Engine> + Send + Sync>;

/// The engines of packages whose templates are live, by the folder of the package.
struct Packages {
    make: MakeEngine,
    made: RwLock<HashMap<&'static str, Arc<dyn Engine>>>,
}

impl Forge {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks for templates in this folder, behind those that were named before.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folders.add(None, folder.into());
        self
    }

    /// Looks for `name::…` in this folder, behind those that were named before.
    #[must_use]
    pub fn namespace(mut self, name: &str, folder: impl Into<PathBuf>) -> Self {
        self.folders.add(Some(name), folder.into());
        self
    }

    /// What renders templates by name.
    #[must_use]
    pub fn engine(mut self, engine: Arc<dyn Engine>) -> Self {
        self.engine = Some(engine);
        self
    }

    /// Whether views whose variables are known as values go through the engine, so that an edit shows without the compiler.
    #[must_use]
    pub fn live(mut self, is_live: bool) -> Self {
        self.is_live = is_live;
        self
    }

    /// As [`live`](Self::live), with an engine for each package that has views: `make` is given the package's folder.
    #[must_use]
    pub fn live_packages(mut self, make: impl Fn(&Path) -> Arc<dyn Engine> + Send + Sync + 'static) -> Self {
        self.packages = Some(Packages { make: Box::new(make), made: RwLock::default() });
        self
    }

    /// Runs whenever a view is rendered whose name fits one of these patterns: `layouts.*`, `*`, `posts.index`. What it adds
    /// is stronger than what the view was given.
    #[must_use]
    pub fn composer(
        mut self,
        views: impl Names,
        composer: impl Fn(&mut Composing<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let composer: Composer = Arc::new(composer);
        self.composers.extend(views.names().map(|view| (view.to_owned(), composer.clone())));
        self
    }

    /// Like [`composer`](Self::composer), but what the view was given is stronger.
    #[must_use]
    pub fn creator(
        mut self,
        views: impl Names,
        creator: impl Fn(&mut Composing<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        let creator: Composer = Arc::new(creator);
        self.creators.extend(views.names().map(|view| (view.to_owned(), creator.clone())));
        self
    }

    /// A value that every template can ask for, from now on.
    pub fn share(&self, key: &str, value: impl Into<Value>) {
        let mut shared = self.shared.write().unwrap_or_else(PoisonError::into_inner);
        shared.insert(key, value);
    }

    /// `@name(…)`, `@unlessname(…)`.
    #[must_use]
    pub fn condition(
        mut self,
        name: &str,
        condition: impl Fn(&[Value]) -> Result<bool> + Send + Sync + 'static,
    ) -> Self {
        self.conditions.push((name.to_owned(), Arc::new(condition)));
        self
    }

    /// `@name(…)`, standing alone.
    #[must_use]
    pub fn directive(
        mut self,
        name: &str,
        directive: impl Fn(&[Value]) -> Result<Safe> + Send + Sync + 'static,
    ) -> Self {
        self.directives.push((name.to_owned(), Arc::new(directive)));
        self
    }

    /// `@name(…) … @endname`; it gets what stands between.
    #[must_use]
    pub fn block(mut self, name: &str, block: impl Fn(&[Value], Safe) -> Result<Safe> + Send + Sync + 'static) -> Self {
        self.blocks.push((name.to_owned(), Arc::new(block)));
        self
    }

    /// How templates are read that use the registered directives.
    #[must_use]
    pub fn syntax(&self) -> forge_codegen::Options {
        let conditions = self.conditions.iter().map(|(name, _)| name);
        let options = conditions.fold(forge_codegen::Options::default(), |options, name| options.with_condition(name));
        let directives = self.directives.iter().map(|(name, _)| name);
        let options = directives.fold(options, |options, name| options.with_directive(name, Takes::Optional));
        self.blocks.iter().fold(options, |options, (name, _)| options.with_block(name, Takes::Optional))
    }

    /// Asks a condition of the app.
    ///
    /// # Errors
    /// One that is not registered, and its own.
    pub fn holds(&self, name: &str, arguments: &[Value]) -> Result<bool> {
        registered(&self.conditions, name, "condition")?(arguments)
    }

    /// Runs a directive of the app.
    ///
    /// # Errors
    /// One that is not registered, and its own.
    pub fn run_directive(&self, name: &str, arguments: &[Value]) -> Result<Safe> {
        registered(&self.directives, name, "directive")?(arguments)
    }

    /// Runs a block of the app.
    ///
    /// # Errors
    /// One that is not registered, and its own.
    pub fn run_block(&self, name: &str, arguments: &[Value], body: Safe) -> Result<Safe> {
        registered(&self.blocks, name, "block")?(arguments, body)
    }

    /// The text of a template. `None` where there is none.
    ///
    /// # Errors
    /// A name that leads out of the folders, an unknown namespace, a file that cannot be read.
    pub fn find(&self, name: &str) -> Result<Option<Template>> {
        self.folders.find(name)
    }

    /// Whether there is such a template.
    #[must_use]
    pub fn exists(&self, name: &str) -> bool {
        match &self.engine {
            Some(engine) => engine.exists(name),
            None => matches!(self.find(name), Ok(Some(_))),
        }
    }

    /// The first of these names of which there is a template.
    ///
    /// # Errors
    /// [`ErrorKind::NoneOfViews`].
    pub fn first<'a>(&self, names: &[&'a str]) -> Result<&'a str> {
        let first = names.iter().find(|name| self.exists(name)).copied();
        first.ok_or_else(|| {
            ErrorKind::NoneOfViews { names: names.iter().map(|name| (*name).to_owned()).collect() }.into()
        })
    }

    /// What renders templates by name.
    ///
    /// # Errors
    /// Where the app has no engine.
    pub fn by_name(&self) -> Result<&Arc<dyn Engine>> {
        self.engine.as_ref().ok_or_else(|| {
            let needs = "an engine; give one to `Forge::engine`";
            ErrorKind::MissingService { what: "a template whose name is known when the page is made".to_owned(), needs }
                .into()
        })
    }

    /// Whether templates are read at every request.
    #[cfg(feature = "axum")]
    pub(crate) fn is_live(&self) -> bool {
        self.is_live || self.packages.is_some()
    }

    /// What renders the views of a package instead of their code. `None` where the code is all there is.
    pub(crate) fn live_engine(&self, package: Option<&'static str>) -> Result<Option<Arc<dyn Engine>>> {
        let Some((packages, package)) = self.packages.as_ref().zip(package) else {
            return if self.is_live { self.by_name().cloned().map(Some) } else { Ok(None) };
        };
        let known = packages.made.read().unwrap_or_else(PoisonError::into_inner).get(package).cloned();
        Ok(Some(known.unwrap_or_else(|| {
            let mut made = packages.made.write().unwrap_or_else(PoisonError::into_inner);
            made.entry(package).or_insert_with(|| (packages.make)(Path::new(package))).clone()
        })))
    }

    /// A page from the view of this name.
    pub fn view(&self, name: &str, variables: Map) -> View {
        View::named(name.to_owned(), variables)
    }

    /// A page from the text of a template.
    ///
    /// # Errors
    /// A template that cannot be read, and whatever goes wrong in it.
    pub fn render_str(&self, template: &str, variables: Map) -> Result<String> {
        let mut render = Render::new();
        self.by_name()?.text(template, variables, &mut render)?;
        render.finish()
    }

    pub(crate) fn shared(&self, key: &str) -> Option<Value> {
        self.shared.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(crate) fn all_shared(&self) -> Map {
        self.shared.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn composes(&self) -> bool {
        !self.composers.is_empty() || !self.creators.is_empty()
    }

    pub(crate) fn compose(&self, view: &str, render: &Render) -> Result<Map> {
        added(&self.composers, view, render)
    }

    pub(crate) fn create(&self, view: &str, render: &Render) -> Result<Map> {
        added(&self.creators, view, render)
    }
}

fn added(composers: &[(String, Composer)], view: &str, render: &Render) -> Result<Map> {
    let mut composing = Composing { view, render, added: Map::new() };
    for (_, composer) in composers.iter().filter(|(pattern, _)| matches(pattern, view)) {
        composer(&mut composing)?;
    }
    Ok(composing.added)
}

fn registered<'a, T>(all: &'a [(String, T)], name: &str, what: &str) -> Result<&'a T> {
    let last = all.iter().rev().find(|(known, _)| known == name);
    last.map(|(_, found)| found).ok_or_else(|| {
        Error::message(format!(
            "{what} `@{name}` is known in build.rs, but not to the app; register it with `Forge::{what}`"
        ))
    })
}

/// A view that is about to be rendered, as composers see it.
#[derive(Debug)]
pub struct Composing<'a> {
    view: &'a str,
    render: &'a Render,
    added: Map,
}

impl Composing<'_> {
    /// The view's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.view
    }

    /// Adds a value, for `data(key)`.
    pub fn with(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        self.added.insert(key, value);
        self
    }

    /// What the view sees so far.
    #[must_use]
    pub fn data(&self, key: &str) -> Option<Value> {
        self.added.get(key).cloned().or_else(|| self.render.find_data(key))
    }

    #[must_use]
    pub fn services(&self) -> &crate::Services {
        self.render.services()
    }
}

impl fmt::Debug for Forge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forge").field("folders", &self.folders).finish_non_exhaustive()
    }
}

/// The templates of a component `<x-name>`, in the order in which they are tried: `card`, `card/index`, `card/card`.
#[must_use]
pub fn component_names(component: &str) -> Vec<String> {
    let (namespace, name) = match component.split_once("::") {
        Some((namespace, name)) => (format!("{namespace}::"), name),
        None => (String::new(), component),
    };
    let last = name.rsplit('.').next().unwrap_or(name);
    let of = |suffix: &str| format!("{namespace}components.{name}{suffix}");
    vec![of(""), of(".index"), of(&format!(".{last}"))]
}
