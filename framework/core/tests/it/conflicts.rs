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
async fn paths_that_differ_do_not_contradict() {
    let mut sink = RouteSink::new();
    sink.get("/posts/{id}", one);
    sink.put("/posts/{id}", two);
    sink.get("/posts/new", one);
    sink.get("/posts/{post}/comments", one);
    assert!(HttpApp::build(sink, Project::new().container()).is_ok());
}
