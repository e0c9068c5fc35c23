//! The real daemon, the real compiler and real apps. Every test gives a project, does something to it as a user would, and
//! waits for values. All projects share one build directory and one set of dependencies.

mod browser;
mod checks;
mod edits;
mod feature_crates;
mod harness;
mod kills;
mod machine;
mod patches;
mod survival;
