//! One short line for each effect.

use anvil_control::{BrowserStatus, ToHost};
use anvild_engine::{Effect, Need};
use anvild_protocol::{AppChange, BuildChange, Diagnostic, EventKind, Generation, StageMillis, WaitReply};

pub(crate) fn print(effect: &Effect) -> String {
    match effect {
        Effect::StartBuild { generation, need } => format!("build {generation}: {}", print_need(need)),
        Effect::CancelBuild => "cancel build".to_owned(),
        Effect::SpawnHost { host, artifact } => {
            let sort = if artifact.libraries.iter().any(|library| library.base.is_some()) { "patch" } else { "build" };
            format!("spawn host {} with {sort} {}", host.0, artifact.generation)
        }
        Effect::Tell { host, message } => format!("host {} <- {}", host.0, print_message(message)),
        Effect::KillHost { host } => format!("kill host {}", host.0),
        Effect::Placeholder(None) => "page: none".to_owned(),
        Effect::Placeholder(Some(page)) if page.detail.is_empty() => format!("page: {}", page.title),
        Effect::Placeholder(Some(page)) => format!("page: {} ({})", page.title, page.detail.replace('\n', " / ")),
        Effect::Publish(kind) => print_event(kind),
        Effect::ReplyWait { request, reply } => format!("wait {}: {}", request.0, print_reply(reply)),
        Effect::AppStopped => "app stopped".to_owned(),
        Effect::KeepArtifacts { libraries } => format!("keep {}", libraries.join(" ")),
        Effect::Exit { reason } => format!("exit: {reason}"),
    }
}

fn print_need(need: &Need) -> String {
    match need {
        Need::Cargo { reason } => format!("cargo ({reason})"),
        Need::Library => "library".to_owned(),
        Need::Advance | Need::Configure => panic!("a build for a change that needs none: {need:?}"),
    }
}

fn print_message(message: &ToHost) -> String {
    match message {
        ToHost::Load(load) if load.libraries.is_empty() => format!("load {} (static)", load.generation),
        ToHost::Load(load) => {
            let paths: Vec<_> = load.libraries.iter().map(|library| library.path.as_str()).collect();
            format!("load {} {}", load.generation, paths.join(" "))
        }
        ToHost::Accept => "accept".to_owned(),
        ToHost::StopAccepting => "stop accepting".to_owned(),
        ToHost::Drain { deadline_ms } => format!("drain within {deadline_ms} ms"),
        ToHost::Configure { generation } => format!("configure {generation}"),
        ToHost::Advance { generation } => format!("advance {generation}"),
        ToHost::Announce(BrowserStatus::Building { generation, refresh: false }) => {
            format!("pages: building {generation}")
        }
        ToHost::Announce(BrowserStatus::Building { generation, refresh: true }) => {
            format!("pages: refresh, building {generation}")
        }
        ToHost::Announce(BrowserStatus::Live { generation }) => format!("pages: live {generation}"),
        ToHost::Announce(BrowserStatus::Failed { generation, title, rendered }) => {
            format!("pages: failed {generation}: {title} ({})", rendered.replace('\n', " / "))
        }
        ToHost::Stop { deadline_ms } => format!("stop within {deadline_ms} ms"),
    }
}

fn print_event(kind: &EventKind) -> String {
    match kind {
        EventKind::Changed { generation, files, files_total } => {
            format!("* changed {generation}: {}", print_files(files, *files_total))
        }
        EventKind::Build(BuildChange::Started { generation, reason }) => format!("* building {generation}: {reason}"),
        EventKind::Build(BuildChange::Ended { generation, kind, outcome, reason, files, files_total, stages }) => {
            let files = print_files(files, *files_total);
            format!("* ended {generation}: {kind:?} {outcome:?}, {reason} [{files}] {}", print_stages(stages))
        }
        EventKind::App(AppChange { state, pid, live, reason, .. }) => {
            let pid = pid.map(|pid| format!(" pid {pid}")).unwrap_or_default();
            let reason = reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            format!("* app {state:?}{pid} live {live}{reason}")
        }
        EventKind::Diagnostics { diagnostics, .. } if diagnostics.is_empty() => "* diagnostics: none".to_owned(),
        EventKind::Diagnostics { diagnostics, .. } => {
            let lines: Vec<String> = diagnostics.iter().map(print_diagnostic).collect();
            format!("* diagnostics:\n{}", lines.join("\n"))
        }
        EventKind::Stopping { reason } => format!("* stopping: {reason}"),
        EventKind::Progress(_) | EventKind::Log(_) => panic!("not the engine's to say: {kind:?}"),
    }
}

fn print_diagnostic(diagnostic: &Diagnostic) -> String {
    let Diagnostic { code, severity, source, file, line, column, message, .. } = diagnostic;
    let place = match (file, line, column) {
        (Some(file), Some(line), Some(column)) => format!(" {file}:{line}:{column}"),
        _ => String::new(),
    };
    let labels: Vec<String> = diagnostic
        .labels
        .iter()
        .map(|label| format!("\n      {}:{}:{} {}", label.file, label.line, label.column, label.message))
        .collect();
    format!("    {severity:?} {code} ({source:?}){place} {message}{}", labels.concat())
}

fn print_files(files: &[String], total: u32) -> String {
    let files_shown = files.join(" ");
    match usize::try_from(total).expect("fits") - files.len() {
        0 => files_shown,
        more => format!("{files_shown} and {more} more"),
    }
}

fn print_stages(stages: &StageMillis) -> String {
    let StageMillis { detect_ms, build_ms, swap_ms, total_ms } = stages;
    format!("{detect_ms}+{build_ms}+{swap_ms}={total_ms} ms")
}

fn print_reply(reply: &WaitReply) -> String {
    let codes: Vec<&str> = reply.diagnostics.iter().map(|found| found.code.as_str()).collect();
    let Generation(live) = reply.live;
    format!("{:?}, waited for {}, live {live} [{}]", reply.outcome, reply.generation, codes.join(" "))
}
