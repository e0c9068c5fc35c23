//! Opens app libraries and resolves what they export. The only place, besides [`super::inherit`], with unsafe code.
//!
//! What makes it sound is settled before: the daemon loads only files that it compiled with this host's compiler and linked
//! against this host's deps library (it reads `DT_NEEDED`), and [`super::verify`] checks that the file is that one. Then the
//! exported functions have the signatures of [`crate::abi`], because `#[anvilforge::routes]`, `#[anvilforge::boot]` and
//! `#[derive(Layout)]` write them, and the daemon checks the source of the bare form.
#![allow(unsafe_code, reason = "loading code is what this module is for")]

use std::path::Path;

use anvil_control::{BOOT_FINGERPRINT_SYMBOL, BOOT_SYMBOL, ROUTES_SYMBOL, Refusal, TypeLayout};
use anvil_core::{BootFn, RouteSink};
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

/// An open app library. It stays open for the life of the process: old code may still run, and `&'static str`s, function
/// pointers and vtables of it may be held anywhere.
#[derive(Debug)]
pub(crate) struct AppLibrary {
    library: &'static Library,
}

impl AppLibrary {
    /// Opens the file: symbols are bound at once (a missing one is found now and not in a request) and stay local (the
    /// next library has the same names).
    pub(crate) fn open(path: &Path) -> Result<Self, Refusal> {
        // SAFETY: opening runs the library's initialisers. Rust has none of its own; those of a `#[ctor]` in the app's code
        // are the app's responsibility, as in any program. Guarded by `tests/host_library.rs`.
        let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
        match library {
            Ok(library) => Ok(Self { library: Box::leak(Box::new(library)) }),
            Err(error) => Err(Refusal::Open { message: loader_message(&error) }),
        }
    }

    /// Calls one function that `#[derive(Layout)]` exported.
    pub(crate) fn describe(&self, symbol: &str) -> Result<TypeLayout, Refusal> {
        // SAFETY: symbols with the prefix are written by `#[derive(Layout)]` only, with this signature.
        let describe = unsafe { self.symbol::<fn() -> TypeLayout>(symbol)? };
        Ok(describe())
    }

    pub(crate) fn routes(&self) -> Result<fn(&mut RouteSink), Refusal> {
        // SAFETY: the signature is that of `crate::abi`; see the module.
        unsafe { self.symbol::<fn(&mut RouteSink)>(ROUTES_SYMBOL) }
    }

    pub(crate) fn boot(&self) -> Result<BootFn, Refusal> {
        // SAFETY: the symbol is written by `#[anvilforge::boot]` only, with this signature.
        unsafe { self.symbol::<BootFn>(BOOT_SYMBOL) }
    }

    pub(crate) fn boot_fingerprint(&self) -> Result<u64, Refusal> {
        // SAFETY: as for `boot`.
        let fingerprint = unsafe { self.symbol::<fn() -> u64>(BOOT_FINGERPRINT_SYMBOL)? };
        Ok(fingerprint())
    }

    /// # Safety
    /// `F` is a function pointer type and the symbol is a function of that very signature.
    unsafe fn symbol<F: Copy>(&self, name: &str) -> Result<F, Refusal> {
        // SAFETY: the caller's promise. The pointer outlives the symbol because the library is never closed.
        let symbol = unsafe { self.library.get::<F>(name) };
        symbol.map(|symbol| *symbol).map_err(|_| Refusal::MissingSymbol { symbol: name.to_owned() })
    }
}

/// The dynamic loader's own words; libloading itself only says what it did.
fn loader_message(error: &libloading::Error) -> String {
    let words = std::error::Error::source(error).map(ToString::to_string);
    words.unwrap_or_else(|| error.to_string())
}
