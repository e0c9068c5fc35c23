//! Semantic tokens: directives, components, props, variables, as the parser sees them.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{SemanticTokensLegend, SemanticTokensParams, SemanticTokensResult},
};

use crate::snapshot::Snapshot;

/// The types and modifiers that the tokens' numbers mean.
pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend::default()
}

pub(crate) fn tokens(snapshot: &Snapshot, params: &SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
    let _ = (snapshot, params);
    Ok(None)
}
