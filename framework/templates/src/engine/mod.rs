//! The interpreter: renders templates at run time from the same programs that the compiled engine prints as Rust, with values instead of
//! Rust's types. It is what shows an edit at once under `anvil dev`, and what renders templates whose names are only known when the page is made.
//!
//! It gives Rust's results or none: what only the compiler knows is [`ErrorKind::NeedsRust`]. Integers and floats from data
//! have lost their width and are computed with in 64 bits.

mod code;
mod compare;
mod component;
mod eval;
mod exec;
mod fault;
mod format;
mod host;
mod iter;
mod layout;
mod loader;
mod methods;
mod number;
mod pattern;
mod prepare;
mod prepare_pattern;
mod prepare_steps;
mod print;
mod scope;
mod services;
mod steps;
mod structs;
mod types;
mod value;
mod vm;

pub use loader::{EmbeddedLoader, FolderLoader, Loaded, Loader, Stamp};

use crate::{AttributeBag, Engine, Error, ErrorKind, Key, Map, Render, Result, Slots, Texts, Value};
use fault::{Eval, Fault};
use forge_codegen::Options;
use layout::Begin;
use scope::Env;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use steps::Prepared;
use structs::{Structs, Variables};
use vm::Vm;

/// Renders templates of a [`Loader`].
pub struct Interpreter {
    loader: Box<dyn Loader>,
    options: Options,
    templates: RwLock<HashMap<String, (Stamp, Arc<Prepared>), foldhash::fast::RandomState>>,
    structs: Structs,
    /// Hashes of the texts that views were asked to be current with.
    texts: RwLock<HashMap<&'static str, (Stamp, u64)>>,
}

/// Something in a template that only the compiler can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedsRust {
    pub template: String,
    /// From one, in characters.
    pub line: u32,
    pub column: u32,
    pub why: String,
}

impl Interpreter {
    #[must_use]
    pub fn new(loader: impl Loader + 'static) -> Self {
        Self {
            loader: Box::new(loader),
            options: Options::default(),
            templates: RwLock::default(),
            structs: Structs::default(),
            texts: RwLock::default(),
        }
    }

    /// The project's own directives, as `build.rs` knows them.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// A component with code: a struct whose fields are the props, and which its template sees as variables.
    #[must_use]
    pub fn component<T: crate::Component + 'static>(mut self, name: &str) -> Self {
        self.structs.add::<T>(name);
        self
    }

    /// What only the compiler can do in a template and in those that it names literally, as far as it shows before rendering: code, paths, methods of the
    /// project's own types, variables whose values have no form at run time. Empty if the interpreter may try; it can still find more.
    ///
    /// # Errors
    /// A template that is missing or cannot be read.
    pub fn needs_rust(&self, name: &str, variables: &Map) -> Result<Vec<NeedsRust>> {
        let mut found = Vec::new();
        let mut names = vec![name.to_owned()];
        let mut seen: Vec<String> = Vec::new();
        while let Some(name) = names.pop() {
            if seen.contains(&name) {
                continue;
            }
            let Some(template) = self.prepared(&name).map_err(Fault::into_error)? else {
                seen.push(name);
                continue;
            };
            let at = |span: forge_codegen::Span, why: &str| {
                let (line, column) = template.position(span);
                NeedsRust { template: template.name.to_string(), line, column, why: why.to_owned() }
            };
            found.extend(template.needs.iter().map(|(span, why)| at(*span, why)));
            if seen.is_empty() {
                for (name, span) in &template.mentions {
                    if let Some(Value::Opaque(opaque)) = variables.get(name) {
                        found.push(at(*span, &format!("`{name}` is a value of the type `{}`", opaque.type_name())));
                    }
                }
            }
            names.extend(template.others.iter().cloned());
            seen.push(name);
        }
        Ok(found)
    }

    /// The template of a name, read again if its text has changed.
    fn prepared(&self, name: &str) -> Eval<Option<Arc<Prepared>>> {
        let known = self.templates.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        match self.loader.load(name, known.as_ref().map(|(stamp, _)| stamp))? {
            Loaded::Missing => Ok(None),
            Loaded::Unchanged(stamp) => {
                let Some((old, template)) = known else {
                    return Err(Error::message(format!(
                        "the text of `{name}` is said not to have changed, but was never read"
                    ))
                    .into());
                };
                if stamp != old {
                    self.keep(name, stamp, &template);
                }
                Ok(Some(template))
            }
            Loaded::Text(text, stamp) => {
                let template = self.read(name, text)?;
                self.keep(name, stamp, &template);
                Ok(Some(template))
            }
        }
    }

    fn keep(&self, name: &str, stamp: Stamp, template: &Arc<Prepared>) {
        let mut templates = self.templates.write().unwrap_or_else(PoisonError::into_inner);
        templates.insert(name.to_owned(), (stamp, template.clone()));
    }

    /// Reads a text on a thread with stack enough for what the parser lets through.
    fn read(&self, name: &str, text: Arc<str>) -> Eval<Arc<Prepared>> {
        const STACK_BYTES: usize = 32 << 20;
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("forge".to_owned()).stack_size(STACK_BYTES);
            let thread = thread.spawn_scoped(scope, || self.read_here(name, text).map_err(Fault::into_error));
            let thread = thread.map_err(Error::other)?;
            match thread.join() {
                Ok(read) => Ok(read?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// The hash of a template's text as it is now.
    fn text_hash(&self, name: &'static str) -> Option<u64> {
        let known = self.texts.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        let (stamp, hash) = match self.loader.load(name, known.as_ref().map(|(stamp, _)| stamp)).ok()? {
            Loaded::Missing => return None,
            Loaded::Unchanged(stamp) => (stamp, known.as_ref()?.1),
            Loaded::Text(text, stamp) => (stamp, forge_codegen::rust::text_hash(&text)),
        };
        if known.is_none_or(|(old, _)| old != stamp) {
            self.texts.write().unwrap_or_else(PoisonError::into_inner).insert(name, (stamp, hash));
        }
        Some(hash)
    }

    fn read_here(&self, name: &str, text: Arc<str>) -> Eval<Arc<Prepared>> {
        let template = forge_codegen::parse(&text, &self.options);
        let analysis = forge_codegen::analyse(name, &template, &self.options);
        if let Some(problem) = analysis.problems.first() {
            let position = forge_codegen::LineIndex::new(&text).position(problem.span.start);
            let more = match analysis.problems.len() - 1 {
                0 => String::new(),
                more => format!(" ({more} more problems)"),
            };
            let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            let error = Error::message(format!("{}{help}{more}", problem.message));
            return Err(error.at(name, position.line, position.char).into());
        }
        Ok(Arc::new(prepare_steps::prepare(&analysis.program, text.clone(), &self.options)))
    }

    /// The variables of a component that is a struct.
    fn fields(&self, component: &str, bag: &mut AttributeBag) -> Eval<Option<Variables>> {
        Ok(self.structs.fields(component, bag)?)
    }

    fn run(&self, render: &mut Render, run: impl FnOnce(&mut Vm<'_>) -> Eval<()>) -> Result<()> {
        let nothing = std::rc::Rc::new(Env::default());
        let host = host::Host { render, engine: self, env: nothing.clone(), nothing, found: HashMap::default() };
        let mut vm = Vm::new(host);
        run(&mut vm).map_err(Fault::into_error)
    }
}

fn env_of(variables: &Map) -> std::rc::Rc<Env> {
    let names = variables.iter().filter_map(|(key, value)| match key {
        Key::Str(name) => Some((name.clone(), host::from_value(value))),
        _ => None,
    });
    Env::new(names.collect())
}

impl Engine for Interpreter {
    fn view(&self, name: &str, variables: Map, isolated: bool, render: &mut Render) -> Result<()> {
        let template = self.prepared(name).map_err(Fault::into_error)?;
        let Some(template) = template else { return Err(ErrorKind::UnknownView { name: name.to_owned() }.into()) };
        let begin = if isolated { Begin::Isolated } else { Begin::View };
        let is_page = render.view_depth() == 0;
        if is_page {
            render.expect(template.size.expected());
        }
        self.run(render, |vm| vm.template(&template, env_of(&variables), begin))?;
        if is_page {
            template.size.was(render.len());
        }
        Ok(())
    }

    fn component(&self, names: &[&str], attributes: AttributeBag, slots: Slots, render: &mut Render) -> Result<()> {
        self.run(render, |vm| vm.component_of(names, attributes, slots))
    }

    fn text(&self, template: &str, variables: Map, render: &mut Render) -> Result<()> {
        let template = self.read("template", template.into()).map_err(Fault::into_error)?;
        self.run(render, |vm| vm.template(&template, env_of(&variables), Begin::View))
    }

    fn is_current(&self, texts: Texts) -> bool {
        texts.iter().all(|(name, hash)| self.text_hash(name) == Some(*hash))
    }

    fn exists(&self, name: &str) -> bool {
        matches!(self.loader.load(name, None), Ok(Loaded::Unchanged(_) | Loaded::Text(..)))
    }
}

impl fmt::Debug for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interpreter").field("options", &self.options).finish_non_exhaustive()
    }
}
