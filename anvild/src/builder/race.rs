//! A patch and the whole app, compiled at once: who is first goes live, and the whole app has the last word.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anvild_engine::BuildResult;
use anvild_protocol::Generation;
use tokio::{
    sync::{Notify, mpsc, watch},
    task::{JoinError, JoinHandle},
};

use super::{
    BuildRequest, Builder, BuilderEvent, Learned,
    command::Priority,
    failure::BuildError,
    patch::{PatchJob, Patched},
    waiting::Waiting,
};

/// A full build that takes less is quicker than a patch of modules that the compiler has not met lately.
const CLOSE_RACE: Duration = Duration::from_secs(1);

/// The share of its own time for which the whole app waits for a patch. Compilers that run beside each other slow each other down, even if
/// one is first in line for the processor, and the audit comes hardly later.
const HEAD_START: u32 = 20;

/// How long the whole app waits for the swap to a patch that was there before the save. Derivation: a swap of the largest app takes as long.
const SWAP: Duration = Duration::from_millis(60);

/// A patch that came too late, and is compiled to its end so that the compiler knows its modules.
pub(super) struct Warming {
    job: Arc<PatchJob>,
    task: JoinHandle<Ended>,
    cancel: watch::Sender<bool>,
}

/// Says why the whole app was built.
pub(super) fn because(built: BuildResult, why: &str) -> BuildResult {
    match built {
        // Where cargo was asked after all, its reason says more.
        BuildResult::Built { artifact, reason, warnings } if reason.starts_with("replayed ") => {
            BuildResult::Built { artifact, reason: format!("full: {why}"), warnings }
        }
        other => other,
    }
}

impl Builder {
    /// Compiles a patch, which is reported at once, and the whole app as its auditor. The patch is first in line for the
    /// processor, but where the app is small and the patch slow.
    pub(super) async fn race(
        &mut self,
        mut job: PatchJob,
        request: &BuildRequest,
        learned: &mut Learned,
    ) -> Result<BuildResult, BuildError> {
        let full_build = self.patches.of(job.package()).full_build;
        let is_close = job.is_slow() && full_build.is_some_and(|took| took < CLOSE_RACE);
        let head_start = full_build.filter(|_| !is_close).unwrap_or_default() / HEAD_START;
        let priority = if is_close { Priority::Normal } else { Priority::Background };
        let mut compiler = self.waiting.take();
        compiler.take_if(|compiler| !job.is_awaited_by(compiler));
        if is_close {
            job.wait_for_others();
            compiler.iter().for_each(Waiting::give_way);
        }
        tracing::debug!(waited = compiler.is_some(), "compiling a patch");
        let job = Arc::new(job);
        let (cancel, mut cancelled) = watch::channel(false);
        let runner = Arc::clone(&job);
        let patched = Arc::new(Notify::new());
        let is_patched = Arc::clone(&patched);
        let mut task = tokio::spawn(async move {
            let ended = runner.run(compiler, &mut cancelled).await;
            is_patched.notify_one();
            ended
        });
        let (events, begun) = (self.events.clone(), Instant::now());
        self.tell_ahead();
        let mut next = None;
        let first = {
            let is_ahead = job.is_ahead();
            let mut full = std::pin::pin!(async {
                if is_ahead {
                    tokio::time::sleep(SWAP).await;
                } else {
                    // An error means that it is not there in time.
                    let _ = tokio::time::timeout(head_start, patched.notified()).await;
                }
                self.artifact(request, learned, priority).await
            });
            tokio::select! {
                biased;
                patched = &mut task => {
                    let (patched, unused) = end_of(patched);
                    tell(&events, request.generation, &patched).await;
                    // The next edit may come before the whole app is compiled.
                    next = unused.or_else(|| job.next_compiler(&patched));
                    First::Patch(patched, full.await)
                }
                built = &mut full => First::Full(built),
            }
        };
        let is_built = |built: &Result<BuildResult, BuildError>| matches!(built, Ok(BuildResult::Built { .. }));
        let (patched, built) = match first {
            First::Full(built) if is_close && is_built(&built) => {
                self.patches.of(job.package()).full_build = Some(begun.elapsed());
                self.warming = Some(Warming { job, task, cancel });
                return built.map(|built| because(built, "it was ready before the patch"));
            }
            First::Full(built) => {
                // Whatever came out: the patch is of no use any more.
                cancel.send_replace(true);
                let (patched, unused) = end_of(task.await);
                next = unused;
                (patched, built)
            }
            First::Patch(patched, built) => (patched, built),
        };
        self.waiting = next;
        if is_built(&built) {
            self.patches.of(job.package()).full_build = Some(begun.elapsed());
        }
        self.settle(&job, &patched, built)
    }

    /// The whole app has the last word; what the patch was is noted.
    fn settle(
        &mut self,
        job: &PatchJob,
        patched: &Patched,
        built: Result<BuildResult, BuildError>,
    ) -> Result<BuildResult, BuildError> {
        if matches!(patched, Patched::Built { .. }) {
            self.patches.of(job.package()).met(job.units());
        }
        match (patched, &built) {
            (Patched::Unfit { why }, Ok(BuildResult::Built { .. })) => {
                job.record(why);
                self.patches.of(job.package()).failed();
                built.map(|built| because(built, why))
            }
            (Patched::Built { .. }, Err(BuildError::Diagnostics(found))) => {
                let said = found.iter().filter_map(|found| found.rendered.as_deref().or(Some(&found.message)));
                job.record(&format!("the full build failed:\n{}", said.collect::<Vec<_>>().join("\n")));
                built
            }
            (Patched::Outdated, Ok(_)) => built.map(|built| because(built, "the source changed meanwhile")),
            (Patched::Cancelled, Ok(_)) => built.map(|built| because(built, "it was ready before the patch")),
            _ => built,
        }
    }

    /// What is compiled next has the processor, and the files, to itself.
    pub(super) async fn end_warming(&mut self) {
        if let Some(warming) = &self.warming {
            warming.cancel.send_replace(true);
            let patched = warmed(&mut self.warming).await;
            self.note_warmed(&patched);
        }
    }

    /// Notes what has come of a patch that came too late.
    pub(super) fn note_warmed(&mut self, patched: &Patched) {
        if let (Some(Warming { job, .. }), Patched::Built { .. }) = (self.warming.take(), patched) {
            self.patches.of(job.package()).met(job.units());
        }
    }
}

/// Ends when a patch that came too late has been compiled; never while there is none.
pub(super) async fn warmed(warming: &mut Option<Warming>) -> Patched {
    match warming {
        Some(Warming { task, .. }) => end_of(task.await).0,
        None => std::future::pending().await,
    }
}

/// Which of the two ended first, with the end of the other where that was awaited.
enum First {
    Patch(Patched, Result<BuildResult, BuildError>),
    Full(Result<BuildResult, BuildError>),
}

/// With the compiler that it was of no need for.
type Ended = (Patched, Option<Waiting>);

fn end_of(ended: Result<Ended, JoinError>) -> Ended {
    ended.unwrap_or_else(|lost| {
        tracing::error!(%lost, "the task that makes a patch ended");
        (Patched::Cancelled, None)
    })
}

async fn tell(events: &mpsc::Sender<BuilderEvent>, generation: Generation, patched: &Patched) {
    let Patched::Built { artifact, modules, is_ahead } = patched else { return };
    let mut reason = if *modules == 1 { "1 module".to_owned() } else { format!("{modules} modules") };
    if *is_ahead {
        reason += ", built ahead";
    }
    // An error means that the daemon ends.
    let _ = events.send(BuilderEvent::PatchBuilt { generation, artifact: artifact.clone(), reason }).await;
}
