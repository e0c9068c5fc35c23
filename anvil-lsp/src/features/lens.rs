//! Above a template or handler: which generation of it is live, and how its last request went.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{CodeLens, CodeLensParams},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn lenses(snapshot: &Snapshot, params: &CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let _ = (snapshot, params);
    Ok(None)
}
