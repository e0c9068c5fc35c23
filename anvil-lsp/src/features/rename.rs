//! Renames components, sections, slots, stacks, props, variables of a template, and views with their files.

mod check;
pub(crate) mod views;

use std::path::PathBuf;

use forge_codegen::{Span, snake};
use tower_lsp::{
    jsonrpc::{Error, Result},
    ls_types::{
        PrepareRenameResponse, RenameFilesParams, RenameParams, TextDocumentPositionParams, Uri, WorkspaceEdit,
    },
};

use super::{
    edits::Edits,
    sites::{Here, Site, Spelling, Symbol, is_component},
};
use crate::{commands::failed, document::DocumentId, snapshot::Snapshot};

/// Whether the name under the cursor can be renamed, and what it is.
pub(crate) fn prepare(
    snapshot: &Snapshot,
    params: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let Some((here, site)) = place(snapshot, params)? else { return Ok(None) };
    check::can_be_renamed(snapshot, &here, &site)?;
    let text = &snapshot.document(&params.text_document.uri)?.text;
    let placeholder = text.as_str()[site.span.range()].to_owned();
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: text.range(site.span, snapshot.encoding()),
        placeholder,
    }))
}

/// The edits that rename it everywhere.
pub(crate) fn rename(snapshot: &Snapshot, params: &RenameParams) -> Result<Option<WorkspaceEdit>> {
    let at = &params.text_document_position;
    let Some((here, site)) = place(snapshot, at)? else {
        return Err(failed(
            "there is no name that can be renamed; put the cursor on a component, section, slot, prop or variable",
        ));
    };
    check::can_be_renamed(snapshot, &here, &site)?;
    let new = params.new_name.trim();
    let mut edits = Edits::default();
    match &site.symbol {
        Symbol::View(view) => {
            let to = check::new_view(&here, &site, view, new)?;
            views::rename(snapshot, here.names, view, &to, &mut edits);
            let (Some(from), Some(to)) = (here.names.path_of(view), here.names.path_of(&to)) else {
                return Err(failed(format!("`{to}` lies in no folder of templates")));
            };
            edits.rename(from, to);
        }
        symbol => {
            check::new_name(&here, symbol, new)?;
            let new = written_as(symbol, new);
            for found in here.names.all(symbol) {
                let text = snapshot
                    .text(&found.path)
                    .ok_or_else(|| failed(format!("`{}` cannot be read", found.path.display())))?;
                let old = text.as_str().get(found.site.span.range()).unwrap_or_default();
                if let Some((span, with)) = respelt(&found.site, old, &new) {
                    edits.replace(&found.path, span, with);
                }
            }
        }
    }
    edits.build(snapshot).map(Some).ok_or_else(|| failed("the editor cannot make the changes that this needs"))
}

/// The edits that a rename of files needs.
pub(crate) fn files(snapshot: &Snapshot, params: &RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
    let mut edits = Edits::default();
    for file in &params.files {
        let path = |uri: &str| Some(DocumentId::of(&uri.parse::<Uri>().ok()?).path()?.to_owned());
        let (Some(from), Some(to)) = (path(&file.old_uri), path(&file.new_uri)) else { continue };
        for (from, to) in templates_below(snapshot, from, to) {
            let Some(view) = snapshot.index.view_of(&from) else { continue };
            let Some(name) = view.package.name_of(&to).filter(|name| name != view.name) else { continue };
            let names = super::sites::Names { index: &snapshot.index, package: view.package };
            views::rename(snapshot, names, view.name, &name, &mut edits);
        }
    }
    Ok(if edits.is_empty() { None } else { edits.build(snapshot) })
}

/// A template, or all in a folder, with where they go.
fn templates_below(snapshot: &Snapshot, from: PathBuf, to: PathBuf) -> Vec<(PathBuf, PathBuf)> {
    if snapshot.index.view_of(&from).is_some() {
        return vec![(from, to)];
    }
    let files = snapshot.index.packages.iter().flat_map(|package| package.views.values());
    files.filter_map(|file| Some((file.clone(), to.join(file.strip_prefix(&from).ok()?)))).collect()
}

fn place<'s>(snapshot: &'s Snapshot, at: &TextDocumentPositionParams) -> Result<Option<(Here<'s>, Site)>> {
    let Some(here) = Here::of(snapshot, &at.text_document.uri, at.position)? else { return Ok(None) };
    Ok(here.site().cloned().map(|site| (here, site)))
}

/// The name as expressions know it, or as it is.
fn written_as(symbol: &Symbol, new: &str) -> String {
    match symbol {
        Symbol::Slot { .. } | Symbol::Prop { .. } | Symbol::Local { .. } => snake(new),
        _ => new.to_owned(),
    }
}

/// What stands at a site afterwards, and instead of what.
fn respelt(site: &Site, old: &str, new: &str) -> Option<(Span, String)> {
    let attribute = || new.replace('_', "-");
    Some(match site.spelling {
        Spelling::Plain | Spelling::View | Spelling::Tag => (site.span, new.to_owned()),
        Spelling::Attribute => (site.span, attribute()),
        // With the `$` before it.
        Spelling::ShortAttribute => {
            (Span::new(site.span.start - 1, site.span.end), format!("{}=\"{}\"", attribute(), snake(old)))
        }
        Spelling::ShortVariable => (Span::new(site.span.start - 1, site.span.end), format!("{old}=\"{new}\"")),
        Spelling::Shorthand => (site.span, format!("{old}: {new}")),
        Spelling::ShorthandKey => (site.span, format!("{new}: {old}")),
        Spelling::Unwritten => return None,
    })
}

/// What a symbol is called in messages.
fn kind_of(symbol: &Symbol) -> &'static str {
    match symbol {
        Symbol::View(view) if is_component(view) => "component",
        Symbol::View(_) => "view",
        Symbol::Section { .. } => "section",
        Symbol::Stack { .. } => "stack",
        Symbol::Slot { .. } => "slot",
        Symbol::Prop { .. } => "prop",
        Symbol::Local { .. } | Symbol::Given { .. } => "variable",
        Symbol::Route(_) => "route",
        Symbol::Config(_) => "configuration key",
        Symbol::Translation(_) => "translation key",
    }
}

/// # Errors
/// Always: the request was right and cannot be carried out.
fn refuse<T>(message: impl Into<String>) -> Result<T> {
    Err::<T, Error>(failed(message))
}

#[cfg(test)]
mod tests;
