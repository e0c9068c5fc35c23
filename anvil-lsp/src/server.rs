//! The methods of the protocol: each takes its snapshot and hands it to a feature, on a thread that may take its time.
//!
//! Messages that change something are not handled here but in [`crate::ordered`], before the library sees them.

use std::panic::AssertUnwindSafe;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tower_lsp::{
    Client as ClientHandle,
    jsonrpc::{Error, Result},
    ls_types::*,
};

use crate::{
    capabilities, commands, features,
    ordered::{self, panicked},
    publish, reload,
    settings::{BuildDiagnostics, Client, Settings},
    snapshot::Snapshot,
    state::Event,
};

#[derive(Debug, Clone)]
pub(crate) struct LanguageServer {
    client: ClientHandle,
    events: mpsc::WeakSender<Event>,
}

/// The parameters of our own methods that are about a document.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfDocument {
    text_document: TextDocumentIdentifier,
}

impl LanguageServer {
    pub(crate) fn new(client: ClientHandle, events: mpsc::Sender<Event>) -> Self {
        Self { client, events: events.downgrade() }
    }

    pub(crate) fn client(&self) -> &ClientHandle {
        &self.client
    }

    /// Runs a feature on a thread of its own. A panic there is this request's alone.
    async fn read<T: Send + 'static>(
        &self,
        name: &'static str,
        feature: impl FnOnce(&Snapshot) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let snapshot = ordered::snapshot().await?;
        let done = tokio::task::spawn_blocking(move || {
            std::panic::catch_unwind(AssertUnwindSafe(|| feature(&snapshot)))
                .unwrap_or_else(|panic| Err(panicked(name, ordered::message_of(panic.as_ref()))))
        });
        done.await.map_err(|_| Error::internal_error())?
    }

    /// The Rust that a template becomes.
    pub(crate) async fn generated_rust(&self, params: OfDocument) -> Result<Value> {
        let snapshot = ordered::snapshot().await?;
        features::generated::rust(&snapshot, &params.text_document.uri).await
    }

    /// The newest changes of layouts, as Markdown.
    pub(crate) async fn abi_report(&self, params: Value) -> Result<Value> {
        let snapshot = ordered::snapshot().await?;
        features::layouts::report(&snapshot, &params).await
    }

    /// As in `anvil/reloadStatus`, for each project.
    pub(crate) async fn status(&self, _: Value) -> Result<Value> {
        let snapshot = ordered::snapshot().await?;
        let statuses = snapshot.daemons.iter().map(|project| reload::status(&project.root, &project.daemon));
        let statuses: Vec<Value> = statuses.collect();
        Ok(json!({ "projects": statuses }))
    }

    /// For tests: what the server takes a document's text to be.
    pub(crate) async fn text_hash(&self, params: OfDocument) -> Result<Value> {
        let snapshot = ordered::snapshot().await?;
        let document = snapshot.document(&params.text_document.uri)?;
        let text = document.text.as_str();
        let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(json!({ "version": document.version, "sha256": hash, "bytes": text.len() }))
    }

    async fn use_daemon_diagnostics(&self, snapshot: &Snapshot) -> Result<Value> {
        let settings = Settings { build_diagnostics: BuildDiagnostics::Always, ..snapshot.client.settings };
        let events = self.events.upgrade().ok_or_else(Error::internal_error)?;
        events.send(Event::Settings(settings)).await.map_err(|_| Error::internal_error())?;
        let message =
            "errors of the hot build are shown; switch off rust-analyzer's check so that nothing is shown twice";
        Ok(json!({ "message": message }))
    }
}

impl tower_lsp::LanguageServer for LanguageServer {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        Ok(capabilities::of(&Client::of(&params).0))
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn initialized(&self, _: InitializedParams) {}
    async fn did_open(&self, _: DidOpenTextDocumentParams) {}
    async fn did_change(&self, _: DidChangeTextDocumentParams) {}
    async fn did_save(&self, _: DidSaveTextDocumentParams) {}
    async fn did_close(&self, _: DidCloseTextDocumentParams) {}
    async fn did_change_configuration(&self, _: DidChangeConfigurationParams) {}
    async fn did_change_workspace_folders(&self, _: DidChangeWorkspaceFoldersParams) {}
    async fn did_change_watched_files(&self, _: DidChangeWatchedFilesParams) {}

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        self.read("completion", move |snapshot| features::completion::completion(snapshot, &params)).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        self.read("hover", move |snapshot| features::hover::hover(snapshot, &params)).await
    }

    async fn signature_help(&self, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
        self.read("signature help", move |snapshot| features::signature::signature_help(snapshot, &params)).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        self.read("definition", move |snapshot| features::definition::definition(snapshot, &params)).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        self.read("references", move |snapshot| features::references::references(snapshot, &params)).await
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        self.read("highlight", move |snapshot| features::references::highlight(snapshot, &params)).await
    }

    async fn prepare_rename(&self, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        self.read("prepare rename", move |snapshot| features::rename::prepare(snapshot, &params)).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        self.read("rename", move |snapshot| features::rename::rename(snapshot, &params)).await
    }

    async fn will_rename_files(&self, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        self.read("rename of files", move |snapshot| features::rename::files(snapshot, &params)).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.read("document symbols", move |snapshot| features::symbols::of_document(snapshot, &params)).await
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
        self.read("workspace symbols", move |snapshot| features::symbols::of_workspace(snapshot, &params)).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.read("document links", move |snapshot| features::links::links(snapshot, &params)).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.read("folding", move |snapshot| features::folding::folding(snapshot, &params)).await
    }

    async fn semantic_tokens_full(&self, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        self.read("semantic tokens", move |snapshot| features::tokens::tokens(snapshot, &params)).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        self.read("formatting", move |snapshot| features::format::format(snapshot, &params)).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.read("code actions", move |snapshot| features::actions::actions(snapshot, &params)).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        let snapshot = ordered::snapshot().await?;
        features::lens::lenses(&snapshot, &params).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.read("diagnostics", move |snapshot| Ok(publish::report(snapshot, &params))).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        let snapshot = ordered::snapshot().await?;
        if params.command == "anvil.useDaemonDiagnostics" {
            return self.use_daemon_diagnostics(&snapshot).await.map(Some);
        }
        commands::run(&snapshot, &params.command, &params.arguments).await.map(Some)
    }
}
