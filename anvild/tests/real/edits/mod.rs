//! Every kind of edit has a defined outcome: the way it goes live or fails, what is said about it and where, and what is
//! served in the meantime.

mod bursts;
mod code;
mod configuration;
mod crashes;
mod dependencies;
mod going_back;
mod handover;
mod layout;
mod mistakes;
mod release;
pub(crate) mod templates;

use anvild_protocol::{BuildKind, BuildOutcome, Diagnostic, HistoryEntry};

use crate::harness::{Daemon, Project};

/// File, line and column.
pub(crate) type Place = (String, u32, u32);

/// Waits until everything saved answers, and asserts the way it went live.
#[track_caller]
pub(crate) fn live_by(daemon: &Daemon, kind: BuildKind) -> impl Future<Output = HistoryEntry> + '_ {
    let caller = std::panic::Location::caller();
    let live = daemon.live();
    async move {
        let reply = live.await;
        let entry = daemon.last().await;
        let expected = (reply.generation, kind, BuildOutcome::Live);
        assert_eq!((entry.generation, entry.kind, entry.outcome), expected, "{caller}: {entry:?}\n{}", daemon.log());
        entry
    }
}

/// Waits until what was saved has failed, and asserts how, and that `/` answers as before.
#[track_caller]
pub(crate) fn fails_by<'a>(
    daemon: &'a Daemon,
    outcome: BuildOutcome,
    still: &'a str,
) -> impl Future<Output = Vec<Diagnostic>> + 'a {
    let caller = std::panic::Location::caller();
    let failed = daemon.failed();
    async move {
        let diagnostics = failed.await;
        let status = daemon.status().await;
        let history = daemon.history().await;
        let entry = history.iter().find(|entry| entry.generation == status.generation.saved);
        let ended = entry.map(|entry| entry.outcome);
        assert_eq!(ended, Some(outcome), "{caller}: {status:#?}\n{history:#?}");
        let answer = daemon.get("/").await;
        let live = (still, Some(status.generation.live.0));
        assert_eq!((answer.body.as_str(), answer.generation()), live, "{caller}");
        diagnostics
    }
}

/// The only diagnostic with this code.
#[track_caller]
pub(crate) fn only<'a>(diagnostics: &'a [Diagnostic], code: &str) -> &'a Diagnostic {
    let mut found = diagnostics.iter().filter(|found| found.code == code);
    match (found.next(), found.next()) {
        (Some(only), None) => only,
        _ => panic!("not one {code}: {diagnostics:#?}"),
    }
}

/// Where a diagnostic points.
#[track_caller]
pub(crate) fn place_of(found: &Diagnostic) -> Place {
    match (&found.file, found.line, found.column) {
        (Some(file), Some(line), Some(column)) => (file.clone(), line, column),
        _ => panic!("no place: {found:#?}"),
    }
}

/// Where `text` first stands in `file`.
#[track_caller]
pub(crate) fn place(project: &Project, file: &str, text: &str) -> Place {
    let content = project.read(file);
    let before = &content[..content.find(text).unwrap_or_else(|| panic!("{file} has no {text:?}"))];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
    let number = |number: usize| u32::try_from(number).expect("a short file");
    (project.root().join(file).to_string_lossy().into_owned(), number(line), number(column))
}
