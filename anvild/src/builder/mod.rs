//! Turns a generation into something a host can load. One task, one build at a time; the engine decides which.
//!
//! Does not touch hosts and does not watch files. Sequences (cargo, captures, deps library, replay) are straight async code
//! here; every step can be cancelled.

mod ahead;
mod base;
mod build_dir;
mod capture;
mod cargo;
mod check;
mod command;
mod compilation;
mod failure;
mod image;
mod inspect;
mod lease;
mod library;
mod link;
mod look;
mod mirror;
mod patch;
mod patches;
mod plan;
mod race;
mod replay;
mod rustc_json;
mod shadow;
mod shared;
mod template_places;
mod waiting;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::Instant,
};

use anvild_engine::{Artifact, BuildResult, Need};
use anvild_protocol::{BuildProgress, Diagnostic, Generation, Source};
use tokio::sync::{mpsc, watch};

use crate::project::{BuildInputs, CrateId, Project};

use ahead::Ahead;
use check::Checks;
use command::Priority;
use library::{Built, Stop};
use patch::PatchJob;
use patches::PatchesOfAll;
use race::{Warming, because, warmed};
use waiting::Waiting;

pub(crate) use ahead::OverlayCall;
pub(crate) use build_dir::remove_libraries_except;
pub(crate) use capture::UnitKind;
pub use capture::{CAPTURE_DIR_VARIABLE, wrap};
pub(crate) use check::CheckCall;

pub use command::{GUARD_ARGUMENT, guard};
pub(crate) use failure::BuildError;
pub use link::{STUBS_VARIABLE, link};
pub(crate) use plan::read_project;

/// Events wait here while the daemon is busy. Progress comes a few times a second; a full queue only slows the builder.
const EVENTS_MAX: usize = 256;

/// Calls about unsaved texts that wait; callers wait beyond it.
const OVERLAY_CALLS_MAX: usize = 16;

/// Calls about templates that wait; more are refused.
const CHECK_CALLS_MAX: usize = 64;

/// How often cargo is asked for one request.
const CARGO_BUILDS_MAX: u32 = 2;

/// What to build.
#[derive(Debug, Clone)]
pub(crate) struct BuildRequest {
    pub(crate) generation: Generation,
    pub(crate) need: Need,
    /// Crates whose sources changed since they were last compiled.
    pub(crate) dirty: BTreeSet<CrateId>,
    /// Files that changed since the last request, with the crates that they belong to.
    pub(crate) changed: BTreeMap<PathBuf, BTreeSet<CrateId>>,
}

/// What the builder reports.
#[derive(Debug)]
pub(crate) enum BuilderEvent {
    Progress(BuildProgress),
    /// A patch can be loaded; the full build of this generation goes on and ends with `Finished`.
    PatchBuilt {
        generation: Generation,
        artifact: Artifact,
        /// What is in it: `1 module`.
        reason: String,
    },
    Finished {
        generation: Generation,
        result: BuildResult,
        /// Crates that are compiled now and were in the request.
        compiled: BTreeSet<CrateId>,
        learned: Learned,
    },
}

/// What a build found out about the project, for watching and classifying.
#[derive(Debug, Clone, Default)]
pub(crate) struct Learned {
    /// Present after cargo was asked.
    pub(crate) project: Option<Arc<Project>>,
    pub(crate) inputs: BuildInputs,
    /// Where generations' libraries lie.
    pub(crate) libraries: Option<PathBuf>,
}

/// Address of the builder's task. Dropping it ends the running build and the task.
#[derive(Debug)]
pub(crate) struct BuilderHandle {
    requests: mpsc::Sender<BuildRequest>,
    overlays: mpsc::Sender<OverlayCall>,
    checks: mpsc::Sender<CheckCall>,
    cancel: watch::Sender<bool>,
    allowed: watch::Sender<bool>,
}

impl BuilderHandle {
    /// Starts the task for the project in `root`, with the app library's package if the user named one.
    pub(crate) fn spawn(root: PathBuf, package: Option<String>) -> (Self, mpsc::Receiver<BuilderEvent>) {
        // One running and, for the moment between its end and the daemon hearing of it, one more.
        let (requests, inbox) = mpsc::channel(2);
        let (overlays, calls) = mpsc::channel(OVERLAY_CALLS_MAX);
        let (checks, check_calls) = mpsc::channel(CHECK_CALLS_MAX);
        let (cancel, cancelled) = watch::channel(false);
        let (allow, allowed) = watch::channel(false);
        let (events, outbox) = mpsc::channel(EVENTS_MAX);
        let patches = PatchesOfAll::default();
        let inputs = BuildInputs::default();
        let ahead = Ahead::spawn(calls);
        let checker = Checks::spawn(check_calls);
        let builder = Builder {
            root,
            package,
            plan: None,
            patches,
            ahead,
            checker,
            warming: None,
            waiting: None,
            edited: None,
            inputs,
            cancelled,
            allowed,
            events,
        };
        tokio::spawn(builder.run(inbox));
        (Self { requests, overlays, checks, cancel, allowed: allow }, outbox)
    }

    /// Says whether a part of an app library may be compiled first. Until this is called, it may not.
    pub(crate) fn allow_patches(&self, allowed: bool) {
        self.allowed.send_if_modified(|before| std::mem::replace(before, allowed) != allowed);
    }

    /// Starts a build. The engine never has two.
    pub(crate) async fn start(&self, request: BuildRequest) {
        self.cancel.send_replace(false);
        // Closed only when the task has panicked; the missing answer is then the daemon's to notice.
        if self.requests.send(request).await.is_err() {
            tracing::error!("the builder is gone");
        }
    }

    /// Hands over what is not saved yet.
    pub(crate) async fn overlay(&self, call: OverlayCall) {
        if self.overlays.send(call).await.is_err() {
            tracing::error!("nothing is built ahead any more");
        }
    }

    /// Asks about a template. Never waits: gives the call back where too many wait already.
    pub(crate) fn check(&self, call: CheckCall) -> Result<(), CheckCall> {
        self.checks.try_send(call).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(call) | mpsc::error::TrySendError::Closed(call) => call,
        })
    }

    /// Kills the running build; its end is still reported.
    pub(crate) fn cancel(&self) {
        self.cancel.send_replace(true);
    }
}

/// How a request is built.
enum Way {
    /// As a whole; `why` where a patch was thought of.
    Full {
        why: Option<String>,
    },
    Patch(Box<PatchJob>),
}

struct Builder {
    root: PathBuf,
    package: Option<String>,
    plan: Option<plan::Plan>,
    patches: PatchesOfAll,
    ahead: Ahead,
    checker: Checks,
    warming: Option<Warming>,
    /// For the next patch.
    waiting: Option<Waiting>,
    /// The package of the app library that was edited last.
    edited: Option<String>,
    inputs: BuildInputs,
    cancelled: watch::Receiver<bool>,
    /// Whether there may be patches.
    allowed: watch::Receiver<bool>,
    events: mpsc::Sender<BuilderEvent>,
}

impl Builder {
    async fn run(mut self, mut inbox: mpsc::Receiver<BuildRequest>) {
        loop {
            let request = tokio::select! {
                request = inbox.recv() => request,
                () = self.patches.base_made() => {
                    if let Some(plan) = &self.plan {
                        self.patches.make_next(plan);
                    }
                    self.prepare();
                    continue;
                }
                Ok(()) = self.allowed.changed() => {
                    self.prepare();
                    continue;
                }
                patched = warmed(&mut self.warming) => {
                    self.note_warmed(&patched);
                    self.prepare();
                    continue;
                }
            };
            let Some(request) = request else { return };
            let (patches, dirty) = (*self.allowed.borrow(), request.dirty.clone());
            let event = self.build(request).await;
            if let Some(plan) = &self.plan {
                self.checker.stand_on(plan);
            }
            let built = matches!(&event, BuilderEvent::Finished { result: BuildResult::Built { .. }, .. });
            if self.events.send(event).await.is_err() {
                return;
            }
            match self.plan.as_ref().filter(|_| built && patches) {
                Some(plan) => self.patches.make_bases(plan, &dirty),
                None => self.patches.leave_bases(),
            }
            self.edited = self.only_app(&dirty).or(self.edited.take());
            self.prepare();
        }
    }

    /// What is compiled ahead stands on the newest source and base.
    fn tell_ahead(&mut self) {
        if let Some(plan) = &self.plan {
            self.ahead.stand_on(self.patches.grounds(plan));
        }
    }

    /// The package of the app library that alone was compiled for these crates.
    fn only_app(&self, dirty: &BTreeSet<CrateId>) -> Option<String> {
        let project = &self.plan.as_ref()?.project;
        let app = if project.has_one_app() { project.app_ids().next() } else { project.only_app(dirty).ok() };
        Some(project.hot[app?].package.clone())
    }

    async fn build(&mut self, mut request: BuildRequest) -> BuilderEvent {
        self.end_warming().await;
        self.patches.saved(self.plan.as_ref(), &std::mem::take(&mut request.changed));
        let generation = request.generation;
        let mut learned = Learned { inputs: self.inputs.clone(), ..Learned::default() };
        let mut compiled = request.dirty.clone();
        let built = match self.patch(&request).await {
            Way::Full { why } => {
                let begun = Instant::now();
                let built = self.artifact(&request, &mut learned, Priority::Normal).await;
                if let (Need::Library, Some(package)) = (&request.need, self.only_app(&request.dirty)) {
                    self.patches.of(&package).full_build = Some(begun.elapsed());
                }
                built.map(|built| match why {
                    Some(why) => because(built, &why),
                    None => built,
                })
            }
            Way::Patch(job) => self.race(*job, &request, &mut learned).await,
        };
        let result = match built {
            Ok(built) => built,
            Err(BuildError::Cancelled) => {
                compiled.clear();
                BuildResult::Cancelled
            }
            Err(BuildError::Diagnostics(diagnostics)) => {
                compiled.clear();
                BuildResult::Failed { diagnostics }
            }
        };
        self.inputs = learned.inputs.clone();
        learned.libraries = self.plan.as_ref().map(|plan| plan.directory.libraries());
        BuilderEvent::Finished { generation, result, compiled, learned }
    }

    /// Which way the request can go.
    async fn patch(&mut self, request: &BuildRequest) -> Way {
        self.patches.take_finished().await;
        let Some(plan) = &self.plan else { return Way::Full { why: None } };
        if !*self.allowed.borrow() || request.need != Need::Library || plan.linking.is_program() {
            return Way::Full { why: None };
        }
        let app = match plan.project.only_app(&request.dirty) {
            Ok(app) => app,
            Err(why) => return Way::Full { why: Some(why) },
        };
        let package = &plan.project.hot[app].package;
        match self.patches.of(package).decide(plan, app, request.generation, &self.ahead) {
            Ok(job) => Way::Patch(Box::new(job)),
            Err(why) => Way::Full { why: Some(why) },
        }
    }

    async fn artifact(
        &mut self,
        request: &BuildRequest,
        learned: &mut Learned,
        priority: Priority,
    ) -> Result<BuildResult, BuildError> {
        let mut reason = match (&request.need, &self.plan) {
            (Need::Cargo { reason }, _) => Some(reason.clone()),
            (_, None) => Some("first build".to_owned()),
            (_, Some(_)) => None,
        };
        let mut dirty = request.dirty.clone();
        let mut cargo_builds = 0;
        loop {
            let mut warnings = Vec::new();
            if let Some(reason) = &reason {
                cargo_builds += 1;
                let before = self.plan.take().map(|plan| plan.toolchain.version);
                warnings = self.plan_by_cargo(request.generation, learned).await?;
                warnings.extend(self.another_toolchain(before.as_deref()));
                dirty.clear();
                tracing::info!(reason, "asked cargo");
            }
            let plan = self.plan.as_mut().expect("made above or in an earlier build");
            let by_cargo = reason.clone();
            match library::build(plan, request.generation, &dirty, learned, priority, &mut self.cancelled).await {
                Ok(Built { artifact, compiled, warnings: more }) => {
                    warnings.extend(more);
                    let reason = match (&plan.linking, by_cargo) {
                        (plan::Linking::Program { reason }, _) => format!("linked statically, since {reason}"),
                        (plan::Linking::Library(_), Some(reason)) => format!("cargo: {reason}"),
                        (plan::Linking::Library(_), None) => format!("replayed {}", compiled.join(", ")),
                    };
                    return Ok(BuildResult::Built { artifact, reason, warnings });
                }
                // The second time too: another cargo may have been at work in the same folder.
                Err(Stop::AskCargo(why)) if cargo_builds < CARGO_BUILDS_MAX => reason = reason.or(Some(why)),
                Err(Stop::AskCargo(why)) => {
                    let message = format!("the replayed build does not fit: {why}");
                    let diagnostic = Diagnostic::error(Source::Build, "ANV0109", message)
                        .help("remove `target/anvil` of the workspace and save any file");
                    return Err(BuildError::Diagnostics(vec![diagnostic]));
                }
                Err(Stop::Error(error)) => return Err(error),
            }
        }
    }

    /// Says that the compiler is not the one of the plan before.
    fn another_toolchain(&self, before: Option<&str>) -> Option<Diagnostic> {
        let (before, now) = (before?, &self.plan.as_ref()?.toolchain.version);
        let message = "the compiler is another one than before, so everything was built anew and handed over";
        (before != now).then(|| Diagnostic::error(Source::Build, "ANV0106", message).warning())
    }

    async fn plan_by_cargo(
        &mut self,
        generation: Generation,
        learned: &mut Learned,
    ) -> Result<Vec<Diagnostic>, BuildError> {
        let started = Instant::now();
        let events = self.events.clone();
        let mut on_progress = move |stage: &str, done: u32, total: u32, unit: Option<&str>| {
            let progress = BuildProgress {
                generation,
                stage: stage.to_owned(),
                done,
                total,
                unit: unit.map(str::to_owned),
                elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            };
            // Progress is for eyes: where the queue is full, the next one tells more.
            let _ = events.try_send(BuilderEvent::Progress(progress));
        };
        let mut findings = plan::Findings { project: None, inputs: learned.inputs.clone() };
        let planned =
            plan::plan(&self.root, self.package.as_deref(), &mut findings, &mut self.cancelled, &mut on_progress).await;
        learned.project = findings.project;
        learned.inputs = findings.inputs;
        let (plan, mut warnings) = planned?;
        if let plan::Linking::Program { reason } = &plan.linking {
            let message =
                format!("the dependencies do not link into one library, so every edit is a handover: {reason}");
            warnings.push(
                Diagnostic::error(Source::Build, "ANV0108", message)
                    .warning()
                    .help("see ANV0108 in docs/diagnostics.md for the usual causes"),
            );
        }
        self.plan = Some(plan);
        Ok(warnings)
    }
}
