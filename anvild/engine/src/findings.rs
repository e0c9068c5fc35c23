//! Diagnostics about hosts as processes: deaths, hangs, faults. What a host says about a library is in `refusal.rs`.

use std::path::Path;
use std::time::Duration;

use anvil_control::{CONTROL_VERSION, Fault, SourcePlace};
use anvild_protocol::{Diagnostic, Generation, Source};

use crate::event::ProcessEnd;

/// The same diagnostic at a place, with an absolute path.
pub(crate) fn at(found: Diagnostic, root: &Path, place: Option<&SourcePlace>) -> Diagnostic {
    match place {
        Some(place) => found.at(absolute(root, &place.file), place.line, place.column),
        None => found,
    }
}

pub(crate) fn absolute(root: &Path, file: &str) -> String {
    root.join(file).to_string_lossy().into_owned()
}

/// `died with signal 6 (SIGABRT)`, `exited with status 1`.
pub(crate) fn ending(end: &ProcessEnd) -> String {
    match (end.signal, end.code) {
        (Some(signal), _) => match signal_name(signal) {
            Some(name) => format!("died with signal {signal} ({name})"),
            None => format!("died with signal {signal}"),
        },
        (None, Some(code)) => format!("exited with status {code}"),
        (None, None) => "ended".to_owned(),
    }
}

/// Linux numbers of the signals that end a process of its own making or by another's hand.
fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => return None,
    })
}

fn with_tail(mut found: Diagnostic, end: &ProcessEnd) -> Diagnostic {
    if !end.stderr_tail.is_empty() {
        found.rendered = Some(end.stderr_tail.join("\n"));
    }
    found
}

pub(crate) fn died_serving(end: &ProcessEnd) -> Diagnostic {
    let found = Diagnostic::error(Source::Runtime, "ANV0501", format!("the host {}", ending(end)))
        .help("the last lines of its output say more; a new host is started");
    with_tail(found, end)
}

pub(crate) fn died_loading(end: &ProcessEnd) -> Diagnostic {
    let help = "look at what the boot and the registering function do; the last good generation is used meanwhile";
    died_early(end, "while it loaded the app", help)
}

pub(crate) fn died_taking_over(end: &ProcessEnd) -> Diagnostic {
    died_early(end, "before it served", "look at what the app does in the background from its start")
}

fn died_early(end: &ProcessEnd, when: &str, help: &str) -> Diagnostic {
    let found = Diagnostic::error(Source::Reload, "ANV0209", format!("the host {} {when}", ending(end))).help(help);
    with_tail(found, end)
}

pub(crate) fn hung_loading(deadline: Duration) -> Diagnostic {
    Diagnostic::error(
        Source::Reload,
        "ANV0207",
        format!("registering the routes did not end within {}", seconds(deadline)),
    )
    .help("look for an endless loop or a blocking call in the function that registers routes")
}

pub(crate) fn never_ready(deadline: Duration) -> Diagnostic {
    Diagnostic::error(Source::Reload, "ANV0212", format!("the new host was not ready within {}", seconds(deadline)))
        .help("look for a blocking call in the boot function")
}

pub(crate) fn never_accepted(deadline: Duration) -> Diagnostic {
    Diagnostic::error(
        Source::Reload,
        "ANV0211",
        format!("the new host did not take connections within {}", seconds(deadline)),
    )
    .help("`anvil logs` shows what it was doing")
}

pub(crate) fn not_spawned(message: &str) -> Diagnostic {
    Diagnostic::error(Source::Reload, "ANV0210", format!("the host could not be started: {message}"))
        .help("`anvil doctor` checks the machine")
}

pub(crate) fn wrong_control_version(theirs: u32, framework: &str) -> Diagnostic {
    Diagnostic::error(
        Source::Reload,
        "ANV0208",
        format!("the app's anvilforge {framework} speaks control version {theirs}, this daemon {CONTROL_VERSION}"),
    )
    .help("install the `anvil` of the same version as the `anvilforge` in Cargo.lock")
}

/// A request that ended badly; `None` for one that is the client's mistake.
pub(crate) fn fault(root: &Path, fault: &Fault) -> Option<Diagnostic> {
    let Fault { method, path, status, message, .. } = fault;
    let found = if fault.panicked {
        Diagnostic::error(Source::Runtime, "ANV0502", format!("a handler panicked: {message}"))
    } else if *status >= 500 {
        Diagnostic::error(Source::Runtime, "ANV0503", message.clone()).warning()
    } else {
        return None;
    };
    Some(at(found, root, fault.place.as_ref()).help(format!("`{method} {path}` answered {status}")))
}

/// Somebody went back from what is saved.
pub(crate) fn taken_back(from: Generation, to: Generation) -> Diagnostic {
    let message = format!("generation {from} was taken back on request, and generation {to} answers");
    Diagnostic::error(Source::Reload, "ANV0213", message)
        .warning()
        .help("the files are as they were saved; the next one that is saved is built and goes live as usual")
}

pub(crate) fn not_running() -> Diagnostic {
    Diagnostic::error(Source::Runtime, "ANV0601", "the app is not running").help("start it with `anvil dev --hot`")
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}
