//! The outline of a template, and names of the whole project.

mod outline;
mod search;

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, OneOf, SymbolInformation, Uri,
        WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
    },
};

use crate::{
    document::Language,
    features::context,
    snapshot::{Cursor, Snapshot},
};

/// As a tree, if the client takes one.
pub(crate) fn of_document(
    snapshot: &Snapshot,
    params: &DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    let uri = &params.text_document.uri;
    let document = snapshot.document(uri)?;
    if document.language != Language::Forge {
        return Ok(None);
    }
    let cursor = Cursor { document, offset: 0, view: snapshot.view(uri) };
    let template = context::template(&cursor);
    let place = |span| document.text.range(span, snapshot.encoding());
    let symbols = outline::of(&template, &place);
    if snapshot.client.nests_symbols {
        return Ok(Some(DocumentSymbolResponse::Nested(symbols)));
    }
    let mut flat = Vec::new();
    flatten(symbols, uri, None, &mut flat);
    Ok(Some(DocumentSymbolResponse::Flat(flat)))
}

#[expect(deprecated, reason = "a field of the protocol that cannot be left out")]
fn flatten(symbols: Vec<DocumentSymbol>, uri: &Uri, container: Option<&str>, flat: &mut Vec<SymbolInformation>) {
    for symbol in symbols {
        let location = Location { uri: uri.clone(), range: symbol.range };
        let container_name = container.map(str::to_owned);
        let name = symbol.name.clone();
        flat.push(SymbolInformation {
            name: symbol.name,
            kind: symbol.kind,
            tags: None,
            deprecated: None,
            location,
            container_name,
        });
        flatten(symbol.children.unwrap_or_default(), uri, Some(&name), flat);
    }
}

/// What fits the query, best first.
pub(crate) fn of_workspace(
    snapshot: &Snapshot,
    params: &WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>> {
    let found = search::search(&snapshot.index, &params.query);
    let symbol = |found: search::Hit| {
        Some(WorkspaceSymbol {
            location: OneOf::Left(snapshot.location(&found.path, found.span)?),
            name: found.name,
            kind: found.kind,
            tags: None,
            container_name: found.container,
            data: None,
        })
    };
    Ok(Some(WorkspaceSymbolResponse::Nested(found.into_iter().filter_map(symbol).collect())))
}

#[cfg(test)]
mod tests;
