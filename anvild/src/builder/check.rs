//! Type errors of templates that are not saved yet: the compiler looks at the crate with the text of an editor in place of a
//! file's, and makes no code.
//!
//! A task of its own, beside the builds: it neither waits for one nor disturbs it. One compiler at a time; a newer text of the
//! same client ends the older one's.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anvild_protocol::{CheckOutcome, ClientId, Diagnostic, ForgeChecked, ForgeLowered, Severity, Source};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use super::{
    command::{Cancel, RunError},
    library::stale,
    plan::Plan,
    replay::{Compiled, replay},
    shadow::{Glance, Prepared, Shadows},
};

/// What the first look at a large app takes, several times over. Beyond it a procedural macro hangs.
const CHECK_DEADLINE: Duration = Duration::from_secs(180);

/// Codes of errors in Rust code after which the compiler does not look at types.
const BEFORE_TYPES: [&str; 3] = ["rustc", "E0432", "E0433"];

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
        let worker = Worker { plan: receiver, shadows: Shadows::default(), waiting: VecDeque::new() };
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
    client: ClientId,
    reply: oneshot::Sender<ForgeChecked>,
    /// Dropped with it, which ends the compiler.
    cancel: watch::Sender<bool>,
    look: JoinHandle<ForgeChecked>,
    deadline: Instant,
    is_overdue: bool,
}

struct Worker {
    plan: watch::Receiver<Option<Arc<Plan>>>,
    shadows: Shadows,
    /// At most one of each client.
    waiting: VecDeque<Request>,
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
                checked = ended(&mut running) => if let Some(Running { reply, .. }) = running.take() {
                    // Nobody listens any more at worst.
                    let _ = reply.send(checked);
                },
            }
        }
    }

    async fn take(&mut self, call: CheckCall, running: Option<&Running>) {
        let stop = |client| {
            if let Some(running) = running.filter(|running| running.client == client) {
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
            let Request { client, file, text, reply } = self.waiting.pop_front()?;
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
                Ok(Prepared::Glances(glances)) => {
                    let (cancel, cancelled) = watch::channel(false);
                    let look = tokio::spawn(look(glances, file, cancelled));
                    let deadline = Instant::now() + CHECK_DEADLINE;
                    return Some(Running { client, reply, cancel, look, deadline, is_overdue: false });
                }
                Ok(Prepared::Unused) => answer(CheckOutcome::Checked, Some("no view uses this template".to_owned())),
                Err(why) => answer(CheckOutcome::Unavailable, Some(why)),
            };
            let _ = reply.send(checked);
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

/// Never, while no compiler is at work. One that nobody wants any more is told to end.
async fn ended(running: &mut Option<Running>) -> ForgeChecked {
    let Some(Running { reply, cancel, look, deadline, is_overdue, .. }) = running else {
        return std::future::pending().await;
    };
    let mut checked = tokio::select! {
        checked = &mut *look => Some(checked),
        () = reply.closed() => None,
        () = sleep_until(*deadline) => {
            *is_overdue = true;
            None
        }
    };
    if checked.is_none() {
        cancel.send_replace(true);
        checked = Some(look.await);
    }
    match checked {
        _ if *is_overdue => {
            let why = format!("the compiler has not ended within {} seconds", CHECK_DEADLINE.as_secs());
            answer(CheckOutcome::Unavailable, Some(why))
        }
        Some(Ok(checked)) => checked,
        Some(Err(_)) | None => answer(CheckOutcome::Unavailable, Some("the check was lost; try again".to_owned())),
    }
}

fn answer(outcome: CheckOutcome, why: Option<String>) -> ForgeChecked {
    ForgeChecked { outcome, why, diagnostics: Vec::new() }
}

/// Runs the compiler for each crate. `file` is the template as the client calls it.
async fn look(glances: Vec<Glance>, file: PathBuf, mut cancel: Cancel) -> ForgeChecked {
    let mut checked = answer(CheckOutcome::Checked, None);
    for glance in glances {
        let seen = match replay(&glance.capture, &glance.derivation, &mut cancel).await {
            Ok(compiled) => seen(compiled),
            Err(RunError::Cancelled) => return answer(CheckOutcome::Replaced, None),
            Err(error) => Err(error.to_string()),
        };
        let Seen { errors, beside } = match seen {
            Ok(seen) => seen,
            Err(why) => return answer(CheckOutcome::Unavailable, Some(why)),
        };
        checked.why = checked.why.or(beside);
        for error in errors {
            let error = renamed(error, &glance.file, &file);
            // What several views are made of is compiled several times.
            if !checked.diagnostics.iter().any(|known| is_same(known, &error)) {
                checked.diagnostics.push(error);
            }
        }
    }
    checked
}

/// What the compiler has found.
#[derive(Debug, PartialEq)]
struct Seen {
    /// In templates.
    errors: Vec<Diagnostic>,
    /// The first error elsewhere, as a sentence.
    beside: Option<String>,
}

/// An error says why the compiler has not looked at templates.
fn seen(compiled: Compiled) -> Result<Seen, String> {
    let is_in_template = |found: &Diagnostic| found.file.as_deref().is_some_and(|file| file.ends_with(".forge.html"));
    let stale = if compiled.succeeded { None } else { stale(&compiled) };
    let errors = compiled.diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
    let (mut errors, others): (Vec<_>, Vec<_>) = errors.partition(is_in_template);
    if errors.is_empty() {
        if let Some(why) = stale {
            return Err(format!("the app does not fit together, save it once more: {why}"));
        }
        if let Some(first) = others.iter().find(|found| BEFORE_TYPES.contains(&found.code.as_str())) {
            return Err(format!("the Rust code has an error before types are looked at: {}", sentence(first)));
        }
    }
    for error in &mut errors {
        error.source = Source::Forge;
    }
    let beside = others.first().map(|first| format!("the Rust code has an error, too: {}", sentence(first)));
    Ok(Seen { errors, beside })
}

fn sentence(found: &Diagnostic) -> String {
    let line = found.line.map(|line| format!(":{line}")).unwrap_or_default();
    let place = found.file.as_ref().map(|file| format!("{file}{line}: ")).unwrap_or_default();
    let code = if found.code == "rustc" { String::new() } else { format!("{} ", found.code) };
    format!("{place}{code}{}", found.message)
}

/// The same with the client's name for its file.
fn renamed(mut found: Diagnostic, known: &Path, wanted: &Path) -> Diagnostic {
    let rename = |file: &mut String| {
        if Path::new(&*file) == known {
            *file = wanted.to_string_lossy().into_owned();
        }
    };
    found.file.as_mut().map(rename);
    found.labels.iter_mut().for_each(|label| rename(&mut label.file));
    found
}

fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    let place = |found: &Diagnostic| (found.line, found.column, found.end_line, found.end_column);
    (&one.code, &one.file, &one.message) == (&other.code, &other.file, &other.message) && place(one) == place(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: &str, file: &str) -> Diagnostic {
        Diagnostic::error(Source::Build, code, "no").at(file, 3, 4)
    }

    fn compiled(diagnostics: Vec<Diagnostic>) -> Compiled {
        Compiled { succeeded: diagnostics.is_empty(), diagnostics, stderr: String::new() }
    }

    #[test]
    fn errors_of_templates_are_told_from_those_that_hide_them() {
        let template = error("E0609", "/p/templates/a.forge.html");
        let found = seen(compiled(vec![template.clone(), error("E0308", "/p/src/lib.rs")])).unwrap();
        assert_eq!(found.errors, [Diagnostic { source: Source::Forge, ..template }]);
        assert_eq!(found.beside.as_deref(), Some("the Rust code has an error, too: /p/src/lib.rs:3: E0308 no"));
        assert_eq!(seen(compiled(vec![])), Ok(Seen { errors: vec![], beside: None }));
        // A type that is wrong elsewhere hides nothing; a syntax error hides everything.
        assert_eq!(seen(compiled(vec![error("E0308", "/p/src/lib.rs")])).unwrap().errors, []);
        let hidden = seen(compiled(vec![error("rustc", "/p/src/lib.rs")])).unwrap_err();
        assert!(hidden.ends_with("before types are looked at: /p/src/lib.rs:3: no"), "{hidden}");
        let stale = seen(compiled(vec![error("E0460", "/p/src/lib.rs")])).unwrap_err();
        assert!(stale.contains("save it once more"), "{stale}");
    }

    #[test]
    fn the_client_reads_its_own_name_of_the_file() {
        let known = error("E0609", "/p/app/../shared/a.forge.html");
        let renamed = renamed(known, Path::new("/p/app/../shared/a.forge.html"), Path::new("/p/shared/a.forge.html"));
        assert_eq!(renamed.file.as_deref(), Some("/p/shared/a.forge.html"));
    }
}
