//! Which types may live in the container, and how two builds of an app agree on them.
//!
//! `TypeId` stays the same when the type of a field changes, so a downcast across two builds could read a value wrongly.
//! [`Layout::FINGERPRINT`] does change: it covers the type's path, size, alignment, and the name, offset and fingerprint of
//! every field, recursively, and it is a constant. `#[derive(Layout)]` writes the implementation for an app's own types;
//! this module has those of std, tokio and the crates that the framework re-exports.
//!
//! Limit: of a type of another crate ([`Opaque`], `#[layout(opaque)]`) only size and alignment are covered. Such a type
//! changes only together with a dependency, and a change of a dependency always starts a new host.

use std::marker::PhantomData;

use anvil_control::{FieldLayout, Fingerprint, SourcePlace, TypeLayout};

mod foreign_types;
mod std_types;

/// A type whose values may outlive the code that made them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it lies in memory, so it cannot be kept across a reload",
    label = "`Layout` is missing for this type",
    note = "your own type: add `#[derive(Layout)]` to it",
    note = "a type of another crate: put `#[layout(opaque)]` on the field, or wrap the value in `anvilforge::Opaque`"
)]
pub trait Layout: 'static {
    /// Equal in two builds exactly when both read a value of this type in the same way.
    const FINGERPRINT: u64;

    /// Tells the definition of this type from others with the same path. Where that is known, a value is handed out even to
    /// code in which the type has another `TypeId`: the visibility of fields is part of a `TypeId`, and patches are compiled
    /// against a copy of the app in which everything is public. Written by `#[derive(Layout)]` only.
    #[doc(hidden)]
    const DEFINITION: Option<u64> = None;

    /// What [`Self::FINGERPRINT`] is made of, for people.
    fn describe() -> TypeLayout;
}

/// A value of another crate's type, for the container. Only size and alignment are compared; see the module's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Opaque<T>(pub T);

impl<T> std::ops::Deref for Opaque<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Opaque<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: 'static> Layout for Opaque<T> {
    const FINGERPRINT: u64 = opaque::<T>("Opaque");

    fn describe() -> TypeLayout {
        described::<Self>(Self::FINGERPRINT, None, Vec::new())
    }
}

/// Stands for the type itself within its own fields, so that `struct Node { next: Option<Box<Node>> }` has a finite
/// fingerprint. `Args` are the generic arguments of that mention. Written by `#[derive(Layout)]` only.
#[derive(Debug)]
pub struct Recursive<Args>(PhantomData<fn() -> Args>);

impl<Args: Layout> Layout for Recursive<Args> {
    const FINGERPRINT: u64 = number(text(SEED, "Recursive"), Args::FINGERPRINT);
    const DEFINITION: Option<u64> = Args::DEFINITION;

    fn describe() -> TypeLayout {
        described::<Self>(Self::FINGERPRINT, None, Vec::new())
    }
}

/// Start of every fingerprint: the offset basis of 64-bit FNV-1a.
pub const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Adds a text and its length. FNV-1a, 64 bit: <https://datatracker.ietf.org/doc/html/rfc9923>.
#[must_use]
pub const fn text(hash: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = number(hash, bytes.len() as u64);
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(PRIME);
        i += 1;
    }
    hash
}

/// Adds a number: FNV-1a over its bytes, lowest first.
#[must_use]
pub const fn number(hash: u64, number: u64) -> u64 {
    let (mut hash, mut rest, mut i) = (hash, number, 0);
    while i < 8 {
        hash = (hash ^ (rest & 0xff)).wrapping_mul(PRIME);
        rest >>= 8;
        i += 1;
    }
    hash
}

/// The definition of a generic type with this argument.
#[must_use]
pub const fn defined(definition: Option<u64>, argument: Option<u64>) -> Option<u64> {
    match (definition, argument) {
        (Some(definition), Some(argument)) => Some(number(definition, argument)),
        _ => None,
    }
}

/// Start of the fingerprint of a sized type: its path, size and alignment.
#[must_use]
pub const fn sized<T>(path: &str) -> u64 {
    number(number(text(SEED, path), size_of::<T>() as u64), align_of::<T>() as u64)
}

/// Adds a field. `offset` is absent where the compiler does not tell.
#[must_use]
pub const fn field(hash: u64, name: &str, offset: Option<usize>, fingerprint: u64) -> u64 {
    let offset = match offset {
        Some(bytes) => bytes as u64,
        None => u64::MAX,
    };
    number(number(text(hash, name), offset), fingerprint)
}

/// Fingerprint of a type that is known by size and alignment only. `written` is how the source writes it.
#[must_use]
pub const fn opaque<T>(written: &str) -> u64 {
    text(sized::<T>("opaque"), written)
}

/// A description of `T` as it stands in this build.
#[must_use]
pub fn described<T>(fingerprint: u64, place: Option<SourcePlace>, fields: Vec<FieldLayout>) -> TypeLayout {
    TypeLayout {
        name: std::any::type_name::<T>().to_owned(),
        size: size_of::<T>() as u64,
        align: align_of::<T>() as u64,
        fingerprint: Fingerprint(fingerprint),
        place,
        fields,
    }
}

/// A description of a field of type `T`.
#[must_use]
pub fn described_field<T>(name: &str, offset: Option<usize>, fingerprint: u64, place: SourcePlace) -> FieldLayout {
    FieldLayout {
        name: name.to_owned(),
        type_name: std::any::type_name::<T>().to_owned(),
        offset: offset.map(|bytes| bytes as u64),
        size: size_of::<T>() as u64,
        fingerprint: Fingerprint(fingerprint),
        place: Some(place),
    }
}

/// A place in the source; line and column are 1-based.
#[must_use]
pub fn place(file: &str, line: u32, column: u32) -> SourcePlace {
    SourcePlace { file: file.to_owned(), line, column }
}
