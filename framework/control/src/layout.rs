//! How a type lies in memory, as far as two builds of an app must agree on it.

use serde::{Deserialize, Serialize};

/// Hash over a type's name, size, alignment, and the names, offsets and fingerprints of its fields, recursively.
/// Two builds that agree on it may exchange a value of the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub u64);

/// A place in the user's source. Lines and columns are 1-based; `column` counts characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourcePlace {
    /// Path as the compiler was given it: relative to the workspace root, or absolute.
    pub file: String,
    pub line: u32,
    pub column: u32,
}

/// Description of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeLayout {
    /// Full path of the type, as `core::any::type_name` prints it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Bytes.
    pub align: u64,
    pub fingerprint: Fingerprint,
    /// Where the type is defined; absent for types of other crates.
    pub place: Option<SourcePlace>,
    pub fields: Vec<FieldLayout>,
}

/// Description of one field. For an enum the name is `Variant.field`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldLayout {
    pub name: String,
    /// Type as `core::any::type_name` prints it.
    pub type_name: String,
    /// Bytes from the start of the value; absent where the compiler does not tell (fields of enum variants).
    pub offset: Option<u64>,
    pub size: u64,
    pub fingerprint: Fingerprint,
    pub place: Option<SourcePlace>,
}

/// A value in the container whose type is not the same in the library that was about to be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutChange {
    /// The layout of the value that the container holds.
    pub old: TypeLayout,
    /// The layout in the new library; absent if the new library has no such type.
    pub new: Option<TypeLayout>,
}
