//! Damaged templates of the blog, and every request at the places where something begins: the server answers, without an internal
//! error, with ranges that exist in the text, and stays small. `ANVIL_FUZZ_ROUNDS` makes it longer, `ANVIL_FUZZ_SEED` different.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    client::{Blog, Editor, Launch},
    model::{Change, Model, Position, Units},
    random::Random,
};

/// Damaged texts for each encoding.
const ROUNDS: usize = 60;
/// Places that are asked about in each text.
const PLACES: usize = 6;
const MEMORY_MAX: u64 = 200 << 20;

/// Requests about a place.
const OF_PLACES: &[&str] = &[
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/signatureHelp",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentHighlight",
    "textDocument/prepareRename",
    "textDocument/rename",
];

/// Requests about a document.
const OF_DOCUMENTS: &[&str] = &[
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/documentLink",
    "textDocument/codeLens",
    "textDocument/codeAction",
    "textDocument/formatting",
    "textDocument/diagnostic",
    "anvil/generatedRust",
];

/// Behind each of these something may be completed, or is broken.
const STARTS: &[&str] = &["@", "{{", "}}", "{!!", "<x-", "</", "'", "\"", ".", "(", ":", "|", "--}}", " as ", "\n"];

const PIECES: &[&str] = &[
    "@",
    "@if (",
    "@else",
    "@endif",
    "@foreach (posts as post)",
    "@endforeach",
    "@section('content')",
    "@endsection",
    "@extends('layouts.app')",
    "@include('posts.",
    "@props(['a', 'b' => 1])",
    "@case(1)",
    "@switch(x)",
    "@endswitch",
    "@push('head')",
    "@php",
    "@verbatim",
    "{{",
    "}}",
    "{!!",
    "!!}",
    "{{--",
    "--}}",
    "<x-field",
    "<x-",
    "/>",
    "</x-field>",
    "<x-slot:footer>",
    "</x-slot>",
    "'",
    "\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "route('",
    "post.",
    "post?.",
    "::",
    "|",
    "=>",
    "..",
    "\\",
    "\r",
    "\n",
    "\r\n",
    "\u{feff}",
    "é",
    "𝄞",
    "👩‍👩‍👧‍👦",
    "\u{0}",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<style>",
    "&amp;",
    "r#\"",
    "'\\u{1F600}'",
];

fn damaged(text: &str, others: &[String], random: &mut Random) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(4) {
        let at = random.below(characters.len() + 1);
        let end = (at + random.below(40)).min(characters.len());
        match random.below(6) {
            0 => drop(characters.drain(at..end)),
            1 => characters.truncate(at),
            2 => {
                let again = characters[at..end].to_vec();
                characters.splice(at..at, again);
            }
            3 => {
                let other: Vec<char> = random.pick(others).chars().collect();
                let from = random.below(other.len() + 1);
                let to = (from + random.below(80)).min(other.len());
                characters.splice(at..at, other[from..to].iter().copied());
            }
            _ => drop(characters.splice(at..at, random.pick(PIECES).chars())),
        }
    }
    characters.into_iter().collect()
}

/// Indices of characters where something begins, and some others.
fn places(text: &str, random: &mut Random) -> Vec<usize> {
    let begins = STARTS.iter().flat_map(|start| text.match_indices(start).map(|(at, _)| at + start.len()));
    let mut begins: Vec<usize> = begins.map(|byte| text[..byte].chars().count()).collect();
    let count = text.chars().count();
    begins.extend([0, count]);
    (0..PLACES).map(|_| if random.one_in(4) { random.below(count + 1) } else { *random.pick(&begins) }).collect()
}

/// What a document's ranges are checked with: the text at its address.
struct Texts<'t> {
    here: &'t str,
    models: BTreeMap<String, Model>,
}

impl Texts<'_> {
    /// Every range in an answer lies in the text that it is about, between characters, the right way round.
    fn check(&self, value: &Value, uri: &str, context: &str) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.check(item, uri, context)),
            Value::Object(fields) => {
                let of = |name: &str| fields.get(name).and_then(Value::as_str);
                let own =
                    of("uri").or_else(|| fields.get("textDocument").and_then(|document| document["uri"].as_str()));
                let inner = own.unwrap_or(uri);
                for (name, value) in fields {
                    match name.as_str() {
                        "targetRange" | "targetSelectionRange" => {
                            self.range(value, of("targetUri").unwrap_or(uri), context)
                        }
                        "originSelectionRange" => self.range(value, self.here, context),
                        "changes" if value.is_object() => {
                            let changes = value.as_object().into_iter().flatten();
                            changes.for_each(|(uri, edits)| self.check(edits, uri, context));
                        }
                        _ if value.get("start").is_some() && value.get("end").is_some() => {
                            self.range(value, inner, context)
                        }
                        _ => self.check(value, inner, context),
                    }
                }
            }
            _ => {}
        }
    }

    fn range(&self, range: &Value, uri: &str, context: &str) {
        // Of files that the answer is about to create nothing is known.
        let Some(model) = self.models.get(uri) else { return };
        let position = |at: &Value| Position {
            line: at["line"].as_u64().and_then(|line| u32::try_from(line).ok()).expect("a line"),
            character: at["character"].as_u64().and_then(|column| u32::try_from(column).ok()).expect("a column"),
        };
        let (start, end) = (position(&range["start"]), position(&range["end"]));
        for at in [start, end] {
            let exists = model.position(model.index(at)) == at;
            assert!(exists, "{context}: {uri} has no place {at:?}: {:?}", model.text());
        }
        assert!(model.index(start) <= model.index(end), "{context}: inverted: {range}");
    }
}

struct Fuzz {
    blog: Blog,
    editor: Editor,
    units: Units,
    random: Random,
    originals: Vec<(String, String)>,
    versions: BTreeMap<String, i64>,
}

impl Fuzz {
    fn new(units: Units) -> Self {
        let blog = Blog::new();
        let mut editor = Launch::new().encoding(units.name()).folder(&blog.root()).ready();
        let originals: Vec<(String, String)> =
            blog.templates().into_iter().map(|file| (blog.uri(&file), blog.read(&file))).collect();
        for (uri, text) in &originals {
            editor.open(uri, text, 0);
        }
        let seed = std::env::var("ANVIL_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(3);
        let versions = originals.iter().map(|(uri, _)| (uri.clone(), 0)).collect();
        Self { blog, editor, units, random: Random::new(seed), originals, versions }
    }

    fn set(&mut self, uri: &str, text: &str) -> i64 {
        let version = self.versions.get_mut(uri).expect("it is open");
        *version += 1;
        self.editor.change(uri, *version, &json!([{ "text": text }]));
        *version
    }

    fn round(&mut self, number: usize) {
        let at = self.random.below(self.originals.len());
        let (uri, original) = self.originals[at].clone();
        let others: Vec<String> = self.originals.iter().map(|(_, text)| text.clone()).collect();
        let text = damaged(&original, &others, &mut self.random);
        let version = self.set(&uri, &text);
        let context = format!("{:?}, round {number}", self.units);
        let model = Model::new(&text, self.units);
        let mut asked = self.ask_about(&uri, &model);
        let mut models: BTreeMap<String, Model> =
            self.originals.iter().map(|(uri, text)| (uri.clone(), Model::new(text, self.units))).collect();
        models.insert(uri.clone(), model);
        self.add_sources(&mut models);
        let texts = Texts { here: &uri, models };
        let formatting = asked.remove("textDocument/formatting").expect("it was asked for")[0];
        for (method, ids) in asked {
            for id in ids {
                match self.editor.answer(id) {
                    Ok(result) => texts.check(&result, &uri, &format!("{context}, {method}: {result}")),
                    Err(fault) => assert_ne!(fault.code, -32603, "{context}, {method}: {} in {text:?}", fault.message),
                }
            }
        }
        self.editor.until("the diagnostics of this text", |editor| {
            (editor.shown(&uri)?.version == Some(version)).then_some(())
        });
        let shown = self.editor.shown(&uri).expect("just waited for").diagnostics.clone();
        texts.check(&json!(shown), &uri, &format!("{context}, diagnostics"));
        self.formats(&uri, &text, formatting, &context);
        // The others count with this one as it should be.
        self.set(&uri, &original);
    }

    /// Sends all requests; their ids by method.
    fn ask_about(&mut self, uri: &str, model: &Model) -> BTreeMap<&'static str, Vec<i64>> {
        let mut asked: BTreeMap<&'static str, Vec<i64>> = BTreeMap::new();
        let document = json!({ "uri": uri });
        for index in places(&model.text(), &mut self.random) {
            let Position { line, character } = model.position(index);
            let params = json!({
                "textDocument": document, "position": { "line": line, "character": character },
                "context": { "includeDeclaration": true, "triggerKind": 1 }, "newName": "posts.renamed",
            });
            for method in OF_PLACES {
                asked.entry(method).or_default().push(self.editor.send(method, &params));
            }
        }
        let Position { line, character } = model.position(model.len());
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": line, "character": character } });
        let params = json!({
            "textDocument": document, "range": range, "context": { "diagnostics": [] }, "options": { "tabSize": 2, "insertSpaces": true },
        });
        for method in OF_DOCUMENTS {
            asked.entry(method).or_default().push(self.editor.send(method, &params));
        }
        asked
    }

    /// The Rust files, which answers may point into.
    fn add_sources(&self, models: &mut BTreeMap<String, Model>) {
        for file in ["src/lib.rs", "src/posts.rs", "src/post.rs", "src/form.rs", "src/comments.rs", "src/api.rs"] {
            models.insert(self.blog.uri(file), Model::new(&self.blog.read(file), self.units));
        }
    }

    /// What is formatted once stays as it is.
    fn formats(&mut self, uri: &str, text: &str, id: i64, context: &str) {
        let Ok(edits) = self.editor.answer(id) else { return };
        let once = applied(text, &edits, self.units);
        self.set(uri, &once);
        let params = json!({ "textDocument": { "uri": uri }, "options": { "tabSize": 2, "insertSpaces": true } });
        if let Ok(edits) = self.editor.ask("textDocument/formatting", &params) {
            let twice = applied(&once, &edits, self.units);
            assert_eq!(once, twice, "{context}: formatted twice, from {text:?}");
        }
    }
}

/// A text with the edits of an answer, which all count in the text before.
fn applied(text: &str, edits: &Value, units: Units) -> String {
    let mut edits: Vec<Change> = edits.as_array().into_iter().flatten().map(change).collect();
    edits.sort_by_key(|edit| edit.range.map(|(start, end)| (start.line, start.character, end.line, end.character)));
    let mut model = Model::new(text, units);
    edits.iter().rev().for_each(|edit| model.apply(edit));
    model.text()
}

fn change(edit: &Value) -> Change {
    let number = |at: &Value| at.as_u64().and_then(|number| u32::try_from(number).ok()).expect("a number");
    let position = |at: &Value| Position { line: number(&at["line"]), character: number(&at["character"]) };
    let range = (position(&edit["range"]["start"]), position(&edit["range"]["end"]));
    Change { range: Some(range), text: edit["newText"].as_str().expect("a text").to_owned() }
}

fn check(units: Units) {
    let rounds = std::env::var("ANVIL_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let mut fuzz = Fuzz::new(units);
    for number in 0..rounds {
        fuzz.round(number);
        let memory = fuzz.editor.memory();
        assert!(memory.peak < MEMORY_MAX, "round {number}: {memory:?}");
    }
    assert!(fuzz.editor.quit().success());
}

#[test]
fn damaged_templates_in_utf_8() {
    check(Units::Utf8);
}

#[test]
fn damaged_templates_in_utf_16() {
    check(Units::Utf16);
}

#[test]
fn damaged_templates_in_utf_32() {
    check(Units::Utf32);
}
