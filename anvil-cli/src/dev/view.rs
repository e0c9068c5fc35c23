//! What the terminal of `anvil dev` shows for each event. Pure: events in, [`Show`]s out.

use anvild_protocol::{
    AppChange, AppState, BuildChange, BuildKind, BuildOutcome, BuildProgress, Diagnostic, Event, EventKind, Generation,
    Severity, StageMillis, Status,
};

use crate::{
    diagnostic, logs,
    status::{kind_word, url},
    terminal::Style,
};

/// Between two lines about a long build where there is no terminal to redraw, in milliseconds of the build.
const PLAIN_PROGRESS_MS: u64 = 5000;

/// One thing to show, or to react to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Show {
    /// A line (or several) that stays.
    Line(String),
    /// How far a long build is; replaces the one before on a terminal. `plain` says whether it is worth a line
    /// elsewhere.
    Progress { text: String, plain: bool },
    /// The long build is over.
    ProgressEnd,
    /// The app answers for the first time, or again, at this address.
    Ready { addr: String },
    /// Nothing serves, and nothing will until an edit.
    NotUp,
    /// Somebody ended the app.
    Stopped,
    /// Somebody ended the daemon.
    DaemonEnds { reason: String },
    /// Events were lost: read the status and call [`View::resync`].
    Behind,
}

/// What has been shown so far.
#[derive(Debug)]
pub(super) struct View {
    style: Style,
    seq: Option<u64>,
    live: Generation,
    app: AppState,
    /// As last told, and for which generation.
    diagnostics: (Generation, Vec<Diagnostic>),
    plain_progress: Option<(String, u64)>,
}

impl View {
    pub(super) fn new(style: Style) -> Self {
        Self {
            style,
            seq: None,
            live: Generation(0),
            app: AppState::Stopped,
            diagnostics: (Generation(0), Vec::new()),
            plain_progress: None,
        }
    }

    /// For another daemon: its numbers begin anew.
    pub(super) fn reconnected(&mut self) {
        *self = Self::new(self.style);
    }

    /// The state as it is, after `app/start` and after a gap.
    pub(super) fn resync(&mut self, status: &Status) -> Vec<Show> {
        let mut shows = self.diagnostics(status.generation.saved, status.diagnostics.clone());
        shows.extend(self.app(&AppChange {
            state: status.app.state,
            addr: status.app.addr.clone(),
            pid: status.app.pid,
            live: status.generation.live,
            reason: None,
        }));
        shows
    }

    pub(super) fn event(&mut self, event: Event) -> Vec<Show> {
        let behind = self.seq.is_some_and(|seq| event.seq != seq + 1);
        self.seq = Some(event.seq);
        let mut shows = match event.kind {
            EventKind::Changed { .. } => Vec::new(),
            EventKind::Progress(progress) => vec![self.progress(&progress)],
            EventKind::Build(change) => self.build(&change),
            EventKind::App(change) => self.app(&change),
            EventKind::Diagnostics { generation, diagnostics } => self.diagnostics(generation, diagnostics),
            EventKind::Log(line) => vec![Show::Line(self.style.dim(&self.style.foreign(&logs::render(&line))))],
            EventKind::Stopping { reason } => vec![Show::DaemonEnds { reason }],
        };
        if behind {
            shows.push(Show::Behind);
        }
        shows
    }

    fn progress(&mut self, progress: &BuildProgress) -> Show {
        let BuildProgress { stage, done, total, unit, elapsed_ms, .. } = progress;
        let what = match (stage.as_str(), *total) {
            ("crates", 0) => "compiling".to_owned(),
            ("crates", total) => format!("compiling {done}/{total}"),
            (stage, 0) => format!("building {stage}"),
            (stage, total) => format!("building {stage} {done}/{total}"),
        };
        let unit = unit.as_ref().map(|unit| format!("  {unit}")).unwrap_or_default();
        let text = format!("  {what}{unit}  {}.{} s", elapsed_ms / 1000, elapsed_ms % 1000 / 100);
        let plain = match &self.plain_progress {
            Some((known, shown_ms)) => known != stage || elapsed_ms.saturating_sub(*shown_ms) >= PLAIN_PROGRESS_MS,
            None => true,
        };
        if plain {
            self.plain_progress = Some((stage.clone(), *elapsed_ms));
        }
        Show::Progress { text, plain }
    }

    fn build(&mut self, change: &BuildChange) -> Vec<Show> {
        let BuildChange::Ended { generation, kind, outcome, reason, files, files_total, stages } = change else {
            return Vec::new();
        };
        self.plain_progress = None;
        let files = files_text(files, *files_total);
        let line = match outcome {
            BuildOutcome::Live => {
                self.live = *generation;
                let (way, reason) = way(*kind, reason);
                let parts = [files, reason.to_owned(), stages_text(stages)];
                let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                Some(self.line(Word::Good, way, &parts.join(" · ")))
            }
            BuildOutcome::Failed | BuildOutcome::Refused => {
                let subject = if files.is_empty() { "the project".to_owned() } else { files };
                let verdict = match (outcome, reason.as_str()) {
                    (BuildOutcome::Refused, "") => "was refused",
                    (BuildOutcome::Refused, reason) => reason,
                    (_, _) => "does not compile",
                };
                let separator = if *outcome == BuildOutcome::Refused && !reason.is_empty() { " · " } else { " " };
                // Its patch was live before the full build had ended.
                let taken_back = *outcome == BuildOutcome::Failed && *generation <= self.live;
                let follows = if taken_back { "its patch is taken back".to_owned() } else { self.what_stays() };
                let text = format!("{subject}{separator}{verdict}; {follows}");
                Some(self.line(Word::Bad, "error", &text))
            }
            // A newer save took over; its own line follows.
            BuildOutcome::Cancelled => None,
        };
        std::iter::once(Show::ProgressEnd).chain(line).collect()
    }

    fn app(&mut self, change: &AppChange) -> Vec<Show> {
        let before = std::mem::replace(&mut self.app, change.state);
        self.live = change.live;
        let reason = change.reason.as_deref().unwrap_or("the app is not up");
        match (before, change.state) {
            (AppState::Running | AppState::HandingOver, AppState::Running) => Vec::new(),
            (_, AppState::Running) => {
                let ready = change.addr.clone().map(|addr| Show::Ready { addr });
                std::iter::once(Show::ProgressEnd).chain(ready).collect()
            }
            (AppState::Crashed, AppState::Crashed) | (AppState::Failed, AppState::Failed) => Vec::new(),
            (_, AppState::Crashed) => vec![Show::ProgressEnd, self.line(Word::Bad, "crashed", reason)],
            (_, AppState::Failed) => {
                vec![
                    Show::ProgressEnd,
                    self.line(Word::Bad, "down", &format!("{reason}; waiting for an edit")),
                    Show::NotUp,
                ]
            }
            (AppState::Stopped, AppState::Stopped) => Vec::new(),
            (_, AppState::Stopped) => vec![Show::ProgressEnd, Show::Stopped],
            (_, AppState::Starting | AppState::HandingOver) => Vec::new(),
        }
    }

    /// Each finding once: an error once for every generation that has it, a warning as long as it only moves about.
    fn diagnostics(&mut self, generation: Generation, new: Vec<Diagnostic>) -> Vec<Show> {
        let (old_generation, old) = std::mem::replace(&mut self.diagnostics, (generation, new));
        let known = |diagnostic: &Diagnostic| match diagnostic.severity {
            Severity::Error => old_generation == generation && old.contains(diagnostic),
            Severity::Warning | Severity::Note => old.iter().any(|known| is_the_same_but_moved(known, diagnostic)),
        };
        let fresh: Vec<&Diagnostic> = self.diagnostics.1.iter().filter(|diagnostic| !known(diagnostic)).collect();
        if fresh.is_empty() {
            return Vec::new();
        }
        let lines = fresh.into_iter().map(|diagnostic| Show::Line(diagnostic::render(diagnostic, self.style)));
        std::iter::once(Show::ProgressEnd).chain(lines).collect()
    }

    /// `  ready      http://127.0.0.1:8080   blog   38 routes`
    pub(super) fn ready_line(&self, addr: &str, app: Option<&str>, routes: Option<usize>) -> Show {
        let mut parts = vec![url(addr)];
        parts.extend(app.map(str::to_owned));
        parts.extend(routes.map(|count| format!("{count} {}", if count == 1 { "route" } else { "routes" })));
        self.line(Word::Good, "ready", &parts.join("   "))
    }

    fn what_stays(&self) -> String {
        if self.live.0 == 0 { "nothing is live yet".to_owned() } else { format!("generation {} stays live", self.live) }
    }

    fn line(&self, word: Word, name: &str, text: &str) -> Show {
        let name = format!("{name:<10}");
        let name = match word {
            Word::Good => self.style.green(&name),
            Word::Bad => self.style.red(&name),
        };
        Show::Line(format!("  {name} {text}"))
    }
}

#[derive(Debug, Clone, Copy)]
enum Word {
    Good,
    Bad,
}

fn is_the_same_but_moved(one: &Diagnostic, other: &Diagnostic) -> bool {
    one.code == other.code && one.file == other.file && one.message == other.message
}

/// The way that a generation took, and why: a swap that could have been a patch is `full`, and says why it is not.
fn way(kind: BuildKind, reason: &str) -> (&'static str, &str) {
    match reason.strip_prefix("full: ").filter(|_| kind == BuildKind::Swap) {
        Some(why) => ("full", why),
        None => (kind_word(kind), reason),
    }
}

fn files_text(files: &[String], total: u32) -> String {
    let more = usize::try_from(total).unwrap_or(usize::MAX).saturating_sub(1);
    match files.first() {
        Some(first) if more > 0 => format!("{first} and {more} more"),
        Some(first) => first.clone(),
        None => String::new(),
    }
}

fn stages_text(stages: &StageMillis) -> String {
    let stages = [("detect", stages.detect_ms), ("build", stages.build_ms), ("swap", stages.swap_ms)];
    let parts: Vec<String> =
        stages.iter().filter(|(_, ms)| *ms > 0).map(|(name, ms)| format!("{name} {ms} ms")).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests;
