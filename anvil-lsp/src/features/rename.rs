//! Renames components, sections, slots, and views with their files.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{PrepareRenameResponse, RenameFilesParams, RenameParams, TextDocumentPositionParams, WorkspaceEdit},
};

use crate::snapshot::Snapshot;

/// Whether the name under the cursor can be renamed, and what it is.
pub(crate) fn prepare(
    snapshot: &Snapshot,
    params: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let _ = (snapshot, params);
    Ok(None)
}

/// The edits that rename it everywhere.
pub(crate) fn rename(snapshot: &Snapshot, params: &RenameParams) -> Result<Option<WorkspaceEdit>> {
    let _ = (snapshot, params);
    Ok(None)
}

/// The edits that a rename of files needs.
pub(crate) fn files(snapshot: &Snapshot, params: &RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
    let _ = (snapshot, params);
    Ok(None)
}
