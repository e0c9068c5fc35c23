//! A virtual document: the Rust that a template becomes.

use serde_json::{Value, json};
use tower_lsp::{
    jsonrpc::{Error, Result},
    ls_types::Uri,
};

use crate::{
    commands,
    document::{DocumentId, Language},
    snapshot::Snapshot,
};

/// The Rust that an open template becomes, as the daemon lowers it.
///
/// # Errors
/// Invalid parameters for what is no template; a failed request if the daemon cannot be asked.
pub(crate) async fn rust(snapshot: &Snapshot, uri: &Uri) -> Result<Value> {
    let document = snapshot.document(uri)?;
    let id = DocumentId::of(uri);
    let (Language::Forge, Some(path)) = (document.language, id.path()) else {
        return Err(Error::invalid_params(format!("`{}` is no template", uri.as_str())));
    };
    let project =
        snapshot.project(path).ok_or_else(|| commands::failed("the template belongs to no project with a daemon"))?;
    let params = json!({ "file": path, "text": document.text.as_str() });
    let lowered = commands::call(project, "forge/lower", params).await?;
    Ok(json!({ "view": lowered["view"], "text": lowered["rust"] }))
}
