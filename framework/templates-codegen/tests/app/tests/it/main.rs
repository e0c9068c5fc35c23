//! Compiled templates, rendered.

mod mistakes;
mod pages;
mod panics;
