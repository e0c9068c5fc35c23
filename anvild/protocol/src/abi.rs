//! How types of values in the container changed: what `abi/report` returns.

use serde::{Deserialize, Serialize};

use crate::Generation;

/// What followed from a changed layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AbiAction {
    /// A new host took over, whose boot function makes the value anew.
    Handover,
    /// A new host refused it as well; the generation did not go live.
    Refused,
}

/// A type of the container that two builds lay out differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbiChange {
    /// The generation that brought the change.
    pub generation: Generation,
    /// With its modules: `blog::stats::Stats`.
    pub type_path: String,
    /// Absolute path of the first field that differs, or of the type; absent where neither has a place.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<u32>,
    /// 1-based, in characters.
    pub column: Option<u32>,
    /// The first field that differs, for an enum as `Variant.field`; absent where only the size or the alignment does.
    pub field: Option<String>,
    /// Of the value that the container holds.
    pub old: Option<AbiLayout>,
    /// In the new library; absent where the type is gone.
    pub new: Option<AbiLayout>,
    /// What followed from it.
    pub action: AbiAction,
}

/// How a type lies in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbiLayout {
    /// Bytes.
    pub size: u64,
    /// Bytes.
    pub align: u64,
    /// In the order of the source.
    pub fields: Vec<AbiField>,
}

/// A field of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbiField {
    /// For an enum `Variant.field`.
    pub name: String,
    /// As the compiler prints it, with modules.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Bytes from the start of the value; absent where the compiler does not tell (fields of enum variants).
    pub offset: Option<u64>,
    /// Bytes.
    pub size: u64,
}
