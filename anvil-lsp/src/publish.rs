//! From findings to the protocol's diagnostics: pushed for files, or handed out to clients that ask.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use serde_json::json;
use tower_lsp::ls_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DocumentDiagnosticParams,
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport, Location, NumberOrString,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport,
    Uri,
};

use anvild_protocol::{Severity, Source};
use forge_codegen::Span;

use crate::{
    diagnostics::{Finding, Place},
    document::{DocumentId, Unsaved},
    outbox::Outgoing,
    reload,
    snapshot::Snapshot,
    state::State,
};

/// Where a code is explained.
const OUR_CODES: &str = "https://github.com/anvilforge/anvilforge/blob/main/docs/diagnostics.md";
const RUSTC_CODES: &str = "https://doc.rust-lang.org/error_codes";

/// What the client was told last.
#[derive(Debug, Default)]
pub(crate) struct Published {
    /// Files whose pushed diagnostics are not empty.
    pushed: BTreeSet<PathBuf>,
    /// Clients that ask must ask again.
    pub(crate) pulled_anew: bool,
    pub(crate) lenses_anew: bool,
    /// That no daemon is used.
    said_off: bool,
}

impl State {
    /// Pushes the diagnostics of files that may have changed. Open documents of a client that asks are left to its asking.
    pub(crate) async fn publish(&mut self) {
        let dirty = std::mem::take(&mut self.dirty);
        if !dirty.is_empty() {
            let snapshot = self.snapshot();
            for path in dirty {
                let open = self.documents.get(&DocumentId::File(path.clone()));
                let is_asked_for = open.is_some() && self.client.pulls;
                let diagnostics = if is_asked_for { Vec::new() } else { of_file(&snapshot, &path) };
                let was_pushed = if diagnostics.is_empty() {
                    self.published.pushed.remove(&path)
                } else {
                    !self.published.pushed.insert(path.clone())
                };
                if diagnostics.is_empty() && !was_pushed && (open.is_none() || is_asked_for) {
                    continue;
                }
                let version = open.map(|document| document.version);
                let Some(uri) = snapshot.uri(&path) else { continue };
                self.say(Outgoing::Publish { uri, diagnostics, version }).await;
            }
        }
        if std::mem::take(&mut self.published.pulled_anew) && self.client.refreshes.diagnostics {
            self.say(Outgoing::RefreshDiagnostics).await;
        }
        if std::mem::take(&mut self.published.lenses_anew) && self.client.refreshes.code_lenses {
            self.say(Outgoing::RefreshLenses).await;
        }
    }

    pub(crate) async fn say_status(&mut self) {
        let is_off = self.index.is_complete && self.projects.views().is_empty();
        if is_off && !self.published.said_off {
            self.say(Outgoing::ReloadStatus(reload::off())).await;
        }
        self.published.said_off = is_off;
        for status in self.projects.unsaid() {
            self.say(Outgoing::ReloadStatus(status)).await;
        }
    }
}

/// What is shown for a file, in the units of the client.
#[must_use]
pub(crate) fn of_file(snapshot: &Snapshot, path: &Path) -> Vec<Diagnostic> {
    let id = DocumentId::File(path.to_owned());
    let is_open = snapshot.documents.contains_key(&id);
    let findings = snapshot.diagnostics.of(path, is_open, &snapshot.client.settings);
    if findings.is_empty() {
        return Vec::new();
    }
    findings.into_iter().map(|finding| diagnostic(snapshot, path, finding)).collect()
}

fn diagnostic(snapshot: &Snapshot, path: &Path, finding: &Finding) -> Diagnostic {
    let related = finding.related.iter().filter_map(|related| {
        Some(DiagnosticRelatedInformation {
            location: location(snapshot, &related.path, related.place)?,
            message: related.message.clone(),
        })
    });
    let related: Vec<_> = if snapshot.client.shows_related { related.collect() } else { Vec::new() };
    let range = location(snapshot, path, finding.place).map(|location| location.range).unwrap_or_default();
    let message = match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    Diagnostic {
        range,
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: (!finding.code.is_empty()).then(|| NumberOrString::String(finding.code.clone())),
        code_description: explanation(&finding.code).map(|href| CodeDescription { href }),
        source: Some(source_name(finding.source).to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: None,
        data: finding.help.as_ref().map(|help| json!({ "help": help })),
    }
}

/// The name that is shown.
#[must_use]
pub(crate) fn source_name(source: Source) -> &'static str {
    match source {
        Source::Build => "anvil(build)",
        Source::Reload => "anvil(reload)",
        Source::Abi => "anvil(abi)",
        Source::Runtime => "anvil(runtime)",
        Source::Config => "anvil(config)",
        Source::Forge => "forge",
    }
}

fn explanation(code: &str) -> Option<Uri> {
    let is_ours = code.starts_with("FRG") || code.starts_with("ANV");
    let is_rustc = code.len() == 5 && code.starts_with('E') && code[1..].bytes().all(|byte| byte.is_ascii_digit());
    match () {
        () if is_ours => format!("{OUR_CODES}#{}", code.to_lowercase()).parse().ok(),
        () if is_rustc => format!("{RUSTC_CODES}/{code}.html").parse().ok(),
        () => None,
    }
}

fn location(snapshot: &Snapshot, path: &Path, place: Place) -> Option<Location> {
    let text = snapshot.text(path)?;
    let span = match (place, snapshot.unsaved.get(&DocumentId::File(path.to_owned()))) {
        (Place::Saved { .. }, Some(Unsaved { saved, edits })) => {
            let saved = place.span(saved.as_str());
            edits.iter().try_fold(saved, |span, edit| edit.moved(span)).unwrap_or_else(|| nearest(saved, edits))
        }
        _ => place.span(text.as_str()),
    };
    Some(Location { uri: snapshot.uri(path)?, range: text.range(span, snapshot.encoding()) })
}

/// Where a place was before the editor changed it: the start of the first change.
fn nearest(span: Span, edits: &[crate::document::Edit]) -> Span {
    let mut at = span.start;
    for edit in edits {
        let point = Span::new(at, at);
        at = edit.moved(point).map_or(edit.replaced.start, |moved| moved.start);
    }
    Span::new(at, at)
}

/// The answer of a client that asks: the diagnostics, or that they are those that it has.
#[must_use]
pub(crate) fn report(snapshot: &Snapshot, params: &DocumentDiagnosticParams) -> DocumentDiagnosticReportResult {
    let id = DocumentId::of(&params.text_document.uri);
    let items = id.path().map(|path| of_file(snapshot, path)).unwrap_or_default();
    let mut hash = DefaultHasher::new();
    serde_json::to_string(&items).unwrap_or_default().hash(&mut hash);
    let result_id = format!("{:016x}", hash.finish());
    let report = if params.previous_result_id.as_ref() == Some(&result_id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
        })
    };
    DocumentDiagnosticReportResult::Report(report)
}
