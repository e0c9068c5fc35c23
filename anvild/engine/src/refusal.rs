//! What a host's refusal means: a new host, or a diagnostic while the old library goes on.

use std::path::Path;

use anvil_control::{LayoutChange, Refusal, RouteError, SourcePlace};
use anvild_protocol::{Diagnostic, Label, Source};

use crate::findings::{absolute, at};
use crate::layout::{self, Changed};

/// What follows from a refusal by a host that already serves.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The library is good and needs a fresh container; `abi` says what changed.
    Handover { reason: String, abi: Vec<Changed> },
    /// The library is bad.
    Reload(Vec<Diagnostic>),
    /// `.env` or `config/anvil.toml` is.
    Config(Diagnostic),
}

/// `library`: the one of several that is refused.
pub(crate) fn judge(root: &Path, library: Option<&str>, refusal: Refusal) -> Verdict {
    let named =
        |text: &str, name: &str| library.map_or_else(|| text.to_owned(), |library| format!("{text} {name}`{library}`"));
    let (app_library, boot_function) = (named("the app library", ""), named("the boot function", "of "));
    let one = |found: Diagnostic| Verdict::Reload(vec![found]);
    match refusal {
        Refusal::LayoutChanged { changes } => layout_changed(root, &changes),
        Refusal::BootChanged => Verdict::Handover { reason: format!("{boot_function} changed"), abi: Vec::new() },
        Refusal::MissingSymbol { symbol } => {
            one(Diagnostic::error(Source::Reload, "ANV0201", format!("{app_library} does not export `{symbol}`"))
                .help("put `#[anvilforge::routes]` on the function that registers the routes"))
        }
        Refusal::Panicked { message, place, backtrace } => {
            let app = library.map_or_else(|| "the app".to_owned(), |library| format!("`{library}`"));
            let mut found =
                Diagnostic::error(Source::Reload, "ANV0202", format!("{app} panicked while loading: {message}"))
                    .help("the generation before it stays live");
            found.rendered = Some(backtrace).filter(|backtrace| !backtrace.is_empty());
            one(at(found, root, place.as_ref()))
        }
        Refusal::Routes { errors } => {
            Verdict::Reload(errors.into_iter().map(|error| route_error(root, error)).collect())
        }
        Refusal::Open { message } => one(Diagnostic::error(
            Source::Reload,
            "ANV0204",
            format!("the dynamic loader refused {app_library}: {message}"),
        )
        .help("`anvil doctor` compares the compilers; `anvil stop` and `anvil dev` build everything again")),
        Refusal::HashMismatch => {
            one(Diagnostic::error(Source::Reload, "ANV0205", format!("{app_library} is not the file that was built"))
                .help("something else writes to `target/anvil`; save a source file to build again"))
        }
        Refusal::BootFailed { message } => {
            one(Diagnostic::error(Source::Reload, "ANV0206", format!("{boot_function} failed: {message}"))
                .help("correct what it names; saving the configuration or a source file tries again"))
        }
        Refusal::Config { message, place } => Verdict::Config(config_invalid(root, message, place.as_ref())),
    }
}

pub(crate) fn config_invalid(root: &Path, message: String, place: Option<&SourcePlace>) -> Diagnostic {
    at(Diagnostic::error(Source::Config, "ANV0401", message), root, place)
        .help("correct and save it; a running app keeps the configuration before it")
}

fn layout_changed(root: &Path, changes: &[LayoutChange]) -> Verdict {
    let reason = match changes {
        [] => "a container value changed layout".to_owned(),
        [only] => format!("`{}` changed layout", layout::short(&only.old.name)),
        [first, rest @ ..] => format!("`{}` and {} more changed layout", layout::short(&first.old.name), rest.len()),
    };
    Verdict::Handover { reason, abi: changes.iter().map(|change| layout::changed(root, change)).collect() }
}

fn route_error(root: &Path, error: RouteError) -> Diagnostic {
    let mut found = at(Diagnostic::error(Source::Reload, "ANV0203", error.message), root, error.place.as_ref())
        .help("change or remove one of the two registrations");
    found.labels = error.other.iter().map(|other| label(root, other, "registered here first")).collect();
    found
}

pub(crate) fn label(root: &Path, place: &SourcePlace, message: &str) -> Label {
    Label { file: absolute(root, &place.file), line: place.line, column: place.column, message: message.to_owned() }
}
