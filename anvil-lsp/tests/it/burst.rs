//! Ten thousand changes with requests between them, as fast as the pipe takes them: every request is answered once, the versions
//! of published diagnostics only grow, a closed document has none, and the text is the model's.

use std::collections::BTreeMap;

use serde_json::json;

use crate::{
    client::{Blog, Editor, Launch, Published},
    model::{Change, Model, Position, Units},
    oracle::said,
    random::Random,
};

const CHANGES: usize = 10_000;
/// Changes per request.
const ASKED_EVERY: usize = 5;
/// Requests per cancelled request.
const CANCELLED_EVERY: usize = 6;
/// Changes between two closings.
const CLOSED_EVERY: usize = 500;
/// Beyond, a change replaces the whole text.
const CHARACTERS_MAX: usize = 2_000;

const PIECES: &[&str] = &[
    "@if (pages > 1)\n",
    "@endif\n",
    "{{ post.title }}",
    "{{ ",
    " }}",
    "<x-field label=\"a\">",
    "</x-field>",
    "@section('a')\n",
    "é",
    "𝄞",
    "\r\n",
    "x",
];

const METHODS: &[&str] = &[
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/definition",
    "anvil/debug/textHash",
];

/// A document and what the server ought to have.
struct Open {
    uri: String,
    model: Model,
    version: i64,
    /// Closed and not opened again.
    is_closed: bool,
}

impl Open {
    fn change(&mut self, random: &mut Random) -> Change {
        let text = (*random.pick(PIECES)).to_owned();
        if self.model.len() > CHARACTERS_MAX {
            return Change { range: None, text };
        }
        let at = Position { line: random.below(30) as u32, character: random.below(60) as u32 };
        // Mostly typing; sometimes a selection is replaced.
        let end = if random.one_in(4) { Position { line: at.line + random.below(3) as u32, ..at } } else { at };
        Change { range: Some((at, end)), text }
    }
}

fn session(editor: &mut Editor, documents: &mut [Open]) -> usize {
    let mut random = Random::new(1);
    let mut cancelled = 0;
    for number in 1..=CHANGES {
        let at = random.below(documents.len());
        let document = &mut documents[at];
        if document.is_closed {
            document.version += 1;
            document.is_closed = false;
            editor.open(&document.uri, &document.model.text(), document.version);
        }
        let change = document.change(&mut random);
        document.version += 1;
        document.model.apply(&change);
        editor.change(&document.uri, document.version, &json!([change.json()]));
        if number % ASKED_EVERY == 0 {
            let method = random.pick(METHODS);
            let position = json!({ "line": random.below(30), "character": random.below(60) });
            let id = editor.send(method, &json!({ "textDocument": { "uri": document.uri }, "position": position }));
            if random.one_in(CANCELLED_EVERY) {
                editor.cancel(id);
                cancelled += 1;
            }
        }
        if number % CLOSED_EVERY == 0 {
            editor.close(&document.uri);
            document.is_closed = true;
        }
    }
    cancelled
}

#[test]
fn ten_thousand_changes_with_requests_between_them() {
    let blog = Blog::new();
    let mut editor = Launch::new().folder(&blog.root()).ready();
    let mut documents: Vec<Open> = Vec::new();
    for file in blog.templates() {
        let text = blog.read(&file);
        editor.open(&blog.uri(&file), &text, 0);
        let model = Model::new(&text, Units::Utf16);
        documents.push(Open { uri: blog.uri(&file), model, version: 0, is_closed: false });
    }
    let cancelled = session(&mut editor, &mut documents);
    assert!(cancelled > 100, "{cancelled} requests were cancelled");

    // Every request has one answer; a cancelled one may have been quicker.
    for (id, answer) in editor.all_answered() {
        if let Err(fault) = answer {
            assert_eq!(fault.code, -32800, "request {id}: {}", fault.message);
        }
    }
    for document in documents.iter().filter(|document| !document.is_closed) {
        let hash = editor.result("anvil/debug/textHash", &json!({ "textDocument": { "uri": document.uri } }));
        assert_eq!(hash, said(&document.model, document.version), "{}", document.uri);
        // What is shown in the end belongs to the text in the end.
        editor.until("the diagnostics of the newest version", |editor| {
            (editor.shown(&document.uri)?.version == Some(document.version)).then_some(())
        });
    }
    for document in documents.iter_mut().filter(|document| !document.is_closed) {
        editor.close(&document.uri);
        document.is_closed = true;
    }
    for document in &documents {
        editor.until("no diagnostics of a closed document", |editor| {
            editor.shown(&document.uri)?.diagnostics.is_empty().then_some(())
        });
    }
    assert!(editor.quit().success());
    in_order(&editor.published, &documents);
    let with_mistakes = editor.published.iter().filter(|published| !published.diagnostics.is_empty()).count();
    assert!(with_mistakes > documents.len(), "only {with_mistakes} of {} had mistakes", editor.published.len());
}

/// Everything that was ever published, looked at again after the end.
#[track_caller]
fn in_order(published: &[Published], documents: &[Open]) {
    let mut newest: BTreeMap<&str, i64> = BTreeMap::new();
    for published in published {
        // Without a version it is said of the file on the disk.
        let Some(version) = published.version else {
            assert!(published.diagnostics.is_empty(), "a document that is not open has no mistakes: {published:?}");
            continue;
        };
        let before = newest.insert(&published.uri, version).unwrap_or(-1);
        assert!(version >= before, "{}: {version} after {before}", published.uri);
    }
    for document in documents {
        let last = published.iter().rev().find(|published| published.uri == document.uri).expect("it was published");
        assert!(last.diagnostics.is_empty(), "closed, and yet: {last:?}");
    }
}

#[test]
fn nothing_is_published_after_a_document_is_closed() {
    let mut editor = Launch::new().start();
    // The close comes with the change that brings the mistake, so that the server is busy with it.
    for number in 0..200 {
        let uri = format!("file:///closing/templates/t{number}.forge.html");
        editor.open(&uri, "{{ a }}", 1);
        editor.change(&uri, 2, &json!([{ "text": "@if (a)" }]));
        editor.close(&uri);
    }
    editor.open("file:///closing/templates/last.forge.html", "@if (a)", 1);
    editor.until("the last", |editor| {
        (!editor.shown("file:///closing/templates/last.forge.html")?.diagnostics.is_empty()).then_some(())
    });
    assert!(editor.quit().success());
    for number in 0..200 {
        let uri = format!("file:///closing/templates/t{number}.forge.html");
        let left = editor.shown(&uri).map_or(0, |published| published.diagnostics.len());
        assert_eq!(left, 0, "{uri}");
    }
}
