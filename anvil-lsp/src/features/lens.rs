//! Above a template or handler: which generation of it is live, who shows it, and how its last request went. All of it is what the
//! daemon says; without one there are no lenses.

use std::{path::Path, time::Duration};

use anvild_protocol::{GenerationSnapshot, RequestRow};
use forge_codegen::Span;
use serde_json::{Value, json};
use tower_lsp::{
    jsonrpc::Result,
    ls_types::{CodeLens, CodeLensParams, Command, Location, Position},
};

use crate::{
    commands,
    daemon::Link,
    document::{Document, DocumentId, Language},
    index::rust::{Function, Route},
    projects::ProjectView,
    snapshot::Snapshot,
};

/// A daemon that is slower is not waited for: lenses are asked for again and again.
const PATIENCE: Duration = Duration::from_secs(1);

/// See the module.
pub(crate) async fn lenses(snapshot: &Snapshot, params: &CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let document = snapshot.document(&params.text_document.uri)?;
    let id = DocumentId::of(&document.uri);
    let Some(path) = id.path() else { return Ok(None) };
    let Some(project) = snapshot.project(path) else { return Ok(None) };
    let Some(status) = &project.daemon.status else { return Ok(None) };
    let requests = requests(project).await;
    let seen = Seen { generation: status.generation, requests };
    Ok(Some(match document.language {
        Language::Forge => of_template(snapshot, document, path, &seen),
        Language::Rust => of_handlers(snapshot, document, path, &seen),
        Language::Other => Vec::new(),
    }))
}

/// What the daemon says of the running app.
struct Seen {
    generation: GenerationSnapshot,
    /// The newest of each route.
    requests: Vec<RequestRow>,
}

/// None where the daemon cannot say: that is no reason to say nothing of generations.
async fn requests(project: &ProjectView) -> Vec<RequestRow> {
    if project.daemon.link != Link::Connected {
        return Vec::new();
    }
    let asked = tokio::time::timeout(PATIENCE, commands::call(project, "forge/requests", Value::Null)).await;
    match asked {
        Ok(Ok(rows)) => serde_json::from_value(rows).unwrap_or_else(|error| {
            tracing::warn!(%error, "the answer to `forge/requests` cannot be read");
            Vec::new()
        }),
        Ok(Err(error)) => {
            tracing::debug!(%error, "`forge/requests` has no answer");
            Vec::new()
        }
        Err(_) => {
            tracing::debug!("`forge/requests` takes too long");
            Vec::new()
        }
    }
}

fn of_template(snapshot: &Snapshot, document: &Document, path: &Path, seen: &Seen) -> Vec<CodeLens> {
    let Some(view) = snapshot.index.view_of(path) else { return Vec::new() };
    let top = Span::new(0, 0);
    let mut lenses = vec![lens(snapshot, document, top, generation(seen.generation), None)];
    let mut places: Vec<(String, Location)> = Vec::new();
    for (path, shown) in snapshot.index.rust.uses_of(view.name).filter(|(path, _)| path.starts_with(&view.package.root))
    {
        if let Some(location) = snapshot.location(path, shown.span) {
            places.push((shown.function.clone().unwrap_or_default(), location));
        }
    }
    let title = match &places[..] {
        [] => None,
        [(function, _)] if !function.is_empty() => Some(format!("shown by {function}")),
        [_] => Some("shown by Rust".to_owned()),
        several => Some(format!("shown in {} places", several.len())),
    };
    if let Some(title) = title {
        let locations = places.into_iter().map(|(_, location)| location).collect();
        lenses.push(lens(snapshot, document, top, title, Some(locations)));
    }
    let newest = seen
        .requests
        .iter()
        .filter(|request| request.view.as_deref().map(forge_codegen::dotted).as_deref() == Some(view.name));
    if let Some(request) = newest.max_by_key(|request| request.at_ms) {
        lenses.push(lens(
            snapshot,
            document,
            top,
            format!("{} {}: {}", request.method, request.route, outcome(request)),
            None,
        ));
    }
    lenses
}

fn of_handlers(snapshot: &Snapshot, document: &Document, path: &Path, seen: &Seen) -> Vec<CodeLens> {
    let Some(file) = snapshot.index.rust.files.get(path) else { return Vec::new() };
    let mut lenses = Vec::new();
    for (registered, route) in snapshot.index.rust.whole_routes() {
        let is_handler = |function: &&Function| function.owner.is_none() && handles(&route, registered, function, path);
        let Some(function) = file.functions.iter().find(is_handler) else { continue };
        let newest =
            seen.requests.iter().filter(|request| request.method == route.method && request.route == route.path);
        let title = match newest.max_by_key(|request| request.at_ms) {
            Some(request) => format!("{} {}: {}", route.method, route.path, outcome(request)),
            None => format!("{} {}", route.method, route.path),
        };
        lenses.push(lens(snapshot, document, function.span, title, None));
    }
    lenses.sort_by_key(|lens| lens.range.start);
    lenses
}

/// Whether the handler of a route, which `registered` names, is a function of the file at `path`.
fn handles(route: &Route, registered: &Path, function: &Function, path: &Path) -> bool {
    let Some(handler) = &route.handler else { return false };
    let mut segments = handler.split("::").map(str::trim).collect::<Vec<_>>();
    if segments.pop() != Some(&function.name) {
        return false;
    }
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    match segments.last() {
        None | Some(&"self") => registered == path,
        Some(&"super" | &"crate") => matches!(stem(path).as_deref(), Some("lib" | "main" | "mod")),
        // A module is a file or the folder of its `mod.rs`.
        Some(module) => {
            let folder = path.parent().filter(|_| stem(path).as_deref() == Some("mod")).and_then(Path::file_name);
            stem(path).as_deref() == Some(module) || folder.is_some_and(|folder| folder.to_string_lossy() == *module)
        }
    }
}

fn generation(generation: GenerationSnapshot) -> String {
    let GenerationSnapshot { saved, live, .. } = generation;
    match (live.0, saved > live) {
        (0, _) => "not live yet".to_owned(),
        (_, true) => format!("generation {saved} is saved, {live} is live"),
        (_, false) => format!("live in generation {live}"),
    }
}

fn outcome(request: &RequestRow) -> String {
    format!("{} in {:.1} ms, generation {}", request.status, request.ms, request.generation)
}

/// With places, a click shows them; without, it does nothing.
fn lens(
    snapshot: &Snapshot,
    document: &Document,
    span: Span,
    title: String,
    places: Option<Vec<Location>>,
) -> CodeLens {
    let range = document.text.range(span, snapshot.encoding());
    let start: Position = range.start;
    let command = match places {
        Some(places) => Command {
            title,
            command: "editor.action.showReferences".to_owned(),
            arguments: Some(vec![json!(document.uri), json!(start), json!(places)]),
        },
        None => Command { title, command: String::new(), arguments: None },
    };
    CodeLens { range, command: Some(command), data: None }
}

#[cfg(test)]
mod tests {
    use anvild_protocol::Generation;

    use super::*;
    use crate::features::{blog::project, fixture::Project};

    fn seen(saved: u64, live: u64) -> Seen {
        let request = |method: &str, route: &str, view: Option<&str>, status, at_ms| RequestRow {
            method: method.to_owned(),
            route: route.to_owned(),
            view: view.map(str::to_owned),
            handler: None,
            file: None,
            line: None,
            status,
            ms: 3.21,
            generation: Generation(live),
            at_ms,
        };
        let requests =
            vec![request("GET", "/posts", Some("posts.index"), 200, 1), request("GET", "/posts/{id}", None, 500, 2)];
        Seen {
            generation: GenerationSnapshot {
                saved: Generation(saved),
                built: Generation(saved),
                live: Generation(live),
            },
            requests,
        }
    }

    /// `line: title -> places`
    fn check(project: &Project, seen: &Seen, expected: &[&str]) {
        let document = project.snapshot.document(&project.uri).expect("an open document");
        let id = DocumentId::of(&project.uri);
        let path = id.path().expect("a file");
        let lenses = match document.language {
            Language::Rust => of_handlers(&project.snapshot, document, path, seen),
            _ => of_template(&project.snapshot, document, path, seen),
        };
        let shown: Vec<String> = lenses
            .iter()
            .map(|lens| {
                let command = lens.command.as_ref().expect("a command");
                let places = command.arguments.as_ref().and_then(|arguments| Some(arguments[2].as_array()?.len()));
                let places = places.map(|places| format!(" -> {places}")).unwrap_or_default();
                format!("{}: {}{places}", lens.range.start.line, command.title)
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_template_says_what_is_live_and_who_shows_it() {
        let project = project("//- /templates/posts/index.forge.html\n$0ä");
        let request = "0: GET /posts: 200 in 3.2 ms, generation 7";
        check(&project, &seen(7, 7), &["0: live in generation 7", "0: shown by index -> 1", request]);
        check(&project, &seen(8, 7), &["0: generation 8 is saved, 7 is live", "0: shown by index -> 1", request]);
    }

    #[test]
    fn a_handler_says_its_route_and_its_last_request() {
        let project = project("//- /src/other.rs\n// ä\r\npub async fn show() {$0}\npub async fn index() {}\n");
        check(&project, &seen(7, 7), &[]);
        let project = posts();
        check(
            &project,
            &seen(7, 7),
            &["0: GET /posts: 200 in 3.2 ms, generation 7", "4: GET /posts/{id}: 500 in 3.2 ms, generation 7"],
        );
    }

    fn posts() -> Project {
        let text = "pub async fn index() { view!(\"posts.index\"); }\npub struct A;\nimpl A { fn show() {} }\n\npub async fn show() {$0}\n\
                    pub fn routes(r: &mut RouteSink) {\n    r.get(\"/posts\", index);\n    r.get(\"/posts/{id}\", show);\n}\n";
        Project::new(&format!("//- /src/posts.rs\n{text}//- /templates/posts/index.forge.html\n"))
    }

    #[tokio::test]
    async fn nothing_is_said_without_a_daemon() {
        let project = project("//- /templates/posts/index.forge.html\n$0");
        let params = CodeLensParams {
            text_document: project.document(),
            work_done_progress_params: Default::default(),
            partial_result_params: Default::default(),
        };
        assert_eq!(lenses(&project.snapshot, &params).await.expect("an answer"), None);
    }
}
