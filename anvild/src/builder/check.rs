//! Type errors of templates that are not saved yet: the compiler looks at the crate with the text of an editor in place of a
//! file's, and makes no code.
//!
//! A task of its own, beside the builds: it neither waits for one nor disturbs it. One compiler at a time; a newer text of the
//! same client ends the older one's.

use std::{
    collections::{BTreeSet, VecDeque},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anvild_protocol::{CheckOutcome, ClientId, ForgeChecked, ForgeLowered};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use super::{
    look::{Looked, answer, look},
    plan::Plan,
    shadow::{Glance, Prepared, Shadows},
};

/// What the first look at a large app takes, several times over. Beyond it a procedural macro hangs.
const CHECK_DEADLINE: Duration = Duration::from_secs(180);

/// A call about a template.
#[derive(Debug)]
pub(crate) enum CheckCall {
    /// Look at the types in it.
    Check { client: ClientId, file: PathBuf, text: String, reply: oneshot::Sender<ForgeChecked> },
    /// Show it as Rust. The error is a sentence.
    Lower { file: PathBuf, text: Option<String>, reply: oneshot::Sender<Result<ForgeLowered, String>> },
}

/// The builder's end.
#[derive(Debug)]
pub(super) struct Checks {
    plan: watch::Sender<Option<Arc<Plan>>>,
}

impl Checks {
    /// Starts the task. It ends with the sender of the calls.
    pub(super) fn spawn(calls: mpsc::Receiver<CheckCall>) -> Self {
        let (plan, receiver) = watch::channel(None);
        let worker = Worker {
            plan: receiver,
            shadows: Shadows::default(),
            waiting: VecDeque::new(),
            known: BTreeSet::new(),
            unknown: None,
        };
        tokio::spawn(worker.run(calls));
        Self { plan }
    }

    /// From now on crates are compiled as planned here. A plan that was good once serves until there is a newer one.
    pub(super) fn stand_on(&self, plan: &Plan) {
        self.plan.send_replace(Some(Arc::new(plan.clone())));
    }
}

/// A text that is to be looked at.
#[derive(Debug)]
struct Request {
    client: ClientId,
    file: PathBuf,
    text: String,
    reply: oneshot::Sender<ForgeChecked>,
}

/// A compiler at work.
struct Running {
    /// Who waits for it; nobody, where it looks at what is saved to be faster the next time.
    asked: Option<(ClientId, oneshot::Sender<ForgeChecked>)>,
    file: PathBuf,
    /// Dropped with it, which ends the compiler.
    cancel: watch::Sender<bool>,
    look: JoinHandle<Looked>,
    deadline: Instant,
    is_overdue: bool,
}

struct Worker {
    plan: watch::Receiver<Option<Arc<Plan>>>,
    shadows: Shadows,
    /// At most one of each client.
    waiting: VecDeque<Request>,
    /// The compiler's own notes about crates that it has found in order once. It only keeps those.
    known: BTreeSet<PathBuf>,
    /// A template of a crate that it has found in order never.
    unknown: Option<PathBuf>,
}

impl Worker {
    async fn run(mut self, mut calls: mpsc::Receiver<CheckCall>) {
        let mut running: Option<Running> = None;
        loop {
            if running.is_none() {
                running = self.begin().await;
            }
            tokio::select! {
                call = calls.recv() => match call {
                    Some(call) => self.take(call, running.as_ref()).await,
                    None => return,
                },
                looked = ended(&mut running) => if let Some(Running { asked, file, .. }) = running.take() {
                    self.note(file, asked.is_some(), &looked);
                    if let Some((_, reply)) = asked {
                        // Nobody listens any more at worst.
                        let _ = reply.send(looked.checked);
                    }
                },
            }
        }
    }

    /// Remembers what the compiler knows from now on, and what it would better know.
    fn note(&mut self, file: PathBuf, was_asked: bool, looked: &Looked) {
        self.known.extend(looked.known.iter().cloned());
        if !was_asked && looked.checked.outcome == CheckOutcome::Checked {
            // What is saved has errors as well: another look would learn nothing.
            self.known.extend(looked.unknown.iter().cloned());
        } else if looked.unknown.iter().any(|notes| !self.known.contains(notes)) {
            self.unknown = Some(file);
        }
    }

    async fn take(&mut self, call: CheckCall, running: Option<&Running>) {
        let stop = |client| {
            let gives_way = |running: &&Running| running.asked.as_ref().is_none_or(|(asking, _)| *asking == client);
            if let Some(running) = running.filter(gives_way) {
                running.cancel.send_replace(true);
            }
        };
        match call {
            CheckCall::Check { client, file, text, reply } => {
                stop(client);
                let request = Request { client, file, text, reply };
                match self.waiting.iter_mut().find(|waiting| waiting.client == client) {
                    Some(waiting) => {
                        let older = std::mem::replace(waiting, request);
                        let _ = older.reply.send(answer(CheckOutcome::Replaced, None));
                    }
                    None => self.waiting.push_back(request),
                }
            }
            CheckCall::Lower { file, text, reply } => {
                let lowered = self.lower(file, text).await;
                let _ = reply.send(lowered);
            }
        }
    }

    async fn lower(&mut self, file: PathBuf, text: Option<String>) -> Result<ForgeLowered, String> {
        let plan = self.plan()?;
        let lowered = move |shadows: &mut Shadows| shadows.lower(&plan, &file, text.as_deref());
        let (view, lowered) = self.with_shadows(lowered).await?;
        let map = serde_json::to_value(&lowered.map).map_err(|error| error.to_string())?;
        Ok(ForgeLowered { view, rust: lowered.code, map })
    }

    /// Starts the compiler for the request that has waited longest.
    async fn begin(&mut self) -> Option<Running> {
        loop {
            let Some(Request { client, file, text, reply }) = self.waiting.pop_front() else {
                return self.learn().await;
            };
            if reply.is_closed() {
                continue;
            }
            let prepared = match self.plan() {
                Ok(plan) => {
                    let file = file.clone();
                    self.with_shadows(move |shadows| shadows.prepare(&plan, &file, &text)).await
                }
                Err(why) => Err(why),
            };
            let checked = match prepared {
                Ok(Prepared::Glances(glances)) => return Some(Running::start(glances, file, Some((client, reply)))),
                Ok(Prepared::Unused) => answer(CheckOutcome::Checked, Some("no view uses this template".to_owned())),
                Err(why) => answer(CheckOutcome::Unavailable, Some(why)),
            };
            let _ = reply.send(checked);
        }
    }

    /// Looks at what is saved of a crate that the compiler does not know yet: the next text with an error in it takes a third of
    /// the time then.
    async fn learn(&mut self) -> Option<Running> {
        let file = self.unknown.take()?;
        let text = tokio::fs::read_to_string(&file).await.ok()?;
        let plan = self.plan().ok()?;
        let prepared = {
            let file = file.clone();
            self.with_shadows(move |shadows| shadows.prepare(&plan, &file, &text)).await
        };
        match prepared {
            Ok(Prepared::Glances(glances)) => Some(Running::start(glances, file, None)),
            Ok(Prepared::Unused) | Err(_) => None,
        }
    }

    fn plan(&mut self) -> Result<Arc<Plan>, String> {
        let none =
            "the app has not been built yet, so nobody knows how it is compiled; start it, or wait for its build";
        self.plan.borrow_and_update().clone().ok_or_else(|| none.to_owned())
    }

    /// Reads and writes files beside the daemon's loop.
    async fn with_shadows<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Shadows) -> Result<T, String> + Send + 'static,
    ) -> Result<T, String> {
        let mut shadows = std::mem::take(&mut self.shadows);
        let done = tokio::task::spawn_blocking(move || {
            let result = work(&mut shadows);
            (shadows, result)
        });
        // What a panic has taken along is read anew.
        let (shadows, result) = done.await.map_err(|error| format!("the template cannot be read: {error}"))?;
        self.shadows = shadows;
        result
    }
}

impl Running {
    fn start(glances: Vec<Glance>, file: PathBuf, asked: Option<(ClientId, oneshot::Sender<ForgeChecked>)>) -> Self {
        let (cancel, cancelled) = watch::channel(false);
        let look = tokio::spawn(look(glances, file.clone(), cancelled));
        Self { asked, file, cancel, look, deadline: Instant::now() + CHECK_DEADLINE, is_overdue: false }
    }
}

/// Never, while no compiler is at work. One that nobody wants any more is told to end.
async fn ended(running: &mut Option<Running>) -> Looked {
    let Some(Running { asked, cancel, look, deadline, is_overdue, .. }) = running else {
        return std::future::pending().await;
    };
    let closed = async {
        match asked {
            Some((_, reply)) => reply.closed().await,
            None => std::future::pending().await,
        }
    };
    let mut looked = tokio::select! {
        looked = &mut *look => Some(looked),
        () = closed => None,
        () = sleep_until(*deadline) => {
            *is_overdue = true;
            None
        }
    };
    if looked.is_none() {
        cancel.send_replace(true);
        looked = Some(look.await);
    }
    match looked {
        _ if *is_overdue => {
            let why = format!("the compiler has not ended within {} seconds", CHECK_DEADLINE.as_secs());
            Looked::nothing(answer(CheckOutcome::Unavailable, Some(why)))
        }
        Some(Ok(looked)) => looked,
        Some(Err(_)) | None => {
            Looked::nothing(answer(CheckOutcome::Unavailable, Some("the check was lost; try again".to_owned())))
        }
    }
}
