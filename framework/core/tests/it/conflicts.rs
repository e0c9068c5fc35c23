//! Registrations that cannot stand name both places and say what to do.

use anvil_core::control::RouteError;
use anvil_core::{HttpApp, RouteSink};

use crate::project::Project;

async fn one() {}
async fn two() {}

fn errors(routes: impl FnOnce(&mut RouteSink)) -> Vec<RouteError> {
    let mut sink = RouteSink::new();
    routes(&mut sink);
    HttpApp::build(sink, Project::new().container()).expect_err("the routes contradict each other")
}

#[track_caller]
fn check_one(found: &[RouteError], parts: &[&str], place: u32, other: Option<u32>) {
    assert_eq!(found.len(), 1, "{found:#?}");
    let error = &found[0];
    for part in parts {
        assert!(error.message.contains(part), "`{part}` is not in: {}", error.message);
    }
    assert_eq!(error.place.as_ref().map(|place| place.line), Some(place), "{error:?}");
    assert_eq!(error.other.as_ref().map(|place| place.line), other, "{error:?}");
}

#[tokio::test]
async fn the_same_method_and_path_twice() {
    let line = line!();
    let found = errors(|r| {
        r.get("/posts", one);
        r.get("/posts", two);
    });
    check_one(&found, &["GET /posts", "conflicts::one", "conflicts::two"], line + 3, Some(line + 2));
}

#[tokio::test]
async fn two_that_stand_in_for_one() {
    let found = errors(|r| {
        r.stand_in(one, two);
        r.stand_in(one, two);
        r.stand_in(one, one);
    });
    check_one(&found, &["conflicts::one", "stands in"], line!() - 2, None);
}

#[tokio::test]
async fn the_same_shape_with_other_parameter_names() {
    let line = line!();
    let found = errors(|r| {
        r.get("/posts/{id}", one);
        r.delete("/posts/{slug}", two);
    });
    check_one(&found, &["/posts/{id}", "/posts/{slug}", "same requests"], line + 3, Some(line + 2));
}

#[tokio::test]
async fn a_route_inside_of_a_merged_router() {
    let line = line!();
    let found = errors(|r| {
        r.get("/posts", one);
        r.merge(axum::Router::new().route("/posts", axum::routing::get(two)));
    });
    check_one(&found, &["/posts"], line + 3, None);
}

#[tokio::test]
async fn every_mistake_is_told_at_once() {
    let found = errors(|r| {
        r.get("posts", one);
        r.get("/posts/:id", one);
        r.get("/files/*", one);
        r.get("/a/{id}x", one);
        r.get("/b/{*rest}/c", one);
        r.route("FETCH", "/d", one);
        r.group("/g", |r| r.fallback(one));
        r.get("/e", one).name("same");
        r.get("/f", one).name("same");
    });
    let messages: Vec<&str> = found.iter().map(|error| error.message.as_str()).collect();
    for part in [
        "must start with `/`",
        "write `{id}`",
        "write `{*rest}`",
        "after it",
        "last segment",
        "`FETCH`",
        "outside of groups",
        "`same`",
    ] {
        assert!(messages.iter().any(|message| message.contains(part)), "`{part}` is not in {messages:#?}");
    }
    assert_eq!(found.len(), 8, "{messages:#?}");
    assert!(found.iter().all(|error| error.place.is_some()));
}

#[tokio::test]
async fn a_contradiction_that_an_edit_brings() {
    let before = |r: &mut RouteSink| {
        r.get("/posts/{id}", one).name("posts.show");
        r.post("/posts", two);
    };
    let mut sink = RouteSink::new();
    before(&mut sink);
    let app = HttpApp::build(sink, Project::new().container()).unwrap();
    let found = |edit: &dyn Fn(&mut RouteSink)| {
        let mut sink = RouteSink::new();
        before(&mut sink);
        edit(&mut sink);
        app.rebuild(sink).map(|_| ()).expect_err("the routes contradict each other")
    };
    let line = line!();
    check_one(&found(&|r| _ = r.get("/posts/{post}", one)), &["same requests"], line + 1, Some(line - 15));
    check_one(&found(&|r| _ = r.post("/posts", one)), &["POST /posts"], line + 2, Some(line - 14));
    check_one(&found(&|r| _ = r.get("/", one).name("posts.show")), &["`posts.show`"], line + 3, Some(line - 15));
    let router = || axum::Router::new().route("/posts", axum::routing::post(two));
    check_one(&found(&|r| _ = r.merge(router())), &["/posts"], line + 5, None);
}

#[tokio::test]
async fn paths_that_differ_do_not_contradict() {
    let mut sink = RouteSink::new();
    sink.get("/posts/{id}", one);
    sink.put("/posts/{id}", two);
    sink.get("/posts/new", one);
    sink.get("/posts/{post}/comments", one);
    assert!(HttpApp::build(sink, Project::new().container()).is_ok());
}
