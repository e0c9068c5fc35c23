//! Crates that several app libraries use. Each goes into a dylib of its own, so that it exists once in a process, with one
//! set of statics, however often the app libraries are replaced.
//!
//! The crate itself is compiled as any other, to an rlib; the dylib is a generated crate that holds it, as the deps library
//! holds third-party crates. It re-exports the framework, so that an app library which names it as the framework needs no
//! line in its source: rustc then finds the shared crate's code in a library and does not link it once more.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use super::{
    cargo::stamp,
    command::{Cancel, Priority},
    failure::{BuildError, compiler_said},
    image::Image,
    inspect::{LibraryFacts, inspect, short_hash},
    lease::prune,
    library::{Stop, stale},
    plan::{Linking, Plan},
    replay::{Derivation, GeneratedCrate, replay, rpath},
};
use crate::project::CrateId;

/// Extern name of the framework in generated crates.
const FACADE: &str = "anvilforge";

/// Begins the name of every such library.
const PREFIX: &str = "anvil_shared_";

/// The library of a shared crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SharedLibrary {
    pub(crate) file: PathBuf,
    pub(crate) layout_symbols: Vec<String>,
}

impl SharedLibrary {
    fn name(&self) -> String {
        self.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// Tells libraries of this process apart: the dynamic loader takes an equal name for the library it already has.
static NUMBERS: AtomicU32 = AtomicU32::new(0);

/// Links the library of a shared crate. The crate has been compiled, and the libraries of those it uses are linked.
pub(super) async fn link(
    plan: &Plan,
    image: &Image,
    id: CrateId,
    priority: Priority,
    cancel: &mut Cancel,
) -> Result<SharedLibrary, Stop> {
    let used: Vec<_> = plan.project.hot[id].uses.iter().filter_map(|used| plan.shared.get(used)).collect();
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let name = format!("{PREFIX}{}_{}_{number}", plan.project.hot[id].name, std::process::id());
    let mut externs = externs(image, used.iter().copied());
    externs.push(("anvil_shared".to_owned(), plan.rlib(id)));
    let folder = plan.directory.libraries();
    let rpath = rpath(&folder);
    let extra = search(plan).into_iter().chain(rpath).chain(needed(used.iter().copied(), &folder));
    let derivation = generated(plan, &name, "dylib", folder.clone(), externs, extra.collect(), priority)?;
    compile(plan, id, &name, &derivation, cancel).await?;
    let file = folder.join(format!("lib{name}.so"));
    let facts = inspect(&std::fs::read(&file)?).map_err(Stop::AskCargo)?;
    Ok(SharedLibrary { file, layout_symbols: facts.layout_symbols })
}

/// Prepares what an app library names as the framework: if it uses shared crates, the library of the one that uses all others,
/// or, if there is no such crate, a generated one.
pub(super) async fn name_facade(
    plan: &mut Plan,
    image: &Image,
    app: CrateId,
    priority: Priority,
    cancel: &mut Cancel,
) -> Result<(), Stop> {
    let used = plan.project.used_by(app);
    let shared: BTreeSet<_> = used.into_iter().filter(|id| plan.shared.contains_key(id)).collect();
    let below: BTreeSet<_> = shared.iter().flat_map(|id| plan.project.used_by(*id)).collect();
    let top: Vec<_> = shared.difference(&below).filter_map(|id| plan.shared.get(id)).collect();
    let facade = match top[..] {
        [] => None,
        [one] => Some(one.file.clone()),
        ref several => Some(facade_of(plan, image, app, several, priority, cancel).await?),
    };
    match facade {
        Some(facade) => plan.facades.insert(app, facade),
        None => plan.facades.remove(&app),
    };
    Ok(())
}

async fn facade_of(
    plan: &Plan,
    image: &Image,
    app: CrateId,
    libraries: &[&SharedLibrary],
    priority: Priority,
    cancel: &mut Cancel,
) -> Result<PathBuf, Stop> {
    // An earlier daemon can have had the same names for others.
    let content = |library: &&SharedLibrary| format!("{} {:?}", library.name(), stamp(&library.file));
    let name = format!("anvil_facade_{}", short_hash(libraries.iter().map(content)));
    let folder = plan.directory.facades();
    let file = folder.join(format!("lib{name}.rlib"));
    if !file.exists() {
        let externs = externs(image, libraries.iter().copied());
        let derivation = generated(plan, &name, "rlib", folder.clone(), externs, search(plan), priority)?;
        compile(plan, app, &name, &derivation, cancel).await?;
        prune(&folder, &file);
    }
    Ok(file)
}

/// What an app library is linked with beyond the usual, so that it needs every shared library of its own, used or not: a
/// linker leaves out those of which it uses no symbol, and the host looks there for descriptions of types.
pub(super) fn linking_arguments(plan: &Plan, app: CrateId) -> Vec<String> {
    let libraries: Vec<_> = of(plan, app).collect();
    if libraries.is_empty() {
        return Vec::new();
    }
    let folder = plan.directory.libraries();
    search(plan).into_iter().chain(rpath(&folder)).chain(needed(libraries.into_iter(), &folder)).collect()
}

/// The libraries of the shared crates that an app library uses, directly or not.
pub(super) fn of(plan: &Plan, app: CrateId) -> impl Iterator<Item = &SharedLibrary> {
    plan.project.used_by(app).into_iter().filter_map(|id| plan.shared.get(&id))
}

/// Why an app library was not linked against these shared libraries: with another one there would be a second set of statics.
pub(super) fn mismatch<'a>(
    facts: &LibraryFacts,
    libraries: impl IntoIterator<Item = &'a SharedLibrary>,
) -> Option<String> {
    let names: BTreeSet<_> = libraries.into_iter().map(SharedLibrary::name).collect();
    let begin = format!("lib{PREFIX}");
    let needed: BTreeSet<_> = facts.needed.iter().filter(|name| name.starts_with(&begin)).cloned().collect();
    let missing = names.difference(&needed).next().map(|name| format!("the library was not linked against {name}"));
    let other = || needed.difference(&names).next().map(|name| format!("the library was linked against {name}"));
    missing.or_else(other)
}

fn externs<'a>(image: &Image, used: impl Iterator<Item = &'a SharedLibrary>) -> Vec<(String, PathBuf)> {
    let facade = (FACADE.to_owned(), image.deps.clone());
    let used = used.enumerate().map(|(at, library)| (format!("{PREFIX}{at}"), library.file.clone()));
    [facade].into_iter().chain(used).collect()
}

/// Where rustc finds what the given crates were linked against.
fn search(plan: &Plan) -> Vec<String> {
    let folders =
        [plan.directory.output(), plan.directory.deps(), plan.directory.facades(), plan.directory.libraries()];
    folders.iter().flat_map(|folder| ["-L".to_owned(), format!("dependency={}", folder.display())]).collect()
}

fn needed<'a>(libraries: impl Iterator<Item = &'a SharedLibrary>, folder: &Path) -> Vec<String> {
    let names: Vec<_> = libraries.map(|library| format!("-l:{}", library.name())).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let begin = [format!("-L{}", folder.display()), "-Wl,--push-state,--no-as-needed".to_owned()];
    let end = "-Wl,--pop-state".to_owned();
    let all = begin.into_iter().chain(names).chain([end]);
    all.flat_map(|argument| ["-C".to_owned(), format!("link-arg={argument}")]).collect()
}

fn source(plan: &Plan, name: &str) -> PathBuf {
    plan.directory.output().join(format!("{name}.rs"))
}

fn generated(
    plan: &Plan,
    name: &str,
    crate_type: &'static str,
    output: PathBuf,
    externs: Vec<(String, PathBuf)>,
    mut extra: Vec<String>,
    priority: Priority,
) -> std::io::Result<Derivation> {
    let mut root = format!("pub use {FACADE}::*;\n");
    for (name, _) in externs.iter().filter(|(name, _)| name != FACADE) {
        let _ = writeln!(root, "pub extern crate {name};");
    }
    let source = source(plan, name);
    std::fs::write(&source, root)?;
    extra.extend(["-C".to_owned(), "prefer-dynamic".to_owned()]);
    let emit = if crate_type == "rlib" { "metadata,link" } else { "link" };
    let generated = GeneratedCrate { name: name.to_owned(), source, identity: name.to_owned(), externs };
    Ok(Derivation { crate_type, emit, output, generated: Some(generated), priority, extra, ..Derivation::default() })
}

/// Compiles a generated crate with the settings of crate `id`.
async fn compile(
    plan: &Plan,
    id: CrateId,
    name: &str,
    derivation: &Derivation,
    cancel: &mut Cancel,
) -> Result<(), Stop> {
    let compiled = replay(&plan.captures[id], derivation, cancel).await;
    // A few lines under a name that is used once. Of no harm if it stays.
    let _ = std::fs::remove_file(source(plan, name));
    let compiled = compiled?;
    if compiled.succeeded {
        return Ok(());
    }
    if let Some(why) = stale(&compiled) {
        return Err(Stop::AskCargo(why));
    }
    let what = format!("the library of `{}`", plan.project.hot[id].package);
    Err(BuildError::Diagnostics(compiler_said(compiled.diagnostics, &compiled.stderr, &what)).into())
}

/// The image that libraries are linked for; `None` where the app is linked into the host.
pub(super) fn image(plan: &Plan) -> Option<Image> {
    match &plan.linking {
        Linking::Library(image) => Some(image.clone()),
        Linking::Program { .. } => None,
    }
}
