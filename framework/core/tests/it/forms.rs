//! Queries and forms: what they are read as, and how a misfit is answered.

use std::collections::BTreeMap;

use anvil_core::{Error, Form, Query};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::project::Project;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Filter {
    page: Option<u32>,
    #[serde(default)]
    q: String,
    #[serde(default)]
    order: Order,
    #[serde(default)]
    exact: bool,
    #[serde(flatten)]
    more: BTreeMap<String, String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Order {
    #[default]
    Newest,
    Oldest,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    id: Id,
    price: f64,
    letter: char,
}

#[derive(Debug, Serialize, Deserialize)]
struct Id(u8);

async fn debug<T: std::fmt::Debug>(Query(value): Query<T>) -> String {
    format!("{value:?}")
}

/// What a handler that wants a `T` has read, or how the query was refused.
async fn read<T: DeserializeOwned + std::fmt::Debug + Send + 'static>(query: &str) -> Result<String, String> {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/", debug::<T>);
    });
    let response = client.get(&format!("/{query}")).header("accept", "application/json").await;
    if response.status().is_success() {
        return Ok(response.text());
    }
    response.assert_status(400);
    let message = response.json::<Value>()["message"].as_str().expect("a message").to_owned();
    Err(message.strip_prefix("the query does not fit: ").unwrap_or_else(|| panic!("{message}")).to_owned())
}

async fn check<T: DeserializeOwned + std::fmt::Debug + Send + 'static>(query: &str, expected: &str) {
    assert_eq!(read::<T>(query).await, Ok(expected.to_owned()), "{query}");
}

async fn check_refused<T: DeserializeOwned + std::fmt::Debug + Send + 'static>(query: &str, expected: &str) {
    assert_eq!(read::<T>(query).await, Err(expected.to_owned()), "{query}");
}

#[tokio::test]
async fn a_query_is_read_as_what_the_handler_wants() {
    let nothing = r#"Filter { page: None, q: "", order: Newest, exact: false, more: {} }"#;
    check::<Filter>("", nothing).await;
    check::<Filter>("?", nothing).await;
    let all = r#"Filter { page: Some(2), q: "a b&ü", order: Oldest, exact: true, more: {"x[]": "", "ö": "1"} }"#;
    check::<Filter>("?page=2&q=a+b%26%C3%BC&exact=true&x%5B%5D=&order=oldest&%C3%B6=1", all).await;
    check::<Strict>("?id=7&price=-1.5e2&letter=%C3%BC", "Strict { id: Id(7), price: -150.0, letter: 'ü' }").await;
    check::<Vec<(String, u8)>>("?a=1&b=2&a=3", r#"[("a", 1), ("b", 2), ("a", 3)]"#).await;
    check::<BTreeMap<u8, i128>>(
        "?1=-170141183460469231731687303715884105728",
        "{1: -170141183460469231731687303715884105728}",
    )
    .await;
    check::<()>("", "()").await;
}

#[tokio::test]
async fn a_query_that_does_not_fit_names_the_parameter() {
    check_refused::<Strict>("?id=7&price=cheap&letter=a", "price: invalid float literal").await;
    check_refused::<Strict>("?id=256", "id: number too large to fit in target type").await;
    check_refused::<Strict>("?id=1&price=1&letter=ab", "letter: invalid value: string \"ab\", expected a character")
        .await;
    check_refused::<Strict>("?id=1", "missing field `price`").await;
    check_refused::<Strict>("?id=1&id=2", "id: duplicate field `id`").await;
    check_refused::<Strict>("?i%64=x", "id: invalid digit found in string").await;
    check_refused::<Strict>("?colour=1", "colour: unknown field `colour`, expected one of `id`, `price`, `letter`")
        .await;
    check_refused::<Filter>("?order=odd", "order: unknown variant `odd`, expected `newest` or `oldest`").await;
    check_refused::<Filter>("?exact=1", "exact: provided string was not `true` or `false`").await;
    check_refused::<Vec<(String, u8)>>("?a=1&b=x", "b: invalid digit found in string").await;
    check_refused::<BTreeMap<u8, u8>>("?1=1&x=1", "x: invalid digit found in string").await;
    check_refused::<()>("?a=1&b", "invalid length 2, expected no pairs").await;
}

#[tokio::test]
async fn a_form_comes_in_the_query_or_in_the_body() {
    async fn echo(Form(strict): Form<Strict>) -> Form<Strict> {
        Form(strict)
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.route("GET|POST|PUT", "/", echo);
    });
    let fields = [("id", "7"), ("price", "1.5"), ("letter", "&")];
    let posted = client.post("/").form(&fields).await;
    posted.assert_ok().assert_header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(posted.text(), "id=7&price=1.5&letter=%26");
    let kind = "application/X-WWW-form-urlencoded; charset=utf-8";
    client.put("/").header("content-type", kind).body("id=7&price=1&letter=a").await.assert_ok();
    client.get("/?id=7&price=1.5&letter=%26").await.assert_ok();
    client.head("/?id=7&price=1.5&letter=%26").await.assert_ok();

    let message = "the form does not fit: price: invalid float literal";
    let accepting = client.clone().accepting_json();
    let fields = [("id", "7"), ("price", "x")];
    accepting.post("/").form(&fields).await.assert_status(422).assert_see(message);
    accepting.get("/?id=7&price=x").await.assert_status(400).assert_see(message);
    accepting.head("/").await.assert_status(400);
    let unkind = accepting.post("/").header("content-type", "application/json").body("{}").await;
    unkind.assert_status(415).assert_see("application/x-www-form-urlencoded");
    client.post("/").body("id=7").await.assert_status(415);
}

#[tokio::test]
async fn a_form_over_the_limit_answers_413() {
    let project = Project::with_config("[server]\nbody_limit = 10\n");
    let client = project.client(|r| {
        r.post("/", |Form(fields): Form<Vec<(String, String)>>| async move { fields.len().to_string() });
    });
    assert_eq!(client.post("/").form(&[("a", "1"), ("b", "2")]).await.text(), "2");
    client.post("/").form(&[("a", "1"), ("b", "2"), ("c", "3")]).await.assert_status(413);
}

#[tokio::test]
async fn a_refusal_may_be_taken_by_the_handler() {
    async fn lenient(filter: Result<Query<Filter>, Error>) -> String {
        filter.map_or_else(|error| error.status_code().to_string(), |filter| format!("{:?}", filter.page))
    }
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/", lenient);
    });
    assert_eq!(client.get("/?page=3").await.text(), "Some(3)");
    assert_eq!(client.get("/?order=odd").await.text(), "400 Bad Request");
}

#[tokio::test]
async fn a_response_that_is_no_form_is_a_server_error() {
    let project = Project::new();
    let client = project.client(|r| {
        r.get("/", || async { Form(vec![1]) });
    });
    client.get("/").await.assert_status(500).assert_see("write the response as a form");
}
