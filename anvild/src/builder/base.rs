//! The base of patches: the app library as a Rust dylib, from a copy of its source in which everything is visible.
//!
//! Types of a base are the types of a full build, since crate name and metadata are the same.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anvild_patch::{Graph, Limits, lifted};

use super::{
    build_dir::BuildDir,
    capture::Capture,
    command::{Cancel, Priority},
    image::Image,
    inspect::inspect,
    lease::prune,
    link::stub,
    mirror::Mirror,
    plan::{Linking, Plan, inputs_in},
    replay::{Compiled, Derivation, Variant, replay},
    shared::{self, SharedLibrary},
};
use crate::project::CrateId;

/// Ends the root of a base.
const MARK: &str = "\npub static __ANVIL_BASE: u8 = 0;\n";
/// Ends the root of a patch. A linker leaves out a library of which nothing is used, as by a patch of all that answers.
pub(super) const NEEDED: &str = "\n#[used]\nstatic __ANVIL_BASE: &u8 = &::__base::__ANVIL_BASE;\n";

/// A base keeps its instances of generic functions to itself. With them on offer, as they are by default in builds without
/// optimisation, the compiler reads all of them for every patch, a quarter of its time in an app of 1 350 routes.
/// The option is not stable; that its meaning or name changes one day costs an error here and no wrong code.
const UNSHARED: &str = "-Zshare-generics=no";
/// Lets a stable compiler take [`UNSHARED`]. What else it allows, the audit forbids.
const UNSTABLE_OPTIONS: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");

/// What patches are linked against, and the source that it was made from.
#[derive(Debug, Clone)]
pub(super) struct Base {
    pub(super) graph: Graph,
    /// With which it was made.
    pub(super) limits: Limits,
    pub(super) library: PathBuf,
    pub(super) layout_symbols: Vec<String>,
    /// Where the linker finds an empty library in place of the deps library.
    pub(super) stubs: Option<PathBuf>,
    /// What it was compiled with; of no use once cargo decides otherwise.
    pub(super) fit: Fit,
}

/// Everything but the app's source that goes into an app library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fit {
    pub(super) image: Image,
    pub(super) capture: Capture,
    /// Files of local crates, with their stamps.
    crates: Vec<(PathBuf, super::cargo::FileStamp)>,
    pub(super) shared: Vec<SharedLibrary>,
}

impl Fit {
    /// `None` where the app is linked into the host.
    pub(super) fn of(plan: &Plan, app: CrateId) -> Option<Self> {
        let Linking::Library(image) = &plan.linking else { return None };
        let capture = plan.captures[app].clone();
        let used = plan.project.used_by(app);
        let crates = plan.replayed.iter().filter(|(id, _)| used.contains(id));
        let crates = crates.map(|(_, file)| (file.clone(), super::cargo::stamp(file))).collect();
        Some(Self { image: image.clone(), capture, crates, shared: shared::of(plan, app).cloned().collect() })
    }
}

/// Everything that a base is made of.
#[derive(Debug)]
pub(super) struct BaseJob {
    graph: Graph,
    root: PathBuf,
    fit: Fit,
    directory: BuildDir,
    derivation: Derivation,
    mirror: Mirror,
}

impl BaseJob {
    /// Prepares a base of this source. `None` where there can be none.
    ///
    /// `number` tells it from others of this process: the dynamic loader takes an equal name for the library it already has.
    pub(super) fn new(plan: &Plan, app: CrateId, graph: Graph, number: u32) -> Option<Self> {
        let fit = Fit::of(plan, app)?;
        let directory = plan.directory_of(app);
        let mirror = Mirror::new(&fit.capture.cwd, Path::new(fit.capture.root()?), directory.mirror());
        let root = fit.capture.cwd.join(fit.capture.root()?);
        let usual = super::library::derivation(plan, app);
        let mut extra = usual.extra;
        extra.extend(linking_arguments(&directory));
        extra.extend(["--cap-lints".to_owned(), "allow".to_owned(), UNSHARED.to_owned()]);
        extra.extend(mirror.remapping());
        let derivation = Derivation {
            crate_type: "dylib",
            output: directory.bases(),
            incremental: Some(directory.incremental().join(format!("{}-base", plan.project.hot[app].name))),
            variant: Some(Variant {
                root: mirror.place(&root)?,
                metadata: None,
                extra_filename: format!("-base-{}-{number}", std::process::id()),
            }),
            priority: Priority::Low,
            environment: vec![(UNSTABLE_OPTIONS.0, UNSTABLE_OPTIONS.1.to_owned())],
            extra,
            ..usual
        };
        Some(Self { graph, root, fit, directory, derivation, mirror })
    }

    /// Compiles it. An error is a sentence; the app can then only be built in full.
    pub(super) async fn run(self, mut cancel: Cancel) -> Result<Base, String> {
        let begun = SystemTime::now();
        let mut limits = Limits::default();
        let mut compiled = self.compile(&limits, &mut cancel).await?;
        if !compiled.succeeded {
            // The less is visible that was not, the less can change its meaning by that.
            limits.divided_bytes = usize::MAX;
            compiled = self.compile(&limits, &mut cancel).await?;
        }
        if !compiled.succeeded {
            let found = compiled.diagnostics.first().map(|found| found.message.clone());
            return Err(format!("it does not compile with lifted visibility: {}", found.unwrap_or(compiled.stderr)));
        }
        let suffix = self.derivation.variant.as_ref().map(|variant| variant.extra_filename.as_str());
        let stem =
            format!("{}{}", self.fit.capture.option("--crate-name").unwrap_or_default(), suffix.unwrap_or_default());
        // What is embedded was linked, not copied.
        if newer_than(begun, inputs_in(&self.directory.bases(), &stem, &self.fit.capture), &self.directory.mirror()) {
            return Err("its source changed meanwhile".to_owned());
        }
        let library = self.directory.bases().join(format!("lib{stem}.so"));
        let bytes = tokio::fs::read(&library).await.map_err(|error| format!("{}: {error}", library.display()))?;
        let facts = inspect(&bytes)?;
        prune(&self.directory.bases(), &library);
        let stubs = stub(&self.fit.image, &self.fit.capture, self.directory.stubs(), &mut cancel).await;
        Ok(Base { graph: self.graph, limits, library, layout_symbols: facts.layout_symbols, stubs, fit: self.fit })
    }

    async fn compile(&self, limits: &Limits, cancel: &mut Cancel) -> Result<Compiled, String> {
        self.write(limits).map_err(|error| format!("cannot copy the source: {error}"))?;
        replay(&self.fit.capture, &self.derivation, cancel).await.map_err(|error| error.to_string())
    }

    fn write(&self, limits: &Limits) -> std::io::Result<()> {
        let units = self.graph.units().values();
        let mut files: BTreeMap<_, _> = units.map(|unit| (unit.file().to_owned(), unit.text().to_owned())).collect();
        files.extend(lifted(&self.graph, limits));
        if let Some(root) = files.get_mut(&self.root) {
            root.push_str(MARK);
        }
        self.mirror.write(&files)?;
        self.mirror.link_others()
    }
}

/// What base and patch need beyond the usual to find what they are linked against.
pub(super) fn linking_arguments(directory: &BuildDir) -> Vec<String> {
    let search = |folder: &Path| format!("dependency={}", folder.display());
    ["-L".to_owned(), search(&directory.deps()), "-L".to_owned(), search(&directory.bases())].into()
}

/// Whether one of these files was written after `moment`; of those below `copies` only what they link to counts.
pub(super) fn newer_than(moment: SystemTime, files: Vec<PathBuf>, copies: &Path) -> bool {
    let copies = copies.canonicalize().unwrap_or_else(|_| copies.to_owned());
    files.into_iter().any(|file| {
        // One that cannot be read is being replaced.
        let Ok(original) = file.canonicalize() else { return true };
        let written = std::fs::metadata(&original).and_then(|found| found.modified());
        !original.starts_with(&copies) && written.map_or(true, |at| at > moment)
    })
}
