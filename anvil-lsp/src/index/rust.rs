//! The facts of the project's Rust sources, by file: who shows which view with which variables, types, functions, routes.

mod body;
mod forms;
mod items;
mod loose;
mod macros;
mod names;
mod patterns;
mod read;
mod routes;
mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use forge_codegen::Span;

use super::{form::Form, resolve::Resolver, types::Type};

pub(crate) use forms::{read_form, read_lets};
pub(crate) use macros::literal_of;
pub(crate) use read::{apart, parse};

/// Facts of all Rust files of the project. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct RustIndex {
    /// To be read; they change through [`RustIndex::replace`].
    pub files: Arc<BTreeMap<PathBuf, Arc<RustFile>>>,
    names: Arc<OnceLock<names::Names>>,
}

/// What one file says. Spans are byte offsets in its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RustFile {
    pub views: Vec<ViewUse>,
    pub types: Vec<TypeDefinition>,
    /// Functions, and methods of `impl` blocks.
    pub functions: Vec<Function>,
    pub routes: Vec<Route>,
    /// Uses of names that live elsewhere: routes, configuration keys, translations.
    pub keys: Vec<KeyUse>,
    /// Constants and statics; those of an `impl` block as `Post::LIMIT`.
    pub constants: Vec<Field>,
    /// `impl Trait for Type`, by names.
    pub implementations: Vec<Implementation>,
    /// Functions that register routes below a prefix, or beside others.
    pub mounts: Vec<Mount>,
    /// It did not parse; this is what could be picked out of it.
    pub is_partial: bool,
}

/// `impl Display for Post`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Implementation {
    pub of_trait: String,
    pub owner: String,
}

/// `r.group("/admin", admin::routes).name("admin.")`, or a call `admin::routes(r)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// As it is written.
    pub function: String,
    pub prefix: String,
    /// Before the names of its routes.
    pub name: String,
    /// The function around it.
    pub within: Option<String>,
}

/// A place where a view is shown or described.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewUse {
    /// As it is written.
    pub view: String,
    /// Of the name within its quotes.
    pub span: Span,
    pub kind: ViewUseKind,
    /// The variables that it gives to the view.
    pub variables: Vec<GivenVariable>,
    /// The function around it.
    pub function: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewUseKind {
    /// `view!("…", a, b = c)`
    Macro,
    /// `#[derive(View)] #[view("…")] struct Name`
    Struct(String),
    /// A call with the name as text: `forge.view("…")`.
    Name,
}

/// A variable that Rust gives to a view.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenVariable {
    pub name: String,
    /// Of the name in the macro, or of the field.
    pub span: Span,
    /// As far as this function says it; [`RustIndex::given_type`] knows more.
    pub ty: Option<Type>,
    /// How the value comes about.
    pub form: Form,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TypeDefinition {
    pub name: String,
    /// Of the name.
    pub span: Span,
    pub kind: TypeKind,
    /// Fields of a struct; variants of an enum have none here.
    pub fields: Vec<Field>,
    pub variants: Vec<Field>,
    /// The last segments of what it derives.
    pub derives: Vec<String>,
    /// The documentation comment.
    pub docs: String,
    /// Names of its generic parameters.
    pub generics: Vec<String>,
    /// Of an alias: what it stands for.
    pub target: Option<Type>,
    /// `alert` of `#[component("alert")]`.
    pub component: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeKind {
    Struct,
    Enum,
    Trait,
    Alias,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    pub span: Span,
    /// Of an enum's variant: none.
    pub ty: Option<Type>,
    pub docs: String,
    /// `#[prop(default)]`: a component may be used without it.
    pub has_default: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    pub name: String,
    /// Of the name.
    pub span: Span,
    /// Of the whole function.
    pub whole: Span,
    /// The type of the `impl` block.
    pub owner: Option<String>,
    pub takes_self: bool,
    /// But for `self`.
    pub parameters: Vec<(String, Type)>,
    pub output: Option<Type>,
    /// `pub fn excerpt(&self, words: usize) -> String`
    pub signature: String,
    pub docs: String,
    /// Names of its generic parameters.
    pub generics: Vec<String>,
    /// The type of the `impl` block with its arguments.
    pub owner_type: Option<Type>,
}

/// A registered route.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// `GET`
    pub method: String,
    pub path: String,
    pub name: Option<String>,
    /// Of the name within its quotes, else of the path.
    pub span: Span,
    /// The path of the handler as it is written.
    pub handler: Option<String>,
    /// The function that registers it.
    pub within: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    pub kind: KeyKind,
    pub key: String,
    /// Within the quotes.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    Route,
    Config,
    Translation,
}

impl RustIndex {
    #[must_use]
    pub fn new(files: BTreeMap<PathBuf, Arc<RustFile>>) -> Self {
        Self { files: Arc::new(files), names: Arc::default() }
    }

    /// Takes what a file says; nothing if it is gone. What it said before.
    pub fn replace(&mut self, path: &Path, file: Option<Arc<RustFile>>) -> Option<Arc<RustFile>> {
        self.names = Arc::default();
        let files = Arc::make_mut(&mut self.files);
        match file {
            Some(file) => files.insert(path.to_owned(), file),
            None => files.remove(path),
        }
    }

    fn names(&self) -> &names::Names {
        self.names.get_or_init(|| names::Names::of(&self.files))
    }

    /// Every place that shows `view`, with its file.
    pub fn uses_of<'i>(&'i self, view: &'i str) -> impl Iterator<Item = (&'i PathBuf, &'i ViewUse)> {
        self.names().views(view)
    }

    /// The type of a variable that a file gives to a view, as far as the project's declarations tell.
    #[must_use]
    pub fn given_type(&self, path: &Path, variable: &GivenVariable) -> Option<Type> {
        Resolver { rust: self, from: Some(path) }.type_of(&variable.form)
    }

    /// The first type of this name, with its file.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<(&PathBuf, &TypeDefinition)> {
        self.names().type_named(name)
    }

    /// The struct that says `#[component("…")]`, with its file.
    #[must_use]
    pub fn component_named(&self, component: &str) -> Option<(&PathBuf, &TypeDefinition)> {
        self.names().component(component)
    }

    /// Methods of a type, with their files. Those of a trait are found by the trait's name.
    pub fn methods_of<'i>(&'i self, owner: &'i str) -> impl Iterator<Item = (&'i PathBuf, &'i Function)> {
        self.names().methods(owner)
    }

    /// Functions of a name that belong to no type, with their files.
    pub fn functions_named<'i>(&'i self, name: &str) -> impl Iterator<Item = (&'i PathBuf, &'i Function)> + use<'i> {
        let found: Vec<_> = self.names().functions(name).collect();
        found.into_iter()
    }

    /// Constants and statics of a name, with their files: `LIMIT`, `Post::LIMIT`.
    pub(super) fn constants_named(&self, name: &str) -> Vec<(&PathBuf, &Field)> {
        self.names().constants(name).collect()
    }

    /// The traits that are implemented for a type, by name.
    pub fn traits_of<'i>(&'i self, owner: &'i str) -> impl Iterator<Item = &'i str> {
        self.names().traits(owner)
    }

    /// A method of a type, or of a trait that it has, with its file.
    pub(super) fn method_of(&self, owner: &str, name: &str) -> Option<(&PathBuf, &Function)> {
        let names = self.names();
        let find = |owner: &str| names.methods(owner).find(|(_, function)| function.name == name);
        find(owner).or_else(|| names.traits(owner).find_map(find))
    }

    /// As they are registered where they stand: without what a group around their function adds.
    pub fn routes(&self) -> impl Iterator<Item = (&PathBuf, &Route)> {
        self.files.iter().flat_map(|(path, file)| file.routes.iter().map(move |route| (path, route)))
    }

    /// All routes with their whole paths and names, wherever their functions are called from.
    #[must_use]
    pub fn whole_routes(&self) -> Vec<(&PathBuf, Route)> {
        let mounts: Vec<(&Path, &Mount)> = self
            .files
            .iter()
            .flat_map(|(path, file)| file.mounts.iter().map(move |mount| (path.as_path(), mount)))
            .collect();
        let mounts = Mounts { files: self, mounts };
        let mut whole = Vec::new();
        // What tests register is no route of the app.
        let is_app = |path: &Path| !path.components().any(|part| part.as_os_str() == "tests");
        for (path, route) in self.routes().filter(|(path, _)| is_app(path)) {
            for (prefix, name) in mounts.around(path, route.within.as_deref(), MOUNTS_DEPTH) {
                let mut route = route.clone();
                route.path = routes::join(&prefix, &route.path);
                route.name = route.name.map(|own| format!("{name}{own}"));
                whole.push((path, route));
            }
        }
        whole
    }
}

/// Functions with routes that call functions with routes.
const MOUNTS_DEPTH: usize = 8;

struct Mounts<'i> {
    files: &'i RustIndex,
    mounts: Vec<(&'i Path, &'i Mount)>,
}

impl Mounts<'_> {
    /// The prefixes of paths and names under which the routes of a function are registered.
    fn around(&self, path: &Path, function: Option<&str>, depth: usize) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        if let (Some(function), Some(depth)) = (function, depth.checked_sub(1)) {
            for (from, mount) in
                self.mounts.iter().filter(|(from, mount)| self.calls(from, &mount.function, path, function))
            {
                for (prefix, name) in self.around(from, mount.within.as_deref(), depth) {
                    found.insert((
                        routes::prefix(&routes::join(&prefix, &mount.prefix)),
                        format!("{name}{}", mount.name),
                    ));
                }
            }
        }
        if found.is_empty() {
            found.insert((String::new(), String::new()));
        }
        found
    }

    /// Whether `written`, in the file `from`, means the function of the file `path`.
    fn calls(&self, from: &Path, written: &str, path: &Path, function: &str) -> bool {
        let (module, name) = written.rsplit_once("::").map_or((None, written), |(module, name)| (Some(module), name));
        if name != function {
            return false;
        }
        match module.and_then(|module| module.rsplit("::").next()) {
            Some("self" | "super" | "crate") => true,
            Some(module) => super::resolve::is_module(path, module),
            // Imported, unless the file has a function of this name itself.
            None => {
                let has_own =
                    |file: &Arc<RustFile>| file.functions.iter().any(|own| own.name == name && own.owner.is_none());
                from == path || !self.files.files.get(from).is_some_and(has_own)
            }
        }
    }
}

impl RustFile {
    /// Reads a file as far as it can be parsed. A file with a syntax error says nothing; the caller keeps what the text before said.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        apart(|| read::whole(text))?
    }

    /// Reads a file of which nothing is known yet: what does not parse is left out, the rest counts.
    #[must_use]
    pub fn read_partly(text: &str) -> Self {
        apart(|| read::whole(text).unwrap_or_else(|| read::partly(text))).unwrap_or_default()
    }
}
