//! Code actions: repairs of what diagnostics say, and extractions. Each is offered only if the client can carry it out.

mod close;
mod create;
mod extract;
mod fixes;
mod suggestion;

use forge_codegen::Span;
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command, Diagnostic,
        NumberOrString, Range,
    },
};

use super::edits::Edits;
use crate::{
    document::{Document, DocumentId, Language},
    publish,
    settings::BuildDiagnostics,
    snapshot::Snapshot,
};

/// A document and what was asked of it.
struct Asked<'s> {
    snapshot: &'s Snapshot,
    document: &'s Document,
    path: std::path::PathBuf,
    selection: Span,
}

/// What can be done about a range.
pub(crate) fn actions(snapshot: &Snapshot, params: &CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let uri = &params.text_document.uri;
    let document = snapshot.document(uri)?;
    let id = DocumentId::of(uri);
    let Some(path) = id.path() else { return Ok(None) };
    let selection = document.text.span(params.range, snapshot.encoding());
    let asked = Asked { snapshot, document, path: path.to_owned(), selection };
    let wanted = |kind: &CodeActionKind| is_wanted(params.context.only.as_deref(), kind);
    let mut actions = Vec::new();
    if wanted(&CodeActionKind::QUICKFIX) {
        let shown = publish::of_file(snapshot, path);
        for diagnostic in shown.iter().filter(|diagnostic| touches(diagnostic.range, params.range)) {
            actions.extend(asked.of_diagnostic(diagnostic));
        }
        let others = params.context.diagnostics.iter().filter(|diagnostic| !shown.contains(diagnostic));
        actions.extend(others.filter_map(|diagnostic| asked.takes_over(diagnostic)).take(1));
        actions.extend(create::from_rust(&asked));
    }
    if wanted(&CodeActionKind::REFACTOR_EXTRACT) && document.language == Language::Forge {
        actions.extend(extract::extractions(&asked));
    }
    let takes_actions = snapshot.client.takes_actions;
    let response: Vec<_> = actions.into_iter().filter_map(|action| as_taken(action, takes_actions)).collect();
    Ok((!response.is_empty()).then_some(response))
}

/// A client that knows only commands gets those that are nothing but a command.
fn as_taken(action: CodeAction, takes_actions: bool) -> Option<CodeActionOrCommand> {
    if takes_actions {
        return Some(CodeActionOrCommand::CodeAction(action));
    }
    if action.edit.is_some() { None } else { action.command.map(CodeActionOrCommand::Command) }
}

fn is_wanted(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let Some(only) = only else { return true };
    only.iter().any(|wanted| {
        let (wanted, kind) = (wanted.as_str(), kind.as_str());
        kind == wanted || wanted.is_empty() || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
    })
}

fn touches(one: Range, other: Range) -> bool {
    one.start <= other.end && other.start <= one.end
}

impl Asked<'_> {
    fn of_diagnostic(&self, diagnostic: &Diagnostic) -> Vec<CodeAction> {
        match diagnostic.source.as_deref() {
            Some("forge") => fixes::of_forge(self, diagnostic),
            Some("anvil(build)" | "anvil(runtime)") => suggestion::fix(self, diagnostic).into_iter().collect(),
            Some("anvil(abi)") => self.commands(
                diagnostic,
                &[("Restart the app", "anvil.restartApp"), ("Show what changed in the layout", "anvil.showAbiReport")],
            ),
            Some("anvil(reload)") => self.commands(
                diagnostic,
                &[("Restart the app", "anvil.restartApp"), ("Go back to the generation before", "anvil.rollback")],
            ),
            _ => Vec::new(),
        }
    }

    /// Commands that need a daemon.
    fn commands(&self, diagnostic: &Diagnostic, list: &[(&str, &str)]) -> Vec<CodeAction> {
        let Some(project) = self.snapshot.project(&self.path) else { return Vec::new() };
        let action = |(title, command): &(&str, &str)| CodeAction {
            title: (*title).to_owned(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            command: Some(Command {
                title: (*title).to_owned(),
                command: (*command).to_owned(),
                arguments: Some(vec![project.root.to_string_lossy().into_owned().into()]),
            }),
            ..CodeAction::default()
        };
        list.iter().map(action).collect()
    }

    /// For an error that rust-analyzer's check reports: the daemon's build would report it, too.
    fn takes_over(&self, diagnostic: &Diagnostic) -> Option<CodeAction> {
        let is_check = matches!(diagnostic.source.as_deref(), Some("rustc" | "clippy"));
        if !is_check || self.snapshot.client.settings.build_diagnostics == BuildDiagnostics::Always {
            return None;
        }
        let title = "Show the errors of the hot build instead of a second check";
        self.commands(diagnostic, &[(title, "anvil.useDaemonDiagnostics")]).pop()
    }

    /// A repair of a diagnostic, if its edits can be made.
    fn fix(
        &self,
        diagnostic: &Diagnostic,
        title: impl Into<String>,
        edits: &Edits,
        is_preferred: bool,
    ) -> Option<CodeAction> {
        Some(CodeAction {
            title: title.into(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            edit: Some(edits.build(self.snapshot)?),
            is_preferred: is_preferred.then_some(true),
            ..CodeAction::default()
        })
    }

    /// A repair that replaces one place of this document.
    fn replacement(
        &self,
        diagnostic: &Diagnostic,
        title: impl Into<String>,
        span: Span,
        with: &str,
    ) -> Option<CodeAction> {
        let mut edits = Edits::default();
        edits.replace(&self.path, span, with);
        self.fix(diagnostic, title, &edits, true)
    }

    fn span(&self, range: Range) -> Span {
        self.document.text.span(range, self.snapshot.encoding())
    }

    fn text(&self, span: Span) -> &str {
        &self.document.text.as_str()[span.range()]
    }
}

fn code(diagnostic: &Diagnostic) -> &str {
    match &diagnostic.code {
        Some(NumberOrString::String(code)) => code,
        _ => "",
    }
}

#[cfg(test)]
mod tests;
