//! Projects as text, for tests: `//- /path` begins a file, `$0` is the cursor, two of them a selection.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use forge_codegen::Span;
use tower_lsp::ls_types::{
    DocumentChangeOperation, DocumentChanges, OneOf, Position, Range, ResourceOp, TextDocumentIdentifier,
    TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};

use crate::{
    diagnostics::{self, Store},
    document::{Document, DocumentId, Language, uri_of},
    index::scan,
    settings::{Client, FileOperations},
    snapshot::Snapshot,
    text::{Encoding, Text},
};

const CURSOR: &str = "$0";

/// A project in a folder of its own, read as the server reads it, with every file open.
pub(crate) struct Project {
    pub(crate) snapshot: Snapshot,
    pub(crate) uri: Uri,
    /// The cursor is an empty one.
    pub(crate) selection: Range,
    root: PathBuf,
    _folder: tempfile::TempDir,
}

impl Project {
    /// A manifest is added.
    pub(crate) fn new(text: &str) -> Self {
        Self::with(text, full_client())
    }

    pub(crate) fn with(text: &str, client: Client) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().canonicalize().expect("the folder exists");
        let mut files = files_of(text);
        files.entry("/Cargo.toml".to_owned()).or_insert_with(|| "[package]\nname = \"app\"\n".to_owned());
        let mut found: Option<(PathBuf, Span)> = None;
        let mut documents = BTreeMap::new();
        for (name, text) in files {
            let path = root.join(name.trim_start_matches('/'));
            let (text, selection) = without_cursor(text);
            if let Some(selection) = selection {
                found = Some((path.clone(), selection));
            }
            fs::create_dir_all(path.parent().expect("it is in the folder")).expect("folders can be made");
            fs::write(&path, &text).expect("files can be written");
            let id = DocumentId::File(path.clone());
            let uri = uri_of(&path).expect("the path is absolute");
            let language = Language::of(&id, "");
            documents.insert(id, Document { uri, language, version: 7, text: Text::new(text) });
        }
        let mut index = scan::scan(std::slice::from_ref(&root), &|| false);
        index.is_complete = true;
        let mut store = Store::default();
        for package in 0..index.packages.len() {
            for (path, findings) in diagnostics::of_templates(&index, package) {
                store.set_forge(&path, findings);
            }
        }
        let snapshot = Snapshot {
            documents: Arc::new(documents),
            index,
            daemons: Arc::default(),
            diagnostics: Arc::new(store),
            client: Arc::new(client),
            unsaved: Arc::default(),
        };
        let (path, span) = found.unwrap_or_else(|| (root.join("Cargo.toml"), Span::new(0, 0)));
        let uri = uri_of(&path).expect("the path is absolute");
        let selection = snapshot.range(&path, span).expect("the file is open");
        Self { snapshot, uri, selection, root, _folder: folder }
    }

    pub(crate) fn at(&self) -> TextDocumentPositionParams {
        TextDocumentPositionParams { text_document: self.document(), position: self.position() }
    }

    pub(crate) fn position(&self) -> Position {
        self.selection.start
    }

    pub(crate) fn document(&self) -> TextDocumentIdentifier {
        TextDocumentIdentifier { uri: self.uri.clone() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name.trim_start_matches('/'))
    }

    /// `/templates/a.forge.html 3:5 text`, with line and column from 1.
    pub(crate) fn shown(&self, uri: &Uri, range: Range) -> String {
        let path = path_of(uri);
        let text = self.snapshot.text(&path).expect("the file exists");
        let span = text.span(range, self.snapshot.encoding());
        let place = format!("{} {}:{}", self.name(&path), range.start.line + 1, range.start.character + 1);
        format!("{place} {}", &text.as_str()[span.range()]).trim_end().to_owned()
    }

    pub(crate) fn name(&self, path: &Path) -> String {
        format!("/{}", path.strip_prefix(&self.root).unwrap_or(path).display())
    }

    /// The files that an edit changes, as a project's text.
    pub(crate) fn applied(&self, edit: &WorkspaceEdit) -> String {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for (uri, edits) in edit.changes.iter().flatten() {
            self.apply(&mut files, uri, edits);
        }
        let operations: Vec<DocumentChangeOperation> = match &edit.document_changes {
            None => Vec::new(),
            Some(DocumentChanges::Edits(edits)) => edits.iter().cloned().map(DocumentChangeOperation::Edit).collect(),
            Some(DocumentChanges::Operations(operations)) => operations.clone(),
        };
        for operation in operations {
            match operation {
                DocumentChangeOperation::Edit(edit) => {
                    let is_open = self.snapshot.documents.get(&DocumentId::of(&edit.text_document.uri));
                    assert_eq!(
                        edit.text_document.version,
                        is_open.map(|document| document.version),
                        "the version of the document"
                    );
                    let edits: Vec<TextEdit> = edit
                        .edits
                        .into_iter()
                        .map(|edit| match edit {
                            OneOf::Left(edit) => edit,
                            OneOf::Right(edit) => edit.text_edit,
                        })
                        .collect();
                    self.apply(&mut files, &edit.text_document.uri, &edits);
                }
                DocumentChangeOperation::Op(ResourceOp::Create(create)) => {
                    let before = files.insert(self.name(&path_of(&create.uri)), String::new());
                    assert_eq!(before, None, "the file is new");
                }
                DocumentChangeOperation::Op(ResourceOp::Rename(rename)) => {
                    let from = path_of(&rename.old_uri);
                    let text = files.remove(&self.name(&from));
                    let text = text.unwrap_or_else(|| fs::read_to_string(&from).expect("the file exists"));
                    files.insert(self.name(&path_of(&rename.new_uri)), text);
                    files.insert(self.name(&from), "(gone)\n".to_owned());
                }
                DocumentChangeOperation::Op(ResourceOp::Delete(_)) => panic!("nothing is deleted"),
            }
        }
        files.into_iter().map(|(name, text)| format!("//- {name}\n{text}")).collect()
    }

    fn apply(&self, files: &mut BTreeMap<String, String>, uri: &Uri, edits: &[TextEdit]) {
        let path = path_of(uri);
        let name = self.name(&path);
        let old = files
            .get(&name)
            .cloned()
            .unwrap_or_else(|| self.snapshot.text(&path).expect("the file exists").as_str().to_owned());
        let text = Text::new(old.as_str());
        let mut edits: Vec<(Span, &str)> = edits
            .iter()
            .map(|edit| (text.span(edit.range, self.snapshot.encoding()), edit.new_text.as_str()))
            .collect();
        edits.sort_by_key(|(span, _)| *span);
        assert!(edits.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start), "edits do not overlap: {edits:?}");
        let mut new = old;
        for (span, with) in edits.iter().rev() {
            new.replace_range(span.range(), with);
        }
        files.insert(name, new);
    }
}

/// A client that can do everything.
pub(crate) fn full_client() -> Client {
    Client {
        encoding: Encoding::Utf16,
        versions_edits: true,
        file_operations: FileOperations { create: true, rename: true },
        takes_actions: true,
        nests_symbols: true,
        takes_markdown: true,
        shows_tooltips: true,
        ..Client::default()
    }
}

fn path_of(uri: &Uri) -> PathBuf {
    DocumentId::of(uri).path().expect("it is a file").to_owned()
}

fn files_of(text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut current = String::new();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("//- ") {
            Some(name) => {
                name.trim_end().clone_into(&mut current);
                files.insert(current.clone(), String::new());
            }
            None => files.entry(current.clone()).or_default().push_str(line),
        }
    }
    files.remove("");
    files
}

fn without_cursor(text: String) -> (String, Option<Span>) {
    let Some(start) = text.find(CURSOR) else { return (text, None) };
    let text = text.replacen(CURSOR, "", 1);
    let end = text.find(CURSOR).unwrap_or(start);
    (text.replacen(CURSOR, "", 1), Some(Span::new(start as u32, end as u32)))
}
