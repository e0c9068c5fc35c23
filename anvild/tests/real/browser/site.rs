//! The app of these tests: a page that is longer than the screen, with a form, a stylesheet and a handler that panics.

use crate::harness::Project;

const LIBRARY: &str = r##"use anvilforge::prelude::*;

#[anvilforge::routes]
pub fn routes(r: &mut RouteSink) {
    r.get("/", home);
    r.get("/boom", boom);
}

async fn home() -> Html<String> {
    let lines: String = (0..200).map(|line| format!("<p>line {line}</p>")).collect();
    Html(format!(
        r#"<!doctype html><html><head><title>Site</title><link rel="stylesheet" href="/site.css"></head><body>
        <h1 id="word">{}</h1><form><input name="name" id="name"><input type="password" name="code" id="code"></form>
        {lines}</body></html>"#,
        word()
    ))
}

fn word() -> &'static str {
    "first"
}

async fn boom(Query(fields): Query<Vec<(String, String)>>) -> String {
    let numbers: Vec<usize> = Vec::new();
    pick(&numbers, fields.len()).to_string()
}

fn pick(numbers: &[usize], at: usize) -> usize {
    // The next line panics.
    numbers[at + 3]
}
"##;

/// A project of this name (unique among the tests).
pub(super) fn site(name: &str) -> Project {
    let project = Project::new(name);
    project.write("src/lib.rs", LIBRARY);
    project.write("public/site.css", "#word { color: rgb(1, 2, 3); }\n");
    project
}

/// The line of the library that contains `text`.
pub(super) fn line_of(text: &str) -> usize {
    LIBRARY.lines().position(|line| line.contains(text)).expect("it is there") + 1
}
