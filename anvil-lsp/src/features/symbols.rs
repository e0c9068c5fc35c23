//! The outline of a template, and names of the whole project.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{DocumentSymbolParams, DocumentSymbolResponse, WorkspaceSymbolParams, WorkspaceSymbolResponse},
};

use crate::snapshot::Snapshot;

pub(crate) fn of_document(
    snapshot: &Snapshot,
    params: &DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    let _ = (snapshot, params);
    Ok(None)
}

pub(crate) fn of_workspace(
    snapshot: &Snapshot,
    params: &WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>> {
    let _ = (snapshot, params);
    Ok(None)
}
