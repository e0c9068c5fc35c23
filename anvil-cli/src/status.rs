//! `anvil status`: one consistent view.

use anvild_client::exit_code;
use anvild_protocol::{
    AnvilDaemonClient, AppSnapshot, AppState, BuildKind, BuildOutcome, BuildSnapshot, BuildState, GenerationSnapshot,
    HistoryEntry, Status, WatchBackend,
};
use clap::Args as ClapArgs;

use crate::{
    diagnostic,
    failure::Failure,
    project::ProjectArgs,
    terminal::{self, Style},
};

#[derive(Debug, ClapArgs)]
pub(crate) struct Args {
    /// Print the whole view as one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(project: &ProjectArgs, args: &Args) -> Result<u8, Failure> {
    let connection = project.connect_or_spawn().await?;
    let status = connection.rpc().status().await?;
    if args.json {
        let text =
            serde_json::to_string(&status).map_err(|error| Failure::new(exit_code::INTERNAL, error.to_string()))?;
        terminal::print(&text)?;
    } else {
        let history = connection.rpc().history().await?;
        terminal::print(&render(&status, &history, Style::of_stdout()))?;
    }
    Ok(exit_code::OK)
}

fn render(status: &Status, history: &[HistoryEntry], style: Style) -> String {
    let daemon = &status.daemon;
    let mut rows = vec![
        (
            "daemon",
            format!(
                "process {}, version {}, up {} s, {}, {}",
                daemon.pid,
                daemon.version,
                daemon.uptime_s,
                megabytes(daemon.rss_bytes),
                counted(daemon.clients, "client")
            ),
        ),
        (
            "project",
            match &status.project.app {
                Some(app) => format!("{} ({app})", status.project.root),
                None => status.project.root.clone(),
            },
        ),
        ("app", app(&status.app)),
        (
            "generation",
            format!(
                "saved {}, built {}, live {}",
                status.generation.saved, status.generation.built, status.generation.live
            ),
        ),
        ("build", build(&status.build, status.generation, history)),
    ];
    let watch = &status.watch;
    let backend = match watch.backend {
        WatchBackend::Inotify => "inotify",
        WatchBackend::Polling => "polling",
    };
    let mut watched = format!("{backend}, {} directories, {}", watch.directories, counted(watch.files, "file"));
    if let Some(reason) = &watch.reason {
        watched.push_str(&format!(" ({reason})"));
    }
    rows.push(("watch", watched));
    let mut lines: Vec<String> =
        rows.into_iter().map(|(name, value)| format!("{} {value}", style.dim(&format!("{name:<11}")))).collect();
    lines.extend(status.diagnostics.iter().map(|diagnostic| format!("\n{}", diagnostic::render(diagnostic, style))));
    lines.join("\n")
}

fn app(app: &AppSnapshot) -> String {
    let mut parts = vec![state_word(app.state).to_owned()];
    parts.extend(app.addr.as_ref().map(|addr| url(addr)));
    parts.extend(app.pid.map(|pid| format!("process {pid}")));
    parts.extend(app.rss_bytes.map(megabytes));
    if app.state != AppState::Stopped {
        parts.push(if app.hot { "hot".to_owned() } else { "handover only".to_owned() });
    }
    if app.restarts > 0 {
        parts.push(counted(app.restarts, "restart"));
    }
    parts.join(", ")
}

fn build(build: &BuildSnapshot, generation: GenerationSnapshot, history: &[HistoryEntry]) -> String {
    let running = match build.state {
        BuildState::Idle => "",
        // A patch of it answers: nobody waits for what still runs.
        BuildState::Building if generation.live == generation.saved => "full build running; ",
        BuildState::Building => "building; ",
    };
    match &build.last {
        Some(last) => {
            let entry = history.iter().find(|entry| entry.generation == last.generation && entry.kind == last.kind);
            let reason = entry.map(|entry| format!(": {}", entry.reason)).unwrap_or_default();
            format!(
                "{running}generation {} {} ({}{reason}) in {} ms",
                last.generation,
                outcome_word(last.outcome),
                kind_word(last.kind),
                last.duration_ms
            )
        }
        None => format!("{running}none yet"),
    }
}

pub(crate) fn kind_word(kind: BuildKind) -> &'static str {
    match kind {
        BuildKind::Template => "template",
        BuildKind::Patch => "patch",
        BuildKind::Swap => "swap",
        BuildKind::Handover => "handover",
        BuildKind::Restart => "restart",
    }
}

fn outcome_word(outcome: BuildOutcome) -> &'static str {
    match outcome {
        BuildOutcome::Live => "went live",
        BuildOutcome::Failed => "failed",
        BuildOutcome::Refused => "was refused",
        BuildOutcome::Cancelled => "was cancelled",
    }
}

fn state_word(state: AppState) -> &'static str {
    match state {
        AppState::Stopped => "stopped",
        AppState::Starting => "starting",
        AppState::Running => "running",
        AppState::HandingOver => "handing over",
        AppState::Crashed => "crashed",
        AppState::Failed => "failed",
    }
}

/// Where a browser finds the app. A wildcard address is not one that browsers can open.
pub(crate) fn url(addr: &str) -> String {
    let addr = addr.replacen("0.0.0.0:", "127.0.0.1:", 1).replacen("[::]:", "[::1]:", 1);
    format!("http://{addr}")
}

fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

fn counted(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use anvild_protocol::{Generation, LastBuild, StageMillis};

    use super::*;

    #[test]
    fn a_build_that_nobody_waits_for_is_named() {
        let check = |state, live, expected: &str| {
            let last = LastBuild {
                generation: Generation(live),
                kind: BuildKind::Patch,
                outcome: BuildOutcome::Live,
                duration_ms: 241,
            };
            let generation =
                GenerationSnapshot { saved: Generation(8), built: Generation(live), live: Generation(live) };
            let history = HistoryEntry {
                generation: Generation(8),
                kind: BuildKind::Patch,
                outcome: BuildOutcome::Live,
                reason: "2 modules".to_owned(),
                files: Vec::new(),
                files_total: 0,
                stages: StageMillis::default(),
            };
            assert_eq!(build(&BuildSnapshot { state, last: Some(last) }, generation, &[history]), expected);
        };
        check(BuildState::Idle, 8, "generation 8 went live (patch: 2 modules) in 241 ms");
        check(BuildState::Building, 8, "full build running; generation 8 went live (patch: 2 modules) in 241 ms");
        check(BuildState::Building, 7, "building; generation 7 went live (patch) in 241 ms");
    }
}
