//! From the compiler's JSON to diagnostics.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anvild_protocol::{Diagnostic, Label, Severity, Source};
use serde::Deserialize;
use serde_json::Value;

use super::template_places;

/// One message of `rustc --error-format=json`, as far as it is used.
#[derive(Debug, Deserialize)]
struct RustcMessage {
    message: String,
    code: Option<Code>,
    level: String,
    spans: Vec<Span>,
    children: Vec<Child>,
    rendered: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Code {
    code: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Span {
    file_name: String,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
    label: Option<String>,
    expansion: Option<Box<Expansion>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Expansion {
    span: Span,
}

#[derive(Debug, Deserialize)]
struct Child {
    message: String,
    level: String,
}

impl Span {
    /// The place in the user's own text: out of macros of other crates, up to the call.
    fn outermost_local(&self) -> &Self {
        let foreign = self.file_name.starts_with('<') || self.file_name.starts_with("/rustc/");
        let in_registry = self.file_name.contains("/registry/src/");
        match &self.expansion {
            Some(expansion) if foreign || in_registry => expansion.span.outermost_local(),
            _ => self,
        }
    }
}

/// One line of the compiler's error stream, about a crate of the package in `package`; `None` for artifacts and for text that is no
/// message. Files are named relative to `directory`. `unsaved` are texts of templates that count in place of those of their files.
pub(crate) fn parse_line(
    line: &str,
    directory: &Path,
    package: &Path,
    unsaved: &BTreeMap<PathBuf, String>,
) -> Option<Diagnostic> {
    if !line.starts_with('{') {
        return None;
    }
    let message = template_places::carried(serde_json::from_str(line).ok()?, package, unsaved);
    to_diagnostic(&serde_json::from_value(message).ok()?, directory)
}

/// The same of a message about what was saved.
pub(crate) fn parse(message: Value, directory: &Path, package: &Path) -> Option<Diagnostic> {
    let message = template_places::carried(message, package, &BTreeMap::new());
    to_diagnostic(&serde_json::from_value(message).ok()?, directory)
}

/// `None` for the closing lines (`aborting due to 2 previous errors`) and for notes without a place.
fn to_diagnostic(message: &RustcMessage, directory: &Path) -> Option<Diagnostic> {
    let severity = match message.level.as_str() {
        "error" | "error: internal compiler error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => return None,
    };
    let primary = message.spans.iter().find(|span| span.is_primary).map(Span::outermost_local);
    let summary = primary.is_none() && message.code.is_none();
    let is_closing = message.message.starts_with("aborting due to") || message.message.contains("warning emitted");
    if summary && (is_closing || message.message.ends_with("warnings emitted")) {
        return None;
    }
    let code = message.code.as_ref().map_or("rustc", |code| code.code.as_str());
    let mut diagnostic = Diagnostic::error(Source::Build, code, message.message.clone());
    diagnostic.severity = severity;
    diagnostic.rendered.clone_from(&message.rendered);
    if let Some(span) = primary {
        diagnostic.file = Some(absolute(&span.file_name, directory));
        diagnostic.line = Some(span.line_start);
        diagnostic.column = Some(span.column_start);
        diagnostic.end_line = Some(span.line_end);
        diagnostic.end_column = Some(span.column_end);
    }
    let labelled = message.spans.iter().filter(|span| !span.is_primary);
    diagnostic.labels = labelled
        .filter_map(|span| {
            let label = span.label.clone()?;
            let span = span.outermost_local();
            let file = absolute(&span.file_name, directory);
            Some(Label { file, line: span.line_start, column: span.column_start, message: label })
        })
        .collect();
    diagnostic.help = message.children.iter().find(|child| child.level == "help").map(|child| child.message.clone());
    Some(diagnostic)
}

fn absolute(file: &str, directory: &Path) -> String {
    directory.join(file).to_string_lossy().into_owned()
}
