//! Loading real shared objects: what is checked before code runs, and what survives.

mod support;

use std::path::{Path, PathBuf};

use anvil_control::{Accepted, LibraryFile, LoadLibraries, Refusal};
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
fn file(host: &TestHost, number: u64, layouts: &[&str], has_boot: bool) -> LibraryFile {
    let folder = host.project.path().join(format!("libraries-{number}"));
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("app.so");
    std::fs::copy(built(), &path).unwrap();
    let hash = Sha256::digest(std::fs::read(&path).unwrap());
    LibraryFile {
        package: "app".to_owned(),
        path: path.to_str().unwrap().to_owned(),
        sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        layout_symbols: layouts.iter().map(|symbol| (*symbol).to_owned()).collect(),
        has_boot,
    }
}

fn load(host: &mut TestHost, generation: u64, libraries: &[LibraryFile]) -> Result<Accepted, Refusal> {
    host.load_libraries(LoadLibraries { generation, libraries: libraries.to_vec(), known_routes: None })
}

/// An app of one library.
fn load_one(host: &mut TestHost, generation: u64, layouts: &[&str], has_boot: bool) -> Result<Accepted, Refusal> {
    let library = file(host, generation, layouts, has_boot);
    load(host, generation, &[library])
}

const STATS: &[&str] = &["__anvil_layout_stats"];

#[test]
fn values_survive_while_code_is_replaced() {
    let mut host = TestHost::start(App::Library);
    let accepted = load_one(&mut host, 1, STATS, true).unwrap();
    assert_eq!(accepted.routes.unwrap()[0].handler, "app_library::hit");
    host.accept();
    for generation in 1..=20 {
        if generation > 1 {
            load_one(&mut host, generation, STATS, true).unwrap();
        }
        let reply = host.get("/hit");
        assert_eq!((reply.generation(), reply.body), (generation, generation.to_string()));
    }
}

#[test]
fn a_changed_layout_is_refused_before_anything_runs() {
    let mut host = TestHost::start(App::Library);
    load_one(&mut host, 1, STATS, true).unwrap();
    host.accept();

    let edited = load_one(&mut host, 2, &["__anvil_layout_stats_edited"], true);
    let Err(Refusal::LayoutChanged { changes }) = edited else { panic!("a refusal") };
    assert_eq!(changes.len(), 1, "{changes:?}");
    let (old, new) = (&changes[0].old, changes[0].new.as_ref().unwrap());
    assert_eq!(old.name, "app_library::Stats");
    assert_eq!(old.fields[0].type_name, "core::sync::atomic::AtomicU64");
    assert_eq!(new.fields[0].type_name, "core::sync::atomic::AtomicI64");

    let removed = load_one(&mut host, 3, &[], true);
    let Err(Refusal::LayoutChanged { changes }) = removed else { panic!("a refusal") };
    assert!(changes[0].new.is_none());
    assert_eq!(host.get("/hit").generation(), 1);
}

#[test]
fn another_boot_function_is_refused() {
    let mut host = TestHost::start(App::Library);
    load_one(&mut host, 1, STATS, true).unwrap();
    assert_eq!(load_one(&mut host, 2, STATS, false), Err(Refusal::BootChanged));
    let other = LibraryFile { package: "other".to_owned(), ..file(&host, 3, STATS, true) };
    assert_eq!(load(&mut host, 3, &[other]), Err(Refusal::BootChanged), "of another library");
}

#[test]
fn a_library_is_opened_once() {
    let mut host = TestHost::start(App::Library);
    let first = file(&host, 1, STATS, true);
    load(&mut host, 1, std::slice::from_ref(&first)).unwrap();
    std::fs::remove_file(&first.path).unwrap();
    load(&mut host, 2, std::slice::from_ref(&first)).unwrap();
    let other = LibraryFile { sha256: "00".repeat(32), ..first };
    assert_eq!(load(&mut host, 3, &[other]), Err(Refusal::HashMismatch));
}

#[test]
fn routes_that_are_known_are_not_told_again() {
    let mut host = TestHost::start(App::Library);
    let library = file(&host, 1, STATS, true);
    let mut load = |generation, known_routes| {
        let libraries = vec![library.clone()];
        host.load_libraries(LoadLibraries { generation, libraries, known_routes }).unwrap().routes
    };
    let all = load(1, None);
    assert!(all.is_some());
    assert_eq!(load(2, Some(1)), None);
    assert_eq!(load(3, Some(2)), None);
    assert_eq!(load(4, Some(1)), all, "what is known is not what was published last");
    assert_eq!(load(5, None), all);
}

#[test]
fn routes_of_all_libraries_go_into_one_router() {
    let mut host = TestHost::start(App::Library);
    let one = file(&host, 1, STATS, true);
    load(&mut host, 1, std::slice::from_ref(&one)).unwrap();
    host.accept();
    let two = LibraryFile { package: "two".to_owned(), ..file(&host, 2, &[], false) };
    let Err(Refusal::Routes { errors }) = load(&mut host, 2, &[one, two]) else { panic!("a refusal") };
    assert!(errors[0].message.contains("/hit") && errors[0].other.is_some(), "{errors:?}");
    assert_eq!(host.get("/hit").generation(), 1);
}

#[test]
fn a_file_that_is_not_the_built_one_is_refused() {
    let mut host = TestHost::start(App::Library);
    let mut wrong = file(&host, 1, STATS, true);
    wrong.sha256 = "00".repeat(32);
    assert_eq!(load(&mut host, 1, &[wrong]), Err(Refusal::HashMismatch));
    assert!(matches!(load(&mut host, 2, &[]), Err(Refusal::Open { .. })));
}

#[test]
fn a_file_that_is_no_library_is_refused_with_the_loaders_words() {
    let mut host = TestHost::start(App::Library);
    let mut text = file(&host, 1, STATS, true);
    std::fs::write(&text.path, "not a library").unwrap();
    text.sha256 = Sha256::digest("not a library").iter().map(|byte| format!("{byte:02x}")).collect();
    let path = text.path.clone();
    let Err(Refusal::Open { message }) = load(&mut host, 1, &[text]) else { panic!("a refusal") };
    assert!(message.contains(&path), "{message}");
}

#[test]
fn a_missing_symbol_is_named() {
    let mut host = TestHost::start(App::Library);
    let symbol = "__anvil_layout_none".to_owned();
    assert_eq!(load_one(&mut host, 1, &["__anvil_layout_none"], true), Err(Refusal::MissingSymbol { symbol }));
}
