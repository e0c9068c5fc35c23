//! Compiled templates, rendered.

mod pages;
mod panics;
