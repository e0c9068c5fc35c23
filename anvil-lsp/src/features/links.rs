//! Views, components and layouts that a template names, as links to their files.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{DocumentLink, DocumentLinkParams},
};

use super::sites::{Names, Site, Spelling, Symbol};
use crate::{
    document::{DocumentId, Language},
    snapshot::Snapshot,
};

/// Of a template, or of the views' names in a Rust file.
pub(crate) fn links(snapshot: &Snapshot, params: &DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
    let uri = &params.text_document.uri;
    let document = snapshot.document(uri)?;
    let id = DocumentId::of(uri);
    let Some(path) = id.path() else { return Ok(None) };
    let (names, sites): (Names<'_>, Vec<Site>) = match document.language {
        Language::Forge => {
            let Some(view) = snapshot.view(uri) else { return Ok(None) };
            let names = Names { index: &snapshot.index, package: view.package };
            (names, names.of_view(view.name))
        }
        Language::Rust => {
            let Some(package) = snapshot.index.package_of(path) else { return Ok(None) };
            let names = Names { index: &snapshot.index, package };
            (names, names.of_rust(path))
        }
        Language::Other => return Ok(None),
    };
    let link = |site: Site| {
        let Symbol::View(view) = &site.symbol else { return None };
        let file = names.package.views.get(view)?;
        Some(DocumentLink {
            range: document.text.range(site.span, snapshot.encoding()),
            target: Some(snapshot.uri(file)?),
            tooltip: snapshot.client.shows_tooltips.then(|| format!("Open {}", shown(names, file))),
            data: None,
        })
    };
    // The end of a tag is where one wants to type.
    let is_end = |site: &Site| {
        site.spelling == Spelling::Tag && document.text.as_str()[..site.span.start as usize].ends_with("</x-")
    };
    Ok(Some(sites.into_iter().filter(|site| !is_end(site)).filter_map(link).collect()))
}

/// The path below the package's folder.
fn shown(names: Names<'_>, file: &std::path::Path) -> String {
    file.strip_prefix(&names.package.root).unwrap_or(file).to_string_lossy().into_owned()
}
