//! An app library as the tests of the loader need it: entry points in the bare form, and descriptions of one type as two
//! builds would export them. A real one is linked against the deps library and gets its exports from macros.
#![allow(unsafe_code, reason = "exporting a symbol counts as unsafe")]

use std::sync::atomic::{AtomicU64, Ordering};

use anvil_control::{FieldLayout, Fingerprint, TypeLayout};
use anvil_core::layout::{Layout, described, described_field, place};
use anvil_core::{BoxFuture, Container, ContainerBuilder, Result};
use anvil_dev::RouteSink;

/// Kept in the container across loads.
#[derive(Debug)]
pub struct Stats {
    hits: AtomicU64,
}

impl Layout for Stats {
    const FINGERPRINT: u64 = 1;

    fn describe() -> TypeLayout {
        let hits = described_field::<AtomicU64>("hits", Some(0), 1, place(file!(), line!(), 1));
        described::<Self>(Self::FINGERPRINT, Some(place(file!(), 12, 1)), vec![hits])
    }
}

#[unsafe(no_mangle)]
extern "Rust" fn __anvil_layout_stats() -> TypeLayout {
    Stats::describe()
}

/// As a build would describe it in which `hits` is signed.
#[unsafe(no_mangle)]
extern "Rust" fn __anvil_layout_stats_edited() -> TypeLayout {
    let old = Stats::describe();
    let fields =
        old.fields.into_iter().map(|field| FieldLayout { type_name: "core::sync::atomic::AtomicI64".into(), ..field });
    TypeLayout { fields: fields.collect(), fingerprint: Fingerprint(2), ..old }
}

async fn hit(container: Container) -> Result<String> {
    Ok((container.get::<Stats>()?.hits.fetch_add(1, Ordering::Relaxed) + 1).to_string())
}

#[unsafe(no_mangle)]
extern "Rust" fn anvil_register_routes(r: &mut RouteSink) {
    r.route("GET", "/hit", hit);
}

#[unsafe(no_mangle)]
extern "Rust" fn anvil_boot(container: &mut ContainerBuilder) -> BoxFuture<'_, Result<()>> {
    Box::pin(async {
        container.insert(Stats { hits: AtomicU64::new(0) });
        Ok(())
    })
}

#[unsafe(no_mangle)]
extern "Rust" fn __anvil_boot_fingerprint() -> u64 {
    7
}
