//! Completion: directives, components, props, slots, sections, views, variables and their members.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{CompletionParams, CompletionResponse},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn completion(snapshot: &Snapshot, params: &CompletionParams) -> Result<Option<CompletionResponse>> {
    let _ = (snapshot, params);
    Ok(None)
}
