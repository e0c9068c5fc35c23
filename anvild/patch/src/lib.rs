//! Patches of an app: text in, text and decisions out. No process, no file but through the reader that is passed.
//!
//! A **patch** is a small crate with the name and the module tree of the app. Its **base** is the app, compiled as a
//! Rust dylib from a copy of the source in which everything is visible ([`lifted`]). In the patch an unchanged module
//! is a re-export from the base, `pub use ::__base::posts;`, an unchanged item of a changed module is imported from there, and
//! only what changed, with everything that may refer to it, is source.
//!
//! [`Graph`] reads the app, [`plan`] decides what is source or that the app must be built in full, [`patch`] writes the
//! source. The rules are in the documentation of [`plan`](fn@plan); in one sentence: of every name there is one
//! meaning, and where that cannot be shown from the text, the answer is [`Decision::Full`]. A compile error of the
//! patch is no harm either, since the full build runs as well.
#![forbid(unsafe_code)]

mod app;
mod attributes;
mod definitions;
mod divide;
mod edit;
mod embedded;
mod graph;
mod hazards;
mod item;
mod lift;
mod node;
mod part;
mod path;
mod plan;
mod registrar;
mod source;
mod template;
mod tokens;
mod words;

pub use graph::{Graph, Unit, Unpatchable};
pub use lift::lifted;
pub use path::ModulePath;
pub use plan::{Decision, Limits, Plan, plan};
pub use source::{PatchSource, head, patch, patch_elsewhere};
