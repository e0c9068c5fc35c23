//! Patch builds: the part of the app library that an edit changed, compiled against the base in constant time.
//!
//! What a patch contains is decided by `anvild_patch`, from the text alone. Here is what that takes: the source as last
//! read, the base, the compiler, and a record of each case in which patch and full build did not agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, SystemTime},
};

use anvild_engine::{Artifact, ImageId, Library};
use anvild_patch::{Graph, ModulePath};
use anvild_protocol::Generation;
use tokio::{
    sync::watch,
    task::{JoinError, JoinHandle},
};

use super::{
    ahead::{Ahead, Claim},
    base::{Base, BaseJob, Fit},
    build_dir::BuildDir,
    command::{Cancel, Priority, cancelled},
    compilation::{Bench, Compilation, Ground, PatchText, Unfit, crate_root},
    plan::Plan,
    waiting::Waiting,
};
use crate::project::CrateId;

/// A patch of more modules than this asks for a newer base: each adds to every further edit.
const MODULES_ON_ONE_BASE: usize = 4;

/// Everything about the patches of one app library that lives from one build to the next.
#[derive(Debug, Default)]
pub(super) struct Patches {
    /// The app library's source as last read.
    source: Option<Graph>,
    /// Rises with every change of what patches are made from.
    version: u64,
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
    /// Modules of the last patch that was compiled to its end: the compiler still knows them.
    familiar: BTreeSet<ModulePath>,
    /// A patch with single items of a file did not compile: from then on files are not divided that need not be.
    is_undivided: bool,
    /// How long the last full build took that had the processor to itself.
    pub(super) full_build: Option<Duration>,
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
    /// The app libraries, in their order; the patch takes the place of that of its package.
    libraries: Vec<Library>,
    image: ImageId,
    modules: usize,
    units: BTreeSet<ModulePath>,
    /// Whether the compiler met all of these modules in the patch before. If not, it takes twice as long.
    is_familiar: bool,
    text: PatchText,
    compilation: Compilation,
    directory: BuildDir,
    /// The same text was in an editor before, and has been compiled or is just being.
    claim: Option<Claim>,
}

impl PatchJob {
    /// Whether it takes as long as compiling does.
    pub(super) fn is_slow(&self) -> bool {
        !self.is_familiar && !self.is_ahead()
    }

    /// Whether it was begun before the save.
    pub(super) fn is_ahead(&self) -> bool {
        self.claim.is_some()
    }

    /// Only takes the processor while nobody else wants it.
    pub(super) fn wait_for_others(&mut self) {
        self.compilation.derivation.priority = Priority::Background;
    }

    /// Whether this compiler waits for such a patch.
    pub(super) fn is_awaited_by(&self, compiler: &mut Waiting) -> bool {
        compiler.fits(&self.compilation)
    }

    /// A compiler for the patch after this one.
    pub(super) fn next_compiler(&self, patched: &Patched) -> Option<Waiting> {
        let is_first = self.compilation.derivation.priority == Priority::Normal;
        let goes_on = is_first && matches!(patched, Patched::Built { .. });
        goes_on.then(|| self.compilation.start_next()).flatten()
    }

    /// The package of its app library.
    pub(super) fn package(&self) -> &str {
        self.compilation.package()
    }

    /// The modules in it.
    pub(super) fn units(&self) -> &BTreeSet<ModulePath> {
        &self.units
    }
}

/// What became of a patch.
#[derive(Debug)]
pub(super) enum Patched {
    Built {
        artifact: Artifact,
        modules: usize,
        /// It was compiled before it was saved.
        is_ahead: bool,
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

    /// Notes the modules of a patch that was compiled to its end.
    pub(super) fn met(&mut self, units: &BTreeSet<ModulePath>) {
        self.familiar.clone_from(units);
    }

    /// Notes that a patch did not compile. The next one on this base, or of as little, would meet the same.
    pub(super) fn failed(&mut self) {
        self.outgrown = true;
        self.is_undivided = true;
        self.version += 1;
    }

    /// Decides whether the newest source can be shown by a patch. An error says why it cannot.
    pub(super) fn decide(
        &mut self,
        plan: &Plan,
        app: CrateId,
        generation: Generation,
        ahead: &Ahead,
    ) -> Result<PatchJob, String> {
        let read_at = SystemTime::now();
        let foreseen = ahead.claim_foreseen(self.version, &self.unread);
        match &foreseen {
            Some(claim) => self.take_foreseen(claim.foreseen.source.clone()),
            None => self.read(plan, app)?,
        }
        self.outgrown |= self.foreign().is_some();
        let ground = self.ground(plan, app)?;
        let libraries = plan.all_libraries().ok_or("the app has not been built yet")?;
        let (patch, text, claim) = match foreseen {
            Some(claim) => (claim.foreseen.patch.clone(), claim.text.clone(), Some(claim)),
            None => {
                let (patch, text) = ground.patch(&ground.source).inspect_err(|_| self.outgrown = true)?;
                let claim = ahead.claim(&text);
                (patch, text, claim)
            }
        };
        let compilation = Compilation::new(&ground, Bench::Saved, read_at)?;
        // The root is in every patch, for it registers the routes.
        let units = patch.units();
        let modules = (units.len() - 1).max(1);
        let is_familiar = units.is_subset(&self.familiar);
        self.outgrown |= modules > MODULES_ON_ONE_BASE || patch.registers_anew();
        let image = ImageId(ground.base.fit.image.host.to_string_lossy().into_owned());
        let directory = plan.directory_of(app);
        Ok(PatchJob { generation, libraries, image, modules, units, is_familiar, text, compilation, directory, claim })
    }

    /// What a patch would be made from. An error says why there can be none.
    pub(super) fn ground(&self, plan: &Plan, app: CrateId) -> Result<Ground, String> {
        let fit = Fit::of(plan, app).ok_or("the app is linked into the host")?;
        let (Some(source), Some(base)) = (&self.source, &self.base) else {
            return Err(match &self.no_base {
                Some(why) => format!("there is no base: {why}"),
                None => "the base is not built yet".to_owned(),
            });
        };
        if base.fit != fit {
            return Err("the base was built with other dependencies".to_owned());
        }
        if let Some(file) = self.foreign() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            return Err(format!("`{name}` is no module of the app"));
        }
        let mut limits = base.limits;
        if self.is_undivided {
            limits.divided_bytes = usize::MAX;
        }
        Ok(Ground {
            version: self.version,
            source: source.clone(),
            base: base.clone(),
            limits,
            plan: plan.clone(),
            app,
        })
    }

    /// A file that has changed and that no patch can show.
    fn foreign(&self) -> Option<&PathBuf> {
        let (Some(source), Some(base)) = (&self.source, &self.base) else { return None };
        self.since_base.iter().find(|file| !source.covers(file) && !base.graph.covers(file))
    }

    /// The source is what was foreseen from texts that have been saved now.
    fn take_foreseen(&mut self, source: Graph) {
        self.since_base.extend(std::mem::take(&mut self.unread));
        self.source = Some(source);
        self.version += 1;
    }

    /// Brings the source up to date.
    fn read(&mut self, plan: &Plan, app: CrateId) -> Result<(), String> {
        let root = crate_root(&plan.captures[app])?;
        let read = |path: &Path| std::fs::read(path);
        // What fails is read again by the next update.
        let unread = std::mem::take(&mut self.unread);
        self.since_base.extend(unread.iter().cloned());
        let is_other = |source: &mut Graph| source.units().values().next().is_none_or(|unit| unit.file() != root);
        self.source.take_if(is_other);
        self.version += u64::from(!unread.is_empty() || self.source.is_none());
        let result = match &mut self.source {
            Some(source) => source.update(unread, read),
            None => Graph::read(root, read).map(|graph| self.source = Some(graph)),
        };
        result.map_err(|unpatchable| unpatchable.reason)
    }

    /// Starts a base where one is missing or a newer one would be better. The source must build.
    pub(super) fn make_base(&mut self, plan: &Plan, app: CrateId) {
        let Some(fit) = Fit::of(plan, app) else { return };
        let fits = self.base.as_ref().is_some_and(|base| base.fit == fit);
        let in_making = self.making.as_ref().is_some_and(|making| making.fit == fit);
        if fits && !self.outgrown || in_making || self.no_base.is_some() {
            return;
        }
        if let Err(why) = self.read(plan, app) {
            self.no_base = Some(why);
            return;
        }
        self.bases += 1;
        let Some(job) = self.source.clone().and_then(|source| BaseJob::new(plan, app, source, self.bases)) else {
            return;
        };
        let (cancel, cancelled) = watch::channel(false);
        self.making = Some(Making { task: tokio::spawn(job.run(cancelled)), fit, _cancel: cancel });
        self.outgrown = false;
        self.since_base.clear();
    }

    /// Whether a base is being made.
    pub(super) fn is_making(&self) -> bool {
        self.making.is_some()
    }

    /// Ready when the base that is being made is there; never while none is.
    pub(super) fn poll_base(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(making) = &mut self.making else { return Poll::Pending };
        let made = ready!(Pin::new(&mut making.task).poll(context));
        self.making = None;
        self.take(made);
        Poll::Ready(())
    }

    fn take(&mut self, made: Result<Result<Base, String>, JoinError>) {
        match made {
            Ok(Ok(base)) => {
                tracing::info!(library = %base.library.display(), "a new base for patches");
                self.base = Some(base);
                self.version += 1;
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
        if let Some(making) = self.making.take_if(|making| making.task.is_finished()) {
            self.take(making.task.await);
        }
    }
}

impl PatchJob {
    /// Compiles the patch, or takes it from whoever compiled the same text ahead. Gives the compiler back if it was of no need.
    pub(super) async fn run(&self, mut compiler: Option<Waiting>, cancel: &mut Cancel) -> (Patched, Option<Waiting>) {
        let built = match &self.claim {
            Some(claim) => self.claimed(claim, cancel).await,
            None => None,
        };
        let is_ahead = built.is_some();
        let built = match built {
            Some(built) => built,
            None => self.compiled(compiler.take(), cancel).await,
        };
        let patched = match built {
            Ok(library) => Patched::Built { artifact: self.artifact(library), modules: self.modules, is_ahead },
            Err(Unfit::Cancelled) => Patched::Cancelled,
            Err(Unfit::Outdated) => Patched::Outdated,
            Err(Unfit::Because(why)) => Patched::Unfit { why },
        };
        (patched, compiler)
    }

    fn artifact(&self, patch: Library) -> Artifact {
        let mut libraries = self.libraries.clone();
        if let Some(library) = libraries.iter_mut().find(|library| library.package == patch.package) {
            *library = patch;
        }
        Artifact { generation: self.generation, image: self.image.clone(), libraries }
    }

    async fn compiled(&self, compiler: Option<Waiting>, cancel: &mut Cancel) -> Result<Library, Unfit> {
        let compiled = self.compilation.run(compiler, &self.text.files, cancel).await?;
        if !self.compilation.is_current(&compiled) {
            return Err(Unfit::Outdated);
        }
        self.compilation.placed(compiled, &self.directory, self.generation)
    }

    /// `None` where nothing of use came out; the patch is then compiled as any other.
    async fn claimed(&self, claim: &Claim, cancel: &mut Cancel) -> Option<Result<Library, Unfit>> {
        let compiled = tokio::select! {
            compiled = claim.compiled() => compiled?,
            () = cancelled(cancel) => return Some(Err(Unfit::Cancelled)),
        };
        claim.compilation.placed(compiled, &self.directory, self.generation).ok().map(Ok)
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
        let Compilation { mirror: place, head, base, derivation, .. } = &self.compilation;
        std::fs::create_dir_all(case)?;
        std::fs::write(case.join("patch.rs"), head)?;
        let mirror = place.copied_to(case.join("patch"));
        let PatchText { files, in_place, .. } = &self.text;
        mirror.write(&files.clone().into_iter().chain(in_place.clone()).collect())?;
        let units = base.graph.units().values();
        let sources: BTreeMap<_, _> = units.map(|unit| (unit.file().to_owned(), unit.text().to_owned())).collect();
        place.copied_to(case.join("base")).write(&sources)?;
        let arguments = derivation.argv(&base.fit.capture);
        std::fs::write(case.join("rustc.json"), serde_json::to_vec_pretty(&arguments)?)?;
        std::fs::write(case.join("result.txt"), what)
    }
}
