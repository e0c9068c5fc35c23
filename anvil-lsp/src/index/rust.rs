//! The facts of the project's Rust sources, by file: who shows which view with which variables, types, functions, routes.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use forge_codegen::Span;

use super::types::Type;

/// Facts of all Rust files of the project. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct RustIndex {
    pub files: Arc<BTreeMap<PathBuf, Arc<RustFile>>>,
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
    /// As far as declarations tell.
    pub ty: Option<Type>,
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
    /// Every place that shows `view`, with its file.
    pub fn uses_of<'i>(&'i self, view: &'i str) -> impl Iterator<Item = (&'i PathBuf, &'i ViewUse)> {
        self.files.iter().flat_map(move |(path, file)| {
            file.views
                .iter()
                .filter(move |found| forge_codegen::dotted(&found.view) == view)
                .map(move |found| (path, found))
        })
    }

    /// The first type of this name, with its file.
    #[must_use]
    pub fn type_named(&self, name: &str) -> Option<(&PathBuf, &TypeDefinition)> {
        self.files.iter().find_map(|(path, file)| Some((path, file.types.iter().find(|found| found.name == name)?)))
    }

    /// Methods of a type, with their files.
    pub fn methods_of<'i>(&'i self, owner: &'i str) -> impl Iterator<Item = (&'i PathBuf, &'i Function)> {
        self.files.iter().flat_map(move |(path, file)| {
            let methods = file.functions.iter().filter(move |function| function.owner.as_deref() == Some(owner));
            methods.map(move |function| (path, function))
        })
    }

    pub fn routes(&self) -> impl Iterator<Item = (&PathBuf, &Route)> {
        self.files.iter().flat_map(|(path, file)| file.routes.iter().map(move |route| (path, route)))
    }
}

impl RustFile {
    /// Reads a file as far as it can be parsed. A file with a syntax error says nothing; the caller keeps what the text before said.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let _file = syn::parse_file(text).ok()?;
        Some(Self::default())
    }
}
