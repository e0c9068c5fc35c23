//! Patch builds: the part of the app library that an edit changed, compiled against the base in constant time.
//!
//! What a patch contains is decided by `anvild_patch`, from the text alone. Here is what that takes: the source as last
//! read, the base, the compiler, and a record of each case in which patch and full build did not agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::SystemTime,
};

use anvild_engine::{Artifact, ImageId};
use anvild_patch::{Decision, Graph, Limits, ModulePath};
use anvild_protocol::Generation;
use tokio::{sync::watch, task::JoinHandle};

use super::{
    base::{Base, BaseJob, Fit, NEEDED, linking_arguments, newer_than},
    build_dir::BuildDir,
    cargo::Toolchain,
    command::{Cancel, RunError},
    inspect::{inspect, short_hash},
    library::foreign,
    mirror::Mirror,
    plan::{Plan, inputs_in},
    replay::{Derivation, Variant, replay},
};

/// A patch of more modules than this asks for a newer base: each adds to every further edit.
const MODULES_ON_ONE_BASE: usize = 4;

/// Everything about patches that lives from one build to the next.
#[derive(Debug, Default)]
pub(super) struct Patches {
    /// The app library's source as last read.
    source: Option<Graph>,
    /// Files that changed since.
    unread: BTreeSet<PathBuf>,
    /// Files that changed since the base was begun.
    since_base: BTreeSet<PathBuf>,
    base: Option<Base>,
    making: Option<Making>,
    /// Why the last base could not be made; for as long as the source is the same it cannot.
    no_base: Option<String>,
    /// The base is good, but a newer one would be better.
    outgrown: bool,
    /// Bases begun so far.
    bases: u32,
    /// Modules of the last patch, which the compiler still knows.
    familiar: BTreeSet<ModulePath>,
}

/// A base that is being compiled.
#[derive(Debug)]
struct Making {
    task: JoinHandle<Result<Base, String>>,
    fit: Fit,
    /// Dropped with it, which ends the compiler.
    _cancel: watch::Sender<bool>,
}

/// A patch that can be compiled now.
#[derive(Debug)]
pub(super) struct PatchJob {
    generation: Generation,
    modules: usize,
    /// Whether the compiler met all of these modules in the patch before. If not, it takes twice as long.
    pub(super) is_familiar: bool,
    files: BTreeMap<PathBuf, String>,
    /// Compiled where they are.
    in_place: BTreeMap<PathBuf, String>,
    mirror: Mirror,
    derivation: Derivation,
    base: Base,
    directory: BuildDir,
    toolchain: Toolchain,
    read_at: SystemTime,
}

/// What became of a patch.
#[derive(Debug)]
pub(super) enum Patched {
    Built {
        artifact: Artifact,
        modules: usize,
    },
    /// The sentence is the compiler's, or one about the result.
    Unfit {
        why: String,
    },
    /// What was compiled may be newer than what was planned.
    Outdated,
    Cancelled,
}

impl Patches {
    /// Notes files that were saved.
    pub(super) fn saved(&mut self, files: BTreeSet<PathBuf>) {
        if !files.is_empty() {
            self.no_base = None;
        }
        self.unread.extend(files);
    }

    /// Asks for a newer base after the next build that succeeds.
    pub(super) fn outgrow(&mut self) {
        self.outgrown = true;
    }

    /// Decides whether the newest source can be shown by a patch. An error says why it cannot.
    pub(super) fn decide(&mut self, plan: &Plan, generation: Generation) -> Result<PatchJob, String> {
        let read_at = SystemTime::now();
        self.read(plan)?;
        let fit = Fit::of(plan).ok_or("the app is linked into the host")?;
        let (Some(source), Some(base)) = (&self.source, &self.base) else {
            return Err(match &self.no_base {
                Some(why) => format!("there is no base: {why}"),
                None => "the base is not built yet".to_owned(),
            });
        };
        if base.fit != fit {
            return Err("the base was built with other dependencies".to_owned());
        }
        let covers = |file: &PathBuf| source.covers(file) || base.graph.covers(file);
        if let Some(file) = self.since_base.iter().find(|file| !covers(file)) {
            self.outgrown = true;
            return Err(format!(
                "`{}` is no module of the app",
                file.file_name().unwrap_or_default().to_string_lossy()
            ));
        }
        let patch = match anvild_patch::plan(&base.graph, source, &BTreeSet::new(), &Limits::default()) {
            Decision::Patch(patch) => patch,
            Decision::Full { reason } => {
                self.outgrown = true;
                return Err(reason);
            }
        };
        // The root is in every patch, for it registers the routes.
        let units = patch.units();
        let modules = (units.len() - 1).max(1);
        let is_familiar = units.is_subset(&self.familiar);
        self.familiar = units;
        self.outgrown |= modules > MODULES_ON_ONE_BASE;
        let text = anvild_patch::patch(source, &patch);
        let capture = &fit.capture;
        let root = capture.cwd.join(capture.root().ok_or("the crate root is not known")?);
        let mirror = Mirror::new(&capture.cwd, Path::new(capture.root().unwrap_or_default()), plan.directory.patch());
        let mut files: BTreeMap<_, _> = text.files.into_iter().collect();
        files.insert(root.clone(), text.root + NEEDED);
        let originals = source.units().values().filter(|unit| text.in_place.iter().any(|file| file == unit.file()));
        let in_place = originals.map(|unit| (unit.file().to_owned(), unit.text().to_owned())).collect();
        let place = mirror.place(&root).ok_or("the crate root lies outside of its folder")?;
        let derivation = derivation(plan, base, place, &mirror);
        let (directory, toolchain, base) = (plan.directory.clone(), plan.toolchain.clone(), base.clone());
        Ok(PatchJob {
            generation,
            modules,
            is_familiar,
            files,
            in_place,
            mirror,
            derivation,
            base,
            directory,
            toolchain,
            read_at,
        })
    }

    /// Brings the source up to date.
    fn read(&mut self, plan: &Plan) -> Result<(), String> {
        let capture = &plan.captures[plan.project.app_id()];
        let root = capture.cwd.join(capture.root().ok_or("the crate root is not known")?);
        let read = |path: &Path| std::fs::read(path);
        // What fails is read again by the next update.
        let unread = std::mem::take(&mut self.unread);
        self.since_base.extend(unread.iter().cloned());
        let is_other = |source: &mut Graph| source.units().values().next().is_none_or(|unit| unit.file() != root);
        self.source.take_if(is_other);
        let result = match &mut self.source {
            Some(source) => source.update(unread, read),
            None => Graph::read(root, read).map(|graph| self.source = Some(graph)),
        };
        result.map_err(|unpatchable| unpatchable.reason)
    }

    /// Starts a base where one is missing or a newer one would be better. The source must build.
    pub(super) fn make_base(&mut self, plan: &Plan) {
        let Some(fit) = Fit::of(plan) else { return };
        let fits = self.base.as_ref().is_some_and(|base| base.fit == fit);
        let in_making = self.making.as_ref().is_some_and(|making| making.fit == fit);
        if fits && !self.outgrown || in_making || self.no_base.is_some() {
            return;
        }
        if let Err(why) = self.read(plan) {
            self.no_base = Some(why);
            return;
        }
        self.bases += 1;
        let Some(job) = self.source.clone().and_then(|source| BaseJob::new(plan, source, self.bases)) else { return };
        let (cancel, cancelled) = watch::channel(false);
        self.making = Some(Making { task: tokio::spawn(job.run(cancelled)), fit, _cancel: cancel });
        self.outgrown = false;
        self.since_base.clear();
    }

    /// Ends when the base that is being made is there; never while none is.
    pub(super) async fn base_made(&mut self) {
        let Some(making) = &mut self.making else { return std::future::pending().await };
        let made = (&mut making.task).await;
        self.making = None;
        match made {
            Ok(Ok(base)) => {
                tracing::info!(library = %base.library.display(), "a new base for patches");
                self.base = Some(base);
            }
            Ok(Err(why)) => {
                tracing::info!(why, "no base for patches");
                self.no_base = Some(why);
            }
            Err(lost) => tracing::error!(%lost, "the task that makes a base ended"),
        }
    }

    /// Takes a base that was finished during a build.
    pub(super) async fn take_finished(&mut self) {
        if self.making.as_ref().is_some_and(|making| making.task.is_finished()) {
            self.base_made().await;
        }
    }
}

fn derivation(plan: &Plan, base: &Base, root: PathBuf, mirror: &Mirror) -> Derivation {
    let usual = super::library::derivation(plan, plan.project.app_id());
    let mut extra = usual.extra;
    extra.extend(linking_arguments(&plan.directory));
    extra.extend(["--extern".to_owned(), format!("__base={}", base.library.display())]);
    extra.extend(["-C".to_owned(), format!("link-arg=-Wl,-rpath,{}", plan.directory.bases().display())]);
    extra.extend(mirror.remapping());
    extra.extend(["--cap-lints".to_owned(), "allow".to_owned()]);
    Derivation {
        output: plan.directory.patch(),
        incremental: Some(plan.directory.incremental().join(format!("{}-patch", plan.project.app().name))),
        // One crate cannot use another of the same name and metadata.
        variant: Some(Variant { root, metadata: Some("anvil-patch".to_owned()), extra_filename: "-patch".to_owned() }),
        extra,
        ..usual
    }
}

impl PatchJob {
    /// Compiles the patch and looks at the result before anyone may load it.
    pub(super) async fn run(&self, cancel: &mut Cancel) -> Patched {
        match self.compile(cancel).await {
            Ok(artifact) => Patched::Built { artifact, modules: self.modules },
            Err(Unfit::Cancelled) => Patched::Cancelled,
            Err(Unfit::Outdated) => Patched::Outdated,
            Err(Unfit::Because(why)) => Patched::Unfit { why },
        }
    }

    async fn compile(&self, cancel: &mut Cancel) -> Result<Artifact, Unfit> {
        let because = |error: std::io::Error| Unfit::Because(error.to_string());
        self.mirror.write(&self.files).map_err(because)?;
        let capture = &self.base.fit.capture;
        let compiled = replay(capture, &self.derivation, cancel).await?;
        if !compiled.succeeded {
            let found = compiled.diagnostics.first();
            let why = found.map_or(compiled.stderr, |found| format!("{} {}", found.code, found.message));
            return Err(Unfit::Because(format!("the patch does not compile: {why}")));
        }
        let name = capture.option("--crate-name").unwrap_or_default();
        let inputs = inputs_in(&self.directory.patch(), &format!("{name}-patch"), capture);
        if newer_than(self.read_at, inputs, &self.directory.patch()) {
            return Err(Unfit::Outdated);
        }
        let built = self.directory.patch().join(format!("lib{name}-patch.so"));
        let bytes = tokio::fs::read(&built).await.map_err(because)?;
        let facts = inspect(&bytes).map_err(Unfit::Because)?;
        let base_name = self.base.library.file_name().unwrap_or_default().to_string_lossy();
        let image = &self.base.fit.image;
        let why = if !facts.has_routes {
            Some("the patch registers no routes".to_owned())
        } else if !facts.needed.iter().any(|needed| *needed == base_name) {
            Some(format!("the patch was not linked against {base_name}"))
        } else {
            foreign(&facts, image, &self.toolchain.libraries)
        };
        if let Some(why) = why {
            return Err(Unfit::Because(why));
        }
        let unique = short_hash([facts.sha256.as_bytes(), &std::process::id().to_le_bytes()]);
        let file = self.directory.libraries().join(format!("{name}-{}-patch-{unique}.so", self.generation));
        std::fs::rename(&built, &file).map_err(because)?;
        // The dynamic loader finds what the base exports through the patch as well.
        let mut layout_symbols: BTreeSet<String> = facts.layout_symbols.into_iter().collect();
        layout_symbols.extend(self.base.layout_symbols.iter().cloned());
        Ok(Artifact {
            generation: self.generation,
            image: ImageId(image.host.to_string_lossy().into_owned()),
            library: Some(file.to_string_lossy().into_owned()),
            base: Some(self.base.library.to_string_lossy().into_owned()),
            sha256: Some(facts.sha256),
            layout_symbols: layout_symbols.into_iter().collect(),
            has_boot: facts.has_boot,
        })
    }
}

/// Cases kept of those in which patch and full build did not agree.
const DISAGREEMENTS_KEPT: usize = 8;

impl PatchJob {
    /// Keeps what it takes to compile this patch again, since the full build came to another result.
    pub(super) fn record(&self, what: &str) {
        let folder = self.directory.disagreements();
        let case = folder.join(format!("{}-{}", std::process::id(), self.generation));
        if let Err(error) = self.write_case(&case, what) {
            tracing::warn!(%error, case = %case.display(), "cannot record a disagreement of patch and full build");
            return;
        }
        tracing::warn!(what, case = %case.display(), "patch and full build do not agree; the full build counts");
        let Ok(entries) = std::fs::read_dir(&folder) else { return };
        let age = |path: &PathBuf| std::fs::metadata(path).and_then(|found| found.modified()).ok();
        let mut cases: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        cases.sort_by_key(age);
        for old in cases.iter().rev().skip(DISAGREEMENTS_KEPT) {
            // Left for the next time if it cannot be removed now.
            let _ = std::fs::remove_dir_all(old);
        }
    }

    fn write_case(&self, case: &Path, what: &str) -> std::io::Result<()> {
        let mirror = self.mirror.copied_to(case.join("patch"));
        mirror.write(&self.files.clone().into_iter().chain(self.in_place.clone()).collect())?;
        let units = self.base.graph.units().values();
        let base: BTreeMap<_, _> = units.map(|unit| (unit.file().to_owned(), unit.text().to_owned())).collect();
        self.mirror.copied_to(case.join("base")).write(&base)?;
        let arguments = self.derivation.argv(&self.base.fit.capture);
        std::fs::write(case.join("rustc.json"), serde_json::to_vec_pretty(&arguments)?)?;
        std::fs::write(case.join("result.txt"), what)
    }
}

enum Unfit {
    Cancelled,
    Outdated,
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
