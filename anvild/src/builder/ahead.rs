//! Patches of what is not saved yet: while somebody types, the patch for the text in the editor is compiled, so that saving
//! that text goes live at once.
//!
//! A task of its own, beside the builds. What it makes is not loaded and not even named before the builder has read the
//! same text from the disk and claims it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use anvild_patch::{Graph, Unit, patch_elsewhere};
use anvild_protocol::{ClientId, OverlayOutcome, OverlayReply};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::Instant,
};

use super::{
    base::NEEDED,
    build_dir::remove_libraries_except,
    command::Cancel,
    compilation::{Bench, Compilation, Compiled, Ground, PatchText, Unfit, crate_root},
};

/// Who types goes on typing: a text must have stood for so long.
const QUIET: Duration = Duration::from_millis(50);

/// A call about texts that are not saved yet.
#[derive(Debug)]
pub(crate) enum OverlayCall {
    /// The text that the file would have if it were saved now.
    Set { client: ClientId, file: PathBuf, text: String, reply: oneshot::Sender<OverlayReply> },
    /// The file counts as it is on the disk.
    Clear { file: PathBuf },
    /// All of this client.
    Gone { client: ClientId },
}

/// The builder's end.
#[derive(Debug)]
pub(super) struct Ahead {
    grounds: watch::Sender<Grounds>,
    newest: Newest,
}

/// Of each app library, what patches are made from, or why there can be none. Never empty.
type Grounds = Vec<Result<Arc<Ground>, String>>;

/// What was begun last, unless it has been claimed.
type Newest = Arc<Mutex<Option<Claim>>>;

/// Empty until the compiler has ended.
type Outcome = watch::Receiver<Option<Result<Compiled, Unfit>>>;

/// A patch that is compiled ahead.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub(super) text: PatchText,
    pub(super) foreseen: Arc<Foreseen>,
    pub(super) compilation: Compilation,
    result: Outcome,
    /// Turns true when nobody can want it any more. Dropped by all, it ends the compiler as well.
    cancel: watch::Sender<bool>,
}

/// What the source will be once the texts are saved, so that a save need not be thought through again.
#[derive(Debug)]
pub(super) struct Foreseen {
    /// [`Ground::version`] of what it stands on.
    version: u64,
    /// The files whose texts are not saved.
    files: BTreeMap<PathBuf, String>,
    pub(super) source: Graph,
    pub(super) patch: anvild_patch::Plan,
}

impl Foreseen {
    /// Whether this is what has come, when just these files were saved.
    fn has_come(&self, version: u64, saved: &BTreeSet<PathBuf>) -> bool {
        let is_saved =
            |(file, text): (&PathBuf, &String)| std::fs::read(file).is_ok_and(|read| read == text.as_bytes());
        self.version == version && self.files.keys().eq(saved) && self.files.iter().all(is_saved)
    }
}

impl Claim {
    /// The library, as soon as there is one, if it is still what would be compiled now.
    pub(super) async fn compiled(&self) -> Option<Compiled> {
        let compiled = end(self.result.clone()).await?.ok()?;
        if self.compilation.is_current(&compiled) {
            return Some(compiled);
        }
        // Left for the next daemon if it cannot be removed now.
        let _ = tokio::fs::remove_file(compiled.library).await;
        None
    }
}

async fn end(mut result: Outcome) -> Option<Result<Compiled, Unfit>> {
    // An error means that the task is gone.
    result.wait_for(Option::is_some).await.ok()?.clone()
}

impl Ahead {
    /// Starts the task. It ends with the sender of the calls.
    pub(super) fn spawn(calls: mpsc::Receiver<OverlayCall>) -> Self {
        let (grounds, receiver) = watch::channel(vec![Err("the app has not been built yet".to_owned())]);
        let newest = Newest::default();
        let worker = Worker {
            overlays: BTreeMap::new(),
            edited: None,
            grounds: receiver,
            newest: Arc::clone(&newest),
            waiting: None,
            last: None,
            numbers: 0,
        };
        tokio::spawn(worker.run(calls));
        Self { grounds, newest }
    }

    /// From now on patches of the app libraries are made from these, or there are none.
    pub(super) fn stand_on(&self, grounds: Vec<Result<Ground, String>>) {
        self.grounds.send_modify(|current| *current = grounds.into_iter().map(|ground| ground.map(Arc::new)).collect());
    }

    /// Takes what was begun last if it was begun for what has been saved since this version.
    pub(super) fn claim_foreseen(&self, version: u64, saved: &BTreeSet<PathBuf>) -> Option<Claim> {
        locked(&self.newest).take_if(|claim| claim.foreseen.has_come(version, saved))
    }

    /// Takes what was begun last if it is this patch.
    pub(super) fn claim(&self, text: &PatchText) -> Option<Claim> {
        locked(&self.newest).take_if(|claim| claim.text == *text)
    }
}

fn locked(newest: &Newest) -> MutexGuard<'_, Option<Claim>> {
    newest.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Worker {
    overlays: BTreeMap<PathBuf, (ClientId, String)>,
    /// The file of the newest call: its app library is the one that is built ahead.
    edited: Option<PathBuf>,
    grounds: watch::Receiver<Grounds>,
    newest: Newest,
    /// The newest call, which hears what comes of it, and its file.
    waiting: Option<(PathBuf, oneshot::Sender<OverlayReply>)>,
    /// Of what was begun last, claimed or not: two at a time would write the same files.
    last: Option<Outcome>,
    numbers: u64,
}

impl Worker {
    async fn run(mut self, mut calls: mpsc::Receiver<OverlayCall>) {
        let mut due: Option<Instant> = None;
        loop {
            let running = locked(&self.newest).as_ref().map(|claim| claim.result.clone());
            let is_waiting = self.waiting.is_some();
            tokio::select! {
                call = calls.recv() => match call {
                    Some(call) => {
                        self.take(call);
                        due = Some(Instant::now() + QUIET);
                    }
                    None => break,
                },
                changed = self.grounds.changed() => match changed {
                    Ok(()) => due = Some(Instant::now()),
                    Err(_) => break,
                },
                () = sleep_until(due), if due.is_some() => {
                    due = None;
                    self.begin();
                }
                Some(result) = ended(running), if is_waiting && due.is_none() => self.answer(match result {
                    Ok(_) => reply(OverlayOutcome::Ready, None),
                    Err(Unfit::Because(why)) => reply(OverlayOutcome::None, Some(why)),
                    Err(Unfit::Cancelled | Unfit::Outdated) => reply(OverlayOutcome::None, None),
                }),
            }
        }
        if let Some(claim) = locked(&self.newest).take() {
            claim.cancel.send_replace(true);
        }
    }

    fn take(&mut self, call: OverlayCall) {
        match call {
            OverlayCall::Set { client, file, text, reply: newer } => {
                self.overlays.insert(file.clone(), (client, text));
                self.edited = Some(file.clone());
                self.answer(reply(OverlayOutcome::Replaced, None));
                self.waiting = Some((file, newer));
            }
            OverlayCall::Clear { file } => {
                self.overlays.remove(&file);
            }
            OverlayCall::Gone { client } => self.overlays.retain(|_, (owner, _)| *owner != client),
        }
    }

    fn answer(&mut self, reply: OverlayReply) {
        if let Some((_, waiting)) = self.waiting.take() {
            // Nobody listens any more at worst.
            let _ = waiting.send(reply);
        }
    }

    /// Compiles what would be built if all were saved now, unless that is what is compiled already.
    fn begin(&mut self) {
        let grounds = self.grounds.borrow_and_update().clone();
        let ground = of_file(grounds, self.edited.as_deref());
        if let (Ok(ground), Some((file, _))) = (&ground, &self.waiting)
            && module(&ground.source, file).is_none()
        {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let why = format!("`{name}` is no module of the app");
            self.answer(reply(OverlayOutcome::None, Some(why)));
        }
        let planned = ground.and_then(|ground| Ok((planned(&ground, &self.overlays)?, ground)));
        let (Planned { text, files, compilation, foreseen }, ground) = match planned {
            Ok((Some(planned), ground)) => (planned, ground),
            // What was begun before may still be saved: an editor can forget a text before its file is seen to have changed.
            Ok((None, _)) => {
                return self.answer(reply(OverlayOutcome::None, Some("it is what was saved".to_owned())));
            }
            Err(why) => return self.answer(reply(OverlayOutcome::None, Some(why))),
        };
        if let Some(claim) = locked(&self.newest).as_mut().filter(|claim| claim.text == text) {
            claim.foreseen = foreseen;
            return;
        }
        self.numbers += 1;
        if self.numbers == 1 {
            // What an earlier daemon built and nobody saved.
            remove_libraries_except(&ground.plan.directory.ready(), &[]);
        }
        let place = ground.plan.directory.ready().join(format!("{}-{}.so", std::process::id(), self.numbers));
        let (cancel, cancelled) = watch::channel(false);
        let (done, result) = watch::channel(None);
        let last = self.last.replace(result.clone());
        let claim = Claim { text, foreseen, compilation: compilation.clone(), result, cancel };
        let unclaimed = locked(&self.newest).replace(claim);
        if let Some(unclaimed) = &unclaimed {
            unclaimed.cancel.send_replace(true);
        }
        tokio::spawn(async move {
            let before = match last {
                Some(last) => end(last).await,
                None => None,
            };
            if let (Some(_), Some(Ok(before))) = (unclaimed, before) {
                // Left for the next daemon if it cannot be removed now.
                let _ = tokio::fs::remove_file(before.library).await;
            }
            let compiled = compile(&compilation, &files, &place, cancelled).await;
            done.send_replace(Some(compiled));
        });
    }
}

/// A patch of unsaved texts.
struct Planned {
    text: PatchText,
    /// What it is compiled from, by the path of the original.
    files: BTreeMap<PathBuf, String>,
    compilation: Compilation,
    foreseen: Arc<Foreseen>,
}

/// `None` where nothing differs from what was saved.
fn planned(ground: &Ground, overlays: &BTreeMap<PathBuf, (ClientId, String)>) -> Result<Option<Planned>, String> {
    let differs = |(file, (_, text)): &(&PathBuf, &(ClientId, String))| {
        module(&ground.source, file).is_some_and(|unit| unit.text() != text)
    };
    let differing: BTreeMap<PathBuf, String> =
        overlays.iter().filter(differs).map(|(file, (_, text))| (file.clone(), text.clone())).collect();
    if differing.is_empty() {
        return Ok(None);
    }
    let read_at = SystemTime::now();
    let mut source: Graph = ground.source.clone();
    let read = |path: &Path| match overlays.get(path) {
        Some((_, text)) => Ok(text.clone().into_bytes()),
        None => std::fs::read(path),
    };
    source.update(differing.keys(), read).map_err(|unpatchable| unpatchable.reason)?;
    let (patch, text) = ground.patch(&source)?;
    let compilation = Compilation::new(ground, Bench::Unsaved, read_at)?;
    let place = |original: &Path| compilation.mirror.place(original).unwrap_or_else(|| original.to_owned());
    let elsewhere = patch_elsewhere(&source, &patch, &place);
    let mut files: BTreeMap<_, _> = elsewhere.files.into_iter().collect();
    files.insert(crate_root(&ground.base.fit.capture)?, elsewhere.root + NEEDED);
    let foreseen = Arc::new(Foreseen { version: ground.version, files: differing, source, patch });
    Ok(Some(Planned { text, files, compilation, foreseen }))
}

/// That of the app library of which the file is a module. What may be one, since the modules are not known, stands before what is
/// none.
fn of_file(grounds: Grounds, file: Option<&Path>) -> Result<Arc<Ground>, String> {
    let is_module = |ground: &Ground| file.is_some_and(|file| module(&ground.source, file).is_some());
    let rank = |ground: &Result<Arc<Ground>, String>| match ground {
        Ok(ground) if is_module(ground) => 0,
        Err(_) => 1,
        Ok(_) => 2,
    };
    let none = || Err("the app has not been built yet".to_owned());
    grounds.into_iter().min_by_key(rank).unwrap_or_else(none)
}

/// The module that this file is. What is embedded is none: the compiler reads it from the disk.
fn module<'g>(source: &'g Graph, file: &Path) -> Option<&'g Unit> {
    source.units().values().find(|unit| unit.file() == file)
}

/// Compiles, and puts the library where the next one does not.
async fn compile(
    compilation: &Compilation,
    files: &BTreeMap<PathBuf, String>,
    place: &Path,
    mut cancel: Cancel,
) -> Result<Compiled, Unfit> {
    let mut compiled = compilation.run(None, files, &mut cancel).await?;
    tokio::fs::rename(&compiled.library, place).await?;
    place.clone_into(&mut compiled.library);
    Ok(compiled)
}

fn reply(outcome: OverlayOutcome, why: Option<String>) -> OverlayReply {
    OverlayReply { outcome, why }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

async fn ended(result: Option<Outcome>) -> Option<Result<Compiled, Unfit>> {
    match result {
        Some(result) => end(result).await,
        None => std::future::pending().await,
    }
}
