//! Everything that refers to the name under the cursor.

use tower_lsp::{
    jsonrpc::Result,
    ls_types::{DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, ReferenceParams},
};

use super::sites::{Found, Here, Role, Symbol, locations};
use crate::snapshot::Snapshot;

/// Places that are listed at most.
const PLACES_MAX: usize = 5000;

/// In all files.
pub(crate) fn references(snapshot: &Snapshot, params: &ReferenceParams) -> Result<Option<Vec<Location>>> {
    let at = &params.text_document_position;
    let Some(here) = Here::of(snapshot, &at.text_document.uri, at.position)? else { return Ok(None) };
    let Some(mut found) = of_place(&here) else { return Ok(None) };
    if !params.context.include_declaration {
        found.retain(|found| found.site.role == Role::Use || !has_declarations(&found.site.symbol));
    }
    found.sort_by(|one, other| (&one.path, one.site.span).cmp(&(&other.path, other.site.span)));
    found.dedup_by(|one, other| one.path == other.path && one.site.span == other.site.span);
    Ok(Some(locations(snapshot, found.into_iter().take(PLACES_MAX).map(|found| (found.path, found.site.span)))))
}

/// In this document.
pub(crate) fn highlight(
    snapshot: &Snapshot,
    params: &DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>> {
    let at = &params.text_document_position_params;
    let Some(here) = Here::of(snapshot, &at.text_document.uri, at.position)? else { return Ok(None) };
    let Some(found) = of_place(&here) else { return Ok(None) };
    let text = &snapshot.document(&at.text_document.uri)?.text;
    let highlights = found.into_iter().filter(|found| found.path == here.path).map(|found| DocumentHighlight {
        range: text.range(found.site.span, snapshot.encoding()),
        kind: Some(match found.site.role {
            Role::Definition => DocumentHighlightKind::WRITE,
            Role::Use => DocumentHighlightKind::READ,
        }),
    });
    Ok(Some(highlights.collect()))
}

/// All places of the name; where there is none, of the component or view that the document is: the start of its text stands for it.
fn of_place(here: &Here<'_>) -> Option<Vec<Found>> {
    if let Some(site) = here.site() {
        return Some(here.names.all(&site.symbol));
    }
    let view = here.view.filter(|_| here.offset == 0)?;
    Some(here.names.all(&Symbol::View(view.name.to_owned())))
}

/// Sections, stacks and slots are filled in one place and shown in another: neither is the declaration of the other.
fn has_declarations(symbol: &Symbol) -> bool {
    !matches!(symbol, Symbol::Section { .. } | Symbol::Stack { .. } | Symbol::Slot { .. } | Symbol::View(_))
}
