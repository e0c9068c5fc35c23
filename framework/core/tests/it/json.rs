//! JSON in requests: statuses, and the path that an error names. JSON in responses.

use std::collections::{BTreeMap, HashMap};

use anvil_core::{Error, Json};
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use futures_util::stream;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::project::Project;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Post {
    title: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    author: Option<Author>,
    #[serde(default)]
    counts: BTreeMap<String, u8>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Tag {
    name: String,
    #[serde(default)]
    kind: Kind,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only whether it can be read matters")]
enum Kind {
    #[default]
    Plain,
    Sized {
        width: u8,
    },
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only whether it can be read matters")]
struct Author {
    id: (u32, u32),
    email: Option<Email>,
    active: Option<bool>,
}

/// Refused after it was read, so that serde_json learns of it late.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Email;

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains('@') { Ok(Self) } else { Err("no address") }
    }
}

/// What a client reads that sends `body` to a handler that wants a `T`.
async fn answer<T: DeserializeOwned + Send + 'static>(body: &str) -> (u16, String) {
    let project = Project::new();
    let client = project.client(|r| {
        r.post("/", |Json(_): Json<T>| async { "read" });
    });
    let request = client.post("/").header("content-type", "application/json").header("accept", "application/json");
    let response = request.body(body.to_owned()).await;
    let message = match response.status() {
        StatusCode::OK => response.text(),
        _ => response.json::<Value>()["message"].as_str().expect("a message").to_owned(),
    };
    (response.status().as_u16(), message)
}

/// The body is refused with this path and the beginning of this message.
async fn check<T: DeserializeOwned + Send + 'static>(body: &str, expected: &str) {
    let (status, message) = answer::<T>(body).await;
    assert_eq!(status, 422, "{body}\n{message}");
    let message = message.strip_prefix("the JSON body does not fit: ").unwrap_or_else(|| panic!("{message}"));
    assert!(message.starts_with(expected), "{body}\nexpected: {expected}\nanswered: {message}");
}

#[tokio::test]
async fn a_misfit_names_its_path_and_its_place() {
    check::<Post>(
        r#"{"title": "x", "tags": [{"name": 1}]}"#,
        "tags[0].name: invalid type: integer `1`, expected a string at line 1 column 34",
    )
    .await;
    check::<Post>(r#"{"tags": [], "title": null}"#, "title: invalid type: null").await;
    check::<Post>(r#"{"title": true , "tags": []}"#, "title: invalid type: boolean `true`").await;
    check::<Post>(r#"{"title": "x", "counts": {"a": 1, "b": 256}}"#, "counts.b: invalid value: integer `256`").await;
    check::<Post>(r#"{"title": "x", "counts": {"a": -1.5e3}}"#, "counts.a: invalid type: floating point").await;
    check::<Vec<Vec<u8>>>("[[1], [], [2, 3, [4]]]", "[2][2]: invalid type: sequence").await;
    check::<Vec<Vec<u8>>>("[[1], {\"a\": 2}]", "[1]: invalid type: map").await;
    check::<Vec<Vec<u8>>>("[[1], 2, 3]", "[1]: invalid type: integer `2`").await;
    check::<Vec<BTreeMap<String, Vec<u8>>>>(r#"[{}, {"a": [], "b": [7, "x"]}]"#, "[1].b[1]: invalid type: string")
        .await;
}

#[tokio::test]
async fn a_value_of_another_kind_is_named_before_it_is_read() {
    check::<Post>(r#"{"title": {"a": [1, 2]}, "tags": []}"#, "title: invalid type: map").await;
    check::<Post>(r#"{"title": ["a"]}"#, "title: invalid type: sequence").await;
    check::<Post>(r#"{"title": "x", "tags": {"name": "x"}}"#, "tags: invalid type: map").await;
    check::<Vec<String>>(r#"[["a"]]"#, "[0]: invalid type: sequence").await;
    check::<Vec<String>>(r#"["a", "b", {"c": 1}]"#, "[2]: invalid type: map").await;
}

#[tokio::test]
async fn a_missing_field_names_the_object_that_lacks_it() {
    check::<Post>("{}", "missing field `title` at line 1 column 2").await;
    check::<Post>(r#"{"title": "x", "tags": [{"name": "a"}, {}]}"#, "tags[1]: missing field `name`").await;
    check::<Post>(r#"{"author": {"email": "a@b"} , "title": "x"}"#, "author: missing field `id`").await;
    check::<Post>(r#"{"title": "x", "author": {"id": [1]}}"#, "author.id: invalid length 1").await;
}

#[tokio::test]
async fn the_whole_body_has_no_path() {
    check::<Vec<u8>>("7", "invalid type: integer `7`").await;
    check::<Post>(r#" "text""#, "invalid type: string \"text\"").await;
    check::<BTreeMap<String, u8>>("[1]", "invalid type: sequence").await;
    check::<String>("[1]", "invalid type: sequence").await;
}

#[tokio::test]
async fn keys_are_named_where_they_are_wrong() {
    check::<Post>(r#"{"title": "x", "tags": [{"name": "a", "colour" : 1}]}"#, "tags[0].colour: unknown field").await;
    check::<Post>(r#"{"title": "x", "title": "y"}"#, "title: duplicate field").await;
}

#[tokio::test]
async fn variants_are_named() {
    check::<Tag>(r#"{"name": "a", "kind": "odd"}"#, "kind: unknown variant `odd`").await;
    check::<Tag>(r#"{"name": "a", "kind": {"sized": {"width": "x"}}}"#, "kind.sized.width: invalid type").await;
}

#[tokio::test]
async fn a_value_that_is_refused_after_it_was_read_is_named_unless_it_is_the_last() {
    check::<Post>(r#"{"author": {"email": "x", "id": [1, 2]}}"#, "author.email: no address").await;
    check::<Post>(r#"{"author": {"id": [1, 2], "email": "x"}}"#, "author: no address").await;
    check::<Vec<Email>>(r#"["a@b", "x", "y"]"#, "[1]: no address").await;
    check::<Vec<Email>>(r#"["x" ]"#, "no address").await;
    check::<Vec<HashMap<String, Email>>>(r#"[{"a": "x"}, {"a": "a@b"}]"#, "[0]: no address").await;
    check::<Email>(r#""x""#, "no address").await;
}

#[tokio::test]
async fn keys_that_are_no_words_are_quoted() {
    type Counts = BTreeMap<String, BTreeMap<String, u8>>;
    check::<Counts>(r#"{"a \"b\"\\": {"}],{": "x"}}"#, r#"["a \"b\"\\"]["}],{"]: invalid type"#).await;
    check::<Counts>(r#"{"a.b": {"": "x"}}"#, r#"["a.b"][""]: invalid type"#).await;
    check::<Counts>(r#"{"Größe": {"\u00e9\ud83d\ude00": 1, "\u00e9": []}}"#, "Größe.é: invalid type: sequence").await;
    check::<Counts>(r#"{"日本": {"kebab-case_1": "ü"}}"#, "日本.kebab-case_1: invalid type").await;
    let long = "k".repeat(5000);
    check::<Counts>(&format!("{{\"{long}\": 1}}"), &format!("{}…: invalid type: integer", &long[..100])).await;
}

#[tokio::test]
async fn lines_are_counted() {
    let body = "{\r\n  \"title\": \"a, {[\\\" b\",\n\n  \"tags\": [\n    {\"name\": \"ü\"},\n    {\n      \"name\":\n        [\n";
    let body = format!("{body}\"x\"]}}]}}\n");
    check::<Post>(&body, "tags[1].name: invalid type: sequence, expected a string at line 8 column 8").await;
}

#[tokio::test]
async fn what_nobody_asked_for_may_be_deep() {
    let (open, close) = ("[".repeat(10_000), "]".repeat(10_000));
    let body = format!(r#"{{"ignored": {open}{{"a": 1, "b": [1, 2]}}, 3{close}, "tags": [], "title": 1}}"#);
    check::<Post>(&body, "title: invalid type: integer `1`").await;
}

#[tokio::test]
async fn a_refusal_does_not_point_into_the_framework() {
    let project = Project::new();
    let client = project.client(|r| {
        r.post("/", |Json(_): Json<Post>| async {});
    });
    let request = || client.post("/").header("content-type", "application/json").body("{}");
    let answer = request().header("accept", "application/json").await.json::<Value>();
    assert_eq!((&answer["file"], &answer["trace"]), (&Value::Null, &json!([])));
    let page = request().header("accept", "text/html").await;
    page.assert_status(422).assert_see("missing field `title`").assert_dont_see("extract/json.rs");
}

#[tokio::test]
async fn a_long_message_is_cut() {
    let (status, message) = answer::<u8>(&format!("\"{}\"", "x".repeat(100_000))).await;
    assert_eq!(status, 422);
    assert!(message.len() < 1200 && message.ends_with("… at line 1 column 100002"), "{message}");
}

#[tokio::test]
async fn what_is_no_json_answers_400() {
    for (body, expected) in [
        ("", "the body is not valid JSON: EOF while parsing a value at line 1 column 0"),
        ("[1,", "the body is not valid JSON: EOF while parsing a value at line 1 column 3"),
        ("[1] x", "the body is not valid JSON: trailing characters at line 1 column 5"),
        ("[\n1,]", "the body is not valid JSON: trailing comma at line 2 column 3"),
    ] {
        assert_eq!(answer::<Vec<u8>>(body).await, (400, expected.to_owned()), "{body}");
    }
    assert_eq!(answer::<Vec<u8>>(" [1, 2]\n").await, (200, "read".to_owned()));
}

#[tokio::test]
async fn the_content_type_decides() {
    let project = Project::new();
    let client = project.client(|r| {
        r.post("/", |Json(sum): Json<u8>| async move { Json(sum) });
    });
    for kind in ["application/json", "application/JSON ; charset=utf-8", "application/ld+json"] {
        client.post("/").header("content-type", kind).body("1").await.assert_ok();
    }
    for kind in ["text/json", "application/jsonp", "json", "application/x-www-form-urlencoded"] {
        client.post("/").header("content-type", kind).body("1").await.assert_status(415);
    }
    let bare = client.post("/").header("accept", "application/json").body("1").await;
    bare.assert_status(415).assert_see("the body must be JSON");
}

#[tokio::test]
async fn a_body_over_the_limit_answers_413() {
    let project = Project::with_config("[server]\nbody_limit = 10\n");
    let client = project.client(|r| {
        r.post("/", |Json(list): Json<Vec<u8>>| async move { Json(list) });
    });
    let post = || client.post("/").header("content-type", "application/json");
    post().body("[1,2,3,4]").await.assert_ok();
    post().body("[1,2,3,4,5]").await.assert_status(413);
    let chunks = (0..3).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(b"      ")));
    post().body(Body::from_stream(stream::iter(chunks))).await.assert_status(413);
}

#[tokio::test]
async fn it_may_be_optional_and_its_error_may_be_taken() {
    let project = Project::new();
    let client = project.client(|r| {
        r.post("/optional", |body: Option<Json<u8>>| async move { format!("{:?}", body.map(|json| json.0)) });
        r.post("/result", |body: Result<Json<u8>, Error>| async move {
            body.map_or_else(|error| error.status_code().as_str().to_owned(), |json| json.to_string())
        });
    });
    assert_eq!(client.post("/optional").await.text(), "None");
    assert_eq!(client.post("/optional").json(&7).await.text(), "Some(7)");
    client.post("/optional").json(&"x").await.assert_status(422);
    client.post("/optional").header("content-type", "text/plain").await.assert_status(415);
    assert_eq!(client.post("/result").json(&7).await.text(), "7");
    assert_eq!(client.post("/result").json(&"x").await.text(), "422");
}

#[tokio::test]
async fn responses_are_json() {
    #[derive(Serialize)]
    struct Answer {
        name: &'static str,
        numbers: Vec<f64>,
    }
    let project = Project::new();
    let client = project.production(|r| {
        r.get("/", || async { (StatusCode::CREATED, Json(Answer { name: "ü\n", numbers: vec![1.5] })) });
        r.get("/broken", || async { Json(HashMap::from([((1, 2), 3)])) });
    });
    let response = client.get("/").await;
    response.assert_status(201).assert_header("content-type", "application/json");
    response.assert_json(&json!({ "name": "ü\n", "numbers": [1.5] }));
    let broken = client.get("/broken").header("accept", "application/json").await;
    broken.assert_status(500).assert_json(&json!({ "message": "Server Error" }));
}

#[tokio::test]
async fn a_plain_router_takes_both_kinds() {
    let router = axum::Router::new()
        .route("/own", axum::routing::post(|Json(sum): Json<u8>| async move { Json(sum) }))
        .route("/axum", axum::routing::post(|axum::Json(sum): axum::Json<u8>| async move { axum::Json(sum) }));
    let project = Project::new();
    let client = project.client(|r| {
        r.nest("/in", router);
    });
    for path in ["/in/own", "/in/axum"] {
        client.post(path).json(&3).await.assert_ok().assert_json(&json!(3));
        client.post(path).json(&"x").await.assert_status(422);
    }
}

#[test]
fn it_is_a_transparent_wrapper() {
    let mut list = Json::from(vec![1]);
    list.push(2);
    assert_eq!((list.len(), Json::<u8>::default().0), (2, 0));
}
