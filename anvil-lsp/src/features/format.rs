//! Formatting of templates: indentation and spacing, never what is printed.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{DocumentFormattingParams, TextEdit},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn format(snapshot: &Snapshot, params: &DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
    let _ = (snapshot, params);
    Ok(None)
}
