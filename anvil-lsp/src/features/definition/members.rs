//! Fields and methods, and names that are half-typed: what the tree has no name for yet.

use forge_codegen::{component_candidates, dotted};

use crate::{
    features::{
        context::{Code, CodeSite, Context, NameKind, Site as Standing, template},
        sites::Here,
    },
    index::scope::{self, Place},
    snapshot::{Cursor, Snapshot},
};

/// Where the field or method under the cursor is declared, or the view or component that is being named.
pub(super) fn definitions(snapshot: &Snapshot, here: &Here<'_>) -> Vec<Place> {
    let (Some(view), Some(uri)) = (here.view, snapshot.uri(&here.path)) else { return Vec::new() };
    let Ok(document) = snapshot.document(&uri) else { return Vec::new() };
    let cursor = Cursor { document, offset: here.offset, view: here.view };
    let template = template(&cursor);
    let context = Context::on(&template, here.offset);
    match context.site {
        Standing::Code(Code { site: CodeSite::Member { receiver, word }, .. }) => {
            let whole = template.source()[word.start as usize..].find(|c: char| c != '_' && !c.is_alphanumeric());
            let end = whole.map_or(template.source().len(), |len| word.start as usize + len);
            let name = &template.source()[word.start as usize..end];
            let Some(ty) = scope::type_of(here.names.index, view, receiver.end, template.text(receiver)) else {
                return Vec::new();
            };
            let members = scope::members(here.names.index, &ty).into_iter();
            members.filter(|member| member.name == name).filter_map(|member| member.definition).collect()
        }
        Standing::Code(Code { site: CodeSite::Text { text, names: Some(NameKind::View) }, .. }) => {
            super::of_view(here, &here.names.resolved(&[dotted(template.text(text))]))
        }
        Standing::TagName { name, .. } => {
            super::of_view(here, &here.names.resolved(&component_candidates(template.text(name))))
        }
        _ => Vec::new(),
    }
}
