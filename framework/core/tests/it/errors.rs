//! Errors and panics: status, form, what developers see and what nobody else does.

use std::sync::{Arc, Mutex};

use anvil_core::control::Fault;
use anvil_core::{Error, OrAbort as _, Result, ResultContext as _, abort_if};
use axum::http::StatusCode;

use crate::project::Project;

/// Stands for anything internal: it must never reach a client in production.
const CANARY: &str = "canary-5f1d";

#[derive(Debug)]
struct Inner;

impl std::fmt::Display for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "disk {CANARY} <b>full</b>")
    }
}

impl std::error::Error for Inner {}

async fn fails() -> Result<&'static str> {
    let read: Result<&'static str, Inner> = Err(Inner);
    let text = read.context("read the posts")?;
    Ok(text)
}

async fn question() -> Result<()> {
    Err(Inner)?
}

async fn panics() -> &'static str {
    panic!("panic {CANARY}")
}

fn project() -> Project {
    let project = Project::new();
    // The place of the error is relative to the workspace, which a project may be: the page then shows this file.
    project.write("framework/core/tests/it/errors.rs", include_str!("errors.rs"));
    project
}

#[tokio::test]
async fn the_form_follows_accept() {
    let project = Project::new();
    let client = project.production(|r| {
        r.get("/no", || async { Err::<(), _>(Error::conflict("taken <i>")) });
    });
    let json = client.get("/no").header("accept", "application/json").await;
    json.assert_status(409).assert_header("content-type", "application/json");
    json.assert_json(&serde_json::json!({ "message": "taken <i>" }));
    let cases = [
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("application/json;q=0.5,text/html", "text/html; charset=utf-8"),
        ("text/html;q=0.5, application/json", "application/json"),
        ("application/problem+json", "application/json"),
        ("*/*", "text/html; charset=utf-8"),
    ];
    for (accept, kind) in cases {
        client.get("/no").header("accept", accept).await.assert_status(409).assert_header("content-type", kind);
    }
    client.get("/no").await.assert_see("taken &lt;i&gt;");
    client
        .get("/no")
        .header("x-requested-with", "XMLHttpRequest")
        .await
        .assert_header("content-type", "application/json");
    client
        .get("/missing")
        .header("accept", "application/json")
        .await
        .assert_json(&serde_json::json!({ "message": "Not Found" }));
}

#[tokio::test]
async fn production_shows_nothing_internal() {
    let project = project();
    project.write(".env", &format!("TOKEN={CANARY}"));
    let client = project.production(|r| {
        r.get("/fails", fails);
        r.get("/question", question);
        r.get("/panics", panics);
        r.get("/message", || async { Err::<(), _>(Error::msg(CANARY)) });
        r.get("/status", || async { Err::<(), _>(Error::status(StatusCode::BAD_GATEWAY, CANARY)) });
        r.get("/row", || async { Err::<(), _>(Error::from(sqlx::Error::RowNotFound).context(CANARY)) });
        r.get("/context", || async { Err::<(), _>(Error::not_found().context(CANARY)) });
    });
    for path in ["/fails", "/question", "/panics", "/message", "/status", "/row", "/context"] {
        for accept in ["text/html", "application/json"] {
            let response = client.get(path).header("accept", accept).await;
            assert!(response.status().as_u16() >= 400, "{path}");
            for internal in [CANARY, "errors.rs", "read the posts", "no rows", "panic", "Inner"] {
                response.assert_dont_see(internal);
            }
            assert!(!format!("{:?}", response.headers()).contains(CANARY));
        }
    }
    client.get("/fails").await.assert_status(500).assert_see("Server Error");
}

#[tokio::test]
async fn the_debug_page_shows_chain_source_and_request_and_escapes_them() {
    let project = project();
    project.write(".env", "SESSION_SEED=never-shown");
    let client = project.client(|r| {
        r.get("/fails", fails);
    });
    let request =
        client.get("/fails?page=2&token=tttt").header("cookie", "id=cccc").header("authorization", "Bearer aaaa");
    let page = request.header("x-api-key", "kkkk").header("x-color", "<blue>").await;
    page.assert_status(500)
        .assert_see("read the posts")
        .assert_see("<li>disk canary-5f1d &lt;b&gt;full&lt;/b&gt;</li>");
    page.assert_see("class=\"hit\"").assert_see("read.context(&quot;read the posts&quot;)");
    page.assert_see("page=2&amp;token=[hidden]").assert_see("&lt;blue&gt;").assert_see("[hidden]");
    for secret in ["cccc", "aaaa", "kkkk", "tttt", "<blue>", "never-shown"] {
        page.assert_dont_see(secret);
    }
}

#[tokio::test]
async fn the_debug_json_has_place_and_causes() {
    let project = project();
    let client = project.client(|r| {
        r.get("/question", question);
    });
    let json: serde_json::Value = client.get("/question").header("accept", "application/json").await.json();
    assert_eq!(json["message"], "disk canary-5f1d <b>full</b>");
    assert!(json["file"].as_str().unwrap().ends_with("tests/it/errors.rs"), "{json}");
    let line = include_str!("errors.rs").lines().position(|line| line.trim() == "Err(Inner)?").unwrap() + 1;
    assert_eq!(json["line"], line);
}

#[tokio::test]
async fn the_stack_holds_frames_of_the_project_only() {
    // The project is this crate's folder, so that the frames of this test are the app's.
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let container = anvil_core::Container::for_tests(root).unwrap();
    let client = crate::project::client(container, |r| {
        r.get("/panics", panics);
    });
    let json: serde_json::Value = client.get("/panics").header("accept", "application/json").await.json();
    let trace = json["trace"].as_array().unwrap();
    let files: Vec<&str> = trace.iter().map(|frame| frame["file"].as_str().unwrap()).collect();
    assert!(files.contains(&"tests/it/errors.rs"), "{json:#}");
    assert!(files.iter().all(|file| !file.contains("registry") && !file.contains("rustc")), "{json:#}");
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_next_request_works() {
    let project = project();
    let client = project.client(|r| {
        r.get("/panics", panics);
        r.get("/fine", || async { "fine" });
    });
    let page = client.get("/panics").await;
    page.assert_status(500)
        .assert_see("panic canary-5f1d")
        .assert_see("tests/it/errors.rs")
        .assert_see("class=\"hit\"");
    client.get("/fine").await.assert_ok();
}

#[tokio::test]
async fn statuses_of_constructors_and_of_foreign_errors() {
    async fn row() -> Result<()> {
        Err(sqlx::Error::RowNotFound)?
    }
    async fn none() -> Result<()> {
        None.or_not_found()
    }
    async fn locked() -> Result<&'static str> {
        abort_if(true, StatusCode::FORBIDDEN)?;
        Ok("open")
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/404", row);
        r.get("/404/none", none);
        r.get("/403", locked);
        r.get("/400", || async { Err::<(), _>(Error::bad_request("no")) });
        r.get("/401", || async { Err::<(), _>(Error::unauthorized()) });
        r.get("/409", || async { Err::<(), _>(Error::conflict("no")) });
        r.get("/422", || async { Err::<(), _>(Error::unprocessable("no")) });
        r.get("/418", || async { StatusCode::IM_A_TEAPOT });
    });
    for path in ["/404", "/404/none", "/403", "/400", "/401", "/409", "/422", "/418"] {
        let status: u16 = path[1..4].parse().unwrap();
        client.get(path).await.assert_status(status).assert_see("<!doctype html>");
    }
}

#[tokio::test]
async fn a_response_of_the_apps_own_is_left_alone() {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/own", || async { (StatusCode::NOT_FOUND, "my own words") });
    });
    assert_eq!(client.get("/own").await.assert_status(404).text(), "my own words");
}

#[tokio::test]
async fn faults_are_told_with_place_and_without_secrets() {
    let told: Arc<Mutex<Vec<Fault>>> = Arc::default();
    let sink = told.clone();
    anvil_core::set_fault_sink(Box::new(move |fault| sink.lock().unwrap().push(fault)));
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/faults/panics", panics);
        r.get("/faults/fails", fails);
        r.get("/faults/missing", || async { Err::<(), _>(Error::not_found()) });
    });
    client.get("/faults/panics?token=tttt").await.assert_status(500);
    client.get("/faults/fails").await.assert_status(500);
    client.get("/faults/missing").await.assert_status(404);
    // Other tests of this process fail requests too.
    let mut faults = told.lock().unwrap().clone();
    faults.retain(|fault| fault.path.starts_with("/faults/"));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].panicked && faults[0].path == "/faults/panics?token=[hidden]", "{faults:?}");
    assert!(faults[0].place.as_ref().unwrap().file.ends_with("errors.rs"));
    assert!(!faults[1].panicked && faults[1].message.starts_with("read the posts: disk"), "{faults:?}");
}
