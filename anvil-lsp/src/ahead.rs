//! Unsaved Rust files are handed to the daemon, so that the patch is built by the time one saves.
//!
//! The daemon makes nothing of it live; only when exactly this text is saved, it goes live at once.

use std::{collections::BTreeMap, path::Path, path::PathBuf, time::Duration};

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    document::{Document, DocumentId, Language},
    state::State,
};

/// After the last key: people who still type would only have compilers started and killed.
const PAUSE: Duration = Duration::from_millis(400);

/// Which files are to be handed over, and when; and which have been.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    due: BTreeMap<PathBuf, Instant>,
    given: BTreeMap<PathBuf, i32>,
}

impl Ahead {
    pub(crate) fn schedule(&mut self, path: &Path) {
        self.due.insert(path.to_owned(), Instant::now() + PAUSE);
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.due.values().min().copied()
    }

    fn take_due(&mut self) -> Vec<PathBuf> {
        let now = Instant::now();
        let paths: Vec<PathBuf> =
            self.due.iter().filter(|(_, due)| **due <= now).map(|(path, _)| path.clone()).collect();
        for path in &paths {
            self.due.remove(path);
        }
        paths
    }
}

impl State {
    /// Hands over what is due, if an app is running that it could be for.
    pub(crate) fn build_ahead(&mut self) {
        for path in self.ahead.take_due() {
            let id = DocumentId::File(path.clone());
            let Some(document) = self.documents.get(&id).filter(|document| document.language == Language::Rust) else {
                continue;
            };
            let is_saved =
                self.unsaved.get(&id).is_some_and(|unsaved| unsaved.saved.as_str() == document.text.as_str());
            if is_saved || !self.client.settings.build_ahead {
                continue;
            }
            let Some((daemon, view)) = self.daemon_of(&path) else { continue };
            if view.status.as_ref().is_none_or(|status| status.generation.live.0 == 0) {
                continue;
            }
            let (daemon, document) = (daemon.clone(), document.clone());
            self.ahead.given.insert(path.clone(), document.version);
            tokio::spawn(async move {
                if !parses(&document).await {
                    return;
                }
                let params = json!({ "file": path, "text": document.text.as_str() });
                // Whether there will be a patch is for the save to show.
                tell(&daemon, "overlay/set", params).await;
            });
        }
    }

    /// The file counts as it is on the disk again.
    pub(crate) fn forget_ahead(&mut self, path: &Path) {
        self.ahead.due.remove(path);
        if self.ahead.given.remove(path).is_none() {
            return;
        }
        let Some((daemon, _)) = self.daemon_of(path) else { return };
        let (daemon, params) = (daemon.clone(), json!({ "file": path }));
        tokio::spawn(async move { tell(&daemon, "overlay/clear", params).await });
    }
}

async fn tell(daemon: &crate::daemon::DaemonHandle, method: &'static str, params: Value) {
    if let Err(problem) = daemon.call(method, params).await {
        tracing::debug!(method, problem, "nothing is built ahead");
    }
}

/// A compiler would only say what the editor's own server says already.
async fn parses(document: &Document) -> bool {
    let text = document.text.clone();
    tokio::task::spawn_blocking(move || syn::parse_file(text.as_str()).is_ok()).await.unwrap_or(false)
}
