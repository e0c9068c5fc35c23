//! Templates as they stand in an editor.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Diagnostic;

/// A template whose types are to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgeCheck {
    /// Absolute, or relative to the project. It need not be saved yet.
    pub file: String,
    /// What the file would hold if it were saved now.
    pub text: String,
}

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// The compiler has looked at it. `diagnostics` are all errors in templates that its text causes or that were there.
    Checked,
    /// A newer call of the same connection came before the compiler had ended.
    Replaced,
    /// The compiler could not look at it; `why` says why.
    Unavailable,
}

/// What the compiler says of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgeChecked {
    pub outcome: CheckOutcome,
    /// One sentence. For a template that was checked: what the compiler has not looked at, or what is wrong beside templates.
    pub why: Option<String>,
    /// Of source `forge`, with the compiler's code, in the template or in others that are compiled with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A template that is to be shown as Rust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgeLower {
    /// Absolute, or relative to the project.
    pub file: String,
    /// What the file would hold if it were saved now; absent: as it was saved.
    pub text: Option<String>,
}

/// A template as Rust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgeLowered {
    /// The dotted name, with its namespace: `posts.index`, `mail::welcome`.
    pub view: String,
    /// A block expression, with everything in it that the template extends, includes and calls.
    pub rust: String,
    /// From places in `rust` back to templates: the form of the `.map` files beside generated code.
    pub map: Value,
}
