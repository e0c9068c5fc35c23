//! Order of middleware, names, refusals, and reach into foreign routers.

use anvil_core::{HttpApp, Next, RouteSink};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::project::Project;

async fn trace(label: &str, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let before = response.headers().get("x-trace").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    response.headers_mut().insert("x-trace", format!("{label}{before}").parse().unwrap());
    response
}

async fn a(request: Request, next: Next) -> Response {
    trace("a", request, next).await
}

async fn b(request: Request, next: Next) -> Response {
    trace("b", request, next).await
}

async fn c(request: Request, next: Next) -> Response {
    trace("c", request, next).await
}

async fn d(request: Request, next: Next) -> Response {
    trace("d", request, next).await
}

async fn auth(request: Request, next: Next) -> Result<Response, StatusCode> {
    match request.headers().contains_key("x-user") {
        true => Ok(next.run(request).await),
        false => Err(StatusCode::UNAUTHORIZED),
    }
}

async fn ok() -> &'static str {
    "ok"
}

#[tokio::test]
async fn outer_groups_go_first_and_then_in_written_order() {
    let project = Project::new();
    let client = project.client(|r| {
        r.group("/x", |r| {
            r.group("/y", |r| {
                r.get("/z", ok).middleware(d);
            })
            .middleware(c);
            r.get("/bare", ok);
        })
        .middleware(a)
        .middleware(b);
        r.get("/outside", ok);
    });
    client.get("/x/y/z").await.assert_ok().assert_header("x-trace", "abcd");
    client.get("/x/bare").await.assert_header("x-trace", "ab");
    assert_eq!(client.get("/outside").await.header("x-trace"), None);
}

#[tokio::test]
async fn a_named_middleware_guards_and_its_refusal_is_rendered() {
    let project = Project::new();
    let client = project.client(|r| {
        r.middleware_alias("auth", auth);
        r.get("/account", ok).middleware("auth");
    });
    client.get("/account").header("x-user", "1").await.assert_ok();
    client.get("/account").await.assert_status(401).assert_see("Unauthorized");
}

#[tokio::test]
async fn the_name_may_be_registered_after_its_use() {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/account", ok).middleware("auth");
        r.middleware_alias("auth", auth);
    });
    client.get("/account").await.assert_status(401);
}

#[tokio::test]
async fn an_unknown_name_is_an_error_and_not_an_open_route() {
    let mut sink = RouteSink::new();
    sink.get("/account", ok).middleware("auht");
    let errors = HttpApp::build(sink, Project::new().container()).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].message.contains("`auht`"), "{errors:?}");
    assert_eq!(errors[0].place.as_ref().unwrap().line, line!() - 4);
}

#[tokio::test]
async fn middleware_reaches_nested_and_merged_routers() {
    let router = || axum::Router::new().route("/in", axum::routing::get(ok));
    let project = Project::new();
    let client = project.client(|r| {
        r.nest("/nested", router()).middleware(a);
        r.merge(router()).middleware(b).middleware(c);
        r.group("/group", |r| {
            r.merge(router());
        })
        .middleware(d);
    });
    client.get("/nested/in").await.assert_ok().assert_header("x-trace", "a");
    client.get("/in").await.assert_ok().assert_header("x-trace", "bc");
    client.get("/group/in").await.assert_ok().assert_header("x-trace", "d");
}

#[tokio::test]
async fn middleware_reads_the_container() {
    async fn named(request: Request, next: Next) -> impl IntoResponse {
        let name = next.container().config().app.name.clone();
        ([("x-app", name)], next.run(request).await)
    }
    let project = Project::with_config("[app]\nname = \"blog\"\n");
    let client = project.client(|r| {
        r.get("/", ok).middleware(named);
    });
    client.get("/").await.assert_header("x-app", "blog");
}
