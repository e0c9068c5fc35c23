//! Names of views and components as links to their files.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{DocumentLink, DocumentLinkParams},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn links(snapshot: &Snapshot, params: &DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
    let _ = (snapshot, params);
    Ok(None)
}
