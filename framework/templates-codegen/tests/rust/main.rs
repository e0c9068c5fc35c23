//! Templates as Rust: what is printed, that the compiler takes it, and that its words come back to the right place.

mod build;
mod cases;
