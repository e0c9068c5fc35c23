//! Checks of the types of unsaved templates, which the daemon makes: when one is due, and what came of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};

use anvild_protocol::Diagnostic;
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    diagnostics::Finding,
    document::DocumentId,
    state::{Event, State},
};

/// After the last key: shorter and every key would start a compiler, longer and one waits for the squiggle.
const PAUSE: Duration = Duration::from_millis(120);

/// Which templates are to be checked, and when.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    due: BTreeMap<PathBuf, Instant>,
    running: BTreeSet<PathBuf>,
}

/// How a check ended.
#[derive(Debug)]
pub(crate) enum CheckOutcome {
    /// What is wrong, by file. The places of the checked text are of that text.
    Checked(BTreeMap<PathBuf, Vec<Finding>>),
    /// A newer check replaced it, or none is possible: what was known stays.
    None,
}

/// The answer of `forge/check`.
#[derive(Debug, Deserialize)]
struct CheckReply {
    outcome: String,
    why: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Checks {
    /// The template is checked when nobody has typed for a moment.
    pub(crate) fn schedule(&mut self, path: &Path) {
        self.due.insert(path.to_owned(), Instant::now() + PAUSE);
    }

    pub(crate) fn forget(&mut self, path: &Path) {
        self.due.remove(path);
    }

    pub(crate) fn ended(&mut self, path: &Path) {
        self.running.remove(path);
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.due.iter().filter(|(path, _)| !self.running.contains(*path)).map(|(_, due)| *due).min()
    }

    /// One check of a template at a time: the daemon's answer to an older text is of no use.
    fn take_due(&mut self) -> Vec<PathBuf> {
        let now = Instant::now();
        let is_due = |(path, due): &(&PathBuf, &Instant)| **due <= now && !self.running.contains(*path);
        let paths: Vec<PathBuf> = self.due.iter().filter(is_due).map(|(path, _)| path.clone()).collect();
        for path in &paths {
            self.due.remove(path);
            self.running.insert(path.clone());
        }
        paths
    }
}

impl State {
    /// Starts the checks that are due. A template that cannot be read is not checked: its own mistakes come first.
    pub(crate) fn start_checks(&mut self) {
        for path in self.checks.take_due() {
            if !self.start_check(&path) {
                self.checks.ended(&path);
            }
        }
    }

    fn start_check(&self, path: &Path) -> bool {
        let Some(document) = self.documents.get(&DocumentId::File(path.to_owned())) else { return false };
        let Some((daemon, _)) = self.daemon_of(path) else { return false };
        let Some(events) = self.events.upgrade() else { return false };
        let (daemon, path, document) = (daemon.clone(), path.to_owned(), document.clone());
        tokio::spawn(async move {
            let params = json!({ "file": path, "text": document.text.as_str() });
            let outcome = match daemon.call("forge/check", params).await {
                Ok(reply) => read(&path, document.text.as_str(), reply),
                Err(problem) => {
                    tracing::debug!(problem, "types were not checked");
                    CheckOutcome::None
                }
            };
            let _ = events.send(Event::Checked { path, version: document.version, outcome }).await;
        });
        true
    }
}

fn read(path: &Path, text: &str, reply: serde_json::Value) -> CheckOutcome {
    let reply = match CheckReply::deserialize(reply) {
        Ok(reply) => reply,
        Err(error) => {
            tracing::warn!(%error, "the answer of `forge/check` could not be read");
            return CheckOutcome::None;
        }
    };
    if reply.outcome != "checked" {
        tracing::debug!(reply.outcome, reply.why, "types were not checked");
        return CheckOutcome::None;
    }
    let mut findings: BTreeMap<PathBuf, Vec<Finding>> = BTreeMap::new();
    for diagnostic in &reply.diagnostics {
        let Some(file) = diagnostic.file.as_ref().map(PathBuf::from) else { continue };
        let finding = Finding::of(diagnostic);
        let finding = if file == path { finding.placed_in(text) } else { finding };
        findings.entry(file).or_default().push(finding);
    }
    CheckOutcome::Checked(findings)
}
