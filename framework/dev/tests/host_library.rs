//! Loading real shared objects: what is checked before code runs, and what survives.

mod support;

use std::path::{Path, PathBuf};

use anvil_control::{LoadLibrary, Refusal};
use anvil_dev::App;
use sha2::{Digest, Sha256};
use support::TestHost;

/// The example `app_library`, which cargo builds next to the tests.
fn built() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.parent().and_then(Path::parent).unwrap();
    let library = target.join("examples").join(format!("libapp_library{}", std::env::consts::DLL_SUFFIX));
    assert!(library.is_file(), "{} is built by `cargo test -p anvilforge-dev`", library.display());
    library
}

/// A copy under a name that no load has seen, as the daemon makes for every build.
fn library(host: &TestHost, generation: u64, layouts: &[&str], has_boot: bool) -> LoadLibrary {
    let folder = host.project.path().join(format!("libraries-{generation}"));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("app.so");
    std::fs::copy(built(), &path).unwrap();
    let hash = Sha256::digest(std::fs::read(&path).unwrap());
    LoadLibrary {
        generation,
        path: Some(path.to_str().unwrap().to_owned()),
        sha256: Some(hash.iter().map(|byte| format!("{byte:02x}")).collect()),
        layout_symbols: layouts.iter().map(|symbol| (*symbol).to_owned()).collect(),
        has_boot,
    }
}

const STATS: &[&str] = &["__anvil_layout_stats"];

#[test]
fn values_survive_while_code_is_replaced() {
    let mut host = TestHost::start(App::Library);
    let first = library(&host, 1, STATS, true);
    let accepted = host.load_library(first).unwrap();
    assert_eq!(accepted.routes[0].handler, "app_library::hit");
    host.accept();
    for generation in 1..=20 {
        if generation > 1 {
            let next = library(&host, generation, STATS, true);
            host.load_library(next).unwrap();
        }
        let reply = host.get("/hit");
        assert_eq!((reply.generation(), reply.body), (generation, generation.to_string()));
    }
}

#[test]
fn a_changed_layout_is_refused_before_anything_runs() {
    let mut host = TestHost::start(App::Library);
    let first = library(&host, 1, STATS, true);
    host.load_library(first).unwrap();
    host.accept();

    let edited = library(&host, 2, &["__anvil_layout_stats_edited"], true);
    let Err(Refusal::LayoutChanged { changes }) = host.load_library(edited) else { panic!("a refusal") };
    assert_eq!(changes.len(), 1, "{changes:?}");
    let (old, new) = (&changes[0].old, changes[0].new.as_ref().unwrap());
    assert_eq!(old.name, "app_library::Stats");
    assert_eq!(old.fields[0].type_name, "core::sync::atomic::AtomicU64");
    assert_eq!(new.fields[0].type_name, "core::sync::atomic::AtomicI64");

    let removed = library(&host, 3, &[], true);
    let Err(Refusal::LayoutChanged { changes }) = host.load_library(removed) else { panic!("a refusal") };
    assert!(changes[0].new.is_none());
    assert_eq!(host.get("/hit").generation(), 1);
}

#[test]
fn another_boot_function_is_refused() {
    let mut host = TestHost::start(App::Library);
    let first = library(&host, 1, STATS, true);
    host.load_library(first).unwrap();
    let without = library(&host, 2, STATS, false);
    assert_eq!(host.load_library(without), Err(Refusal::BootChanged));
}

#[test]
fn a_file_that_is_not_the_built_one_is_refused() {
    let mut host = TestHost::start(App::Library);
    let mut wrong = library(&host, 1, STATS, true);
    wrong.sha256 = Some("00".repeat(32));
    assert_eq!(host.load_library(wrong), Err(Refusal::HashMismatch));

    let none = LoadLibrary { path: None, sha256: None, ..library(&host, 2, STATS, true) };
    assert!(matches!(host.load_library(none), Err(Refusal::Open { .. })));
}

#[test]
fn a_file_that_is_no_library_is_refused_with_the_loaders_words() {
    let mut host = TestHost::start(App::Library);
    let mut text = library(&host, 1, STATS, true);
    let path = text.path.clone().unwrap();
    std::fs::write(&path, "not a library").unwrap();
    text.sha256 = Some(Sha256::digest("not a library").iter().map(|byte| format!("{byte:02x}")).collect());
    let Err(Refusal::Open { message }) = host.load_library(text) else { panic!("a refusal") };
    assert!(message.contains(&path), "{message}");
}

#[test]
fn a_missing_symbol_is_named() {
    let mut host = TestHost::start(App::Library);
    let wrong = library(&host, 1, &["__anvil_layout_none"], true);
    let symbol = "__anvil_layout_none".to_owned();
    assert_eq!(host.load_library(wrong), Err(Refusal::MissingSymbol { symbol }));
}
