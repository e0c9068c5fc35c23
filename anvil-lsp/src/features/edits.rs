//! Edits of several files as one: with the versions that they are for, and with files created and moved, as far as the client can.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use forge_codegen::Span;
use tower_lsp::ls_types::{
    CreateFile, CreateFileOptions, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, RenameFile, RenameFileOptions, ResourceOp, TextDocumentEdit, TextEdit,
    WorkspaceEdit,
};

use crate::{
    document::{DocumentId, uri_of},
    snapshot::Snapshot,
    text::Text,
};

/// Edits that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Edits {
    files: BTreeMap<PathBuf, BTreeMap<Span, String>>,
    created: Vec<(PathBuf, String)>,
    moved: Vec<(PathBuf, PathBuf)>,
}

impl Edits {
    /// Replaces a part of a file's text. The same part again changes nothing.
    pub(crate) fn replace(&mut self, path: &Path, span: Span, with: impl Into<String>) {
        self.files.entry(path.to_owned()).or_default().entry(span).or_insert(with.into());
    }

    pub(crate) fn create(&mut self, path: PathBuf, text: String) {
        self.created.push((path, text));
    }

    pub(crate) fn rename(&mut self, from: PathBuf, to: PathBuf) {
        self.moved.push((from, to));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.created.is_empty() && self.moved.is_empty()
    }

    /// As the client takes it; nothing if it cannot do what is needed. Texts change before their files move.
    #[must_use]
    pub(crate) fn build(&self, snapshot: &Snapshot) -> Option<WorkspaceEdit> {
        let client = &snapshot.client;
        let can = (self.created.is_empty() || client.file_operations.create)
            && (self.moved.is_empty() || client.file_operations.rename);
        if !can {
            return None;
        }
        let files: Vec<(&Path, Vec<TextEdit>)> = self
            .files
            .iter()
            .filter_map(|(path, edits)| Some((path.as_path(), text_edits(snapshot, path, edits)?)))
            .collect();
        if files.len() < self.files.len() {
            return None;
        }
        if !client.versions_edits {
            let changes: Option<HashMap<_, _>> =
                files.into_iter().map(|(path, edits)| Some((snapshot.uri(path)?, edits))).collect();
            return Some(WorkspaceEdit { changes: Some(changes?), ..WorkspaceEdit::default() });
        }
        let mut texts = Vec::new();
        for (path, edits) in files {
            let version = snapshot.documents.get(&DocumentId::File(path.to_owned())).map(|document| document.version);
            texts.push(of_document(
                OptionalVersionedTextDocumentIdentifier { uri: snapshot.uri(path)?, version },
                edits,
            ));
        }
        let changes = if self.created.is_empty() && self.moved.is_empty() {
            DocumentChanges::Edits(texts)
        } else {
            let mut operations: Vec<_> = texts.into_iter().map(DocumentChangeOperation::Edit).collect();
            for (path, text) in &self.created {
                operations.extend(creation(path, text)?);
            }
            for (from, to) in &self.moved {
                operations.push(movement(snapshot, from, to)?);
            }
            DocumentChanges::Operations(operations)
        };
        Some(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
    }
}

fn text_edits(snapshot: &Snapshot, path: &Path, edits: &BTreeMap<Span, String>) -> Option<Vec<TextEdit>> {
    let text: Text = snapshot.text(path)?;
    let edit = |(span, with): (&Span, &String)| TextEdit {
        range: text.range(*span, snapshot.encoding()),
        new_text: with.clone(),
    };
    Some(edits.iter().map(edit).collect())
}

fn of_document(text_document: OptionalVersionedTextDocumentIdentifier, edits: Vec<TextEdit>) -> TextDocumentEdit {
    TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() }
}

fn creation(path: &Path, text: &str) -> Option<[DocumentChangeOperation; 2]> {
    let uri = uri_of(path)?;
    let options = CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
    let create = CreateFile { uri: uri.clone(), options: Some(options), annotation_id: None };
    let edit = TextEdit { range: Default::default(), new_text: text.to_owned() };
    let content = of_document(OptionalVersionedTextDocumentIdentifier { uri, version: None }, vec![edit]);
    Some([DocumentChangeOperation::Op(ResourceOp::Create(create)), DocumentChangeOperation::Edit(content)])
}

fn movement(snapshot: &Snapshot, from: &Path, to: &Path) -> Option<DocumentChangeOperation> {
    let options = RenameFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
    let (old_uri, new_uri) = (snapshot.uri(from)?, uri_of(to)?);
    let rename = RenameFile { old_uri, new_uri, options: Some(options), annotation_id: None };
    Some(DocumentChangeOperation::Op(ResourceOp::Rename(rename)))
}
