//! Templates as Rust: one block expression for each view, with everything in it that the view names literally, and a map
//! from the generated text back to the templates.
//!
//! The block expects `__forge: &mut forge::Render`, the view's variables by their names, and two macros that `view!` and
//! `#[derive(View)]` define: `__forge_given!` and `__forge_variables!`. It stands in a function that returns `forge::Result<()>`.

mod attributes;
mod branches;
mod component;
mod content;
mod diagnostic;
mod dynamic;
mod inclusion;
mod loops;
pub(crate) mod lowering;
mod map;
mod pattern;
mod print;
mod requests;
mod scope;
mod services;
mod slots;
mod spelling;
mod steps;
mod structs;
mod writer;

pub use diagnostic::rewrite;
pub use map::{Columns, SourceMap};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ir::Program;
use crate::set::{Finding, Set};

/// Templates that are printed into one view, at most. A page of more is better put together when it is made.
pub const EXPANSION_MAX: usize = 2000;

/// How to print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowerOptions {
    /// The path of the run-time crate: `::forge`, `::anvilforge::forge`.
    pub forge: String,
    /// The files of templates, as people see them, by name. Those that are not here are `templates/<name>.forge.html`.
    pub files: BTreeMap<String, String>,
}

impl Default for LowerOptions {
    fn default() -> Self {
        Self { forge: "::anvilforge::forge".to_owned(), files: BTreeMap::new() }
    }
}

impl LowerOptions {
    /// The file of a template.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        self.files.get(name).cloned().unwrap_or_else(|| format!("templates/{}.forge.html", name.replace('.', "/")))
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
    /// Where the view consists of too many templates. What else is wrong, [`Set::problems`] knows; views with problems have code, too,
    /// but not a useful one.
    pub problems: Vec<Finding>,
}

/// Prints the view `name` of `set`. Nothing if there is no such template.
#[must_use]
pub fn lower(set: &Set, name: &str, options: &LowerOptions) -> Option<Lowered> {
    let unit = Unit::of(set, name)?;
    let mut lowering = lowering::Lowering::new(set, unit, options);
    lowering.w.open("{");
    let head = lowering.w.at();
    lowering.template(unit);
    lowering.w.close("}");
    // Most views ask for nothing.
    if lowering.uses_services {
        lowering.w.insert(head, "    let __services = ::std::sync::Arc::clone(__forge.services());\n");
    }
    let (code, map) = lowering.w.finish();
    let needs: Vec<String> = lowering.used.into_iter().collect();
    let hash = hash(set, needs.iter().map(String::as_str));
    Some(Lowered { code, map, needs, hash, problems: lowering.problems })
}

/// FNV-1a over names and the texts of these templates. [`Lowered::hash`] is that of [`Lowered::needs`].
#[must_use]
pub fn hash<'n>(set: &Set, names: impl IntoIterator<Item = &'n str>) -> u64 {
    names.into_iter().fold(FNV_START, |hash, name| {
        let text = set.template(name).map_or("", |template| template.source());
        fnv(fnv(hash, name), text)
    })
}

/// FNV-1a over a template's text, as `view!` knows it.
#[must_use]
pub fn text_hash(text: &str) -> u64 {
    fnv(FNV_START, text)
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, text: &str) -> u64 {
    text.bytes().chain([0xff]).fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// A template that is printed.
#[derive(Debug, Clone, Copy)]
struct Unit<'a> {
    program: &'a Program,
    text: &'a str,
}

impl<'a> Unit<'a> {
    fn of(set: &'a Set, name: &str) -> Option<Self> {
        Some(Self { program: set.program(name)?, text: set.template(name)?.source() })
    }

    fn name(self) -> &'a str {
        &self.program.name
    }
}
