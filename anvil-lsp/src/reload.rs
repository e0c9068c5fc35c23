//! `anvil/reloadStatus`: what answers requests, and what is under way, in one value for a status bar.

use std::path::Path;

use anvild_protocol::{AppState, BuildOutcome, Status};
use serde_json::{Value, json};

use crate::daemon::{DaemonView, Link};

/// Somebody asked for the generation before.
const TAKEN_BACK: &str = "ANV0213";

/// The status where no daemon is used.
#[must_use]
pub(crate) fn off() -> Value {
    let view = DaemonView::default();
    let (state, message) = summary(&view);
    json!({
        "root": null, "state": state, "generation": null, "kind": null, "durationMs": null, "reason": null, "url": null,
        "message": message,
    })
}

/// The status of a project, as `docs/editors.md` describes it.
#[must_use]
pub(crate) fn status(root: &Path, view: &DaemonView) -> Value {
    let (state, message) = summary(view);
    let status = view.status.as_ref();
    let last = status.and_then(|status| status.build.last.as_ref());
    let reason = match &view.link {
        Link::Failed(problem) => Some(problem.clone()),
        Link::Off | Link::Waiting | Link::Connecting | Link::Connected => status.and_then(reason),
    };
    json!({
        "root": root,
        "state": state,
        "generation": status.map(|status| json!({
            "saved": status.generation.saved, "built": status.generation.built, "live": status.generation.live,
        })),
        "kind": last.map(|last| last.kind),
        "durationMs": last.map(|last| last.duration_ms),
        "reason": reason,
        "url": status.and_then(|status| Some(format!("http://{}", status.app.addr.as_ref()?))),
        "message": message,
    })
}

fn summary(view: &DaemonView) -> (&'static str, String) {
    let Some(status) = &view.status else {
        return match view.link {
            Link::Off => ("off", "anvil: off".to_owned()),
            Link::Waiting => ("off", "anvil: no daemon".to_owned()),
            Link::Connecting | Link::Connected => ("connecting", "anvil: connecting…".to_owned()),
            Link::Failed(_) => ("off", "anvil: the daemon cannot be reached".to_owned()),
        };
    };
    let generation = status.generation;
    let (saved, live) = (generation.saved, generation.live);
    if matches!(status.app.state, AppState::Stopped) {
        return ("stopped", "anvil: stopped".to_owned());
    }
    if view.is_building && saved > live {
        return ("building", format!("anvil: building {saved}…"));
    }
    let outcome = status.build.last.as_ref().filter(|last| last.generation > live).map(|last| last.outcome);
    match outcome {
        // Said from the moment that somebody asks; true once the older one answers.
        _ if is_rolled_back(status) && saved > live => ("rolledBack", format!("anvil: rolled back to {live}")),
        Some(BuildOutcome::Failed) => ("failed", format!("anvil: {saved} failed, {live} live")),
        Some(BuildOutcome::Refused) => ("blocked", format!("anvil: {saved} blocked, {live} live")),
        _ if live.0 == 0 => ("building", format!("anvil: building {saved}…")),
        _ if saved > live => ("stale", format!("anvil: {saved} saved, {live} live")),
        _ => ("live", format!("anvil: live {live}")),
    }
}

fn is_rolled_back(status: &Status) -> bool {
    status.diagnostics.iter().any(|found| found.code == TAKEN_BACK)
}

/// Why it is not live, in a sentence.
fn reason(status: &Status) -> Option<String> {
    if status.generation.saved <= status.generation.live {
        return None;
    }
    status.diagnostics.first().map(|first| first.message.clone())
}
