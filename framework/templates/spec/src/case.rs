//! A case as a value.

/// One section of a file: templates, what they are given, and what must come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Without the folder: `loops.md`.
    pub file: String,
    /// 1-based, of the heading.
    pub line: usize,
    /// Unique in the file.
    pub title: String,
    /// At least one; one of them is called `index`, and is what is rendered.
    pub templates: Vec<Template>,
    /// Variables of the view, as JSON text.
    pub data: Option<String>,
    /// What the application provides, as JSON text.
    pub services: Option<String>,
    /// Statements of Rust that bind the variables, where types matter that JSON does not have.
    pub rust: Option<String>,
    /// Items of Rust that the templates use. Only the compiled engine can.
    pub items: Option<String>,
    /// Variables that are maps rather than structs, as paths: `prices`, `post.meta`.
    pub maps: Vec<String>,
    /// Only this fragment is rendered.
    pub fragment: Option<String>,
    /// Why the interpreter cannot run it: what is in it is only Rust.
    pub compiled_only: Option<String>,
    pub expected: Expected,
    pub blade: Option<BladeSide>,
}

/// Of one engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Dotted: `components.card`.
    pub name: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// To the byte.
    Html(String),
    /// Rendering fails; the message contains this.
    Error(String),
    /// The templates are wrong: all problems, in order of their places, file by file.
    Diagnostics(Vec<Diagnostic>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: String,
    /// Of the template.
    pub name: String,
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    pub message: String,
}

/// How Blade reads the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BladeSide {
    /// All of them, those that Blade reads as they are included.
    pub templates: Vec<Template>,
    /// Run before rendering, with `$factory`, `$blade` and `$app`.
    pub php: Option<String>,
    /// The first version of Laravel whose Blade does this. 8 where none is given: the oldest that cases are run against.
    pub since: u32,
    pub difference: Option<Difference>,
}

/// Blade gives something else, on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub why: String,
    /// Never [`Expected::Diagnostics`].
    pub expected: Expected,
}

impl Case {
    /// `loops.md: title`, by which known failures and messages name it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}: {}", self.file, self.title)
    }
}
