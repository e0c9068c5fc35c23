//! Where the name under the cursor is defined.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{GotoDefinitionParams, GotoDefinitionResponse},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn definition(snapshot: &Snapshot, params: &GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
    let _ = (snapshot, params);
    Ok(None)
}
