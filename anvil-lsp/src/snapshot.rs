//! What a request reads: everything as it was when the request arrived.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use tower_lsp::{
    jsonrpc::{Error, Result},
    ls_types::{Location, Position, Range, Uri},
};

use forge_codegen::Span;

use crate::{
    diagnostics::Store,
    document::{Document, DocumentId, Language, Unsaved, uri_of},
    index::{Index, View, scan},
    projects::ProjectView,
    settings::Client,
    text::{Encoding, Text},
};

/// See the module. Clones share everything.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub documents: Arc<BTreeMap<DocumentId, Document>>,
    pub index: Index,
    /// By the folder of the project.
    pub daemons: Arc<Vec<ProjectView>>,
    pub diagnostics: Arc<Store>,
    pub client: Arc<Client>,
    pub unsaved: Arc<BTreeMap<DocumentId, Unsaved>>,
}

/// A place in an open template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'s> {
    pub document: &'s Document,
    pub offset: u32,
    /// None before the index is complete, and for files outside of every folder of templates.
    pub view: Option<View<'s>>,
}

impl Snapshot {
    #[must_use]
    pub(crate) fn encoding(&self) -> Encoding {
        self.client.encoding
    }

    /// An open document.
    ///
    /// # Errors
    /// Invalid parameters if it is not open.
    pub(crate) fn document(&self, uri: &Uri) -> Result<&Document> {
        let document = self.documents.get(&DocumentId::of(uri));
        document.ok_or_else(|| {
            Error::invalid_params(format!("`{}` is not open; send `textDocument/didOpen` first", uri.as_str()))
        })
    }

    /// A place in an open template; nothing for documents of other languages.
    ///
    /// # Errors
    /// Those of [`Self::document`].
    pub(crate) fn cursor(&self, uri: &Uri, position: Position) -> Result<Option<Cursor<'_>>> {
        let document = self.document(uri)?;
        if document.language != Language::Forge {
            return Ok(None);
        }
        let offset = document.text.offset(position, self.encoding());
        Ok(Some(Cursor { document, offset, view: self.view(uri) }))
    }

    /// The view that a document is.
    #[must_use]
    pub(crate) fn view(&self, uri: &Uri) -> Option<View<'_>> {
        self.index.view_of(DocumentId::of(uri).path()?)
    }

    /// The project that a file belongs to, with its daemon.
    #[must_use]
    pub(crate) fn project(&self, path: &Path) -> Option<&ProjectView> {
        self.daemons
            .iter()
            .filter(|project| path.starts_with(&project.root))
            .max_by_key(|project| project.root.components().count())
    }

    /// The text of a file: as the editor has it, else as the index has it, else as it is on the disk.
    #[must_use]
    pub(crate) fn text(&self, path: &Path) -> Option<Text> {
        if let Some(document) = self.documents.get(&DocumentId::File(path.to_owned())) {
            return Some(document.text.clone());
        }
        if let Some(view) = self.index.view_of(path)
            && let Some(source) = view.package.source(view.name)
        {
            return Some(Text::new(source));
        }
        scan::read(path).map(Text::new)
    }

    #[must_use]
    pub(crate) fn range(&self, path: &Path, span: Span) -> Option<Range> {
        Some(self.text(path)?.range(span, self.encoding()))
    }

    #[must_use]
    pub(crate) fn location(&self, path: &Path, span: Span) -> Option<Location> {
        Some(Location { uri: self.uri(path)?, range: self.range(path, span)? })
    }

    /// As the client spells it where it has the file open.
    #[must_use]
    pub(crate) fn uri(&self, path: &Path) -> Option<Uri> {
        let open = self.documents.get(&DocumentId::File(path.to_owned()));
        open.map(|document| document.uri.clone()).or_else(|| uri_of(path))
    }
}
