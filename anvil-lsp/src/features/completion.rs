//! Completion: directives, components, props, slots, sections, views, variables and their members. What is offered replaces
//! exactly what was typed of it; in HTML nothing is offered but what begins with `@`, `<x-` or braces.

mod code;
mod directives;
mod names;
mod rust;
mod tags;

use forge_codegen::{Span, Template};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{
        CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionParams, CompletionResponse,
        CompletionTextEdit, Documentation, InsertTextFormat, InsertTextMode, MarkupContent, MarkupKind, TextEdit,
    },
};

use super::{
    context::{self, CodeSite, Context, Site},
    snippet,
};
use crate::{
    document::Language,
    snapshot::{Cursor, Snapshot},
    text::{Encoding, Text},
};

/// See the module.
pub(crate) fn completion(snapshot: &Snapshot, params: &CompletionParams) -> Result<Option<CompletionResponse>> {
    let place = &params.text_document_position;
    let document = snapshot.document(&place.text_document.uri)?;
    let items = match document.language {
        Language::Rust => rust::items(snapshot, document, place.position),
        Language::Forge => {
            let Some(cursor) = snapshot.cursor(&place.text_document.uri, place.position)? else { return Ok(None) };
            let template = context::template(&cursor);
            let context = Context::before(&template, cursor.offset);
            items(&Asked { snapshot, cursor, template: &template, context: &context })
        }
        Language::Other => return Ok(None),
    };
    Ok((!items.is_empty()).then_some(CompletionResponse::Array(items)))
}

/// A question with what is known of its place.
struct Asked<'a> {
    snapshot: &'a Snapshot,
    cursor: Cursor<'a>,
    template: &'a Template,
    context: &'a Context<'a>,
}

fn items(asked: &Asked<'_>) -> Vec<CompletionItem> {
    match &asked.context.site {
        Site::DirectiveName { name, directive, tag } => directives::items(asked, *name, *directive, tag.is_some()),
        Site::TagName { name, opening, tag, is_closing: false } => tags::components(asked, *name, *opening, *tag),
        Site::TagName { opening, is_closing: true, .. } => tags::ends(asked, *opening),
        Site::SlotName { name } => tags::slots(asked, *name),
        Site::AttributeName { tag, name, attribute } => tags::attributes(asked, tag, *name, *attribute),
        Site::AttributeValue { tag, name, value } => tags::values(asked, tag, *name, *value),
        Site::Code(found) => match found.site {
            CodeSite::Name { word } => code::names(asked, word),
            CodeSite::Member { receiver, word } => code::members(asked, receiver, word),
            CodeSite::Filter { word, .. } => code::filters(asked, word),
            CodeSite::Text { text, names: Some(kind) } => names::items(asked, kind, found, text),
            CodeSite::Key { word } => names::given(asked, found, word),
            CodeSite::Text { .. } | CodeSite::Binding { .. } | CodeSite::Other => Vec::new(),
        },
        Site::Text | Site::Comment | Site::Raw | Site::Escape => Vec::new(),
    }
}

impl<'a> Asked<'a> {
    /// What the cursor's word is replaced by, from `start` on.
    fn edits(&self, start: u32) -> Edits<'a> {
        Edits {
            text: &self.cursor.document.text,
            encoding: self.snapshot.encoding(),
            replaced: Span::new(start.min(self.cursor.offset), self.cursor.offset),
            takes_snippets: self.snapshot.client.takes_snippets,
            takes_markdown: self.snapshot.client.takes_markdown,
        }
    }

    /// What stands behind the cursor.
    fn behind(&self) -> &'a str {
        &self.template.source()[self.cursor.offset as usize..]
    }

    /// What stands before it.
    fn before(&self) -> &'a str {
        &self.template.source()[..self.cursor.offset as usize]
    }
}

/// What all items of an answer have in common.
struct Edits<'a> {
    text: &'a Text,
    encoding: Encoding,
    replaced: Span,
    takes_snippets: bool,
    takes_markdown: bool,
}

/// What is offered.
struct Offer {
    item: CompletionItem,
    /// As a snippet.
    insert: String,
}

impl Offer {
    fn new(label: impl Into<String>, kind: CompletionItemKind) -> Self {
        let label = label.into();
        let insert = snippet::escaped(&label);
        Self { item: CompletionItem { label, kind: Some(kind), ..CompletionItem::default() }, insert }
    }

    fn insert(mut self, snippet: String) -> Self {
        self.insert = snippet;
        self
    }

    /// What typed text is compared with, where that is not the label.
    fn filter(mut self, text: impl Into<String>) -> Self {
        self.item.filter_text = Some(text.into());
        self
    }

    /// Groups come in their order, within one by the label.
    fn group(mut self, group: u8) -> Self {
        self.item.sort_text = Some(format!("{group}{}", self.item.label));
        self
    }

    fn ordered(mut self, group: u8, at: usize) -> Self {
        self.item.sort_text = Some(format!("{group}{at:03}"));
        self
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.item.detail = Some(detail.into());
        self
    }

    /// Shown behind the label.
    fn suffix(mut self, text: impl Into<String>) -> Self {
        self.item.label_details = Some(CompletionItemLabelDetails { detail: Some(text.into()), description: None });
        self
    }

    fn docs(mut self, markdown: impl Into<String>) -> Self {
        let value = markdown.into();
        if !value.is_empty() {
            let content = MarkupContent { kind: MarkupKind::Markdown, value };
            self.item.documentation = Some(Documentation::MarkupContent(content));
        }
        self
    }

    fn into_item(self, edits: &Edits<'_>) -> CompletionItem {
        let mut item = self.item;
        if !edits.takes_markdown
            && let Some(Documentation::MarkupContent(content)) = item.documentation
        {
            // Markdown is readable as it stands.
            item.documentation = Some(Documentation::String(content.value));
        }
        let plain = snippet::plain(&self.insert);
        let is_snippet = edits.takes_snippets && snippet::escaped(&plain) != self.insert;
        let new_text = if is_snippet { self.insert } else { plain };
        item.insert_text_format =
            Some(if is_snippet { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT });
        // The end of a block is to stand below its beginning.
        item.insert_text_mode = new_text.contains('\n').then_some(InsertTextMode::ADJUST_INDENTATION);
        let range = edits.text.range(edits.replaced, edits.encoding);
        item.text_edit = Some(CompletionTextEdit::Edit(TextEdit { range, new_text }));
        item
    }
}

fn finish(offers: impl IntoIterator<Item = Offer>, edits: &Edits<'_>) -> Vec<CompletionItem> {
    offers.into_iter().map(|offer| offer.into_item(edits)).collect()
}

#[cfg(test)]
mod tests;
