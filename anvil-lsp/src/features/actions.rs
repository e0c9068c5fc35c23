//! Quick fixes and refactorings.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{CodeActionParams, CodeActionResponse},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn actions(snapshot: &Snapshot, params: &CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let _ = (snapshot, params);
    Ok(None)
}
