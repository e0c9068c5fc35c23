//! Compiles the dirty hot crates without cargo, and checks the result before anyone may load it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use anvil_control::ROUTES_SYMBOL;
use anvild_engine::{Artifact, ImageId, Library};
use anvild_protocol::{Diagnostic, Generation, Severity, Source};

use super::{
    Learned,
    capture::{Capture, UnitKind},
    command::{Cancel, Priority},
    failure::{BuildError, compiler_said},
    image::{Image, linked_host},
    inspect::{LibraryFacts, inspect, short_hash},
    lease::prune,
    plan::{AppLibrary, Linking, Plan, inputs_in},
    replay::{Compiled, Derivation, replay},
    shared,
};
use crate::project::{CrateId, check_entry};

/// What a replay came to.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) artifact: Artifact,
    /// Names of the compiled crates.
    pub(super) compiled: Vec<String>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// Parts that an incremental build divides a crate into, unless the profile says otherwise. Rustc's own 256 make an app of 45
/// routes 350 object files, which cost to keep and to link: measured there, an edit takes 5 to 20 % less CPU time with 64. At
/// 450 routes it makes no difference.
const CODEGEN_UNITS: u32 = 64;

/// Codes by which rustc says that crates do not belong together. Cargo would have known before.
const STALE_CODES: [&str; 5] = ["E0460", "E0461", "E0514", "E0519", "E0523"];

/// Why a build ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The result cannot be trusted, or the compiler says that the world changed under the plan.
    AskCargo(String),
    Error(BuildError),
}

impl<T: Into<BuildError>> From<T> for Stop {
    fn from(error: T) -> Self {
        Self::Error(error.into())
    }
}

/// Compiles the dirty crates and those that use them; a single app library always.
pub(super) async fn build(
    plan: &mut Plan,
    generation: Generation,
    dirty: &BTreeSet<CrateId>,
    learned: &mut Learned,
    priority: Priority,
    cancel: &mut Cancel,
) -> Result<Built, Stop> {
    let mut compiled = Vec::new();
    let mut warnings = Vec::new();
    let mut apps = BTreeMap::new();
    let Affected { compiles, links } = affected(plan, dirty);
    for id in compiles.union(&links).copied() {
        let image = shared::image(plan);
        let is_app = plan.project.app(id).is_some();
        let mut own_warnings = Vec::new();
        if compiles.contains(&id) {
            if let Some(image) = image.as_ref().filter(|_| is_app) {
                shared::name_facade(plan, image, id, priority, cancel).await?;
            }
            own_warnings = compile(plan, id, learned, priority, cancel).await?;
            warnings.extend(own_warnings.iter().cloned());
            compiled.push(plan.project.hot[id].package.clone());
        }
        if let Some(image) = image.as_ref().filter(|_| links.contains(&id)) {
            let library = shared::link(plan, image, id, priority, cancel).await?;
            plan.shared.insert(id, library);
        }
        if is_app {
            let sources = plan.unchecked_sources(learned.inputs.of(id));
            let files: Vec<_> = sources.keys().cloned().collect();
            check_entry(&files).map_err(|diagnostic| BuildError::Diagnostics(vec![*diagnostic]))?;
            plan.checked_sources.extend(sources);
            let Some(image) = image else {
                return accept_program(plan, id, generation, compiled, warnings, cancel).await;
            };
            let library = accept_library(plan, &image, id, generation)?;
            apps.insert(id, AppLibrary { library, warnings: own_warnings });
        }
    }
    let others = plan.libraries.iter().filter(|(id, _)| !apps.contains_key(*id));
    warnings.extend(others.flat_map(|(_, other)| other.warnings.iter().cloned()));
    // Not before all of them are compiled: what is loaded are libraries that fit together.
    plan.libraries.extend(apps);
    let missing = || Stop::AskCargo("an app library is missing".to_owned());
    let (libraries, image) = plan.all_libraries().zip(shared::image(plan)).ok_or_else(missing)?;
    let artifact = Artifact { generation, image: ImageId(image.host.to_string_lossy().into_owned()), libraries };
    Ok(Built { artifact, compiled, warnings })
}

/// Compiles one crate. Returns the compiler's warnings.
async fn compile(
    plan: &mut Plan,
    id: CrateId,
    learned: &mut Learned,
    priority: Priority,
    cancel: &mut Cancel,
) -> Result<Vec<Diagnostic>, Stop> {
    let derivation = Derivation { priority, ..derivation(plan, id) };
    let capture = &plan.captures[id];
    let result = replay(capture, &derivation, cancel).await?;
    if !result.succeeded {
        if let Some(why) = stale(&result) {
            return Err(Stop::AskCargo(why));
        }
        let what = format!("compiling `{}`", plan.project.hot[id].name);
        return Err(BuildError::Diagnostics(compiler_said(result.diagnostics, &result.stderr, &what)).into());
    }
    learned.inputs.set(id, inputs_in(&plan.directory.output(), &capture.file_stem(), capture));
    if plan.project.app(id).is_none() {
        plan.replayed.insert(id, plan.directory.output().join(rlib_name(capture)));
    }
    Ok(result.diagnostics)
}

/// What a build does. Numbers of crates are in the order to compile and link.
struct Affected {
    compiles: BTreeSet<CrateId>,
    /// Shared crates whose library is linked anew.
    links: BTreeSet<CrateId>,
}

/// The dirty crates and all that use them.
fn affected(plan: &Plan, dirty: &BTreeSet<CrateId>) -> Affected {
    let mut compiles = dirty.clone();
    let mut links = BTreeSet::new();
    for (id, local) in plan.project.hot.iter().enumerate() {
        if local.uses.iter().any(|used| compiles.contains(used)) {
            compiles.insert(id);
        }
        let is_missing = || plan.shared.get(&id).is_none_or(|library| !library.file.exists());
        let is_stale = || compiles.contains(&id) || local.uses.iter().any(|used| links.contains(used)) || is_missing();
        if plan.project.is_shared(id) && is_stale() {
            links.insert(id);
        }
    }
    for app in plan.project.app_ids() {
        let is_gone = plan.libraries.get(&app).is_none_or(|app| !Path::new(&app.library.path).exists());
        if is_gone || !plan.project.used_by(app).is_disjoint(&links) {
            compiles.insert(app);
        }
    }
    if plan.project.app_ids().all(|app| !compiles.contains(&app)) {
        compiles.extend(plan.project.app_ids());
    }
    Affected { compiles, links }
}

/// How a hot crate is compiled for the loop.
pub(super) fn derivation(plan: &Plan, id: CrateId) -> Derivation {
    let capture = &plan.captures[id];
    let app = plan.project.app(id);
    let output = plan.directory.output();
    let mut externs = BTreeMap::new();
    for used in &plan.project.hot[id].uses {
        if let Some(file) = plan.replayed.get(used) {
            externs.extend(extern_names(capture, &plan.captures[*used]).map(|name| (name, file.clone())));
        }
    }
    let mut extra =
        vec!["-L".to_owned(), format!("dependency={}", output.display()), "--cfg".to_owned(), "anvil_hot".to_owned()];
    if !capture.options("-C").any(|option| option.starts_with("codegen-units=")) {
        extra.extend(["-C".to_owned(), format!("codegen-units={CODEGEN_UNITS}")]);
    }
    let mut crate_type = "rlib";
    let mut emit = "dep-info,metadata,link";
    if let (Some(app), Linking::Library(image)) = (app, &plan.linking) {
        (crate_type, emit) = ("cdylib", "dep-info,link");
        let facade = plan.facades.get(&id).unwrap_or(&image.deps);
        externs.insert(app.facade.replace('-', "_"), facade.clone());
        extra.extend(["-C".to_owned(), "prefer-dynamic".to_owned()]);
        extra.extend(shared::linking_arguments(plan, id));
    }
    if app.is_none() {
        // Entry points of a crate that is only used by the app library must not clash with its own.
        extra.extend(["--cfg".to_owned(), "anvil_dependency".to_owned()]);
    }
    let local = &plan.project.hot[id];
    let kind = if local.kind == UnitKind::Bin { "bin" } else { "lib" };
    let incremental = Some(plan.directory.incremental().join(format!("{}-{kind}-{crate_type}", local.name)));
    Derivation { crate_type, emit, output, incremental, externs, extra, ..Derivation::default() }
}

/// Names under which `user` refers to the crate recorded in `used`.
fn extern_names<'a>(user: &'a Capture, used: &'a Capture) -> impl Iterator<Item = String> + 'a {
    let stem = used.file_stem();
    user.externs().filter_map(move |(name, path)| {
        let file = Path::new(path).file_stem()?.to_str()?.strip_prefix("lib")?;
        (file == stem).then(|| name.to_owned())
    })
}

fn rlib_name(capture: &Capture) -> String {
    format!("lib{}.rlib", capture.file_stem())
}

/// Whether the compiler complains about the crates it was given rather than about the source.
pub(super) fn stale(result: &Compiled) -> Option<String> {
    let errors = || result.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    // Two builds of one crate, and a library that another cargo is just replacing.
    let codeless = ["colliding StableCrateId", "extern location for "];
    let mixed = |found: &Diagnostic| codeless.iter().any(|text| found.message.contains(text));
    if let Some(found) = errors().find(|found| STALE_CODES.contains(&found.code.as_str()) || mixed(found)) {
        return Some(found.message.clone());
    }
    let crashed = result.stderr.contains("the compiler unexpectedly panicked");
    (crashed || errors().next().is_none() && !super::failure::says_disk_full(&result.stderr))
        .then(|| "the compiler stopped without an error of the source".to_owned())
}

/// The app library that was just compiled.
fn accept_library(plan: &Plan, image: &Image, id: CrateId, generation: Generation) -> Result<Library, Stop> {
    let capture = &plan.captures[id];
    let name = capture.option("--crate-name").unwrap_or_default();
    let built = plan.directory.output().join(format!("lib{}.so", capture.file_stem()));
    let bytes = std::fs::read(&built)?;
    let facts = inspect(&bytes).map_err(Stop::AskCargo)?;
    // First: a library that registers nothing may use nothing of the framework, and then it is not linked against it.
    if !facts.has_routes {
        return Err(no_entry(plan, id).into());
    }
    let shared: Vec<_> = shared::of(plan, id).collect();
    let mismatch = || shared::mismatch(&facts, shared.iter().copied());
    if let Some(why) = foreign(&facts, image, &plan.toolchain.libraries).or_else(mismatch) {
        return Err(Stop::AskCargo(why));
    }
    // A name of its own for each load: the dynamic loader takes an equal name for the library it already has.
    let unique = short_hash([facts.sha256.as_bytes(), &std::process::id().to_le_bytes()]);
    let file = plan.directory.libraries().join(format!("{name}-{generation}-{unique}.so"));
    std::fs::rename(&built, &file)?;
    // The dynamic loader finds what shared libraries export through the app library as well.
    let mut layout_symbols: BTreeSet<_> = facts.layout_symbols.into_iter().collect();
    layout_symbols.extend(shared.iter().flat_map(|library| library.layout_symbols.iter().cloned()));
    Ok(Library {
        package: plan.project.hot[id].package.clone(),
        source: generation,
        path: file.to_string_lossy().into_owned(),
        base: None,
        shared: shared.iter().map(|library| library.file.to_string_lossy().into_owned()).collect(),
        sha256: facts.sha256,
        layout_symbols: layout_symbols.into_iter().collect(),
        has_boot: facts.has_boot,
    })
}

/// Why a library does not belong to the image's host: a second copy of the standard library or of the dependencies would be a
/// second set of statics, and passing values between the two would be undefined.
pub(super) fn foreign(facts: &LibraryFacts, image: &Image, toolchain: &Path) -> Option<String> {
    let deps = image.deps.file_name()?.to_string_lossy();
    if !facts.needed.iter().any(|name| *name == deps) {
        return Some(format!("the library was not linked against {deps}"));
    }
    let std = facts.needed.iter().find(|name| name.starts_with("libstd-"));
    match std {
        Some(name) if toolchain.join(name).exists() => None,
        Some(name) => Some(format!("the library needs {name}, which this toolchain does not have")),
        None => Some("the library has a standard library of its own".to_owned()),
    }
}

fn no_entry(plan: &Plan, id: CrateId) -> BuildError {
    let app = &plan.project.hot[id];
    let message = format!("no function of `{}` exports `{ROUTES_SYMBOL}`", app.package);
    BuildError::Diagnostics(vec![
        Diagnostic::error(Source::Reload, "ANV0201", message)
            .at(app.source.to_string_lossy(), 1, 1)
            .help("add `#[anvilforge::routes] pub fn routes(r: &mut RouteSink) { … }`"),
    ])
}

async fn accept_program(
    plan: &Plan,
    id: CrateId,
    generation: Generation,
    compiled: Vec<String>,
    warnings: Vec<Diagnostic>,
    cancel: &mut Cancel,
) -> Result<Built, Stop> {
    let capture = &plan.captures[id];
    let library = plan.directory.output().join(rlib_name(capture));
    let exports = exported(&library)?;
    if !exports.contains(ROUTES_SYMBOL) {
        return Err(no_entry(plan, id).into());
    }
    let facade_name = plan.project.app(id).map(|app| app.facade.replace('-', "_"));
    let facade = capture.externs().find(|(name, _)| facade_name.as_deref() == Some(*name));
    let Some((_, facade)) = facade else {
        return Err(Stop::AskCargo("the app does not link the framework".to_owned()));
    };
    let facade = PathBuf::from(super::replay::linkable(facade));
    let host = plan.directory.programs().join(format!("host-{generation}-{}", std::process::id()));
    prune(&plan.directory.programs(), &host);
    let has_boot = exports.contains(anvil_control::BOOT_SYMBOL);
    linked_host(&plan.directory, &facade, capture, &library, has_boot, &host, cancel).await?;
    let image = ImageId(host.to_string_lossy().into_owned());
    let artifact = Artifact { generation, image, libraries: Vec::new() };
    Ok(Built { artifact, compiled, warnings })
}

/// Which of the entry symbols an rlib mentions. The names are unmistakable, so the bytes of the archive are enough.
fn exported(library: &Path) -> io::Result<BTreeSet<&'static str>> {
    let bytes = std::fs::read(library)?;
    let mentions = |name: &str| bytes.windows(name.len()).any(|window| window == name.as_bytes());
    Ok([ROUTES_SYMBOL, anvil_control::BOOT_SYMBOL].into_iter().filter(|name| mentions(name)).collect())
}
