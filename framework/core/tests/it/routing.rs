//! Verbs, parameters, groups, nesting, fallback, and the list of routes.

use anvil_core::{Db, Error, HttpApp, Inject, Json, Next, Query, Result, RouteSink, TestClient};
use axum::extract::{MatchedPath, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Html;
use serde::Deserialize;

use crate::project::Project;

#[derive(Deserialize)]
struct Filter {
    q: Option<String>,
}

async fn show(Path(id): Path<u32>, Query(filter): Query<Filter>) -> String {
    format!("post {id} {}", filter.q.unwrap_or_default())
}

#[tokio::test]
async fn each_verb_reaches_its_own_handler() {
    async fn verb(method: Method) -> String {
        method.to_string()
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/x", verb);
        r.post("/x", verb);
        r.put("/x", verb);
        r.patch("/x", verb);
        r.delete("/x", verb);
        r.options("/x", verb);
        r.route("GET|POST", "/both", verb);
        r.any("/all", verb);
        r.get("/all/but", verb);
    });
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let method: Method = method.parse().unwrap();
        assert_eq!(client.request(method.clone(), "/x").await.text(), method.as_str());
        assert_eq!(client.request(method.clone(), "/all").await.text(), method.as_str());
    }
    assert_eq!(client.post("/both").await.text(), "POST");
    let refused = client.delete("/both").await;
    refused.assert_status(405).assert_see("Method Not Allowed");
    assert_eq!(refused.header("allow"), Some("GET,HEAD,POST"));
}

#[tokio::test]
async fn a_specific_method_goes_before_any() {
    let project = Project::new();
    let client = project.client(|r| {
        r.any("/x", || async { "any" });
        r.get("/x", || async { "get" });
    });
    assert_eq!(client.get("/x").await.text(), "get");
    assert_eq!(client.post("/x").await.text(), "any");
}

#[tokio::test]
async fn parameters_query_and_wildcards_are_read() {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/posts/{id}", show);
        r.get("/posts/new", || async { "form" });
        r.get("/files/{*rest}", |Path(rest): Path<String>| async move { rest });
    });
    assert_eq!(client.get("/posts/7?q=rust").await.text(), "post 7 rust");
    assert_eq!(client.get("/posts/new").await.text(), "form");
    assert_eq!(client.get("/files/a/b%20c").await.text(), "a/b c");
}

#[tokio::test]
async fn handlers_take_up_to_twelve_arguments_and_the_body_last() {
    type M = Method;
    #[expect(clippy::too_many_arguments, reason = "twelve is what is tested")]
    async fn twelve(
        _: M,
        _: M,
        _: M,
        _: M,
        _: M,
        _: M,
        _: HeaderMap,
        _: MatchedPath,
        State(container): State<anvil_core::Container>,
        Db(_db): Db,
        config: anvil_core::Config,
        Json(body): Json<Vec<u32>>,
    ) -> Json<u32> {
        assert_eq!(config.app.env, container.config().app.env);
        Json(body.iter().sum())
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.post("/sum", twelve);
    });
    assert_eq!(client.post("/sum").json(&[1, 2, 3]).await.json::<u32>(), 6);
}

#[tokio::test]
async fn head_is_answered_by_get_without_a_body() {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/page", || async { Html("<p>hello</p>") });
    });
    let response = client.head("/page").await;
    response.assert_ok().assert_header("content-length", "12");
    assert_eq!(response.bytes(), b"");
    let missing = client.head("/missing").await;
    missing.assert_status(404);
    assert_eq!(missing.bytes(), b"");
}

#[tokio::test]
async fn groups_put_their_prefix_before_paths_and_names() {
    let project = Project::new();
    let client = project.client(|r| {
        r.group("/admin", |r| {
            r.get("/", || async { "dashboard" }).name("index");
            r.group("/posts", |r| {
                r.get("/{id}", show).name("show");
            })
            .name("posts.");
        })
        .name("admin.");
    });
    assert_eq!(client.get("/admin").await.text(), "dashboard");
    assert_eq!(client.get("/admin/posts/3").await.text(), "post 3 ");
    let names: Vec<_> = client.app().routes().iter().map(|route| route.name.clone().unwrap()).collect();
    assert_eq!(names, ["admin.index", "admin.posts.show"]);
}

#[tokio::test]
async fn the_list_of_routes_says_where_each_was_written() {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/posts/{id}", show).name("posts.show");
    });
    let route = &client.app().routes()[0];
    assert_eq!((route.method.as_str(), route.path.as_str()), ("GET", "/posts/{id}"));
    assert_eq!(route.handler, "it::routing::show");
    let place = route.place.as_ref().unwrap();
    assert!(place.file.ends_with("tests/it/routing.rs"), "{place:?}");
    assert_eq!((place.line, place.column), (line!() - 7, 11));
}

/// As a patch of the module of `old` does.
#[tokio::test]
async fn one_handler_stands_in_for_another_wherever_it_is_registered() {
    async fn old() -> &'static str {
        "old"
    }
    async fn new(Query(filter): Query<Filter>) -> String {
        format!("new {}", filter.q.unwrap_or_default())
    }
    fn routes(r: &mut RouteSink) {
        r.get("/", old).name("home");
        r.group("/posts", |r| _ = r.get("/{id}", show));
        r.fallback(old);
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.stand_in(old, new);
        routes(r);
    });
    assert_eq!(client.get("/?q=1").await.text(), "new 1");
    assert_eq!(client.get("/elsewhere").await.text(), "new ");
    assert_eq!(client.get("/posts/3").await.text(), "post 3 ");
    let home = &client.app().routes()[0];
    assert_eq!(home.name.as_deref(), Some("home"));
    assert!(home.handler.ends_with("::new"), "{}", home.handler);
    assert!(home.place.is_some());
}

#[tokio::test]
async fn plain_axum_routers_are_nested_and_merged() {
    async fn path(request: Request) -> String {
        request.uri().path().to_owned()
    }
    let nested = axum::Router::new().route("/inside", axum::routing::get(path));
    let merged = axum::Router::new().route("/beside", axum::routing::get(path));
    let in_group = axum::Router::new().route("/deep", axum::routing::get(path));
    let project = Project::new();
    let client = project.client(|r| {
        r.nest("/api", nested);
        r.merge(merged);
        r.group("/group", |r| {
            r.merge(in_group);
        });
    });
    assert_eq!(client.get("/api/inside").await.text(), "/inside");
    assert_eq!(client.get("/beside").await.text(), "/beside");
    assert_eq!(client.get("/group/deep").await.text(), "/deep");
    client.get("/api/outside").await.assert_status(404).assert_see("Not Found");
}

#[tokio::test]
async fn the_fallback_answers_what_nothing_else_does() {
    let project = Project::new();
    project.write("public/robots.txt", "none");
    let client = project.client(|r| {
        r.get("/here", || async { "here" });
        r.fallback(|request: Request| async move { (StatusCode::GONE, request.uri().path().to_owned()) });
    });
    assert_eq!(client.get("/here").await.text(), "here");
    assert_eq!(client.get("/robots.txt").await.text(), "none");
    client.post("/gone").await.assert_status(410).assert_see("/gone");
}

#[tokio::test]
async fn an_extractor_that_refuses_is_rendered_as_the_client_asked() {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/posts/{id}", show);
        r.post("/sum", |Json(body): Json<Vec<u32>>| async move { Json(body.len()) });
    });
    let page = client.get("/posts/seven").header("accept", "text/html").await;
    page.assert_status(400).assert_see("<!doctype html>").assert_see("Cannot parse `seven`");
    let json = client.post("/sum").header("content-type", "application/json").body("[1,").await;
    json.assert_status(400)
        .assert_header("content-type", "application/json")
        .assert_see("\"message\":\"the body is not valid JSON: EOF");
    client.post("/sum").body("[]").await.assert_status(415);
}

#[tokio::test]
async fn a_redirecting_extractor_keeps_its_response() {
    use axum::extract::FromRequestParts;
    use axum::http::request::Parts;
    use axum::response::Redirect;
    struct User;
    impl<S: Sync> FromRequestParts<S> for User {
        type Rejection = Redirect;
        async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Redirect> {
            Err(Redirect::to("/login"))
        }
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/account", |_: User| async { "account" });
    });
    client.get("/account").await.assert_redirect("/login");
}

#[tokio::test]
async fn a_missing_container_value_names_its_type() {
    struct Missing;
    impl anvil_core::Layout for Missing {
        const FINGERPRINT: u64 = 1;
        fn describe() -> anvil_core::control::TypeLayout {
            crate::container::layout_named("Missing", 1)
        }
    }
    async fn handler(_: Inject<Missing>) -> Result<&'static str, Error> {
        Ok("never")
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/", handler);
    });
    client.get("/").await.assert_status(500).assert_see("holds no").assert_see("Missing");
}

/// What the next generation takes over of the one before is what it would have made itself.
#[tokio::test]
async fn a_generation_after_another_is_as_if_it_were_the_first() {
    async fn one() -> &'static str {
        "one"
    }
    async fn two() -> &'static str {
        "two"
    }
    async fn through(request: Request, next: Next) -> axum::response::Response {
        next.run(request).await
    }
    fn registered(generation: usize, r: &mut RouteSink) {
        r.group("/a", |r| {
            match generation {
                1 => r.get("/{id}", two).name("show"),
                2 => r.get("/{name}", one).name("show"),
                3 => r.get("/{id}", one).name("other"),
                4 => r.post("/{id}", one).name("show"),
                5 => r.get("/{id}", one).name("show").middleware(through),
                _ => r.get("/{id}", one).name("show"),
            };
        });
        if generation != 6 {
            r.get("/b", two);
        }
        r.post("/a/{id}", two).name("show");
        if generation == 6 {
            r.get("/b", two);
        }
        let merge = |r: &mut RouteSink, path: &str| {
            r.merge(axum::Router::new().route(path, axum::routing::get(one)));
        };
        match generation {
            7 => _ = r.get("/c", one),
            8 => merge(r, "/c"),
            9 => merge(r, "/b"),
            10 => _ = r.get("/a/{other}", one),
            11 => _ = r.get("/c", one).name("show"),
            12 => _ = r.get("/b", one),
            _ => {}
        }
    }
    let sink = |generation| {
        let mut sink = RouteSink::new();
        registered(generation, &mut sink);
        sink
    };
    let project = Project::new();
    for (before, after) in (0..13).flat_map(|before| (0..13).map(move |after| (before, after))) {
        let Ok(app) = HttpApp::build(sink(before), project.container()) else { continue };
        let (next, first) = (app.rebuild(sink(after)), HttpApp::build(sink(after), project.container()));
        let (next, first) = match (next, first) {
            (Ok(next), Ok(first)) => (next, first),
            (next, first) => {
                assert_eq!(next.map(|_| ()).unwrap_err(), first.map(|_| ()).unwrap_err());
                continue;
            }
        };
        assert_eq!(next.routes(), first.routes(), "{before} {after}");
        assert_eq!(next.has_routes_of(&app), next.routes() == app.routes(), "{before} {after}");
        let (next, first) = (TestClient::new(next), TestClient::new(first));
        for path in ["/a/1", "/b", "/c"] {
            for method in [Method::GET, Method::POST] {
                let (next, first) =
                    (next.request(method.clone(), path).await, first.request(method.clone(), path).await);
                assert_eq!(next.status(), first.status(), "{before} {after} {path}");
                // Of errors, the pages name the request.
                assert!(!next.status().is_success() || next.text() == first.text(), "{before} {after} {path}");
            }
        }
    }
}
