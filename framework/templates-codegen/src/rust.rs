//! Templates as Rust: one block expression for each view, with everything in it that the view names literally, and a map
//! from the generated text back to the templates.
//!
//! The block expects `__forge: &mut forge::Render`, the view's variables by their names, and two macros that `view!` and
//! `#[derive(View)]` define: `__forge_given!` and `__forge_variables!`. It stands in a function that returns `forge::Result<()>`.

mod branches;
mod component;
mod diagnostic;
mod inclusion;
mod lowering;
mod map;
mod print;
mod scope;
mod services;
mod spelling;
mod steps;
mod templates;
mod writer;

pub use diagnostic::rewrite;
pub use map::{Columns, SourceMap};
pub use templates::{Templates, Unit};

use crate::problem::Problem;

/// Templates that are printed into one view, at most. A page of more is better put together when it is made.
pub const EXPANSION_MAX: usize = 2000;

/// How to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowerOptions {
    /// The path of the run-time crate: `::forge`, `::anvilforge::forge`.
    pub forge: String,
}

impl Default for LowerOptions {
    fn default() -> Self {
        Self { forge: "::anvilforge::forge".to_owned() }
    }
}

/// A view as Rust.
#[derive(Debug, Clone, PartialEq)]
pub struct Lowered {
    /// A block expression of type `()`.
    pub code: String,
    pub map: SourceMap,
    /// The templates in it, and names that were looked for in vain: if one of them changes, so may the code.
    pub needs: Vec<String>,
    /// Of the names and texts of all templates in it.
    pub hash: u64,
    /// Only of what is between templates; each template has its own.
    pub mistakes: Vec<Mistake>,
}

/// A problem, and the template that has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    pub view: String,
    pub file: String,
    pub problem: Problem,
}

/// Prints the view `name` of `templates`. Nothing if there is no such template.
#[must_use]
pub fn lower(templates: &Templates, name: &str, options: &LowerOptions) -> Option<Lowered> {
    let unit = templates.get(name)?;
    let mut lowering = lowering::Lowering::new(templates, unit, options);
    lowering.w.open("{");
    lowering.w.line("let __services = ::std::sync::Arc::clone(__forge.services());");
    lowering.template(unit);
    lowering.w.close("}");
    let (code, map) = lowering.w.finish();
    let needs: Vec<String> = lowering.used.into_iter().collect();
    let hash = templates.hash(needs.iter().map(String::as_str));
    Some(Lowered { code, map, needs, hash, mistakes: lowering.mistakes })
}
