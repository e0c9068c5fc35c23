//! Completion, hover, both ways between templates and Rust, and renames, in the blog as it is, with the daemon's word on routes.

use serde_json::{Value, json};

use super::{FORM, INDEX, LAYOUT, POSTS, SHOW, snapshot};
use crate::{screen, session::Session};

/// What is proposed at a place, by label; only what begins with `prefix`.
fn proposed(session: &mut Session, file: &str, (mark, into): (&str, usize), prefix: &str) -> String {
    let params = session.place(file, mark, into);
    let answer = session.ask("textDocument/completion", &params);
    let items = answer.get("items").unwrap_or(&answer).as_array().cloned().unwrap_or_default();
    let shown = |item: &Value| {
        let label = item["label"].as_str().expect("a label").to_owned();
        let detail = item["detail"].as_str().or_else(|| item["labelDetails"]["description"].as_str()).unwrap_or("");
        (label.starts_with(prefix)).then(|| format!("{label}  {detail}").trim_end().to_owned())
    };
    let mut lines: Vec<String> = items.iter().filter_map(shown).collect();
    lines.sort();
    session.without_root(&lines.join("\n"))
}

fn hovered(session: &mut Session, file: &str, (mark, into): (&str, usize)) -> String {
    let params = session.place(file, mark, into);
    let answer = session.ask("textDocument/hover", &params);
    let text = answer["contents"]["value"].as_str().unwrap_or("nothing").to_owned();
    session.without_root(&text)
}

fn located(session: &mut Session, method: &str, file: &str, (mark, into): (&str, usize)) -> String {
    let mut params = session.place(file, mark, into);
    params["context"] = json!({ "includeDeclaration": true });
    let answer = session.ask(method, &params);
    screen::locations(&answer, &session.blog.root())
}

fn renamed(session: &mut Session, file: &str, (mark, into): (&str, usize), name: &str) -> String {
    let mut params = session.place(file, mark, into);
    params["newName"] = json!(name);
    let answer = session.ask("textDocument/rename", &params);
    screen::edits(&answer, &session.blog.root())
}

#[test]
fn around_the_blog() {
    let mut session = Session::live("fx-lsp-around");
    let s = &mut session;
    for file in [INDEX, SHOW, FORM, LAYOUT, POSTS] {
        s.open(file);
    }
    snapshot!("moving_completes_fields", proposed(s, SHOW, ("{{ post.title }}", 8), ""));
    snapshot!("moving_completes_components", proposed(s, SHOW, ("<x-quote", 4), ""));
    snapshot!("moving_completes_props", {
        s.replace(SHOW, " :time=\"comment.created_at\">", " >");
        let screen = proposed(s, SHOW, ("<x-quote :author=\"comment.author\" >", 35), "");
        s.replace(SHOW, "\"comment.author\" >", "\"comment.author\" :time=\"comment.created_at\">");
        screen
    });
    snapshot!("moving_completes_views", proposed(s, SHOW, ("@extends('layouts.app')", 11), "layouts"));
    snapshot!("moving_completes_routes", proposed(s, SHOW, ("route('posts.edit'", 7), "posts."));
    snapshot!("moving_completes_directives", proposed(s, SHOW, ("@foreach (comments", 2), "@for"));
    snapshot!("moving_completes_variables", proposed(s, FORM, ("{{ heading }}", 3), ""));

    snapshot!("moving_hovers_a_field", hovered(s, SHOW, ("<h1>{{ post.title", 13)));
    snapshot!("moving_hovers_a_component", hovered(s, SHOW, ("<x-quote", 4)));
    snapshot!("moving_hovers_a_variable", hovered(s, FORM, ("{{ heading }}", 4)));
    snapshot!("moving_hovers_a_directive", hovered(s, INDEX, ("@forelse", 3)));

    let definition = "textDocument/definition";
    snapshot!("moving_from_rust_to_its_view", located(s, definition, POSTS, ("view!(\"posts.index\"", 9)));
    snapshot!("moving_from_a_field_to_rust", located(s, definition, SHOW, ("<h1>{{ post.title", 13)));
    snapshot!("moving_from_a_use_to_its_component", located(s, definition, SHOW, ("<x-quote", 4)));
    snapshot!("moving_from_a_section_to_its_yield", located(s, definition, SHOW, ("@section('content')", 11)));
    snapshot!("moving_from_a_route_to_its_handler", located(s, definition, SHOW, ("route('posts.edit'", 9)));

    let references = "textDocument/references";
    snapshot!("moving_to_all_uses_of_a_component", located(s, references, SHOW, ("<x-field", 4)));
    snapshot!("moving_to_all_uses_of_a_route", located(s, references, SHOW, ("route('posts.edit'", 9)));

    snapshot!("moving_renames_a_component", renamed(s, SHOW, ("<x-quote", 4), "saying"));
    snapshot!("moving_renames_a_section", renamed(s, SHOW, ("@section('content')", 11), "main"));
    snapshot!("moving_renames_a_view", renamed(s, SHOW, ("@extends('layouts.app')", 13), "layouts.page"));
}

#[test]
fn the_rust_of_a_template() {
    let mut session = Session::live("fx-lsp-rust");
    let s = &mut session;
    s.open(FORM);
    s.replace(FORM, "<h1>{{ heading }}</h1>", "<h1>{{ heading.trim() }}</h1>");
    let document = json!({ "textDocument": { "uri": s.blog.uri(FORM) } });
    let rust = s.ask("anvil/generatedRust", &document);
    assert_eq!(rust["view"], "posts.form");
    assert!(
        rust["text"].as_str().is_some_and(|text| text.contains("heading.trim()")),
        "of the text in the editor: {rust}"
    );
}
