//! What the client said of itself and of what it wants.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;
use tower_lsp::ls_types::{
    ClientCapabilities, InitializeParams, MarkupKind, ResourceOperationKind, WorkspaceEditClientCapabilities,
};

use crate::{document::DocumentId, text::Encoding};

/// Settings, with the names that they have below `anvil.` in the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// `false`: templates are parsed, and nothing else happens.
    pub trusted: bool,
    pub daemon: DaemonUse,
    pub build_diagnostics: BuildDiagnostics,
    /// Whether rust-analyzer runs its own check, which reports the same errors.
    pub rust_analyzer_check: bool,
    /// Patches of unsaved Rust files are built while one types.
    pub build_ahead: bool,
}

/// As many of them as a client names.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Said {
    trusted: Option<bool>,
    daemon: Option<DaemonUse>,
    build_diagnostics: Option<BuildDiagnostics>,
    rust_analyzer_check: Option<bool>,
    build_ahead: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DaemonUse {
    /// Started if none runs.
    Start,
    /// Used if one runs.
    Attach,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum BuildDiagnostics {
    /// Unless rust-analyzer reports the same.
    Auto,
    Always,
    Never,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            trusted: true,
            daemon: DaemonUse::Start,
            build_diagnostics: BuildDiagnostics::Auto,
            rust_analyzer_check: true,
            build_ahead: true,
        }
    }
}

impl Settings {
    /// From `initializationOptions`, or from the section `anvil` of the client's settings. What is missing stays as it was: many
    /// clients send an empty section.
    ///
    /// # Errors
    /// What is wrong with the value, in one line.
    pub(crate) fn changed(self, value: &Value) -> Result<Self, String> {
        let value = value.get("anvil").unwrap_or(value);
        let Said { trusted, daemon, build_diagnostics, rust_analyzer_check, build_ahead } = if value.is_null() {
            Said::default()
        } else {
            Said::deserialize(value).map_err(|error| format!("the settings of `anvil` cannot be used: {error}"))?
        };
        Ok(Self {
            trusted: trusted.unwrap_or(self.trusted),
            daemon: daemon.unwrap_or(self.daemon),
            build_diagnostics: build_diagnostics.unwrap_or(self.build_diagnostics),
            rust_analyzer_check: rust_analyzer_check.unwrap_or(self.rust_analyzer_check),
            build_ahead: build_ahead.unwrap_or(self.build_ahead),
        })
    }

    /// What is done about the daemon.
    #[must_use]
    pub(crate) fn daemon(&self) -> DaemonUse {
        if self.trusted { self.daemon } else { DaemonUse::Off }
    }

    /// Whether rustc's errors in Rust files are shown.
    #[must_use]
    pub(crate) fn shows_build(&self) -> bool {
        match self.build_diagnostics {
            BuildDiagnostics::Auto => !self.rust_analyzer_check,
            BuildDiagnostics::Always => true,
            BuildDiagnostics::Never => false,
        }
    }
}

/// The other end of the conversation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Client {
    pub encoding: Encoding,
    /// It asks for the diagnostics of open documents.
    pub pulls: bool,
    /// It can be told to ask again.
    pub refreshes: Refreshes,
    pub shows_related: bool,
    pub shows_server_status: bool,
    /// It can be asked to watch files.
    pub watches: bool,
    pub takes_snippets: bool,
    /// What is said of a proposal may be Markdown.
    pub takes_markdown: bool,
    /// A link may say where it leads.
    pub shows_tooltips: bool,
    /// Edits may say which version of a document they are for.
    pub versions_edits: bool,
    /// Edits may do this to files.
    pub file_operations: FileOperations,
    /// Actions may be more than commands.
    pub takes_actions: bool,
    /// The outline of a document may be a tree.
    pub nests_symbols: bool,
    pub settings: Settings,
    /// Absolute.
    pub folders: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FileOperations {
    pub create: bool,
    pub rename: bool,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Refreshes {
    pub diagnostics: bool,
    pub code_lenses: bool,
}

impl Client {
    /// As `initialize` says. With the problem of its options, if they cannot be used; the defaults then count.
    #[must_use]
    pub(crate) fn of(params: &InitializeParams) -> (Self, Option<String>) {
        let capabilities = &params.capabilities;
        let settings = Settings::default().changed(params.initialization_options.as_ref().unwrap_or(&Value::Null));
        // Unusable settings may have said that the workspace is not trusted.
        let untrusted = Settings { trusted: false, ..Settings::default() };
        let (settings, problem) =
            settings.map_or_else(|problem| (untrusted, Some(problem)), |settings| (settings, None));
        let offered = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let client = Self {
            encoding: Encoding::choose(offered),
            settings,
            folders: folders(params),
            ..Self::of_capabilities(capabilities)
        };
        (client, problem)
    }

    fn of_capabilities(capabilities: &ClientCapabilities) -> Self {
        let document = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let publish = document.and_then(|document| document.publish_diagnostics.as_ref());
        let completion = document.and_then(|document| document.completion.as_ref()?.completion_item.as_ref());
        let edit = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let status = capabilities.experimental.as_ref().and_then(|value| value.get("serverStatusNotification"));
        Self {
            pulls: document.is_some_and(|document| document.diagnostic.is_some()),
            refreshes: Refreshes {
                diagnostics: workspace
                    .and_then(|workspace| workspace.diagnostics.as_ref()?.refresh_support)
                    .unwrap_or_default(),
                code_lenses: workspace
                    .and_then(|workspace| workspace.code_lens.as_ref()?.refresh_support)
                    .unwrap_or_default(),
            },
            shows_related: publish.and_then(|publish| publish.related_information).unwrap_or_default(),
            shows_server_status: status.and_then(Value::as_bool).unwrap_or_default(),
            watches: workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref()?.dynamic_registration)
                .unwrap_or_default(),
            takes_markdown: completion
                .and_then(|item| item.documentation_format.as_deref())
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            shows_tooltips: document
                .and_then(|document| document.document_link.as_ref()?.tooltip_support)
                .unwrap_or_default(),
            takes_snippets: completion.and_then(|item| item.snippet_support).unwrap_or_default(),
            // What is done to files is among the versioned edits: Neovim only says the former.
            versions_edits: edit
                .is_some_and(|edit| edit.document_changes == Some(true) || edit.resource_operations.is_some()),
            file_operations: FileOperations::of(edit),
            takes_actions: document
                .and_then(|document| document.code_action.as_ref())
                .is_some_and(|action| action.code_action_literal_support.is_some()),
            nests_symbols: document
                .and_then(|document| document.document_symbol.as_ref()?.hierarchical_document_symbol_support)
                .unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl FileOperations {
    fn of(edit: Option<&WorkspaceEditClientCapabilities>) -> Self {
        let kinds = edit.and_then(|edit| edit.resource_operations.as_deref()).unwrap_or_default();
        Self {
            create: kinds.contains(&ResourceOperationKind::Create),
            rename: kinds.contains(&ResourceOperationKind::Rename),
        }
    }
}

fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let listed = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    let mut folders: Vec<PathBuf> = listed.filter_map(|uri| Some(DocumentId::of(uri).path()?.to_owned())).collect();
    #[expect(deprecated, reason = "clients that know no workspace folders send it")]
    let root = params.root_uri.as_ref();
    if folders.is_empty() {
        folders.extend(root.and_then(|uri| Some(DocumentId::of(uri).path()?.to_owned())));
    }
    folders
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_client_does_not_name_stays_as_it_was() {
        let untrusted = Settings { trusted: false, ..Settings::default() };
        for said in [json!(null), json!({}), json!({ "anvil": {} }), json!({ "anvil": null }), json!({ "other": 1 })] {
            assert_eq!(untrusted.changed(&said), Ok(untrusted), "{said}");
        }
        let changed =
            untrusted.changed(&json!({ "anvil": { "trusted": true, "daemon": "attach" } })).expect("both are known");
        assert_eq!(changed, Settings { daemon: DaemonUse::Attach, ..Settings::default() });
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let problem = Settings::default().changed(&json!({ "daemon": "sometimes" })).expect_err("no such word");
        assert!(problem.contains("sometimes"), "{problem}");
    }
}
