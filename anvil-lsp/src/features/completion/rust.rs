//! Names of views within Rust: in `view!("…")`, `#[view("…")]`, `.view("…")`.

use forge_codegen::Span;
use tower_lsp::ls_types::{CompletionItem, Position};

use super::{Edits, finish, names};
use crate::{
    document::{Document, DocumentId},
    snapshot::Snapshot,
};

pub(super) fn items(snapshot: &Snapshot, document: &Document, position: Position) -> Vec<CompletionItem> {
    let offset = document.text.offset(position, snapshot.encoding());
    let Some(start) = view_text(document.text.as_str(), offset as usize) else { return Vec::new() };
    let id = DocumentId::of(&document.uri);
    let Some(package) = id.path().and_then(|path| snapshot.index.package_of(path)) else { return Vec::new() };
    let edits = Edits {
        text: &document.text,
        encoding: snapshot.encoding(),
        replaced: Span::new(start as u32, offset),
        takes_snippets: false,
        takes_markdown: snapshot.client.takes_markdown,
    };
    finish(names::views(package, None, None), &edits)
}

/// Where the text begins that names a view, if the offset is in one.
fn view_text(source: &str, offset: usize) -> Option<usize> {
    let before = &source[..offset];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let quote = line + before[line..].rfind('"')?;
    // An even number of quotes before it: this one opens.
    if before[line..quote].matches('"').count() % 2 == 1 {
        return None;
    }
    let call = before[..quote].trim_end().strip_suffix('(')?.trim_end();
    let is_named = ["view!", "#[view", ".view", "View::new"].iter().any(|name| call.ends_with(name));
    is_named.then_some(quote + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fixture: &str, expected: Option<&str>) {
        let offset = fixture.find("$0").expect("a cursor");
        let text = fixture.replacen("$0", "", 1);
        assert_eq!(view_text(&text, offset).map(|start| &text[start..offset]), expected, "{fixture}");
    }

    #[test]
    fn texts_that_name_views_are_told_from_others() {
        check("Ok(view!(\"po$0\", a))", Some("po"));
        check("view!(\n    \"posts.$0", Some("posts."));
        check("#[view(\"$0\")]", Some(""));
        check("forge.view(\"ä.$0\")", Some("ä."));
        check("view!(\"a\", name = \"$0\")", None);
        check("view!(\"a\"$0)", None);
        check("format!(\"$0\")", None);
    }
}
