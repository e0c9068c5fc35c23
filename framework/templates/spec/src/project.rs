//! The project of the cases: what it has registered, as `custom.md` says.

use forge_codegen::{Options, Takes};

/// How templates of the cases are read.
#[must_use]
pub fn options() -> Options {
    Options::default()
        .with_condition("disk")
        .with_directive("shout", Takes::Required)
        .with_directive("stamp", Takes::Nothing)
        .with_block("framed", Takes::Required)
}
