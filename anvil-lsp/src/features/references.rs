//! Everything that refers to the name under the cursor.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{DocumentHighlight, DocumentHighlightParams, Location, ReferenceParams},
};

use crate::snapshot::Snapshot;

/// In all files.
pub(crate) fn references(snapshot: &Snapshot, params: &ReferenceParams) -> Result<Option<Vec<Location>>> {
    let _ = (snapshot, params);
    Ok(None)
}

/// In this document.
pub(crate) fn highlight(
    snapshot: &Snapshot,
    params: &DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>> {
    let _ = (snapshot, params);
    Ok(None)
}
