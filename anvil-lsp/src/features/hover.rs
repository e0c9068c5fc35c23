//! What the name under the cursor is, and where it comes from.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{Hover, HoverParams},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn hover(snapshot: &Snapshot, params: &HoverParams) -> Result<Option<Hover>> {
    let _ = (snapshot, params);
    Ok(None)
}
