//! What can be folded: blocks, components, slots, comments.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{FoldingRange, FoldingRangeParams},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn folding(snapshot: &Snapshot, params: &FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
    let _ = (snapshot, params);
    Ok(None)
}
