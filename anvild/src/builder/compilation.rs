//! One patch on its way through the compiler: its texts, the call, and a look at the result before anyone may load it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anvild_engine::Library;
use anvild_patch::{Decision, Graph, Limits, PatchSource};
use anvild_protocol::Generation;

use super::{
    base::{Base, Fit, NEEDED, linking_arguments, newer_than},
    build_dir::BuildDir,
    capture::Capture,
    command::{Cancel, Priority, RunError},
    inspect::{LibraryFacts, inspect, short_hash},
    library::foreign,
    link,
    mirror::Mirror,
    plan::{Plan, inputs_in},
    replay::{Derivation, Variant, finish, rpath},
    shared::mismatch,
    waiting::{PATCH_INPUT, Waiting},
};
use crate::project::CrateId;

/// What a patch is made of. Two with equal texts are the same patch, wherever they are compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PatchText {
    base: PathBuf,
    /// By the path of the original; the root is among them.
    pub(super) files: BTreeMap<PathBuf, String>,
    /// Compiled where they are.
    pub(super) in_place: BTreeMap<PathBuf, String>,
}

impl PatchText {
    fn new(source: &Graph, base: &Base, text: PatchSource) -> Result<Self, String> {
        let PatchSource { root: root_text, files, in_place } = text;
        let originals = source.units().values().filter(|unit| in_place.iter().any(|file| file == unit.file()));
        let in_place = originals.map(|unit| (unit.file().to_owned(), unit.text().to_owned())).collect();
        let mut files: BTreeMap<_, _> = files.into_iter().collect();
        files.insert(crate_root(&base.fit.capture)?, root_text + NEEDED);
        Ok(Self { base: base.library.clone(), files, in_place })
    }
}

/// What patches are made from.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// Of source and base: another number, perhaps others.
    pub(super) version: u64,
    /// As last read.
    pub(super) source: Graph,
    pub(super) base: Base,
    pub(super) limits: Limits,
    pub(super) plan: Plan,
    /// The app library.
    pub(super) app: CrateId,
}

impl Ground {
    /// The patch that shows this source. An error says why there is none.
    pub(super) fn patch(&self, source: &Graph) -> Result<(anvild_patch::Plan, PatchText), String> {
        match anvild_patch::plan(&self.base.graph, source, &BTreeSet::new(), &self.limits) {
            Decision::Full { reason } => Err(reason),
            Decision::Patch(patch) => {
                let text = PatchText::new(source, &self.base, anvild_patch::patch(source, &patch))?;
                Ok((patch, text))
            }
        }
    }
}

/// The file that the compiler is given.
pub(super) fn crate_root(capture: &Capture) -> Result<PathBuf, String> {
    Ok(capture.cwd.join(capture.root().ok_or("the crate root is not known")?))
}

/// Where patches are compiled.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bench {
    /// For what was saved.
    Saved,
    /// For what is not saved yet. Apart from the other, since both may be at work.
    Unsaved,
}

/// Everything that one call of the compiler takes.
#[derive(Debug, Clone)]
pub(super) struct Compilation {
    package: String,
    /// What the compiler reads before it waits for the patch, and where that lies: beside the mirror, which holds what the patch
    /// decides.
    pub(super) head: String,
    pub(super) head_file: PathBuf,
    /// The copy of the crate root.
    root: PathBuf,
    pub(super) mirror: Mirror,
    pub(super) derivation: Derivation,
    pub(super) base: Base,
    output: PathBuf,
    toolchain_libraries: PathBuf,
    read_at: SystemTime,
}

/// A library that may be loaded.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    pub(super) library: PathBuf,
    facts: LibraryFacts,
    inputs: Vec<PathBuf>,
}

impl Compilation {
    /// `read_at`: when the source was read.
    pub(super) fn new(ground: &Ground, bench: Bench, read_at: SystemTime) -> Result<Self, String> {
        let Ground { base, plan, app, .. } = ground;
        let directory = plan.directory_of(*app);
        let (output, incremental, priority) = match bench {
            Bench::Saved => (directory.patch(), "patch", Priority::Normal),
            Bench::Unsaved => (directory.ahead(), "ahead", Priority::Background),
        };
        let capture = &base.fit.capture;
        let mirror = Mirror::new(&capture.cwd, Path::new(capture.root().unwrap_or_default()), output.clone());
        let root = mirror.place(&crate_root(capture)?).ok_or("the crate root lies outside of its folder")?;
        let usual = super::library::derivation(plan, *app);
        let mut extra = usual.extra;
        extra.extend(linking_arguments(&directory));
        extra.extend(["--extern".to_owned(), format!("__base={}", base.library.display())]);
        extra.extend(rpath(&directory.bases()));
        extra.extend(mirror.remapping());
        extra.extend(["--cap-lints".to_owned(), "allow".to_owned()]);
        let mut environment = usual.environment;
        if let Some(stubs) = &base.stubs {
            extra.extend(link::arguments());
            environment.push((link::STUBS_VARIABLE, stubs.to_string_lossy().into_owned()));
        }
        let head_file = output.with_extension("rs");
        let local = &plan.project.hot[*app];
        let incremental = directory.incremental().join(format!("{}-{incremental}", local.name));
        let derivation = Derivation {
            output: output.clone(),
            incremental: Some(incremental),
            variant: Some(Variant {
                root: head_file.clone(),
                // One crate cannot use another of the same name and metadata.
                metadata: Some("anvil-patch".to_owned()),
                extra_filename: "-patch".to_owned(),
            }),
            priority,
            environment,
            extra,
            ..usual
        };
        let toolchain_libraries = plan.toolchain.libraries.clone();
        let package = local.package.clone();
        let head = format!("{}include!({PATCH_INPUT:?});\n", anvild_patch::head(&base.graph));
        let base = base.clone();
        Ok(Self { package, head, head_file, root, mirror, derivation, base, output, toolchain_libraries, read_at })
    }

    /// The package of the app library.
    pub(super) fn package(&self) -> &str {
        &self.package
    }

    /// Writes the files and compiles them, with the compiler that waits for them if there is one. The library lies where the
    /// next call puts its own.
    pub(super) async fn run(
        &self,
        waiting: Option<Waiting>,
        files: &BTreeMap<PathBuf, String>,
        cancel: &mut Cancel,
    ) -> Result<Compiled, Unfit> {
        if *cancel.borrow() {
            return Err(Unfit::Cancelled);
        }
        let waiting = match waiting {
            Some(waiting) => waiting,
            None => self.start()?,
        };
        self.mirror.write(files)?;
        let capture = &self.base.fit.capture;
        let compiler = waiting.go(&self.root).await;
        let compiled = finish(compiler, capture, &self.derivation, cancel).await?;
        if !compiled.succeeded {
            let found = compiled.diagnostics.first();
            let why = found.map_or(compiled.stderr, |found| format!("{} {}", found.code, found.message));
            return Err(Unfit::Because(format!("the patch does not compile: {why}")));
        }
        let name = capture.option("--crate-name").unwrap_or_default();
        let library = self.output.join(format!("lib{name}-patch.so"));
        let facts = inspect(&tokio::fs::read(&library).await?).map_err(Unfit::Because)?;
        let base_name = self.base.library.file_name().unwrap_or_default().to_string_lossy();
        let why = if !facts.has_routes {
            Some("the patch registers no routes".to_owned())
        } else if !facts.needed.iter().any(|needed| *needed == base_name) {
            Some(format!("the patch was not linked against {base_name}"))
        } else {
            let Fit { image, shared, .. } = &self.base.fit;
            foreign(&facts, image, &self.toolchain_libraries).or_else(|| mismatch(&facts, shared))
        };
        if let Some(why) = why {
            return Err(Unfit::Because(why));
        }
        let mut inputs = inputs_in(&self.output, &format!("{name}-patch"), capture);
        inputs.retain(|file| *file != Path::new(PATCH_INPUT) && *file != self.head_file);
        Ok(Compiled { library, facts, inputs })
    }

    /// Whether what was compiled is what was read, as of now.
    pub(super) fn is_current(&self, compiled: &Compiled) -> bool {
        !newer_than(self.read_at, compiled.inputs.clone(), &self.output)
    }

    /// Gives the library its place among those of the generations.
    pub(super) fn placed(
        &self,
        compiled: Compiled,
        directory: &BuildDir,
        generation: Generation,
    ) -> Result<Library, Unfit> {
        let Compiled { library, facts, .. } = compiled;
        let name = self.base.fit.capture.option("--crate-name").unwrap_or_default();
        let unique = short_hash([facts.sha256.as_bytes(), &std::process::id().to_le_bytes()]);
        let file = directory.libraries().join(format!("{name}-{generation}-patch-{unique}.so"));
        std::fs::rename(&library, &file)?;
        let shared = &self.base.fit.shared;
        // The dynamic loader finds what base and shared libraries export through the patch as well.
        let mut layout_symbols: BTreeSet<String> = facts.layout_symbols.into_iter().collect();
        layout_symbols.extend(self.base.layout_symbols.iter().cloned());
        layout_symbols.extend(shared.iter().flat_map(|library| library.layout_symbols.iter().cloned()));
        Ok(Library {
            package: self.package.clone(),
            source: generation,
            path: file.to_string_lossy().into_owned(),
            base: Some(self.base.library.to_string_lossy().into_owned()),
            shared: shared.iter().map(|library| library.file.to_string_lossy().into_owned()).collect(),
            sha256: facts.sha256,
            layout_symbols: layout_symbols.into_iter().collect(),
            has_boot: facts.has_boot,
        })
    }
}

/// Why there is no library.
#[derive(Debug, Clone)]
pub(super) enum Unfit {
    Cancelled,
    /// What was compiled may be newer than what was planned.
    Outdated,
    /// The compiler's sentence, or one about the result.
    Because(String),
}

impl From<RunError> for Unfit {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Cancelled => Self::Cancelled,
            other => Self::Because(other.to_string()),
        }
    }
}

impl From<std::io::Error> for Unfit {
    fn from(error: std::io::Error) -> Self {
        Self::Because(error.to_string())
    }
}
