//! Tests that ask everything everywhere: on the templates of the example, and on text that is damaged in every place.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use proptest::prelude::*;
use tower_lsp::ls_types::{
    CompletionParams, CompletionResponse, CompletionTextEdit, FoldingRangeParams, HoverParams, Position,
    SemanticTokensParams, SemanticTokensResult, SignatureHelpParams, TextDocumentIdentifier,
    TextDocumentPositionParams, Uri,
};

use super::{blog::blog, completion, fixture::Project, folding, hover, signature, tokens};
use crate::{
    diagnostics::Store,
    document::{Document, DocumentId, Language, uri_of},
    index::scan,
    settings::Client,
    snapshot::Snapshot,
    text::{Encoding, Text},
};

/// Labels of completion and the text of hover.
fn ask(snapshot: &Snapshot, uri: &Uri, position: Position) -> (Vec<String>, String) {
    let place = TextDocumentPositionParams { text_document: TextDocumentIdentifier { uri: uri.clone() }, position };
    let params = CompletionParams {
        text_document_position: place.clone(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
        context: None,
    };
    let items = match completion::completion(snapshot, &params).expect("an answer") {
        Some(CompletionResponse::Array(items)) => items,
        _ => Vec::new(),
    };
    for item in &items {
        let Some(CompletionTextEdit::Edit(edit)) = &item.text_edit else { panic!("{} has no edit", item.label) };
        assert_eq!(edit.range.end, position, "{}", item.label);
        assert_eq!(edit.range.start.line, position.line, "{}", item.label);
    }
    let params =
        HoverParams { text_document_position_params: place.clone(), work_done_progress_params: Default::default() };
    let hover = hover::hover(snapshot, &params).expect("an answer");
    let params = SignatureHelpParams {
        text_document_position_params: place,
        work_done_progress_params: Default::default(),
        context: None,
    };
    signature::signature_help(snapshot, &params).expect("an answer");
    let hover = hover.map(|hover| format!("{:?}", hover.contents)).unwrap_or_default();
    (items.into_iter().map(|item| item.label).collect(), hover)
}

/// Tokens that lie within the text, and ranges that lie within its lines.
fn ask_whole(snapshot: &Snapshot, uri: &Uri) {
    let text = &snapshot.document(uri).expect("it is open").text;
    let document = TextDocumentIdentifier { uri: uri.clone() };
    let params = SemanticTokensParams {
        text_document: document.clone(),
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    let Some(SemanticTokensResult::Tokens(tokens)) = tokens::tokens(snapshot, &params).expect("an answer") else {
        panic!("no tokens")
    };
    let (mut line, mut start) = (0, 0);
    for token in tokens.data {
        start = if token.delta_line == 0 { start + token.delta_start } else { token.delta_start };
        line += token.delta_line;
        assert!(token.length > 0, "a token has a length");
        assert!(
            start + token.length <= snapshot.encoding().len(text.line(line)),
            "a token of line {line} lies within it"
        );
    }
    let params = FoldingRangeParams {
        text_document: document,
        work_done_progress_params: Default::default(),
        partial_result_params: Default::default(),
    };
    for range in folding::folding(snapshot, &params).expect("an answer").expect("ranges") {
        assert!(range.start_line < range.end_line && range.end_line < text.lines(), "{range:?}");
    }
}

/// Between all characters; `\r\n` is one of them.
fn positions(text: &Text, encoding: Encoding) -> impl Iterator<Item = Position> + '_ {
    let ends = text.as_str().char_indices().map(|(at, _)| at).filter(|at| !text.as_str()[..*at].ends_with('\r'));
    ends.map(move |at| text.position(at as u32, encoding))
}

#[test]
fn the_example_has_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/blog").canonicalize().expect("the example");
    let index = scan::scan(std::slice::from_ref(&root), &|| false);
    let package = index.packages.first().expect("the example has templates");
    let mut documents = BTreeMap::new();
    for path in package.views.values() {
        let text = Text::new(fs::read_to_string(path).expect("a template"));
        let uri = uri_of(path).expect("the path is absolute");
        documents.insert(DocumentId::File(path.clone()), Document { uri, language: Language::Forge, version: 1, text });
    }
    let documents = Arc::new(documents);
    let snapshot = Snapshot {
        documents: Arc::clone(&documents),
        index,
        daemons: Arc::default(),
        diagnostics: Arc::new(Store::default()),
        client: Arc::new(Client::default()),
        unsaved: Arc::default(),
    };
    let at = |file: &str, before: &str| {
        let path = root.join("templates").join(file);
        let document = &documents[&DocumentId::File(path)];
        let offset = document.text.as_str().find(before).expect("the text is in the template") + before.len();
        ask(&snapshot, &document.uri, document.text.position(offset as u32, snapshot.encoding()))
    };
    let (labels, hover) = at("posts/show.forge.html", "@section('title', post.ti");
    assert!(labels.contains(&"body".to_owned()) && hover.contains("title: String"), "{labels:?} {hover}");
    let (labels, hover) = at("posts/index.forge.html", "<x-pa");
    assert!(labels.contains(&"x-quote".to_owned()) && hover.contains("`pages`, required"), "{labels:?} {hover}");
    let (labels, hover) = at("posts/index.forge.html", "route('posts.sh");
    assert!(labels.contains(&"posts.edit".to_owned()) && hover.contains("/posts/{id}"), "{labels:?} {hover}");
    let (labels, _) = at("posts/form.forge.html", "@section('con");
    assert_eq!(labels, ["content"]);
    for document in documents.values() {
        ask_whole(&snapshot, &document.uri);
    }
    let show = &documents[&DocumentId::File(root.join("templates/posts/show.forge.html"))];
    for position in positions(&show.text, snapshot.encoding()) {
        ask(&snapshot, &show.uri, position);
    }
}

/// What templates are made of, whole and broken.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "@if (",
        "a)",
        "@endif",
        "@else",
        "@foreach (posts as post)",
        "@endforeach",
        "@section('",
        "content')",
        "@endsection",
        "@include(",
        "'posts.row'",
        "{ ",
        " }",
        "{{ ",
        "}}",
        "{!! ",
        "!!}",
        "{{--",
        "--}}",
        "<x-card ",
        ":title=\"",
        "title='",
        "\"",
        "'",
        ">",
        "/>",
        "</x-card>",
        "<x-slot:",
        "footer",
        "post.",
        "title",
        " | ",
        "upper",
        "route(",
        ")",
        "(",
        "[",
        "]",
        "|",
        "\\",
        "@verbatim",
        "@endverbatim",
        "@rust ",
        "@endrust",
        "@",
        "@@if",
        "ä",
        "𝄞",
        "\r\n",
        "\n",
        " ",
        "\t",
        "<",
        "<x-",
        "</",
        "{",
        "}",
        "::",
        "..",
        "let x = ",
        "r#\"",
        "/*",
        "//",
        "@class([",
        "=> b",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn anything_has_answers(text in pieces()) {
        let project: Project = blog(&text);
        let Project { snapshot, uri, .. } = &project;
        // A file that the notation of fixtures cuts has no cursor.
        let template = project.path("/templates/posts/index.forge.html");
        let uri = snapshot.documents.get(&DocumentId::File(template)).map_or(uri, |document| &document.uri);
        ask_whole(snapshot, uri);
        let text = &snapshot.document(uri).expect("it is open").text;
        for position in positions(text, snapshot.encoding()) {
            ask(snapshot, uri, position);
        }
    }
}
