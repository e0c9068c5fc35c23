//! A page to be: a template with its values. It is rendered when it is sent.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::render::Wanted;
use crate::{Engine, Error, ErrorKind, Map, Render, Result, Services, Value, services};

/// What makes the page.
trait Page: Send {
    fn run(self: Box<Self>, render: &mut Render) -> Result<()>;

    /// The view's variables, for an engine at run time.
    fn variables(&self) -> Option<Map>;
}

/// Names of templates with the hashes of their texts (`forge_codegen::rust::text_hash`).
pub type Texts = &'static [(&'static str, u64)];

/// About how large a page gets: as large as it was the last time.
#[derive(Debug, Default)]
pub struct Size(AtomicUsize);

impl Size {
    #[must_use]
    pub const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    pub(crate) fn expected(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn was(&self, bytes: usize) {
        // With some room, so that a page that grows a little is not copied.
        let bytes = bytes + bytes / 16;
        if self.expected() != bytes {
            self.0.store(bytes, Ordering::Relaxed);
        }
    }
}

/// A template with its values.
#[must_use = "a view does nothing until it is rendered or returned from a handler"]
pub struct View {
    name: Cow<'static, str>,
    page: Box<dyn Page>,
    /// Few views have some.
    given: Option<Box<Map>>,
    wanted: Wanted,
    /// Templates that the compiled code was made of, with the hashes of their texts.
    texts: Option<Texts>,
    package: Option<&'static str>,
    size: Option<&'static Size>,
}

impl View {
    /// A view of which there is only compiled code. The code calls `begin_view` and `end_view` itself.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        run: impl FnOnce(&mut Render) -> Result<()> + Send + 'static,
    ) -> Self {
        Self::of(name, Compiled { values: (), variables: |_: &()| None, run: |(), render: &mut Render| run(render) })
    }

    /// A view with compiled code, and its variables as values, for an engine that renders it in place of the code where
    /// templates are [live](crate::Forge::live).
    pub fn with_values<V: Send + 'static>(
        name: impl Into<Cow<'static, str>>,
        values: V,
        variables: impl Fn(&V) -> Map + Send + 'static,
        run: impl FnOnce(V, &mut Render) -> Result<()> + Send + 'static,
    ) -> Self {
        Self::of(name, Compiled { values, variables: move |values: &V| Some(variables(values)), run })
    }

    /// A view by its name alone, for the app's [engine](crate::Engine).
    pub fn named(name: impl Into<Cow<'static, str>>, variables: Map) -> Self {
        let name = name.into();
        Self::of(name.clone(), Named { name, variables })
    }

    fn of(name: impl Into<Cow<'static, str>>, page: impl Page + 'static) -> Self {
        Self {
            name: name.into(),
            page: Box::new(page),
            given: None,
            wanted: Wanted::Page,
            texts: None,
            package: None,
            size: None,
        }
    }

    /// Says which templates the compiled code was made of. Where templates are live, the code still runs as long as the engine
    /// [knows](crate::Engine::is_current) that they are as they were.
    pub fn compiled_from(mut self, texts: Texts) -> Self {
        self.texts = Some(texts);
        self
    }

    /// Says in which folder the package lies whose templates these are.
    pub fn of_package(mut self, folder: &'static str) -> Self {
        self.package = Some(folder);
        self
    }

    /// Where to keep how large the page was.
    pub fn sized(mut self, size: &'static Size) -> Self {
        self.size = Some(size);
        self
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds a value, for `data(key)` in the template.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.given.get_or_insert_default().insert(key, value);
        self
    }

    /// Sends this fragment alone.
    pub fn fragment(self, name: impl Into<String>) -> Self {
        self.fragments([name])
    }

    /// Sends these fragments alone, in this order.
    pub fn fragments<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.wanted = Wanted::Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sends all fragments, without what is between them.
    pub fn all_fragments(mut self) -> Self {
        self.wanted = Wanted::All;
        self
    }

    /// Sends this fragment alone if the condition holds, else the page.
    pub fn fragment_if(self, condition: bool, name: impl Into<String>) -> Self {
        if condition { self.fragment(name) } else { self }
    }

    /// Sends these fragments alone if the condition holds, else the page.
    pub fn fragments_if<N: Into<String>>(self, condition: bool, names: impl IntoIterator<Item = N>) -> Self {
        if condition { self.fragments(names) } else { self }
    }

    /// The page, with the [current](Services::current) services.
    ///
    /// # Errors
    /// Whatever goes wrong in the template.
    pub fn render(self) -> Result<String> {
        let ask = |services: &Arc<Services>| {
            let engine = services.forge.live_engine(self.package)?;
            Ok::<_, Error>((engine, services.forge.composes()))
        };
        let (engine, composes) = services::ask(ask)?;
        self.page(engine, &mut Render::within_scope(composes))
    }

    /// The page, with these services. They are current while it is rendered.
    ///
    /// # Errors
    /// Whatever goes wrong in the template.
    pub fn render_with(self, services: Arc<Services>) -> Result<String> {
        crate::scope(services, || self.render())
    }

    /// `engine` renders it where templates are live.
    fn page(self, engine: Option<Arc<dyn Engine>>, render: &mut Render) -> Result<String> {
        if self.wanted != Wanted::Page {
            render.want(self.wanted);
        }
        if let Some(given) = self.given {
            for (key, value) in *given {
                render.give(&key.to_string(), value);
            }
        }
        let made = if let Some(engine) = engine
            && !self.texts.is_some_and(|texts| engine.is_current(texts))
            && let Some(variables) = self.page.variables()
        {
            engine.view(&self.name, variables, false, render)
        } else {
            if let Some(size) = self.size {
                render.expect(size.expected());
            }
            self.page.run(render)
        };
        match made {
            Ok(()) => {
                if let Some(size) = self.size {
                    size.was(render.len());
                }
                render.take_page()
            }
            Err(error) => match (error.kind(), render.take_dumped()) {
                (ErrorKind::Stopped, Some(dumped)) => Ok(dumped),
                _ => Err(error),
            },
        }
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("name", &self.name).field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

struct Compiled<V, A, R> {
    values: V,
    variables: A,
    run: R,
}

impl<V, A, R> Page for Compiled<V, A, R>
where
    V: Send,
    A: Fn(&V) -> Option<Map> + Send,
    R: FnOnce(V, &mut Render) -> Result<()> + Send,
{
    fn run(self: Box<Self>, render: &mut Render) -> Result<()> {
        (self.run)(self.values, render)
    }

    fn variables(&self) -> Option<Map> {
        (self.variables)(&self.values)
    }
}

struct Named {
    name: Cow<'static, str>,
    variables: Map,
}

impl Page for Named {
    fn run(self: Box<Self>, render: &mut Render) -> Result<()> {
        let services = render.services().clone();
        services.forge.by_name()?.view(&self.name, self.variables, false, render)
    }

    fn variables(&self) -> Option<Map> {
        None
    }
}
