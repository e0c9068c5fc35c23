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
    snapshot::Snapshot,
    text::{Encoding, Text},
};

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
        let snapshot = Snapshot {
            documents: Arc::new(documents),
            index,
            daemons: Arc::default(),
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
}
