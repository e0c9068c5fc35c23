//! The props of a component while its tag is written, and the arguments of a directive.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{SignatureHelp, SignatureHelpParams},
};

use crate::snapshot::Snapshot;

/// See the module.
pub(crate) fn signature_help(snapshot: &Snapshot, params: &SignatureHelpParams) -> Result<Option<SignatureHelp>> {
    let _ = (snapshot, params);
    Ok(None)
}
