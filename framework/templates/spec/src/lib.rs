//! The specification of Forge templates: Markdown files with cases, and their reader. `README.md` describes the format.
//!
//! The files are read by the tests of both engines, by the build script that compiles every case, and by the comparison with Blade.
#![forbid(unsafe_code)]

pub mod blade;
mod case;
mod fence;
pub mod json;
pub mod project;
mod reader;

pub use case::{BladeSide, Case, Diagnostic, Difference, Expected, Template};
pub use reader::{read, read_folder};

use std::path::Path;

/// Where the files of the specification are.
#[must_use]
pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All cases, in the order of the files' names.
///
/// # Panics
/// Where a file cannot be read or understood: with every mistake, each with its place.
#[must_use]
pub fn cases() -> Vec<Case> {
    read_folder(folder()).unwrap_or_else(|mistakes| panic!("{}", mistakes.join("\n")))
}
