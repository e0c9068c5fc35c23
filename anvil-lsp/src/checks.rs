//! Checks of the types of unsaved templates, which the daemon makes: when one is due, and what came of it.

use std::{
    collections::BTreeMap,
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
    running: Option<PathBuf>,
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
        self.running.take_if(|running| running == path);
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        if self.running.is_some() { None } else { self.due.values().min().copied() }
    }

    /// One check at a time: the daemon lets a newer one replace the one that runs, whatever template that is of. What was typed last
    /// comes first.
    fn take_due(&mut self) -> Option<PathBuf> {
        if self.running.is_some() {
            return None;
        }
        let now = Instant::now();
        let newest = self.due.iter().filter(|(_, due)| **due <= now).max_by_key(|(_, due)| **due);
        let path = newest.map(|(path, _)| path.clone())?;
        self.due.remove(&path);
        self.running = Some(path.clone());
        Some(path)
    }
}

impl State {
    /// Starts a check that is due. A template that cannot be read is not checked: its own mistakes come first.
    pub(crate) fn start_checks(&mut self) {
        while let Some(path) = self.checks.take_due() {
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
