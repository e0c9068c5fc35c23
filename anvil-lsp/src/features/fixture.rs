<<<<<<< HEAD
//! A project as text, for tests: `//- /path` begins a file, `$0` is the cursor. The files lie in a folder of their own, and are
//! read as a workspace is; those with a cursor are open as well.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use tempfile::TempDir;
use tower_lsp::ls_types::{Position, TextDocumentIdentifier, TextDocumentPositionParams, Uri};

use crate::{
    diagnostics::Store,
    document::{Document, DocumentId, Language, uri_of},
    index::scan,
    settings::Client,
=======
//! Projects as text, for tests: `//- /path` begins a file, `$0` is the cursor, two of them a selection.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use forge_codegen::Span;
use tower_lsp::ls_types::{
    DocumentChangeOperation, DocumentChanges, OneOf, Position, Range, ResourceOp, TextDocumentIdentifier, TextDocumentPositionParams,
    TextEdit, Uri, WorkspaceEdit,
};

use crate::{
    diagnostics::{self, Store},
    document::{Document, DocumentId, Language, uri_of},
    index::scan,
    settings::{Client, FileOperations},
>>>>>>> lsp-server
    snapshot::Snapshot,
    text::{Encoding, Text},
};

<<<<<<< HEAD
pub(crate) struct Fixture {
    pub(crate) snapshot: Snapshot,
    /// Of the file with the cursor, or of the first.
    pub(crate) uri: Uri,
    pub(crate) position: Position,
    pub(crate) root: PathBuf,
    _folder: TempDir,
}

impl Fixture {
    pub(crate) fn new(files: &str) -> Self {
        Self::with(files, Client { takes_snippets: true, encoding: Encoding::Utf16, ..Client::default() })
    }

    pub(crate) fn with(files: &str, client: Client) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("its path");
        let mut documents = BTreeMap::new();
        let mut cursor = None;
        for (name, text) in split(files) {
            let path = root.join(name.trim_start_matches('/'));
            fs::create_dir_all(path.parent().expect("a folder around")).expect("folders");
            let offset = text.find("$0");
            let text = text.replacen("$0", "", 1);
            fs::write(&path, &text).expect("a file");
            if cursor.is_none() || offset.is_some() {
                let text = Text::new(text);
                let uri = uri_of(&path).expect("an address");
                let id = DocumentId::File(path);
                let language = Language::of(&id, "");
                cursor = Some((uri.clone(), text.position(offset.unwrap_or(0) as u32, client.encoding)));
                documents.insert(id, Document { uri, language, version: 1, text });
            }
        }
        let index = scan::scan(std::slice::from_ref(&root), &|| false);
=======
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
>>>>>>> lsp-server
        let snapshot = Snapshot {
            documents: Arc::new(documents),
            index,
            daemons: Arc::default(),
<<<<<<< HEAD
            diagnostics: Arc::new(Store::default()),
            client: Arc::new(client),
            unsaved: Arc::default(),
        };
        let (uri, position) = cursor.expect("the fixture has a file");
        Self { snapshot, uri, position, root, _folder: folder }
    }

    pub(crate) fn place(&self) -> TextDocumentPositionParams {
        TextDocumentPositionParams { text_document: TextDocumentIdentifier { uri: self.uri.clone() }, position: self.position }
    }

    /// The text of the open document.
    pub(crate) fn text(&self) -> &Text {
        &self.snapshot.document(&self.uri).expect("an open document").text
    }
}

fn split(files: &str) -> Vec<(&str, &str)> {
    let parts = files.trim_start().split("//- ").skip(1);
    let file = |part| str::split_once(part, '\n').expect("a name and a text");
    parts.map(|part| { let (name, text) = file(part); (name.trim(), text) }).collect()
}

/// A blog, for most questions.
pub(crate) const BLOG: &str = r#"
//- /Cargo.toml
[package]
name = "blog"
version = "0.1.0"
//- /src/post.rs
/// Something to read.
pub struct Post {
    pub id: u64,
    /// What stands above it.
    pub title: String,
    pub author: User,
}
pub struct User { pub name: String }
impl Post {
    /// The first words.
    pub fn excerpt(&self, words: usize) -> String { String::new() }
    pub fn is_new(&self) -> bool { true }
}
//- /src/posts.rs
pub async fn index(Db(db): Db) -> Result<View> {
    let posts: Vec<Post> = Post::newest(&db).await?;
    let post: Post = posts[0];
    Ok(view!("posts.index", posts, title = "Posts", post))
}
#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/posts", index).name("posts.index");
    r.get("/posts/{id}", show).name("posts.show");
}
pub fn limit() -> u32 { config("app.limit") }
//- /templates/layouts/app.forge.html
<title>@yield('title', 'Blog')</title>
@stack('head')
<main>@yield('content')</main>
@section('sidebar')
@show
//- /templates/components/card.forge.html
{{-- A box with a title. --}}
@props(['title', 'is_wide' => false, 'maxWidth' => 3])
<div {{ attributes }}>{{ title }} {{ slot }} <footer>{{ footer }}</footer></div>
//- /templates/components/forms/input.forge.html
@props(['name'])
<input name="{{ name }}">
//- /templates/components/panel/index.forge.html
<div>{{ slot }}</div>
//- /templates/posts/row.forge.html
<li>{{ item.title }} {{ note }}</li>
"#;

/// The blog with `posts.index`, which has the cursor.
pub(crate) fn blog(template: &str) -> Fixture {
    Fixture::new(&format!("{BLOG}//- /templates/posts/index.forge.html\n{template}"))
=======
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
                    assert_eq!(edit.text_document.version, is_open.map(|document| document.version), "the version of the document");
                    let edits: Vec<TextEdit> = edit.edits.into_iter().map(|edit| match edit {
                        OneOf::Left(edit) => edit,
                        OneOf::Right(edit) => edit.text_edit,
                    }).collect();
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
        let old = files.get(&name).cloned().unwrap_or_else(|| self.snapshot.text(&path).expect("the file exists").as_str().to_owned());
        let text = Text::new(old.as_str());
        let mut edits: Vec<(Span, &str)> =
            edits.iter().map(|edit| (text.span(edit.range, self.snapshot.encoding()), edit.new_text.as_str())).collect();
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
        edits_files: true,
        takes_actions: true,
        nests_symbols: true,
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
>>>>>>> lsp-server
}
